"""The shelf a ministry publishes through its hub: a folder as `content-packs` writes it (FORMAT.md section 2).

Promises: only names of the format are opened, no link is followed; the index is made from what is there; blobs that are
only a quiz or only for teachers, and those that no manifest names, are guarded (PROTOCOL section 8).

    found = PublishedShelf(Path("/srv/shelf")).find("blobs/ab/ab....mp4")
"""

import hashlib
import threading
from io import FileIO
from pathlib import Path

import msgspec

from content_packs.errors import ManifestError, ShelfError, ShelfGoneError, UnsafePathError
from content_packs.manifest import MANIFEST_BYTES_MAX, MEDIA_TYPES, decode_manifest
from content_packs.paths import ShelfName, read_name
from content_packs.programs.base import SHELF_FOLDER
from content_packs.shelf import DirectoryShelf, read_up_to
from content_packs.shelf.folder_index import folder_index
from content_packs.shelf.index import INDEX_NAME
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX
from sync.hub.errors import DataError, NotFoundError

JSON = "application/json"
_NOTHING = "There is no such file on this shelf."
Stamps = tuple[tuple[str, int, int, int], ...]


class Published(msgspec.Struct, frozen=True):
    """A file of the shelf: its bytes, or the open file, which whoever asked for it closes."""

    mime: str
    sha256: str
    raw: bytes = b""
    file: FileIO | None = None
    guarded: bool = False


class PublishedShelf:
    """One folder, looked at anew at each request; what was learnt of it is kept while it does not change."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shelf = DirectoryShelf(folder)
        self._programs: PublishedShelf | None = None
        self._lock = threading.Lock()
        self._index: tuple[Stamps | None, bytes] = (None, b"")
        self._read: set[str] = set()
        self._read_ns = 0
        self._open: set[str] = set()

    @property
    def programs(self) -> "PublishedShelf":
        """The shelf of programs below this one (FORMAT 2.19)."""
        if self._programs is None:
            self._programs = PublishedShelf(self._folder / SHELF_FOLDER)
        return self._programs

    def find(self, name: str) -> Published:
        """Find a file by its path on the shelf.

        Raises:
            NotFoundError: It is not there, or is no plain file with a proper name.
            DataError: The folder cannot be read just now.
        """
        try:
            return self._find(read_name(name), name)
        except ShelfGoneError as exc:
            raise DataError("The shelf cannot be read just now.") from exc
        except (UnsafePathError, ShelfError, OSError) as exc:
            raise NotFoundError(_NOTHING) from exc

    def _find(self, asked: ShelfName, name: str) -> Published:
        """Open what a proper name means."""
        if asked.kind == "meta":
            is_index = asked.meta == INDEX_NAME
            raw = self._indexed() if is_index else self._shelf.read_meta(asked.meta, CATALOGUE_BYTES_MAX)
            return Published(JSON, hashlib.sha256(raw).hexdigest(), raw=raw)
        if asked.kind == "manifest":
            return Published(JSON, asked.sha256, file=self._shelf.open_file(name))
        guarded = not self._is_open(asked.sha256)
        mime = MEDIA_TYPES[asked.ext]
        return Published(mime, asked.sha256, file=self._shelf.open_file(name), guarded=guarded)

    def _indexed(self) -> bytes:
        """The index of what is there now."""
        with self._lock:
            stamps = self._stamps()
            if self._index[0] != stamps:
                self._index = (stamps, folder_index(self._shelf))
            return self._index[1]

    def _stamps(self) -> Stamps:
        """What tells whether metadata or manifests have changed."""
        paths = [self._folder / "manifests", *sorted((self._folder / "meta").rglob("*.json"))]
        facts = [(path, path.lstat()) for path in paths if path.exists()]
        return tuple((str(path), each.st_ino, each.st_mtime_ns, each.st_size) for path, each in facts)

    def _is_open(self, sha256: str) -> bool:
        """Say whether a manifest names a blob in an item that is for everybody, and not as its quiz."""
        with self._lock:
            changed_ns = (self._folder / "manifests").stat().st_mtime_ns
            if changed_ns != self._read_ns:
                self._learn()
                self._read_ns = changed_ns
            return sha256 in self._open

    def _learn(self) -> None:
        """Read the manifests that came; if some went, read all anew."""
        there = set(self._shelf.manifest_hashes())
        if self._read - there:
            self._read, self._open = set(), set()
        for sha256 in there - self._read:
            self._read.add(sha256)
            self._open |= self._open_blobs(sha256)

    def _open_blobs(self, manifest_sha256: str) -> set[str]:
        """The blobs of one manifest that everybody may have; none if it cannot be read."""
        try:
            with self._shelf.open_manifest(manifest_sha256) as source:
                manifest = decode_manifest(read_up_to(source, MANIFEST_BYTES_MAX + 1))
        except (ShelfError, ManifestError):
            return set()
        items = [item for item in manifest.items() if not item.teacher_only]
        return {file.sha256 for item in items for file in item.files if file.role != "quiz"}
