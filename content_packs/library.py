"""What shows the packs: the port through which an installation becomes visible (FORMAT 8.2).

The box implements `Library` on its database; the one transaction of `publish` is the one visible step of installing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from content_packs.manifest import Manifest, Text


@dataclass(frozen=True)
class InstalledPack:
    """A pack the library holds, and which manifest it was published from."""

    pack_id: str
    version: int
    manifest_sha256: str


@dataclass(frozen=True)
class Publication:
    """Everything a library needs to show a pack version; its blobs are in the store already."""

    manifest: Manifest
    manifest_sha256: str
    publisher_names: Text
    catalogue_version: int
    size_bytes: int


class Library(Protocol):
    """Which packs are visible; durable when a method returns."""

    def installed(self) -> Mapping[str, InstalledPack]:
        """Every pack by its id, hidden ones of revoked publishers included."""

    def publish(self, publication: Publication) -> None:
        """Make a pack version visible in place of any other version, in one transaction; again is harmless."""

    def withdraw(self, pack_id: str) -> None:
        """Make a pack invisible, in one transaction; fine if it is not there."""

    def blobs_in_use(self) -> set[str]:
        """SHA-256 of every file of every installed pack."""
