"""A library that is one JSON file: what a box keeps in its database, small enough to read after a power cut.

It lies only in what it leaves out (pages, search); publishing is one durable step, as the port demands.
"""

from collections.abc import Mapping, Set
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from content_packs.library import InstalledPack, Previous, Publication


class Kept(msgspec.Struct, frozen=True):
    """The version that would come back."""

    version: int
    manifest_sha256: str
    blobs: tuple[str, ...]


class Shown(msgspec.Struct, frozen=True):
    """A pack as the library keeps it."""

    pack_id: str
    version: int
    manifest_sha256: str
    publisher_names: dict[str, str]
    catalogue_version: int
    items: tuple[str, ...]
    blobs: tuple[str, ...]
    units: tuple[str, ...] | None
    missing: int
    kept: Kept | None = None
    held_back: int = 0

    def hashes(self) -> set[str]:
        """Everything it needs in the store."""
        kept = {self.kept.manifest_sha256, *self.kept.blobs} if self.kept else set()
        return {self.manifest_sha256, *self.blobs, *kept}


class JsonLibrary:
    """All visible packs in one file, replaced as a whole."""

    def __init__(self, path: Path, disk: Disk) -> None:
        self._path = path
        self._disk = disk

    def shown(self) -> dict[str, Shown]:
        """Every visible pack by its id."""
        if not self._path.exists():
            return {}
        return {pack.pack_id: pack for pack in msgspec.json.decode(self._path.read_bytes(), type=tuple[Shown, ...])}

    def installed(self) -> Mapping[str, InstalledPack]:
        """Every pack by its id."""
        return {key: _installed(pack) for key, pack in self.shown().items()}

    def shown_items(self, pack_id: str) -> frozenset[str]:
        """The ids of the items a pack shows."""
        pack = self.shown().get(pack_id)
        return frozenset(pack.items if pack else ())

    def publish(self, publication: Publication) -> None:
        """Make a pack version visible in place of any other."""
        manifest, holding = publication.manifest, publication.holding
        before = self.shown().get(manifest.pack)
        kept, held_back = (before.kept, before.held_back) if before else (None, 0)
        if before and before.manifest_sha256 != publication.manifest_sha256:
            kept = Kept(before.version, before.manifest_sha256, before.blobs)
            held_back = before.version if publication.undo else 0
        pack = Shown(
            manifest.pack,
            manifest.version,
            publication.manifest_sha256,
            publication.publisher_names,
            publication.catalogue_version,
            tuple(sorted(holding.items)),
            tuple(sorted(holding.blobs)),
            holding.units,
            len(holding.missing),
            kept,
            held_back,
        )
        self._write({**self.shown(), manifest.pack: pack})

    def withdraw(self, pack_id: str) -> None:
        """Make a pack invisible."""
        self._write({key: pack for key, pack in self.shown().items() if key != pack_id})

    def give_up_previous(self) -> None:
        """Forget every previous version."""
        self._write({key: msgspec.structs.replace(pack, kept=None) for key, pack in self.shown().items()})

    def hashes_of(self, pack_id: str) -> set[str]:
        """Everything a pack keeps in the store."""
        pack = self.shown().get(pack_id)
        return pack.hashes() if pack else set()

    def in_use(self, among: Set[str] | None = None) -> set[str]:
        """Everything some pack needs."""
        used = {sha256 for pack in self.shown().values() for sha256 in pack.hashes()}
        return used if among is None else used & among

    def _write(self, packs: dict[str, Shown]) -> None:
        """The one visible step."""
        self._disk.make_folder(self._path.parent)
        self._disk.write_file(self._path, msgspec.json.encode(list(packs.values())))


def _installed(pack: Shown) -> InstalledPack:
    """A pack as the port tells it."""
    previous = Previous(pack.kept.version, pack.kept.manifest_sha256) if pack.kept else None
    return InstalledPack(
        pack.pack_id, pack.version, pack.manifest_sha256, pack.units, pack.missing, previous, pack.held_back
    )
