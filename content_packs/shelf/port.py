"""What every place that packs come from can do (FORMAT.md section 2).

Promises: only names built by the format's rules are asked for; nothing that is read is believed here; what goes wrong
is a `ShelfError`, transient when trying again can help.
"""

from collections.abc import Callable, Collection
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from content_packs.errors import CodeNeededError, MissingOnShelfError, OddNameError, UnreadableOnShelfError

ONE_FILE = (MissingOnShelfError, OddNameError, UnreadableOnShelfError, CodeNeededError)
"""What can be wrong with one file of a shelf that otherwise gives what it has (FORMAT 6.10, 8.9)."""


class Readable(Protocol):
    """An open file on a shelf; closes itself at the end of a `with`."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the buffer as far as one read does; 0 at the end. Raises ShelfGoneError."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


class Shelf(Protocol):
    """A place packs come from; every method may raise a `ShelfError`."""

    def meta_names(self) -> tuple[str, ...]:
        """The metadata that is there, as `1.root.json`, `registry.json`, `cat/mash.json`; sorted."""

    def read_meta(self, name: str, cap_bytes: int) -> bytes:
        """Read metadata whole. Raises MetadataTooLargeError above the cap, without reading on."""

    def has_manifest(self, sha256: str) -> bool:
        """Say whether a manifest seems to be there, as cheaply as can be; only opening it tells for sure.

        Raises ShelfGoneError where it is told in passing.
        """

    def open_manifest(self, sha256: str) -> Readable:
        """Open a manifest; its bytes are not checked yet."""

    def open_blob(self, sha256: str, ext: str, *, offset: int = 0) -> Readable:
        """Open a blob at a byte offset; its bytes are not checked yet."""


@runtime_checkable
class FetchingShelf(Shelf, Protocol):
    """A shelf whose own program writes files, as rsync does: a store lends it its part, so nothing is written twice."""

    def fetch_blob(
        self, sha256: str, ext: str, part: Path, *, size_bytes: int, on_bytes: Callable[[int], None]
    ) -> None:
        """Append to a file what it lacks of a blob; neither what was in it nor what came is checked.

        `on_bytes` is told what was gained, a negative number if less of it was kept; it may raise to stop.
        """

    def expect(self, manifests: Collection[str], /) -> None:
        """Take note of which manifests will be opened, so that these and no others come in one go."""


def read_up_to(source: Readable, limit: int) -> bytes:
    """Read an open file to its end, but no more than `limit` bytes; memory grows with what is there."""
    chunks: list[bytes] = []
    buffer = memoryview(bytearray(min(limit, 64 * 1024)))
    left = limit
    while left and (count := source.readinto(buffer[:left])):
        chunks.append(bytes(buffer[:count]))
        left -= count
    return b"".join(chunks)
