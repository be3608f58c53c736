"""A shelf whose files lie one behind the other in one file, as a folder comes from a browser.

Promises: a name only says where in the file something is, so none can lead anywhere else; what is not there yet, or
was not wanted, is missing and nothing more.

    shelf = RowShelf(Path("uploads/7f3a/content"), {"meta/registry.json": Stretch(0, 512)}, name="MASHT 2026")
    shelf.read_meta("registry.json", REGISTRY_BYTES_MAX)
"""

from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from content_packs.errors import (
    MetadataTooLargeError,
    MissingOnShelfError,
    ShelfGoneError,
    UnreadableOnShelfError,
)
from content_packs.paths import blob_name, manifest_name, meta_name
from content_packs.shelf.port import Readable, read_up_to


class Stretch(msgspec.Struct, frozen=True):
    """Where in the file one file of the shelf is."""

    start: int
    length: int


class RowShelf:
    """A shelf in one file, with a list of what is where."""

    def __init__(self, path: Path, files: Mapping[str, Stretch], *, name: str) -> None:
        self._path = path
        self._files = files
        self._name = name

    def meta_names(self) -> tuple[str, ...]:
        """The metadata that is there."""
        self._opened().close()
        return tuple(sorted(name.removeprefix("meta/") for name in self._files if name.startswith("meta/")))

    def read_meta(self, name: str, cap_bytes: int) -> bytes:
        """Read metadata whole, at most `cap_bytes`."""
        with self._open(meta_name(name)) as source:
            raw = read_up_to(source, cap_bytes + 1)
        if len(raw) > cap_bytes:
            raise MetadataTooLargeError(name=name, cap_bytes=cap_bytes)
        return raw

    def has_manifest(self, sha256: str) -> bool:
        """Say whether a manifest is listed."""
        return manifest_name(sha256) in self._files

    def open_manifest(self, sha256: str) -> Readable:
        """Open a manifest by its hash."""
        return self._open(manifest_name(sha256))

    def open_blob(self, sha256: str, ext: str, *, offset: int = 0) -> Readable:
        """Open a blob by its hash and extension, at a byte offset."""
        return self._open(blob_name(sha256, ext), offset)

    def _open(self, name: str, offset: int = 0) -> "_Stretched":
        """Open one file of the row."""
        file = self._opened()
        stretch = self._files.get(name)
        if stretch is None:
            file.close()
            raise MissingOnShelfError(name=name)
        skipped = min(offset, stretch.length)
        file.seek(stretch.start + skipped)
        return _Stretched(file, name, stretch.length - skipped)

    def _opened(self) -> FileIO:
        """Open the file anew: it may have been taken away."""
        try:
            return self._path.open("rb", buffering=0)
        except OSError as exc:
            raise ShelfGoneError(shelf=self._name) from exc


class _Stretched:
    """An open file that ends where its stretch does."""

    def __init__(self, file: FileIO, name: str, left_bytes: int) -> None:
        self._file = file
        self._name = name
        self._left_bytes = left_bytes

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer as far as one read does; 0 at the end."""
        if not self._left_bytes or not buffer:
            return 0
        try:
            count = self._file.readinto(buffer[: self._left_bytes]) or 0
        except OSError as exc:
            raise UnreadableOnShelfError(name=self._name) from exc
        if not count:
            raise UnreadableOnShelfError(name=self._name)
        self._left_bytes -= count
        return count

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self._file.close()
