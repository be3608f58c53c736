"""What shows the packs: the port through which an installation becomes visible (FORMAT 8.2).

The box implements `Library` on its database; the one transaction of `publish` is the one visible step of installing.
"""

from collections.abc import Mapping, Set
from typing import Protocol

import msgspec

from content_packs.manifest import Manifest, Text
from content_packs.selection import Holding


class Previous(msgspec.Struct, frozen=True):
    """The version that was shown before this one, kept whole so that it can come back."""

    version: int
    manifest_sha256: str


class InstalledPack(msgspec.Struct, frozen=True):
    """A pack the library holds.

    Attributes:
        pack_id: `publisher:slug`.
        version: Of what is shown.
        manifest_sha256: Which manifest it was published from.
        units: Slugs of the units that were chosen; None for all.
        missing: How many wanted files are not there yet.
        previous: What `undo` would bring back.
        held_back: A version somebody went back from: it is not taken by itself again. 0 for none.
    """

    pack_id: str
    version: int
    manifest_sha256: str
    units: tuple[str, ...] | None = None
    missing: int = 0
    previous: Previous | None = None
    held_back: int = 0


class Publication(msgspec.Struct, frozen=True):
    """Everything a library needs to show a pack version; what `holding` names is in the store already.

    `undo` says that a person goes back: progress is left alone, and the version that is left is held back.
    """

    manifest: Manifest
    manifest_sha256: str
    publisher_names: Text
    catalogue_version: int
    holding: Holding
    undo: bool = False


class Library(Protocol):
    """Which packs are visible; durable when a method returns."""

    def installed(self) -> Mapping[str, InstalledPack]:
        """Every pack by its id, hidden ones of revoked publishers included."""

    def shown_items(self, pack_id: str) -> frozenset[str]:
        """The ids of the items a pack shows; empty if it is not installed."""

    def publish(self, publication: Publication) -> None:
        """Make a pack version visible in place of any other, in one transaction; again is harmless.

        Another version than the one before makes that one the previous; more items of the same version do not.
        """

    def withdraw(self, pack_id: str) -> None:
        """Make a pack and its previous version invisible, in one transaction; fine if it is not there."""

    def give_up_previous(self) -> None:
        """Forget the previous version of every pack, for the room they take."""

    def hashes_of(self, pack_id: str) -> set[str]:
        """SHA-256 of every manifest and blob that a pack, with its previous version, keeps in the store."""

    def in_use(self, among: Set[str] | None = None) -> set[str]:
        """SHA-256 of every manifest and blob that some pack or previous version needs; if given, only of these."""
