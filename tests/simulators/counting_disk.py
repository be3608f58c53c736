"""The real disk, and how often it was asked to flush: what wears an SD card and what an installation waits for.

    disk = CountingDisk(); box = SchoolBox(folder, disk=disk); disk.flushes, disk.written_bytes
"""

from io import FileIO
from pathlib import Path

from content_packs.durable import Disk


class CountingDisk(Disk):
    """Counts flushes of files, of folders and of all together, renames, and the bytes that were written."""

    def __init__(self) -> None:
        self.file_flushes = 0
        self.folder_flushes = 0
        self.whole_flushes = 0
        self.renames = 0
        self.written_bytes = 0

    @property
    def flushes(self) -> int:
        """Flushes of every kind."""
        return self.file_flushes + self.folder_flushes + self.whole_flushes

    def write(self, file: FileIO, data: bytes | memoryview, path: Path) -> None:
        """Write, and count the bytes."""
        super().write(file, data, path)
        self.written_bytes += len(data)

    def fsync(self, file: FileIO, path: Path) -> None:
        """Flush a file, and count it."""
        super().fsync(file, path)
        self.file_flushes += 1

    def replace(self, src: Path, dst: Path) -> None:
        """Rename, and count it."""
        super().replace(src, dst)
        self.renames += 1

    def fsync_folder(self, path: Path) -> None:
        """Flush a folder, and count it."""
        super().fsync_folder(path)
        self.folder_flushes += 1

    def flush_all(self, path: Path) -> None:
        """Flush everything, and count it."""
        super().flush_all(path)
        self.whole_flushes += 1
