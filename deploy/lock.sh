#!/bin/sh
# Writes requirements/*.txt: exact versions with hashes, for every platform and Python from 3.11 on.
set -eu
cd "$(dirname "$0")/.."
command -v uv >/dev/null 2>&1 || { echo "uv is missing. Install it with: pipx install uv" >&2; exit 1; }
compile() { uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --upgrade "$@"; }
compile pyproject.toml -o requirements/box.txt
compile --extra test -c requirements/box.txt pyproject.toml -o requirements/test.txt
compile --extra hub -c requirements/box.txt pyproject.toml -o requirements/hub.txt
compile --extra author -c requirements/box.txt pyproject.toml -o requirements/author.txt
echo 'setuptools>=77' | compile - -o requirements/build.txt
