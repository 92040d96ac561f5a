#!/bin/sh
# Make the secrets that docker-compose.yml mounts, once: secrets/ beside it. Keeps what is there.
# The folder is closed to other users of this machine; the files inside are readable to the
# containers' users, who have other numbers than yours.
set -eu
cd "$(dirname "$0")/.."
umask 077
mkdir -p secrets

new() { # name, value
    [ -e "secrets/$1" ] || { printf '%s' "$2" >"secrets/$1" && chmod 444 "secrets/$1" && echo "made secrets/$1"; }
}
random() { head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n'; }
password() { random | tr -d '=_-'; }

new secret_key "$(random)$(random)"
new field_encryption_keys "$(random)"
new database_superuser_password "$(password)"
new database_owner_password "$(password)"
new database_password "$(password)"
new redis_password "$(password)"
new database_owner_url "postgres://supportdesk_owner:$(cat secrets/database_owner_password)@database:5432/supportdesk"
new database_url "postgres://supportdesk:$(cat secrets/database_password)@database:5432/supportdesk"
new redis_url "redis://:$(cat secrets/redis_password)@broker:6379/0"
