"""What a box trusts, and how that changes: by a person, or by what a shelf brings (FORMAT.md section 6).

Promises: only metadata that passed every rule is written, each file durably and by itself, so a power cut leaves a
state that was valid at some moment. One bad catalogue does not stop the others. While a shelf is read nobody else has
to wait: what it gave is decided on afterwards, file by file, against what is held at that moment.

    applied = TrustStore(folder, disk).apply(shelf)
    applied.trust.publisher("mash").names["sq"], applied.refused
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from content_packs.durable import Disk, locked
from content_packs.errors import (
    FormatError,
    MetadataError,
    NoRootError,
    NotSignedError,
    OlderMetadataError,
    RootPinnedError,
    TrustError,
    UnknownPublisherError,
)
from content_packs.paths import is_publisher_id
from content_packs.shelf import ONE_FILE, Shelf
from content_packs.trust.academies import (
    Academy,
    academy_file,
    delegator_of,
    is_academy_id,
    read_academy,
    unknown,
)
from content_packs.trust.catalogue import Catalogue, accept_catalogue, catalogue_name
from content_packs.trust.delegator import Delegator
from content_packs.trust.former import catalogue_once, older, registry_once
from content_packs.trust.kept import Kept
from content_packs.trust.look import Look
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX, REGISTRY_BYTES_MAX, ROOT_BYTES_MAX, ROOTS_MAX
from content_packs.trust.registry import REGISTRY_NAME, Registry, accept_registry
from content_packs.trust.roots import NOBODY, Root, earlier_root, next_root, pin_root, same_root
from content_packs.trust.trust import Applied, Trust

_REFUSED = (TrustError, FormatError, *ONE_FILE)
"""What one file on a shelf can be wrong with, without the shelf being gone."""


class _Ground(msgspec.Struct, frozen=True):
    """What catalogues stand on, and the files it was read from."""

    files: tuple[tuple[str, bytes | None], ...]
    root: Root
    registry: Registry | None
    accepted: Delegator

    def delegator(self, publisher: str) -> Delegator:
        """Who lets a publisher sign: the registry before a person."""
        for delegator in (self.registry, self.accepted):
            if delegator is not None and publisher in delegator.publishers:
                return delegator
        raise NoRootError if self.root is NOBODY else unknown(publisher)


class TrustStore:
    """The accepted metadata of one box, as files in a folder."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk
        self._kept = Kept(folder, disk)
        self._ground: _Ground | None = None

    # What a person decides.

    def pin(self, root_bytes: bytes, *, replace: bool = False) -> bool:
        """Take the first root, given in person; the same again changes nothing. Says whether anything was changed.

        Args:
            root_bytes: The root.
            replace: Trust it in place of another one, whose registry then no longer counts.

        Raises:
            RootPinnedError: Another one is pinned, and it is not to be replaced.
            MetadataError: Not a root as section 5 says.
            NotSignedError: Too few of its own keys signed it.
        """
        root = pin_root(root_bytes)
        with self._locked():
            pinned = self._kept.pinned()
            if pinned and pinned.signed_bytes == root.signed_bytes:
                return False
            if pinned and not replace:
                raise RootPinnedError
            # The old list goes first: its key may sign another of that number under the new root. Then the new root
            # comes, and only then the others go, newest first: the lowest number counts and what does not follow it
            # does not, so at every moment there is a chain from the old root, or from the new one.
            self._kept.remove(REGISTRY_NAME)
            self._kept.write(root.name, root.raw)
            for path in reversed(list(self._kept.root_files())):
                if path.name != root.name:
                    self._disk.remove(path)
        return True

    def pin_given(self, root_bytes: bytes) -> bool:
        """Take the root that came with the system, if none was ever taken; says whether it was.

        One that is held and damaged is not replaced: it may be newer than the one of the system, whose keys may be
        stolen by now. A person decides then.

        Raises:
            MetadataError: Not a root as section 5 says.
            NotSignedError: Too few of its own keys signed it.
        """
        root = pin_root(root_bytes)
        with self._locked():
            if next(self._kept.root_files(), None):
                return False
            self._kept.remove(REGISTRY_NAME)
            self._kept.write(root.name, root.raw)
        return True

    def pinned(self) -> bool:
        """Say whether a first root is there and sound."""
        return self._kept.pinned() is not None

    def accept(self, raw: bytes, *, own: bool = False) -> Academy:
        """Trust an academy from now on; the same again, or under another name, is fine.

        Args:
            raw: The catalogue by which it introduces itself.
            own: It is that of this box, which nobody can forget.

        Raises:
            NotAnAcademyError: This is not how an academy introduces itself.
            NotSignedError: Its key did not sign this.
            OutsidePrefixError: It names what is not its own.
        """
        academy = read_academy(raw)
        with self._locked():
            name = academy_file(academy.id, own=own)
            if self._kept.read(name) != raw:
                self._kept.write(name, raw)
        return academy

    def forget(self, academy_id: str) -> None:
        """Trust an academy no longer, unless the registry lists it.

        Raises:
            UnknownPublisherError: No person accepted it.
        """
        with self._locked():
            if not is_academy_id(academy_id) or self._kept.read(academy_file(academy_id)) is None:
                raise unknown(academy_id)
            self._kept.remove(academy_file(academy_id))

    def accepted(self) -> Mapping[str, Academy]:
        """Every academy that was accepted, those included that the registry lists by now."""
        return self._kept.academies()

    # What is trusted.

    def trust(self) -> Trust:
        """Read what is trusted now, verifying all of it again.

        Raises:
            NoRootError: No root was pinned, or it is damaged, and no person accepted an academy.
        """
        trust = self._kept.trust()
        if trust.root is NOBODY and all(academy.own for academy in trust.academies.values()):
            raise NoRootError
        return trust

    def held(self, publisher_id: str) -> bytes | None:
        """Give the catalogue that was taken in last of a publisher, whether it counts today or not."""
        return self._kept.read(catalogue_name(publisher_id)) if is_publisher_id(publisher_id) else None

    def travelling(self) -> Mapping[str, bytes]:
        """Every root and the registry, by name under meta/, as each shelf that is written must carry (FORMAT 6.15)."""
        roots = list(self._kept.roots())
        files = {root.name: root.raw for root in roots}
        files |= {root.name: root.raw for root in self._former_roots()}
        registry = self._kept.registry(roots[-1]) if roots else None
        if registry:
            files[REGISTRY_NAME] = registry.raw
        return files

    # What a shelf brings.

    def apply(self, shelf: Shelf) -> Applied:
        """Take in what a shelf has that is newer and right.

        Raises:
            NoRootError: No root was pinned, and the shelf has nothing of an accepted academy.
            ShelfGoneError: The shelf went away; what was taken in before stays.
            NotAShelfError: There is no metadata at all.
            DiskError: Our own disk refused.
        """
        look = Look(shelf, shelf.meta_names())
        has_root = self.pinned()
        if not has_root and not set(look.publishers()) & set(self._kept.academies()):
            raise NoRootError
        if has_root:
            self._renew_root(look)
            self._backfill(look)
        self._renew_registry(look, has_root=has_root)
        ground = self._stand()
        for publisher in look.publishers():
            self._renew_catalogue(look, publisher, ground)
        return Applied(self._kept.trust(), tuple(look.refused), max(look.dates, default=None))

    def _renew_root(self, look: Look) -> None:
        """Follow the chain of roots as far as it is right."""
        root = self._kept.root()
        name = root.name
        try:
            if name in look.names:
                same_root(root, look.shelf.read_meta(name, ROOT_BYTES_MAX))
            for version in range(root.version + 1, root.version + 1 + ROOTS_MAX):
                name = f"{version}.root.json"
                if name not in look.names:
                    return
                raw = look.shelf.read_meta(name, ROOT_BYTES_MAX)
                with self._locked():
                    current = self._kept.root()
                    if current.version < version:
                        self._kept.write(name, next_root(current, raw).raw)
        except _REFUSED as exc:
            look.refuse(name, exc)

    def _backfill(self, look: Look) -> None:
        """Keep the roots before the pinned one, to pass them on; what is wrong with them is nobody's trouble here."""
        later = self._kept.pinned()
        while later and later.version > 1:
            earlier = self._earlier(later)
            name = f"{later.version - 1}.root.json"
            if earlier is None and name in look.names:
                with suppress(*_REFUSED):
                    earlier = earlier_root(later, look.shelf.read_meta(name, ROOT_BYTES_MAX))
                    with self._locked():
                        self._kept.write(f"earlier/{name}", earlier.raw)
            later = earlier

    def _renew_registry(self, look: Look, *, has_root: bool) -> None:
        """Take in the shelf's registry if it is newer and right."""
        if REGISTRY_NAME not in look.names:
            return
        try:
            if not has_root:
                raise NoRootError
            raw = look.shelf.read_meta(REGISTRY_NAME, REGISTRY_BYTES_MAX)
            with self._locked():
                held = self._stand().registry
                same = held if held and held.raw == raw else None
                registry = same or self._accept_registry(look, raw, held)
                if held is None or registry.version > held.version:
                    self._kept.write(REGISTRY_NAME, registry.raw)
            look.believe(registry.signed_at)
        except _REFUSED as exc:
            look.refuse(REGISTRY_NAME, exc)

    def _accept_registry(self, look: Look, raw: bytes, held: Registry | None) -> Registry:
        """Accept a registry; one that is only older lets the catalogues beside it be understood (FORMAT 6.17)."""
        try:
            return accept_registry(self._stand().root, raw, held=held)
        except OlderMetadataError:
            look.former = registry_once([self._stand().root], raw)
            raise
        except NotSignedError as exc:
            once = registry_once(self._former_roots(), raw)
            error = older(REGISTRY_NAME, once, held)
            if error is None:
                raise
            look.former = once
            raise error from exc

    def _renew_catalogue(self, look: Look, publisher: str, ground: "_Ground") -> None:
        """Take in one publisher's catalogue if it is newer and right; a stranger's is not even read."""
        name = catalogue_name(publisher)
        try:
            ground.delegator(publisher)
            raw = look.shelf.read_meta(name, CATALOGUE_BYTES_MAX)
            with self._locked():
                delegator = self._stand().delegator(publisher)
                held = None
                with suppress(NotSignedError):
                    held = self._kept.catalogue(delegator, publisher)
                same = held if held and held.raw == raw else None
                catalogue = same or _accept_catalogue(look, delegator, raw, publisher, held)
                if held is None or catalogue.version > held.version:
                    self._kept.write(name, catalogue.raw)
            look.believe(catalogue.signed_at)
        except UnknownPublisherError as exc:
            look.refuse(name, look.loud(REGISTRY_NAME) or exc)
        except _REFUSED as exc:
            look.refuse(name, exc)

    def _stand(self) -> "_Ground":
        """Root, registry and academies as they are on the disk now; verified again only if a byte of them changed."""
        names = [*(path.name for path in self._kept.root_files()), REGISTRY_NAME]
        names += self._kept.academy_files()
        files = tuple((name, self._kept.read(name)) for name in names)
        if self._ground is None or self._ground.files != files:
            root = self._kept.root()
            accepted = delegator_of(self._kept.academies().values())
            self._ground = _Ground(files, root, self._kept.registry(root), accepted)
        return self._ground

    def _former_roots(self) -> Iterator[Root]:
        """Every root before today's that is kept, newest first."""
        roots = list(self._kept.roots())
        yield from reversed(roots[:-1])
        later = roots[0] if roots else None
        while later and (later := self._earlier(later)):
            yield later

    def _earlier(self, later: Root) -> Root | None:
        """The root before one that is kept to be passed on, if it is there and sound."""
        raw = self._kept.read(f"earlier/{later.version - 1}.root.json")
        try:
            return earlier_root(later, raw) if raw else None
        except (TrustError, MetadataError):
            return None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other programs from deciding at the same time, so that none goes back behind the other."""
        self._disk.make_folder(self._folder)
        with locked(self._folder / "lock", wait=True):
            yield


def _accept_catalogue(
    look: Look, delegator: Delegator, raw: bytes, publisher: str, held: Catalogue | None
) -> Catalogue:
    """Accept a catalogue; what an older registry vouched for is only older (FORMAT 6.17)."""
    try:
        return accept_catalogue(delegator, publisher, raw, held=held)
    except NotSignedError as exc:
        once = catalogue_once(look.former, publisher, raw)
        raise older(catalogue_name(publisher), once, held) or exc from exc
