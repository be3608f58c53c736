"""A shelf under an HTTP path: a hub, a neighbouring box, any web server with the folder of a shelf (FORMAT 2.8-2.10).

Promises: while nothing changes on the shelf, looking at it costs one request of a few hundred bytes; blobs go on where
they stopped and are never held in memory; copies of metadata and manifests are kept in a folder that can be deleted at
any time. Nothing that comes is believed here.

    with shelf_client(code="K7QF-2M9X") as client:
        shelf = HttpShelf("http://10.0.0.7:8080/shelf", Path("/var/lib/schoolbox/shelves/7"), client)
        shelf.read_meta("registry.json", REGISTRY_BYTES_MAX)
        shelf.travelled.bytes_in
"""

import hashlib
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from content_packs.durable import Disk
from content_packs.errors import (
    MetadataError,
    MetadataTooLargeError,
    MissingOnShelfError,
    NotAShelfError,
    StrangerAnswersError,
)
from content_packs.paths import blob_name, manifest_name, meta_name
from content_packs.shelf.http_line import HttpAnswer, HttpLine, shelf_client
from content_packs.shelf.index import INDEX_BYTES_MAX, INDEX_NAME, Index, decode_index
from content_packs.shelf.kept import Kept, KeptIndex
from content_packs.shelf.port import Readable, read_up_to
from content_packs.shelf.travelled import Travelled

__all__ = ["HttpShelf", "Travelled", "shelf_client"]


class HttpShelf:
    """A shelf behind an address; one for each look at it, because it asks for the index only once."""

    def __init__(self, base_url: str, folder: Path, client: httpx.Client, *, disk: Disk | None = None) -> None:
        self._line = HttpLine(base_url, client)
        self._kept = Kept(folder, disk or Disk())
        self._index: Index | None = None

    @property
    def address(self) -> str:
        """Where it is."""
        return self._line.shelf

    @property
    def travelled(self) -> Travelled:
        """How much went over the line so far."""
        return self._line.travelled

    def meta_names(self) -> tuple[str, ...]:
        """The metadata the index names, asked for anew."""
        self._index = self._ask_index()
        return tuple(self._index.files)

    def read_meta(self, name: str, cap_bytes: int) -> bytes:
        """Give metadata from the copy if the index names its hash, else from the shelf."""
        path = meta_name(name)
        entry = self._known_index().files.get(name)
        if entry is None:
            raise MissingOnShelfError(name=path)
        sha256 = entry.sha256
        raw = self._kept.get("meta", sha256)
        if raw is None:
            with self._line.open(path) as answer:
                raw = read_up_to(answer, cap_bytes + 1)
            if hashlib.sha256(raw).hexdigest() == sha256:
                self._kept.put("meta", raw)
        if len(raw) > cap_bytes:
            raise MetadataTooLargeError(name=name, cap_bytes=cap_bytes)
        return raw

    def has_manifest(self, sha256: str) -> bool:
        """Say whether the index lists a manifest; if it lists none at all, only opening it could tell."""
        manifest_name(sha256)
        listed = self._known_index().manifests
        return listed is None or sha256 in listed

    def open_manifest(self, sha256: str) -> Readable:
        """Open a manifest; a copy is kept of what is read to its end."""
        path = manifest_name(sha256)
        if not self.has_manifest(sha256):
            raise MissingOnShelfError(name=path)
        raw = self._kept.get("manifests", sha256)
        if raw is not None:
            return BytesIO(raw)
        return _Keeping(self._line.open(path), self._kept, sha256)

    def open_blob(self, sha256: str, ext: str, *, offset: int = 0) -> Readable:
        """Ask for a blob from an offset on."""
        return self._line.open(blob_name(sha256, ext), offset=offset)

    def _known_index(self) -> Index:
        """Give the index this look began with."""
        if self._index is None:
            self._index = self._ask_index()
        return self._index

    def _ask_index(self) -> Index:
        """Ask for the index, or hear that the one we have is still good."""
        held = self._kept.index(self.address)
        try:
            with self._line.open(f"meta/{INDEX_NAME}", tag=held.tag if held else "") as answer:
                if held and answer.unchanged:
                    return decode_index(held.raw)
                raw, tag = read_up_to(answer, INDEX_BYTES_MAX + 1), answer.tag
        except MissingOnShelfError as exc:
            raise NotAShelfError(shelf=self.address) from exc
        try:
            index = decode_index(raw)
        except MetadataError as exc:
            raise StrangerAnswersError(shelf=self.address, problem=f"no index: {exc.problem}") from exc
        self._kept.put_index(KeptIndex(self.address, tag, raw), {entry.sha256 for entry in index.files.values()})
        return index


class _Keeping:
    """A manifest on its way; what was read of it is kept if it is the right one."""

    def __init__(self, answer: HttpAnswer, kept: Kept, sha256: str) -> None:
        self._answer = answer
        self._kept = kept
        self._sha256 = sha256
        self._raw = bytearray()

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer as far as one piece of the answer does; 0 at the end."""
        count = self._answer.readinto(buffer)
        self._raw += buffer[:count]
        return count

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self._answer.__exit__(kind, error, trace)
        if hashlib.sha256(self._raw).hexdigest() == self._sha256:
            self._kept.put("manifests", bytes(self._raw))
