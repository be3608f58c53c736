"""A library that is one JSON file: what a box keeps in its database, small enough to read after a power cut.

It lies only in what it leaves out (pages, search); publishing is one durable step, as the port demands.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from content_packs.library import InstalledPack, Publication


class Shown(msgspec.Struct, frozen=True):
    """A pack as the library keeps it."""

    pack_id: str
    version: int
    manifest_sha256: str
    publisher_names: dict[str, str]
    catalogue_version: int
    blobs: tuple[str, ...]


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
        return {key: InstalledPack(key, pack.version, pack.manifest_sha256) for key, pack in self.shown().items()}

    def publish(self, publication: Publication) -> None:
        """Make a pack version visible in place of any other."""
        manifest = publication.manifest
        pack = Shown(
            manifest.pack,
            manifest.version,
            publication.manifest_sha256,
            publication.publisher_names,
            publication.catalogue_version,
            tuple(manifest.files()),
        )
        self._write({**self.shown(), manifest.pack: pack})

    def withdraw(self, pack_id: str) -> None:
        """Make a pack invisible."""
        self._write({key: pack for key, pack in self.shown().items() if key != pack_id})

    def blobs_in_use(self) -> set[str]:
        """SHA-256 of every file of every installed pack."""
        return {blob for pack in self.shown().values() for blob in pack.blobs}

    def _write(self, packs: dict[str, Shown]) -> None:
        """The one visible step."""
        self._disk.make_folder(self._path.parent)
        self._disk.write_file(self._path, msgspec.json.encode(list(packs.values())))
