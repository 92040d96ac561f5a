#!/bin/sh
# Two roles from the start: the owner migrates; the application has no DDL. Runs once, on an empty volume.
set -eu

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set owner_password="$(cat /run/secrets/database_owner_password)" \
    --set application_password="$(cat /run/secrets/database_password)" <<'SQL'
CREATE ROLE supportdesk_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE supportdesk LOGIN PASSWORD :'application_password';
CREATE DATABASE supportdesk OWNER supportdesk_owner;
REVOKE CONNECT, TEMPORARY ON DATABASE supportdesk FROM PUBLIC;
GRANT CONNECT ON DATABASE supportdesk TO supportdesk;
\connect supportdesk
ALTER DEFAULT PRIVILEGES FOR ROLE supportdesk_owner
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO supportdesk;
ALTER DEFAULT PRIVILEGES FOR ROLE supportdesk_owner GRANT USAGE ON SEQUENCES TO supportdesk;
SQL
