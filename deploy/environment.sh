#!/bin/sh
# Makes the environment in .venv from the locked requirements, or says in one line what is missing.
#   deploy/environment.sh box     what a box and a hub need (the demo)
#   deploy/environment.sh hub     and what a hub on PostgreSQL needs
#   deploy/environment.sh test    and what the tests need
# Fast when nothing changed: the hash of the lock files is kept in .venv.
set -eu
cd "$(dirname "$0")/.."
set_name=${1:-box}

say() { printf '%s\n' "$*" >&2; exit 1; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
}

python=$(find_python)
[ -n "$python" ] || say "Python 3.11 or newer is missing. Install it with: sudo apt install python3 python3-venv"
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
    say "Python's venv module is missing. Install it with: sudo apt install python3-venv"

locks="requirements/$set_name.txt requirements/build.txt pyproject.toml"
wanted=$(cat $locks | "$python" -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())')
stamp=".venv/made-for-$set_name"
if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi
printf 'Making the environment in .venv (once; a few minutes on a Raspberry Pi)\n' >&2
[ -x .venv/bin/python ] || "$python" -m venv .venv
pip() { .venv/bin/python -m pip --quiet --disable-pip-version-check --no-input "$@"; }
pip install --require-hashes -r requirements/build.txt -r "requirements/$set_name.txt" ||
    say "The packages could not be fetched. Check the line, then run the same command again: it goes on where it was."
pip install --no-deps --no-build-isolation --editable .
printf '%s' "$wanted" > "$stamp"
