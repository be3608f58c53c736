"""Installing, checking and removing packs (FORMAT.md section 8).

Promises: `Library.publish` is the one visible step; whatever happens before it, the old version stands and what was
copied is kept for the next try. Removing sweeps from what is installed, never by a date.

    installer.install(DirectoryShelf(Path("/media/stick")), "mash:thyesat-6", progress=print)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.errors import (
    FormatError,
    MissingBlobError,
    NotEnoughSpaceError,
    NotInstalledError,
    OlderPackError,
    TamperedError,
)
from content_packs.library import InstalledPack, Library, Publication
from content_packs.manifest import File, Manifest
from content_packs.offers import Offer, Offers, catalogue_of, look, read_manifest
from content_packs.shelf import Readable, Shelf
from content_packs.store import Store
from content_packs.trust import Applied, TrustStore


@dataclass(frozen=True)
class Progress:
    """How far an installation is; what was there before it began counts as done."""

    pack_id: str
    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int


@dataclass(frozen=True)
class Installed:
    """What an installation did; not `changed` means that the version was there and only repaired where needed."""

    pack_id: str
    version: int
    changed: bool
    copied_bytes: int
    freed_bytes: int


@dataclass(frozen=True)
class Verified:
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
        self._disk = disk
        self._library = library
        self._clock = clock
        self._reserve_bytes = reserve_bytes

    def offers(self, shelf: Shelf) -> Offers:
        """Take in what is newer and right in the shelf's metadata, and say what packs it offers.

        Raises:
            NoRootError: This box was never told whom to trust.
            ShelfError: The shelf is gone, or none.
            DiskError: Our own disk refused to keep the metadata.
        """
        return self._look(shelf)[1]

    def install(self, shelf: Shelf, pack_id: str, *, progress: Callable[[Progress], None]) -> Installed:
        """Install a pack, or repair it if this version is installed.

        Args:
            shelf: Where to take it from.
            pack_id: Which pack; its newest trusted version on the shelf is taken.
            progress: Told after every piece. It may raise to pause or cancel: what was copied is kept.

        Raises:
            NotOfferedError: The shelf does not have it.
            TrustError: Whoever signed it may not.
            OlderPackError: A newer version is installed.
            TamperedError: A manifest or blob is not what was signed.
            ShelfError: The shelf is gone, or lacks a blob.
            NotEnoughSpaceError: It would eat into the reserve.
            DiskError: Our own disk refused.
            StoreBusyError: Another program is installing.
        """
        with self._store.writing():
            applied, offers = self._look(shelf)
            offer = offers.find(pack_id)
            raw = read_manifest(shelf, offer.listing)
            manifest = offer.listing.open(raw)
            if offer.state == "older":
                newer = offer.installed_version or 0
                raise OlderPackError(pack_id=pack_id, version=offer.version, installed_version=newer)
            copied = self._copy(shelf, manifest, self._missing(manifest, offer), progress)
            self._store.put_manifest(raw)
            freed = self._publish(applied, offer, manifest) if offer.installable else 0
        return Installed(pack_id, offer.version, offer.installable, copied, freed)

    def verify(self, pack_id: str) -> Verified:
        """Read every blob of an installed pack.

        Raises:
            NotInstalledError: It is not installed.
            MissingBlobError: Its manifest is gone.
            TamperedError: Its manifest is damaged.
        """
        manifest = self._store.manifest(self._installed(pack_id).manifest_sha256)
        found = {file: self._store.check(file) for file in manifest.files().values()}
        return Verified(
            pack_id=pack_id,
            files=len(found),
            missing=tuple(file for file, soundness in found.items() if soundness == "missing"),
            corrupt=tuple(file for file, soundness in found.items() if soundness == "corrupt"),
        )

    def remove(self, pack_id: str) -> int:
        """Take a pack out of the library, then delete what only it used; return the bytes this freed.

        Raises:
            NotInstalledError: It is not installed.
            StoreBusyError: Another program is installing.
        """
        with self._store.writing():
            pack = self._installed(pack_id)
            used = self._used_by(pack)
            self._library.withdraw(pack_id)
            return self._store.sweep(self._in_use(), among=used)

    def sweep(self) -> int:
        """Give up interrupted installations: delete everything no installed pack uses; return the bytes this freed.

        Raises:
            StoreBusyError: Another program is installing.
        """
        with self._store.writing():
            return self._store.sweep(self._in_use())

    def _look(self, shelf: Shelf) -> tuple[Applied, Offers]:
        """Renew trust from the shelf and see what it offers."""
        applied = self._trust.apply(shelf)
        age = self._clock.now() - applied.signed_at if applied.signed_at else None
        sensible = age if age and age.total_seconds() >= 0 else None
        offers = look(shelf, applied, self._store, self._library.installed())
        return applied, Offers(offers, applied.refused, sensible)

    def _missing(self, manifest: Manifest, offer: Offer) -> list[File]:
        """What has to be copied: what is not there, and for a repair also what is there but wrong (FORMAT 8.7)."""
        files = manifest.files().values()
        if offer.state == "same":
            return [file for file in files if self._store.check(file) != "sound"]
        return [file for file in files if not self._store.has(file)]

    def _copy(
        self, shelf: Shelf, manifest: Manifest, missing: list[File], progress: Callable[[Progress], None]
    ) -> int:
        """Copy blobs after checking that there is room; return the bytes copied."""
        self._check_space(missing)
        files_total, bytes_total = len(manifest.files()), manifest.size_bytes
        bytes_missing = sum(file.size_bytes for file in missing)
        bytes_done = bytes_total - bytes_missing
        for number, file in enumerate(missing, files_total - len(missing)):

            def tell(gained: int, number: int = number) -> None:
                nonlocal bytes_done
                bytes_done += gained
                progress(Progress(manifest.pack, number, files_total, bytes_done, bytes_total))

            self._store.put_from(_opener(shelf, file), file, tell)
        progress(Progress(manifest.pack, files_total, files_total, bytes_total, bytes_total))
        return bytes_missing

    def _check_space(self, missing: Iterable[File]) -> None:
        """Refuse before anything is copied if the reserve would be touched."""
        needs = sum(file.size_bytes - self._store.staged_bytes(file) for file in missing)
        folder = self._store.folder
        free = max(0, self._disk.free_bytes(folder) - self._reserve_bytes)
        if needs > free:
            raise NotEnoughSpaceError(path=folder, needs_bytes=needs, free_bytes=free)

    def _publish(self, applied: Applied, offer: Offer, manifest: Manifest) -> int:
        """Do the one visible step, then delete what only the version before used; return the bytes this freed."""
        before = self._library.installed().get(offer.pack_id)
        used = self._used_by(before) if before else set()
        self._library.publish(
            Publication(
                manifest=manifest,
                manifest_sha256=offer.listing.manifest_sha256,
                publisher_names=offer.publisher_names,
                catalogue_version=catalogue_of(applied, offer.pack_id).version,
                size_bytes=manifest.size_bytes,
            )
        )
        return self._store.sweep(self._in_use(), among=used)

    def _installed(self, pack_id: str) -> InstalledPack:
        """Give an installed pack, or NotInstalledError."""
        pack = self._library.installed().get(pack_id)
        if pack is None:
            raise NotInstalledError(pack_id=pack_id)
        return pack

    def _used_by(self, pack: InstalledPack) -> set[str]:
        """What an installed pack keeps in the store; only its manifest if that cannot be read."""
        try:
            files = set(self._store.manifest(pack.manifest_sha256).files())
        except (MissingBlobError, TamperedError, FormatError):
            files = set()
        return files | {pack.manifest_sha256}

    def _in_use(self) -> set[str]:
        """Every hash an installed pack needs."""
        manifests = {pack.manifest_sha256 for pack in self._library.installed().values()}
        return manifests | self._library.blobs_in_use()


def _opener(shelf: Shelf, file: File) -> Callable[[int], Readable]:
    """Give the function that opens a blob on a shelf at an offset."""
    return lambda offset: shelf.open_blob(file.sha256, file.ext, offset=offset)
