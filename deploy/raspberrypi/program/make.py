"""Makes a whole program in a folder: the locked packages and our own for one kind of machine (UPDATES 3.1).

Promises: the same source and locks give the same files, on every machine; nothing of the machine that makes it gets in:
no foreign scripts, no translated files: whoever installs it translates it for its own Python.

    make(Path("out/aarch64"), machine="aarch64")         # out/aarch64/lib, out/aarch64/bin/schoolbox
    python -m deploy.raspberrypi.program.make out/aarch64 --machine aarch64
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

TREE = Path(__file__).parents[3]
PYTHON = "3.13"
"""The system's Python: that of Debian trixie."""
MACHINES = ("aarch64", "x86_64")
_NEWEST_GLIBC = 41
_PACKAGES = ("content_packs", "sync", "schoolbox")
_BESIDE = ("pyproject.toml", "README.md", "LICENSE")
_MADE_BY_PIP = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
"""Files that say how a package was installed; they name places of this machine and serve only to uninstall."""


class MakeError(Exception):
    """A program could not be put together; pip said why before."""


def make(
    into: Path, *, machine: str, python: str = PYTHON, locks: Path = TREE / "requirements" / "box.txt"
) -> None:
    """Make a program in a folder, in place of what is there.

    Args:
        into: Gets `lib` and `bin/schoolbox`.
        machine: As `uname -m` calls it.
        python: The Python it is for.
        locks: What goes in besides our own packages.

    Raises:
        MakeError: A package could not be fetched, is not what the lock says, or does not exist for that machine.
    """
    shutil.rmtree(into, ignore_errors=True)
    lib = into / "lib"
    lib.mkdir(parents=True)
    _install(lib, _wheels_for(machine, python), "--require-hashes", "-r", str(locks))
    with tempfile.TemporaryDirectory(prefix="schoolbox-program-") as folder:
        _install(lib, ("--no-deps",), str(_own_wheel(Path(folder))))
    for path in list(_not_ours(lib)):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    starter = into / "bin" / "schoolbox"
    starter.parent.mkdir()
    shutil.copyfile(TREE / "deploy" / "raspberrypi" / "system" / "schoolbox", starter)
    for path in into.rglob("*"):
        path.chmod(0o755 if path.is_dir() or path == starter else 0o644)


def _wheels_for(machine: str, python: str) -> tuple[str, ...]:
    """Say to pip which wheels run there: those for glibc up to the system's."""
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(_NEWEST_GLIBC, 4, -1)]
    named = [word for each in (*platforms, f"manylinux2014_{machine}") for word in ("--platform", each)]
    return (*named, "--python-version", python, "--implementation", "cp", "--only-binary=:all:")


def _install(lib: Path, how: Sequence[str], *what: str) -> None:
    _pip("install", "--no-compile", "--target", str(lib), *how, *what)


def _own_wheel(folder: Path) -> Path:
    """Build our own wheel from a copy of the source: building writes beside it."""
    source = folder / "source"
    for name in _PACKAGES:
        shutil.copytree(TREE / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "samples"))
    for name in _BESIDE:
        shutil.copyfile(TREE / name, source / name)
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(source))
    return next(folder.glob("*.whl"))


def _pip(*words: str) -> None:
    quiet = ("--quiet", "--quiet", "--disable-pip-version-check", "--no-input")
    if subprocess.run([sys.executable, "-m", "pip", *quiet, *words], check=False).returncode != 0:
        raise MakeError(f"The program was not put together: pip {words[0]} failed, for the reason above.")


def _not_ours(lib: Path) -> Iterator[Path]:
    """What a program does without: scripts of packages, notes of pip, what hides, what was translated."""
    yield from (path for path in (lib / "bin",) if path.is_dir())
    yield from (path for info in lib.glob("*.dist-info") for name in _MADE_BY_PIP if (path := info / name).exists())
    yield from lib.rglob("__pycache__")
    yield from lib.rglob(".*")


def main() -> int:
    """Make one from the command line."""
    parser = argparse.ArgumentParser(description="Make a whole program for one kind of machine in a folder.")
    parser.add_argument("into", type=Path)
    parser.add_argument("--machine", choices=MACHINES, required=True)
    parser.add_argument("--python", default=PYTHON)
    asked = parser.parse_args()
    try:
        make(asked.into, machine=asked.machine, python=asked.python)
    except MakeError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
