"""The program of the box for another processor: the locked packages and our own, in one folder.

Only wheels whose hash is in the lock are taken, for this Python and processor; nothing is compiled, nothing of this
machine's Python gets in.
"""

import shutil
import sys
from pathlib import Path

from deploy.raspberrypi.image.errors import ImageError
from deploy.raspberrypi.image.programs import run

PROJECT = Path(__file__).parent.parent.parent.parent
LOCK = PROJECT / "requirements/box.txt"
PYTHON = "3.13"
# Debian 13 has glibc 2.41: wheels for all of these run on it.
PLATFORMS = [f"manylinux_2_{minor}_aarch64" for minor in (17, 26, 28, 31, 34, 35, 39)] + ["manylinux2014_aarch64"]
OURS = ("content_packs", "sync", "schoolbox", "pyproject.toml", "README.md", "LICENSE")
NOT_OURS = ("__pycache__", "samples", "*.egg-info")
# What pip writes for itself, different by where it ran.
TRACES = ("direct_url.json", "REQUESTED", "INSTALLER", "RECORD")


def words(into: Path) -> list[str | Path]:
    """How pip is asked for the locked packages."""
    target: list[str | Path] = ["--target", into, "--python-version", PYTHON, "--implementation", "cp"]
    for name in ("cp313", "abi3", "none"):
        target += ["--abi", name]
    for name in PLATFORMS:
        target += ["--platform", name]
    steady = [
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--no-compile",
        "--no-deps",
        "--only-binary=:all:",
    ]
    return [sys.executable, "-m", "pip", "install", *steady, "--require-hashes", *target, "-r", LOCK]


def made(work: Path) -> Path:
    """A folder with `lib/` and `bin/schoolbox`, as every version of the program has them."""
    folder = work / "program"
    shutil.rmtree(folder, ignore_errors=True)
    library = folder / "lib"
    library.mkdir(parents=True)
    run(*words(library))
    for traces in (each for name in TRACES for each in library.rglob(name)):
        traces.unlink()
    for name in ("bin", "share"):
        shutil.rmtree(library / name, ignore_errors=True)
    for name in OURS[:3]:
        shutil.copytree(PROJECT / name, library / name, ignore=shutil.ignore_patterns(*NOT_OURS))
    (folder / "bin").mkdir()
    shutil.copy(PROJECT / "deploy/raspberrypi/system/schoolbox", folder / "bin/schoolbox")
    if not (library / "schoolbox/__init__.py").exists():
        raise ImageError(
            "The program was not put together. Check that this is a whole tree of Schoolbox, then build again."
        )
    return folder
