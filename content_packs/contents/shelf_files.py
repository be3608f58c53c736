"""What a page may show of a shelf: only files that are there, and captions that are what their name says."""

import hashlib
import stat
from pathlib import Path

import msgspec

from content_packs.manifest import File, Item
from content_packs.paths import blob_name
from content_packs.plain_file import read_plain

CAPTIONS_BYTES_MAX = 64 * 1024
PAGE_CAPTIONS_BYTES_MAX = 1024 * 1024
"""Captions larger than the one, or beyond the other in a whole page, are left out of it."""


class Captions(msgspec.Struct, frozen=True):
    """The captions of a video in one language."""

    language: str
    raw: bytes

    @property
    def text(self) -> str:
        """The file as text."""
        return self.raw.decode("utf-8", errors="replace")


class ShelfFiles:
    """The blobs of a shelf, as one page sees them; `up` is the way from the page to the top of the shelf."""

    def __init__(self, folder: Path, *, up: str) -> None:
        self._folder = folder
        self._up = up
        self._captions_left = PAGE_CAPTIONS_BYTES_MAX

    def href(self, file: File) -> str:
        """Where a blob is, seen from the page."""
        return f"{self._up}{blob_name(file.sha256, file.ext)}"

    def has(self, file: File) -> bool:
        """Say whether a blob is there with the right size."""
        try:
            found = (self._folder / blob_name(file.sha256, file.ext)).lstat()
        except OSError:
            return False
        return stat.S_ISREG(found.st_mode) and found.st_size == file.size_bytes

    def captions(self, item: Item) -> list[Captions]:
        """The captions of an item that are there and right, as long as the page is not too large."""
        found = []
        for file in item.files:
            if file.role != "captions" or not self.has(file):
                continue
            if file.size_bytes > min(CAPTIONS_BYTES_MAX, self._captions_left):
                continue
            raw = self._read(file)
            if hashlib.sha256(raw).hexdigest() == file.sha256:
                self._captions_left -= len(raw)
                found.append(Captions(file.language or "", raw))
        return found

    def _read(self, file: File) -> bytes:
        """Read a small blob; nothing if it cannot be read."""
        try:
            return read_plain(self._folder / blob_name(file.sha256, file.ext), limit=CAPTIONS_BYTES_MAX)
        except OSError:
            return b""
