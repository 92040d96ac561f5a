#!/bin/sh
# Make .venv hold exactly what requirements/$1.txt names (demo, or dev for the tests as well).
#
# Quick when nothing is to be done. The stamp is a copy of the requirements that were installed to
# the end: an environment that was interrupted half-way, whose Python has gone, or whose
# requirements have changed has no matching stamp and is mended.
set -eu
cd "$(dirname "$0")/.."
level=$1
wanted=requirements/$level.txt

say() { printf '%s\n' "$*" >&2; }

is_python_313() {
    "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1
}

find_python() {
    for candidate in "${PYTHON:-}" python3.13 python3 python \
        "$(uv python find --no-project 3.13 2>/dev/null || true)" \
        "$(pyenv root 2>/dev/null || true)"/versions/3.13*/bin/python \
        /usr/local/bin/python3.13 /opt/*/bin/python3.13; do
        if [ -n "$candidate" ] && is_python_313 "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    say "Python 3.13 was not found (looked for python3.13, python3, uv, pyenv, /usr/local, /opt)."
    say "Install it, for example with one of"
    say "    apt install python3.13-venv      brew install python@3.13      pyenv install 3.13"
    say "or name it:  make PYTHON=/path/to/python3.13 ..."
    exit 1
}

works() { is_python_313 .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; }

if cmp -s "$wanted" ".venv/$level.installed" && is_python_313 .venv/bin/python; then
    exit 0
fi

if ! { [ -e .venv/demo.installed ] && works; }; then
    python=$(find_python)
    [ ! -d .venv ] || say "The environment in .venv is half-made or not ours: making it anew."
    say "Making .venv with $("$python" --version) ..."
    if ! "$python" -m venv --clear .venv; then
        say "$python cannot make environments; on Debian and Ubuntu: apt install python3.13-venv"
        exit 1
    fi
fi
rm -f .venv/*.installed # until the end this environment counts as half-made
total=$(grep -c '==' "$wanted" || true)
say "Installing $total packages of $wanted, each checked by its hash (once; a minute or less) ..."
{
    .venv/bin/python -m pip --disable-pip-version-check install --progress-bar off --require-hashes \
        -r "$wanted" 2>.venv/pip.err || echo "$?" >.venv/pip.failed
} | awk -v total="$total" '
    /^(Collecting|Processing)/ { sub(".*/", "", $2); printf "  %d/%d %s\n", ++n, total, $2; fflush() }
    /^Installing/ { print "  writing them into .venv ..."; fflush() }' >&2
if [ -e .venv/pip.failed ]; then
    grep -v '^WARNING' .venv/pip.err | tail -n 8 >&2
    say "Installing failed; the message above says why. Run the same command again to go on."
    rm -f .venv/pip.failed
    exit 1
fi
cp requirements/demo.txt .venv/demo.installed
cp "$wanted" ".venv/$level.installed"
say "The environment is ready."
