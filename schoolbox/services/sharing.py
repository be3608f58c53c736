"""What the box gives to its neighbours: its packs as a shelf under HTTP (FORMAT.md section 2, PROTOCOL section 8).

Promises: only what is installed, shown and trusted is given; files with right answers and of items for teachers only
are marked as guarded: they are for whoever shows the sharing code. Nothing is given unless `share` is set.

    found = sharing.find("blobs/ab/ab....mp4")
    if found.guarded: sharing.check(code, device=device)
"""

import hashlib
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from content_packs.errors import NoRootError, UnsafePathError
from content_packs.manifest import MEDIA_TYPES
from content_packs.paths import ShelfName, manifest_name, read_name
from content_packs.shelf.index import INDEX_NAME, encode_index
from content_packs.store import Store
from content_packs.trust import TrustStore
from content_packs.trust.catalogue import catalogue_name
from schoolbox.db.database import Database
from schoolbox.errors import NotFoundError

JSON = "application/json"
MANIFESTS = "SELECT manifest_sha256 FROM shown_pack ORDER BY manifest_sha256"
MANIFEST = "SELECT 1 FROM shown_pack WHERE manifest_sha256 = ?"
BLOB = """
SELECT MIN(f.role = 'quiz' OR i.teacher_only) FROM file AS f
JOIN shown_item AS i ON i.pack_id = f.pack_id AND i.id = f.item_id
WHERE f.sha256 = ? AND f.ext = ? GROUP BY f.sha256
"""
"""1 if every item that uses the file is for teachers only or has it as its quiz; a file of an open item is open."""


class Given(msgspec.Struct, frozen=True):
    """A file that may be given: its bytes, or where it stands; `guarded` only to whoever shows the code."""

    mime: str
    sha256: str
    raw: bytes = b""
    path: Path | None = None
    guarded: bool = False


class _Metadata(msgspec.Struct, frozen=True):
    """What was verified, and what it looked like on the disk then."""

    stamps: frozenset[tuple[str, int, int, int]]
    files: Mapping[str, bytes]


class Sharing:
    """The shelf of this box."""

    def __init__(self, db: Database, *, store: Store, trust: TrustStore, trust_folder: Path, share: bool) -> None:
        self._db = db
        self._store = store
        self._trust = trust
        self._trust_folder = trust_folder
        self._share = share
        self._lock = threading.Lock()
        self._known = _Metadata(frozenset(), {})

    @property
    def is_on(self) -> bool:
        """Whether neighbours are given anything."""
        return self._share

    def find(self, name: str) -> Given:
        """Find a file by its path on the shelf.

        Raises:
            NotFoundError: It is not there, or nothing is shared.
        """
        try:
            asked = read_name(name) if self._share else None
        except UnsafePathError:
            asked = None
        found = self._find(asked) if asked else None
        if found is None:
            raise NotFoundError(kind="page", key=name[:80])
        return found

    def _find(self, asked: ShelfName) -> Given | None:
        """Find what a proper name means; None if it is not there."""
        if asked.kind == "meta":
            return self._meta(asked.meta)
        if asked.kind == "manifest":
            shown = self._db.fetch_sql(int, MANIFEST, (asked.sha256,))
            path = self._store.folder / manifest_name(asked.sha256)
            return Given(JSON, asked.sha256, path=path) if shown else None
        rows = self._db.fetch_sql(int, BLOB, (asked.sha256, asked.ext))
        path = self._store.path(asked.sha256, asked.ext)
        mime = MEDIA_TYPES[asked.ext]
        return Given(mime, asked.sha256, path=path, guarded=bool(rows[0])) if rows else None

    def _meta(self, name: str) -> Given | None:
        """Find metadata, or make the index."""
        files = self._metadata()
        if name == INDEX_NAME:
            raw = encode_index(files.items(), self._db.fetch_sql(str, MANIFESTS)) if files else None
        else:
            raw = files.get(name)
        return Given(JSON, hashlib.sha256(raw).hexdigest(), raw=raw) if raw is not None else None

    def _metadata(self) -> Mapping[str, bytes]:
        """Every trusted root, registry and catalogue by its name under meta/, verified anew when a file has changed."""
        with self._lock:
            stamps = frozenset(self._stamps())
            if stamps != self._known.stamps:
                self._known = _Metadata(stamps, self._verified())
            return self._known.files

    def _verified(self) -> Mapping[str, bytes]:
        try:
            trust = self._trust.trust()
        except NoRootError:
            return {}
        catalogues = {catalogue_name(key): catalogue.raw for key, catalogue in trust.catalogues.items()}
        return {**self._trust.travelling(), **catalogues}

    def _stamps(self) -> list[tuple[str, int, int, int]]:
        """What tells whether the trusted metadata on the disk has changed."""
        stamps = []
        for path in self._trust_folder.rglob("*.json"):
            with suppress(FileNotFoundError):
                facts = path.stat()
                stamps.append((str(path), facts.st_ino, facts.st_mtime_ns, facts.st_size))
        return stamps
