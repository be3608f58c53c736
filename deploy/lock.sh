#!/bin/sh
# Writes requirements/*.txt: exact versions with hashes, for every platform and Python from 3.11 on; and which wheels
# there are of what a box needs, as it has no compiler. Fails if a Raspberry Pi could not install everything.
set -eu
cd "$(dirname "$0")/.."
command -v uv >/dev/null 2>&1 || { echo "uv is missing. Install it with: pipx install uv" >&2; exit 1; }
compile() { uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --upgrade "$@"; }
compile pyproject.toml -o requirements/box.txt
compile --extra test -c requirements/box.txt pyproject.toml -o requirements/test.txt
compile --extra hub -c requirements/box.txt pyproject.toml -o requirements/hub.txt
compile --extra author -c requirements/box.txt pyproject.toml -o requirements/author.txt
echo 'setuptools>=77' | compile - -o requirements/build.txt

tried=$(mktemp -d)
trap 'rm -rf "$tried"' EXIT
for python in 3.11 3.13; do  # Raspberry Pi OS of 2023 and of 2025; the older has glibc 2.36
    uv pip install --quiet --dry-run --no-deps --target "$tried" --only-binary :all: --require-hashes \
        --python-platform aarch64-manylinux_2_36 --python-version $python \
        -r requirements/build.txt -r requirements/box.txt ||
        { echo "With Python $python a Raspberry Pi cannot install this lock: a wheel is missing." >&2; exit 1; }
done
uv pip compile --quiet --universal --no-header --python-version 3.11 -c requirements/box.txt \
    --format pylock.toml pyproject.toml |
    sed -n 's|.*/\([^/"]*\.whl\)".*sha256 = "\([0-9a-f]*\)".*|\1 \2|p' |
    grep -E -e '-any\.whl|cp[^ ]*-manylinux[^ ]*_aarch64' | LC_ALL=C sort > requirements/box-wheels.txt
