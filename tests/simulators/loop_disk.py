"""A real ext4 in a file, whose power can be cut under a running program (needs root).

    with LoopDisk(tmp_path, size_mb=64) as disk:
        (disk.folder / "x").write_text("...")
        disk.cut_power()
        disk.remount()      # what a start after the power cut finds
"""

import contextlib
import fcntl
import os
import struct
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.simulators.waiting import eventually

EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2
"""Source: linux/fs/ext4/ext4.h: EXT4_GOING_FLAGS_NOLOGFLUSH: nothing more reaches the disk, not even the journal."""


class LoopDisk:
    """One file system, mounted until the block ends."""

    def __init__(self, folder: Path, *, size_mb: int) -> None:
        self._image = folder / "disk.img"
        self.folder = folder / "mount"
        self._size_mb = size_mb
        self._mounted = False

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True)
        with self._image.open("wb") as image:
            image.truncate(self._size_mb * 1024 * 1024)
        _run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0", str(self._image))
        self._mount()
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        if self._mounted:
            _run("umount", "-l", str(self.folder))
        self._image.unlink(missing_ok=True)

    def cut_power(self) -> None:
        """From this moment nothing reaches the disk any more; whoever writes gets an I/O error."""
        handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(handle, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(handle)

    def remount(self) -> None:
        """Start again: the journal is replayed, and what was not on the disk is gone.

        A mount namespace that some test makes meanwhile holds a copy of this mount until it has let go of it; before
        that the kernel would only show the broken file system once more.
        """
        state = self._state
        _run("umount", str(self.folder))
        self._mounted = False
        eventually(lambda: not state.exists(), saying=f"{self._image} is mounted somewhere else")
        self._mount()

    def make_read_only(self) -> None:
        """From this moment it only lets itself be read, as a failing card or a stick with a switch does."""
        _run("mount", "-o", "remount,ro", str(self.folder))

    def fail(self) -> None:
        """From this moment it only lets itself be read, also by whoever has a file open: what ext4 does when it errs.

        Source: Documentation/admin-guide/ext4.rst, errors=remount-ro, and /sys/fs/ext4/<disk>/trigger_fs_error.
        """
        (self._state / "trigger_fs_error").write_text("1", encoding="ascii")

    def make_writable(self) -> None:
        """Let it be written again."""
        _run("mount", "-o", "remount,rw", str(self.folder))

    def fill(self) -> Path:
        """Write a file that takes all there is; removing it frees the space."""
        filler = self.folder / "filler"
        with filler.open("wb", buffering=0) as file:
            for piece in (1024 * 1024, 4096, 1):
                with contextlib.suppress(OSError):
                    while file.write(bytes(piece)):
                        pass
        os.sync()
        return filler

    @property
    def _state(self) -> Path:
        """What the kernel tells of this file system while it is mounted anywhere."""
        device = self.folder.stat().st_dev
        return Path("/sys/fs/ext4", Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}").resolve().name)

    def _mount(self) -> None:
        _run("mount", "-o", "loop,errors=remount-ro", str(self._image), str(self.folder))
        self._mounted = True


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
