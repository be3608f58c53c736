"""What was fetched from a distant shelf before: metadata and manifests by their hash, and the newest index.

Promises: what comes out has the hash that was asked for, or nothing does; the folder can be deleted at any time, and a
disk that does not take a copy stops nobody; whatever a shelf gives, not much room is taken. Nothing in it is trusted.

    kept = Kept(Path("shelves/hub"), Disk())
    kept.put("meta", raw)
    kept.get("meta", sha256)
"""

import hashlib
from collections.abc import Set
from contextlib import suppress
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from content_packs.errors import DiskError, MetadataError
from content_packs.paths import SHA256_PATTERN
from content_packs.shelf.index import INDEX_BYTES_MAX, decode_index

MANIFESTS_BYTES_MAX = 64 * 1024 * 1024
"""How much room copies of manifests may take before all of them are given up."""
META_BYTES_MAX = 32 * 1024 * 1024
"""How much room copies of metadata may take; what comes then is not kept, and has to come again."""
_ANY_BYTES_MAX = 4 * 1024 * 1024


class KeptIndex(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The index a shelf gave last, and the tag it gave it."""

    shelf: str
    tag: str
    raw: bytes


class Kept:
    """A folder of copies."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk
        self._sizes: dict[str, int] = {}

    def index(self, shelf: str) -> KeptIndex | None:
        """Give the index that this shelf gave last."""
        raw = self._read(self._folder / "index", 2 * INDEX_BYTES_MAX)
        try:
            index = msgspec.json.decode(raw or b"", type=KeptIndex)
            decode_index(index.raw)
        except (msgspec.DecodeError, UnicodeDecodeError, MetadataError):
            return None
        return index if index.shelf == shelf else None

    def put_index(self, index: KeptIndex, named: Set[str]) -> None:
        """Keep an index, and of metadata only what it names."""
        self._write(self._folder / "index", msgspec.json.encode(index))
        self._drop("meta", named)

    def get(self, kind: str, sha256: str) -> bytes | None:
        """Give a copy by its kind (`meta` or `manifests`) and hash, if there is a sound one."""
        raw = self._read(self._folder / kind / sha256, _ANY_BYTES_MAX)
        return raw if raw is not None and hashlib.sha256(raw).hexdigest() == sha256 else None

    def put(self, kind: str, raw: bytes) -> None:
        """Keep a copy."""
        if kind == "meta" and self._size(kind) + len(raw) > META_BYTES_MAX:
            return
        if kind == "manifests" and self._size(kind) + len(raw) > MANIFESTS_BYTES_MAX:
            self._drop(kind, set())
        self._write(self._folder / kind / hashlib.sha256(raw).hexdigest(), raw)
        self._sizes[kind] = self._size(kind) + len(raw)

    def _read(self, path: Path, cap_bytes: int) -> bytes | None:
        """Read a file of ours; None if it cannot be, or is too large to be ours."""
        try:
            with path.open("rb") as file:
                raw = file.read(cap_bytes + 1)
        except OSError:
            return None
        return raw if len(raw) <= cap_bytes else None

    def _write(self, path: Path, raw: bytes) -> None:
        with suppress(DiskError):
            self._disk.make_folder(path.parent)
            self._disk.write_file(path, raw)

    def _size(self, kind: str) -> int:
        """How much room copies of a kind take, as far as is known: looked at once, then counted."""
        if kind not in self._sizes:
            self._sizes[kind] = sum(path.stat().st_size for path in self._copies(kind) if path.is_file())
        return self._sizes[kind]

    def _drop(self, kind: str, named: Set[str]) -> None:
        """Give up the copies of a kind whose hashes are not named, and whatever else lies there."""
        for path in self._copies(kind):
            if path.name not in named or not SHA256_PATTERN.fullmatch(path.name):
                with suppress(DiskError):
                    self._disk.unlink(path)
        self._sizes.pop(kind, None)

    def _copies(self, kind: str) -> list[Path]:
        """What is there of a kind."""
        folder = self._folder / kind
        return [*folder.iterdir()] if folder.is_dir() else []
