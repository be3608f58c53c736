"""Many small files onto a stick without waiting for each: what is large is flushed at once, the rest together.

A stick takes tens of milliseconds for every flush, whatever its size; a library has tens of thousands of captions and
pictures. What may be torn after the stick was pulled out is read before it is believed (FORMAT 2.15), and no list
names anything before `settle`. Large files are flushed one by one: what is told as written is not still in memory.
Where flushing all does not reach the stick (a driver behind FUSE), each file is flushed by itself.

    disk = UnhurriedDisk(disk, Path("/media/stick"))
    store = Store(Path("/media/stick"), disk); ...; disk.settle()
"""

import os
from io import FileIO
from pathlib import Path

from content_packs.durable import Disk

LARGE_BYTES = 1024 * 1024
WAITING_MAX = 400
"""After how many small files they are flushed together."""


class UnhurriedDisk(Disk):
    """A disk on which small files are flushed together."""

    def __init__(self, disk: Disk, folder: Path) -> None:
        self._disk = disk
        self._folder = folder
        self._together = disk.can_flush_all(folder)
        self._waiting = 0

    def settle(self) -> None:
        """Wait until everything is on the stick."""
        if self._together:
            self._waiting = 0
            self._disk.flush_all(self._folder)

    def open_append(self, path: Path, *, mode: int = 0o644) -> FileIO:
        """Open a file to write at its end."""
        return self._disk.open_append(path, mode=mode)

    def write(self, file: FileIO, data: bytes | memoryview, path: Path) -> None:
        """Write all of the data."""
        self._disk.write(file, data, path)

    def fsync(self, file: FileIO, path: Path) -> None:
        """Flush a large file; let a small one wait for others."""
        if not self._together or os.fstat(file.fileno()).st_size >= LARGE_BYTES:
            self._disk.fsync(file, path)
            return
        self._waiting += 1
        if self._waiting >= WAITING_MAX:
            self.settle()

    def replace(self, src: Path, dst: Path) -> None:
        """Give a file another name."""
        self._disk.replace(src, dst)

    def unlink(self, path: Path) -> None:
        """Take a name away."""
        self._disk.unlink(path)

    def make_one_folder(self, path: Path, *, mode: int = 0o755) -> None:
        """Make a folder."""
        self._disk.make_one_folder(path, mode=mode)

    def fsync_folder(self, path: Path) -> None:
        """Let names wait until all is flushed, where that can be done."""
        if not self._together:
            self._disk.fsync_folder(path)
