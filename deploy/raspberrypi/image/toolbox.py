"""Programs of the suite itself, unpacked into a folder and run from there by their own loader and libraries.

Why: an image must not depend on which e2fsprogs or Python the machine that builds has (Debian 12's mke2fs takes no
tar), and bytecode must be that of the box's Python, which is the same for every processor.
"""

import hashlib
import platform
import shutil
from pathlib import Path
from typing import IO, Protocol

from deploy.raspberrypi.image.apt import Apt, sources
from deploy.raspberrypi.image.errors import ImageError
from deploy.raspberrypi.image.programs import run
from deploy.raspberrypi.image.settings import Settings

NAMES = [
    "dosfstools",
    "exfatprogs",
    "e2fsprogs",
    "fdisk",
    "kmod",
    "libarchive13t64",
    "mtools",
    "python3.13-minimal",
    "libpython3.13-stdlib",
    "xz-utils",
]
LOADERS = {"amd64": "lib64/ld-linux-x86-64.so.2", "arm64": "lib/ld-linux-aarch64.so.1"}
TRIPLETS = {"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


class Tools(Protocol):
    """What starts programs that make file systems and disks."""

    def run(
        self, name: str, *words: str | Path, given: bytes | None = None, epoch: int = 0, into: IO[bytes] | None = None
    ) -> str:
        """Start a program; return what it printed, or write that `into` a file."""


class Toolbox:
    """The folder, and how one of its programs is started."""

    def __init__(self, folder: Path, architecture: str) -> None:
        self._folder = folder
        libraries = folder / "usr/lib" / TRIPLETS[architecture]
        self._start = (folder / LOADERS[architecture], "--library-path", f"{libraries}:{libraries}/systemd")
        self._extra = {
            "GCONV_PATH": str(libraries / "gconv"),
            "MTOOLSRC": "/dev/null",
            "MTOOLS_SKIP_CHECK": "1",
            "PYTHONHOME": str(folder / "usr"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "MKE2FS_CONFIG": "/dev/null",
        }

    def run(
        self,
        name: str,
        *words: str | Path,
        given: bytes | None = None,
        epoch: int = 0,
        into: IO[bytes] | None = None,
    ) -> str:
        """Start a program of the toolbox, such as `mke2fs`; return what it printed, or write that `into` a file."""
        found = next(
            (
                each
                for where in ("usr/sbin", "usr/bin", "sbin", "bin")
                if (each := self._folder / where / name).exists()
            ),
            None,
        )
        if found is None:
            raise ImageError(f"The toolbox has no {name}. Remove the folder {self._folder}, and build again.")
        extra = {**self._extra, "SOURCE_DATE_EPOCH": str(epoch)}
        return run(*self._start, found, *words, given=given, extra=extra, into=into)


def unpacked(package: Path, folder: Path) -> None:
    """Unpack the files of a Debian package into a folder, through its links from /bin to /usr/bin."""
    data = folder / "data.tar"
    with data.open("wb") as into:
        run("dpkg-deb", "--fsys-tarfile", package, into=into)
    run("tar", "-C", folder, "--keep-directory-symlink", "--no-same-owner", "-xf", data)
    data.unlink()


def made(settings: Settings, cache: Path) -> Toolbox:
    """The toolbox of this suite for this machine's processor; unpacked once."""
    architecture = MACHINES.get(platform.machine())
    if architecture is None:
        raise ImageError(f"Images are built on x86_64 or aarch64, not on {platform.machine()}.")
    apt = Apt(cache / f"apt-{architecture}", architecture, sources(settings))
    apt.update()
    packages = apt.plan(NAMES)
    name = hashlib.sha256(repr(packages).encode()).hexdigest()[:16]
    folder = cache / f"toolbox-{name}"
    if not folder.exists():
        half = cache / f"toolbox-{name}.half"
        shutil.rmtree(half, ignore_errors=True)
        for place in ("bin", "lib", "lib64", "sbin"):
            (half / "usr" / place).mkdir(parents=True)
            (half / place).symlink_to(f"usr/{place}")
        for package in apt.fetch(packages, cache / "debs"):
            unpacked(package, half)
        half.rename(folder)
    return Toolbox(folder, architecture)
