"""A stick that is a file system of its own (ext4 in a file, needs root) and can be torn out in the middle of a file.

Torn out: every read that has to reach the stick fails, while names that the system remembers still show, as when a
stick leaves its port without being unmounted. Put back: mounted anew, under another folder.

    with RealStick(tmp_path, shelf_folder, size_mb=48) as stick:
        stick.tear_out(); stick.put_back("other")
"""

import contextlib
import fcntl
import os
import shutil
import struct
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.simulators.loop_disk import EXT4_IOC_SHUTDOWN, NO_LOG_FLUSH

LOOP_SET_CAPACITY, BLKFLSBUF = 0x4C07, 0x1261
"""Source: linux/loop.h and linux/fs.h: a drive becomes as small as its file, and what is remembered of it is let go."""


class RealStick:
    """One stick with the content of a folder."""

    def __init__(self, folder: Path, content: Path, *, size_mb: int) -> None:
        self._image = folder / "stick.img"
        self._media = folder / "media"
        self._content = content
        self._size_mb = size_mb
        self.folder = self._media / "first"

    def __enter__(self) -> Self:
        with self._image.open("wb") as image:
            image.truncate(self._size_mb * 1024 * 1024)
        _run("mkfs.ext4", "-q", "-F", "-m", "0", "-O", "^has_journal", str(self._image))
        self._mount("first")
        shutil.copytree(self._content, self.folder, dirs_exist_ok=True)
        self._unmount()
        self._mount("first")
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        with contextlib.suppress(AssertionError):
            self._unmount()
        self._image.unlink(missing_ok=True)

    def tear_out(self) -> None:
        """From now on nothing can be read that is not in memory already."""
        handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(handle, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(handle)

    def die(self) -> None:
        """From now on nothing at all can be read, names neither, though the drive stays in its port."""
        number = os.minor(self.folder.stat().st_dev)
        os.truncate(self._image, 0)
        with Path(f"/dev/loop{number}").open("rb") as drive:
            for order in (LOOP_SET_CAPACITY, BLKFLSBUF):
                fcntl.ioctl(drive, order)

    def put_back(self, name: str) -> Path:
        """Put the same stick in again, under another folder."""
        self._unmount()
        self._mount(name)
        return self.folder

    def _mount(self, name: str) -> None:
        self.folder = self._media / name
        self.folder.mkdir(parents=True, exist_ok=True)
        _run("mount", "-o", "loop", str(self._image), str(self.folder))

    def _unmount(self) -> None:
        _run("umount", "-l", str(self.folder))
        self.folder.rmdir()


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
