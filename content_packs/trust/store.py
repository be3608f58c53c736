"""What a box trusts, kept on its disk and renewed from shelves (FORMAT.md section 6).

Promises: only metadata that passed every rule is written, each file durably and by itself, so a power cut leaves a
state that was valid at some moment; everything is verified again when it is read. One bad catalogue does not stop the
others. What is kept: `<folder>/<N>.root.json`, `registry.json`, `cat/<publisher>.json`.

    applied = TrustStore(folder, disk).apply(shelf)
    applied.trust.publisher("mash").names["sq"], applied.refused
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from content_packs.durable import Disk, locked
from content_packs.errors import (
    FormatError,
    MetadataError,
    MissingOnShelfError,
    NoRootError,
    OddNameError,
    OlderMetadataError,
    PackError,
    RootPinnedError,
    TrustError,
    UnknownPublisherError,
    UnreadableOnShelfError,
)
from content_packs.shelf import Shelf
from content_packs.trust.catalogue import Catalogue, accept_catalogue, catalogue_name, verify_catalogue
from content_packs.trust.metadata import (
    CATALOGUE_BYTES_MAX,
    CATALOGUES_MAX,
    REGISTRY_BYTES_MAX,
    ROOT_BYTES_MAX,
    ROOTS_MAX,
)
from content_packs.trust.registry import REGISTRY_NAME, Publisher, Registry, accept_registry, verify_registry
from content_packs.trust.roots import Root, next_root, pin_root, same_root

_REFUSED = (TrustError, FormatError, OddNameError, MissingOnShelfError, UnreadableOnShelfError)
"""What one file on a shelf can be wrong with, without the shelf being gone."""


@dataclass(frozen=True)
class Trust:
    """What is trusted now: one root, at most one registry, and the catalogues that verify under it."""

    root: Root
    registry: Registry | None
    catalogues: Mapping[str, Catalogue]

    def publisher(self, publisher_id: str) -> Publisher:
        """Give a publisher of the registry.

        Raises:
            UnknownPublisherError: It is not listed, or there is no registry yet.
        """
        if self.registry is None or publisher_id not in self.registry.publishers:
            raise UnknownPublisherError(publisher=publisher_id)
        return self.registry.publishers[publisher_id]

    def is_revoked(self, publisher_id: str) -> bool:
        """Say whether a publisher's packs are to be hidden: there is a registry, and it does not list the publisher."""
        return self.registry is not None and publisher_id not in self.registry.publishers


@dataclass(frozen=True)
class Refusal:
    """Metadata of a shelf that was not believed, by its name under meta/, and why."""

    name: str
    error: PackError


@dataclass(frozen=True)
class Applied:
    """What is trusted after a shelf was looked at, what of the shelf was refused, and when it was signed (advice)."""

    trust: Trust
    refused: tuple[Refusal, ...]
    signed_at: datetime | None


@dataclass
class _Look:
    """One look at a shelf: what it has, what was refused, and the dates that were signed."""

    shelf: Shelf
    names: tuple[str, ...]
    refused: list[Refusal] = field(default_factory=list)
    dates: list[datetime] = field(default_factory=list)

    def publishers(self) -> list[str]:
        """Whose catalogues the shelf has, up to the cap."""
        names = [name for name in self.names if name.startswith("cat/")]
        return [name.removeprefix("cat/").removesuffix(".json") for name in names[:CATALOGUES_MAX]]

    def refuse(self, name: str, error: PackError) -> None:
        """Note what was not believed; an older date still counts as the date of the shelf."""
        self.refused.append(Refusal(name, error))
        if isinstance(error, OlderMetadataError):
            self.believe(error.signed_at)

    def believe(self, signed_at: datetime | None) -> None:
        """Note a date that was signed."""
        if signed_at:
            self.dates.append(signed_at)

    def loud(self, name: str) -> PackError | None:
        """Why this metadata was refused, unless it was only older."""
        errors = [refusal.error for refusal in self.refused if refusal.name == name]
        return next((error for error in errors if not isinstance(error, OlderMetadataError)), None)


class TrustStore:
    """The accepted metadata of one box, as files in a folder."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk

    def pin(self, root_bytes: bytes) -> None:
        """Take the first root, given in person; the same again changes nothing.

        Raises:
            RootPinnedError: Another one is pinned.
            MetadataError: Not a root as section 5 says.
            NotSignedError: Too few of its own keys signed it.
        """
        root = pin_root(root_bytes)
        with self._locked():
            pinned = self._pinned()
            if pinned and pinned.signed_bytes != root.signed_bytes:
                raise RootPinnedError
            if not pinned:
                for path in self._root_files():
                    self._disk.remove(path)
                self._keep(root.name, root.raw)

    def pinned(self) -> bool:
        """Say whether a first root is there and sound."""
        return self._pinned() is not None

    def trust(self) -> Trust:
        """Read what is trusted now, verifying all of it again.

        Raises:
            NoRootError: No root was pinned, or it is damaged.
        """
        root = self._root()
        registry = self._registry(root)
        if registry is None:
            return Trust(root, None, MappingProxyType({}))
        held = {publisher: self._catalogue(registry, publisher) for publisher in registry.publishers}
        return Trust(root, registry, MappingProxyType({key: cat for key, cat in held.items() if cat}))

    def apply(self, shelf: Shelf) -> Applied:
        """Take in what a shelf has that is newer and right.

        Raises:
            NoRootError: No root was pinned.
            ShelfGoneError: The shelf went away; what was taken in before stays.
            NotAShelfError: There is no metadata at all.
            DiskError: Our own disk refused.
        """
        with self._locked():
            look = _Look(shelf, shelf.meta_names())
            root = self._renew_root(look)
            registry = self._renew_registry(look, root)
            for publisher in look.publishers():
                self._renew_catalogue(look, publisher, registry)
        return Applied(self.trust(), tuple(look.refused), max(look.dates, default=None))

    # Renewing, one kind of metadata after the other.

    def _renew_root(self, look: "_Look") -> Root:
        """Follow the chain of roots as far as it is right."""
        root = self._root()
        name = root.name
        try:
            if name in look.names:
                same_root(root, look.shelf.read_meta(name, ROOT_BYTES_MAX))
            for version in range(root.version + 1, root.version + 1 + ROOTS_MAX):
                name = f"{version}.root.json"
                if name not in look.names:
                    break
                root = next_root(root, look.shelf.read_meta(name, ROOT_BYTES_MAX))
                self._keep(root.name, root.raw)
        except _REFUSED as exc:
            look.refuse(name, exc)
        return root

    def _renew_registry(self, look: "_Look", root: Root) -> Registry | None:
        """Take in the shelf's registry if it is newer and right."""
        held = self._registry(root)
        if REGISTRY_NAME not in look.names:
            return held
        try:
            registry = accept_registry(root, look.shelf.read_meta(REGISTRY_NAME, REGISTRY_BYTES_MAX), held=held)
        except _REFUSED as exc:
            look.refuse(REGISTRY_NAME, exc)
            return held
        look.believe(registry.signed_at)
        if held is None or registry.version > held.version:
            self._keep(REGISTRY_NAME, registry.raw)
        return registry

    def _renew_catalogue(self, look: "_Look", publisher: str, registry: Registry | None) -> None:
        """Take in one publisher's catalogue if it is newer and right."""
        name = catalogue_name(publisher)
        if registry is None or publisher not in registry.publishers:
            look.refuse(name, look.loud(REGISTRY_NAME) or UnknownPublisherError(publisher=publisher))
            return
        held = self._catalogue(registry, publisher)
        try:
            raw = look.shelf.read_meta(name, CATALOGUE_BYTES_MAX)
            catalogue = accept_catalogue(registry, publisher, raw, held=held)
        except _REFUSED as exc:
            look.refuse(name, exc)
            return
        look.believe(catalogue.signed_at)
        if held is None or catalogue.version > held.version:
            self._keep(name, catalogue.raw)

    # What is on our own disk, verified again.

    def _root(self) -> Root:
        """The newest root that follows from the pinned one."""
        root = self._pinned()
        if root is None:
            raise NoRootError
        while raw := self._kept(f"{root.version + 1}.root.json"):
            try:
                root = next_root(root, raw)
            except (TrustError, MetadataError):
                break
        return root

    def _pinned(self) -> Root | None:
        """The first root, if it is there and sound."""
        first = next(self._root_files(), None)
        raw = self._kept(first.name) if first else None
        try:
            return pin_root(raw) if raw else None
        except (TrustError, MetadataError):
            return None

    def _registry(self, root: Root) -> Registry | None:
        """The registry that is held, if it verifies under this root."""
        raw = self._kept(REGISTRY_NAME)
        try:
            return verify_registry(root, raw) if raw else None
        except (TrustError, MetadataError):
            return None

    def _catalogue(self, registry: Registry, publisher: str) -> Catalogue | None:
        """The catalogue that is held, if it verifies under this registry."""
        raw = self._kept(catalogue_name(publisher))
        try:
            return verify_catalogue(registry, publisher, raw) if raw else None
        except (TrustError, MetadataError):
            return None

    def _root_files(self) -> Iterator[Path]:
        """The roots that are kept, oldest first."""
        paths = self._folder.glob("*.root.json")
        roots = [path for path in paths if re.fullmatch(r"[1-9]\d{0,9}\.root\.json", path.name)]
        return iter(sorted(roots, key=lambda path: int(path.name.partition(".")[0])))

    def _kept(self, name: str) -> bytes | None:
        """Read a file that is kept; None if it is not there."""
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def _keep(self, name: str, raw: bytes) -> None:
        """Write accepted metadata durably."""
        path = self._folder / name
        self._disk.make_folder(path.parent)
        self._disk.write_file(path, raw)

    def _locked(self) -> AbstractContextManager[None]:
        """Keep other programs from renewing at the same time, so that none goes back behind the other."""
        self._disk.make_folder(self._folder)
        return locked(self._folder / "lock", wait=True)
