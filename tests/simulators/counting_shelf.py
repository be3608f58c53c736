"""The real shelf in a folder, counting what was read of its blobs.

    shelf = CountingShelf(ministry.folder); box.install(shelf, "mash:thyesat"); shelf.blob_bytes
"""

from pathlib import Path

from content_packs.shelf import DirectoryShelf, Readable


class CountingShelf(DirectoryShelf):
    """`blob_bytes` is how much was read of blobs, by all who read."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.blob_bytes = 0

    def open_blob(self, sha256: str, ext: str, *, offset: int = 0) -> Readable:
        """Open as the real one does, and count."""
        return _Counted(super().open_blob(sha256, ext, offset=offset), self)


class _Counted:
    """An open file that reports what was read."""

    def __init__(self, file: Readable, shelf: CountingShelf) -> None:
        self._file = file
        self._shelf = shelf

    def readinto(self, buffer: memoryview, /) -> int | None:
        count = self._file.readinto(buffer)
        self._shelf.blob_bytes += count or 0
        return count

    def __enter__(self) -> "_Counted":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.__exit__(None, None, None)
