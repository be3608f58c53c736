"""Installing, checking, undoing and removing packs (FORMAT.md section 8).

Promises: `Library.publish` is the one visible step; whatever happens before it, the old version stands and what was
copied is kept for the next try. One bad file does not stop the others. Removing sweeps from what is installed, never
by a date.

    installer.install(DirectoryShelf(Path("/media/stick")), "mash:thyesat-6", progress=print)
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Set
from contextlib import suppress

import msgspec

from content_packs.clock import Clock
from content_packs.copying import Copier, Progress
from content_packs.durable import Disk
from content_packs.errors import (
    ManifestError,
    MissingBlobError,
    NothingToUndoError,
    NotInstalledError,
    NotOfferedError,
    OlderPackError,
    PackError,
    TamperedError,
)
from content_packs.library import InstalledPack, Library, Publication
from content_packs.manifest import File, Item, Manifest
from content_packs.offers import Offers, catalogue_of, look, manifest_bytes
from content_packs.selection import (
    Gap,
    Holding,
    choose_units,
    files_of,
    gaps,
    holding_of,
    lost_items,
    wanted_items,
)
from content_packs.shelf import Shelf
from content_packs.store import Store
from content_packs.trust import Applied, Listing, TrustStore


class Missing(msgspec.Struct, frozen=True):
    """A file that is wanted and not there, and why the shelf could not give it."""

    file: File
    error: PackError


class Installed(msgspec.Struct, frozen=True):
    """What an installation did.

    Not `changed` means that pupils see what they saw before, and files were only repaired where needed. `missing` is
    what the pack does without until some shelf supplies it, and what is damaged here and was not mended.
    """

    pack_id: str
    version: int
    changed: bool
    copied_bytes: int
    freed_bytes: int
    missing: tuple[Missing, ...] = ()


class Verified(msgspec.Struct, frozen=True):
    """What reading every blob of an installed pack found."""

    pack_id: str
    files: int
    missing: tuple[File, ...]
    corrupt: tuple[File, ...]

    @property
    def sound(self) -> bool:
        """Whether all of it is there and right."""
        return not self.missing and not self.corrupt


class Installer:
    """Puts packs from shelves into a store and a library."""

    def __init__(
        self, *, store: Store, trust: TrustStore, disk: Disk, library: Library, clock: Clock, reserve_bytes: int
    ) -> None:
        self._store = store
        self._trust = trust
        self._library = library
        self._clock = clock
        self._copier = Copier(store, disk, reserve_bytes=reserve_bytes, make_room=self._give_up_previous)

    def offers(self, shelf: Shelf, *, only: str | None = None) -> Offers:
        """Take in what is newer and right in the shelf's metadata, and say what packs it offers, or what of one pack.

        Raises:
            NoRootError: This box was never told whom to trust.
            ShelfError: The shelf is gone, or none.
            DiskError: Our own disk refused to keep the metadata.
        """
        return self._look(shelf, only=only)[1]

    def install(
        self,
        shelf: Shelf,
        pack_id: str,
        *,
        units: Collection[str] | None = None,
        repair: bool = True,
        manifest_sha256: str = "",
        progress: Callable[[Progress], None],
    ) -> Installed:
        """Install a pack or more of it, or repair it if this version is installed.

        Args:
            shelf: Where to take it from.
            pack_id: Which pack; its newest trusted version on the shelf is taken.
            units: Slugs of the units to install beside what is installed; None for what was chosen before, or all.
            repair: Read every file of a version that is installed; else only what is missing is looked for.
            manifest_sha256: The one version that was asked for; empty for whichever it is.
            progress: Told after every piece. It may raise to pause or cancel: what was copied is kept.

        Raises:
            NotOfferedError: The shelf does not have it, or has another version than was asked for.
            NoSuchUnitError: It has no unit of that name.
            TrustError: Whoever signed it may not.
            OlderPackError: A newer version is installed.
            TamperedError: A manifest or blob is not what was signed, and the pack cannot stand without it.
            ShelfError: The shelf is gone, or lacks a blob the pack cannot stand without.
            NotEnoughSpaceError: It would eat into the reserve.
            DiskError: Our own disk refused.
            StoreBusyError: Another program is installing.
        """
        with self._store.writing():
            applied, offers = self._look(shelf, only=pack_id)
            offer = offers.find(pack_id)
            if manifest_sha256 not in ("", offer.listing.manifest_sha256):
                raise NotOfferedError(pack_id=pack_id)
            if offer.state == "older":
                newer = offer.installed_version or 0
                raise OlderPackError(pack_id=pack_id, version=offer.version, installed_version=newer)
            raw = manifest_bytes(shelf, self._store, offer.listing)
            manifest = offer.listing.open(raw)
            pack = self._library.installed().get(pack_id)
            wish = self._wish(manifest, pack, units)
            lacking = self._lacking(wish, repair=repair and offer.state in ("same", "incomplete"))
            self._copier.check_room(lacking, wish.files)
            self._store.put_manifest(raw)  # now, so that a sweep knows what is being put together
            copied = self._copier.copy(shelf, pack_id, lacking, wish.files, progress)
            holding = holding_of(wish.items, units=wish.units, good=self._store.has)
            wish.check_nothing_is_lost(manifest, holding, copied.failed)
            unmended = [file for file in lacking if file.sha256 in copied.failed and file.sha256 in holding.blobs]
            if unmended and not copied.copied_bytes:
                raise copied.failed[unmended[0].sha256]
            changed, freed = wish.is_news(pack, offer.listing, holding), 0
            if changed:
                freed = self._publish(
                    Publication(
                        manifest=manifest,
                        manifest_sha256=offer.listing.manifest_sha256,
                        publisher_names=offer.publisher_names,
                        catalogue_version=catalogue_of(applied, pack_id).version,
                        holding=holding,
                    )
                )
        missing = tuple(Missing(file, copied.failed[file.sha256]) for file in (*holding.missing, *unmended))
        return Installed(pack_id, offer.version, changed, copied.copied_bytes, freed, missing)

    def undo(self, pack_id: str) -> Installed:
        """Go back to the version before; once more returns to the newer one.

        Raises:
            NotInstalledError: It is not installed.
            NothingToUndoError: There is no version before it.
            UnknownPublisherError: Its publisher is no longer trusted.
            MissingBlobError: The files of that version are gone.
            StoreBusyError: Another program is installing.
        """
        with self._store.writing():
            pack = self._installed(pack_id)
            if pack.previous is None:
                raise NothingToUndoError(pack_id=pack_id)
            trust = self._trust.trust()
            publisher = trust.publisher(pack_id.partition(":")[0])
            catalogue = trust.catalogues.get(publisher.id)
            manifest = self._store.manifest(pack.previous.manifest_sha256)
            wanted = wanted_items(manifest, units=pack.units, shown=self._library.shown_items(pack_id))
            holding = holding_of(wanted, units=pack.units, good=self._store.has)
            if not holding.items:
                raise MissingBlobError(name=pack_id)
            freed = self._publish(
                Publication(
                    manifest=manifest,
                    manifest_sha256=pack.previous.manifest_sha256,
                    publisher_names=publisher.names,
                    catalogue_version=catalogue.version if catalogue else 0,
                    holding=holding,
                    undo=True,
                )
            )
        return Installed(pack_id, manifest.version, True, 0, freed)

    def verify(self, pack_id: str) -> Verified:
        """Read every blob that an installed pack shows.

        Raises:
            NotInstalledError: It is not installed.
            MissingBlobError: Its manifest is gone.
            TamperedError: Its manifest is damaged.
        """
        manifest = self._store.manifest(self._installed(pack_id).manifest_sha256)
        held = self._library.hashes_of(pack_id)
        files = [file for sha256, file in manifest.files().items() if sha256 in held]
        found = {file: self._store.check(file) for file in files}
        return Verified(
            pack_id=pack_id,
            files=len(found),
            missing=tuple(file for file, soundness in found.items() if soundness == "missing"),
            corrupt=tuple(file for file, soundness in found.items() if soundness == "corrupt"),
        )

    def gaps(self, pack_id: str) -> tuple[Gap, ...]:
        """Say what an installed pack does without.

        Raises:
            NotInstalledError: It is not installed.
            MissingBlobError: Its manifest is gone.
            TamperedError: Its manifest is damaged.
        """
        pack = self._installed(pack_id)
        manifest = self._store.manifest(pack.manifest_sha256)
        shown = self._library.shown_items(pack_id)
        wanted = wanted_items(manifest, units=pack.units, shown=shown)
        return gaps(wanted, shown=shown, blobs=self._library.hashes_of(pack_id))

    def remove(self, pack_id: str) -> int:
        """Take a pack out of the library, then delete what only it used; return the bytes this freed.

        Raises:
            NotInstalledError: It is not installed.
            StoreBusyError: Another program is installing.
        """
        with self._store.writing():
            self._installed(pack_id)
            used = self._library.hashes_of(pack_id)
            self._library.withdraw(pack_id)
            return self._sweep(used)

    def sweep(self, *, still_wanted: Collection[str] = ()) -> int:
        """Give up interrupted installations: delete everything no installed pack uses; return the bytes this freed.

        Args:
            still_wanted: SHA-256 of manifests whose pack is being put together: what is here of them stays.

        Raises:
            StoreBusyError: Another program is installing.
        """
        with self._store.writing():
            return self._store.sweep(self._library.in_use(), spare=self._of_manifests(still_wanted))

    def _look(self, shelf: Shelf, *, only: str | None = None) -> tuple[Applied, Offers]:
        """Renew trust from the shelf and see what it offers, of one pack or of all."""
        applied = self._trust.apply(shelf)
        age = self._clock.now() - applied.signed_at if applied.signed_at else None
        sensible = age if age and age.total_seconds() >= 0 else None
        offers = look(shelf, applied, self._store, self._library.installed(), only=only)
        return applied, Offers(offers, applied.refused, sensible)

    def _wish(self, manifest: Manifest, pack: InstalledPack | None, asked: Collection[str] | None) -> "_Wish":
        """What is to be there in the end: what is asked for, beside what was chosen and what is shown."""
        before = pack.units if pack else None
        units = choose_units(manifest, asked, before=before, installed=pack is not None)
        shown = self._library.shown_items(manifest.pack)
        return _Wish(units, wanted_items(manifest, units=units, shown=shown), shown)

    def _lacking(self, wish: "_Wish", *, repair: bool) -> list[File]:
        """What has to be copied: what is not there, and for a repair also what is there but wrong (FORMAT 8.7)."""
        if repair:
            return [file for file in wish.files if self._store.check(file) != "sound"]
        return [file for file in wish.files if not self._store.has(file)]

    def _of_manifests(self, hashes: Iterable[str]) -> set[str]:
        """SHA-256 of some manifests that are in the store, and of the files they name."""
        found: set[str] = set()
        for sha256 in hashes:
            with suppress(MissingBlobError, TamperedError, ManifestError):
                found |= {sha256, *self._store.manifest(sha256).files()}
        return found

    def _publish(self, publication: Publication) -> int:
        """Do the one visible step, then delete what no version needs any more; return the bytes this freed."""
        used = self._library.hashes_of(publication.manifest.pack)
        self._library.publish(publication)
        return self._sweep(used)

    def _sweep(self, among: Set[str]) -> int:
        """Delete what is no longer in use of what was; return the bytes this freed."""
        return self._store.sweep(set(), among=among - self._library.in_use(among))

    def _give_up_previous(self, wanted: Set[str]) -> None:
        """Make room: what could only be undone goes before a new pack is refused, but for what that pack wants too."""
        before = self._library.in_use()
        self._library.give_up_previous()
        self._sweep(before - wanted)

    def _installed(self, pack_id: str) -> InstalledPack:
        """Give an installed pack, or NotInstalledError."""
        pack = self._library.installed().get(pack_id)
        if pack is None:
            raise NotInstalledError(pack_id=pack_id)
        return pack


class _Wish(msgspec.Struct, frozen=True):
    """What is to be there in the end, and what is shown so far."""

    units: tuple[str, ...] | None
    items: tuple[Item, ...]
    shown: frozenset[str]

    @property
    def files(self) -> tuple[File, ...]:
        """Every distinct file of it."""
        return tuple(files_of(self.items).values())

    def check_nothing_is_lost(self, manifest: Manifest, holding: Holding, failed: Mapping[str, PackError]) -> None:
        """Refuse a version that cannot stand, with what is wrong with the first file (FORMAT 8.9).

        Raises:
            PackError: Nothing of it is whole, or pupils would lose an item they have.
        """
        lost = files_of(lost_items(manifest, holding, self.shown))
        if lost or not holding.items:
            errors = [error for sha256, error in failed.items() if sha256 in lost] or [*failed.values()]
            raise errors[0] if errors else NotOfferedError(pack_id=manifest.pack)

    def is_news(self, pack: InstalledPack | None, listing: Listing, holding: Holding) -> bool:
        """Say whether the library would show something else than now."""
        if pack is None or pack.manifest_sha256 != listing.manifest_sha256:
            return True
        return (pack.units, pack.missing, self.shown) != (holding.units, len(holding.missing), holding.items)
