"""Signing a built pack onto a shelf (FORMAT 2.5, 9.4): blobs, then the manifest, then the catalogue.

Promises: a shelf never names what it does not have; signing the same again changes nothing; content that changed under
an unchanged version is refused before anything is written. The catalogue is the visible step.

    sign_pack(Path("built/fractions"), Path("shelf"), (signer,), disk=Disk(), clock=SystemClock())
"""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from securesystemslib.signer import CryptoSigner

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.errors import (
    ItemTakenError,
    MissingBlobError,
    ShelfError,
    SourceError,
    VersionNotRaisedError,
)
from content_packs.manifest import File, Manifest
from content_packs.paths import blob_name
from content_packs.shelf import DirectoryShelf, Readable
from content_packs.sign.catalogue import check_signers
from content_packs.sign.index import write_index
from content_packs.sign.metadata import Introduction, catalogue_bytes
from content_packs.sign.reading import read_shelf
from content_packs.store import Store
from content_packs.trust import Applied, Catalogue, Delegator, Listing
from content_packs.trust.academies import academy_id
from content_packs.trust.catalogue import accept_catalogue, catalogue_name
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX


class Signed(msgspec.Struct, frozen=True):
    """What signing did; not `changed` means that the catalogue named exactly this already."""

    pack_id: str
    version: int
    manifest_sha256: str
    catalogue_version: int
    changed: bool


def sign_pack(
    built: Path,
    folder: Path,
    signers: Sequence[CryptoSigner],
    *,
    disk: Disk,
    clock: Clock,
    introduction: Introduction | None = None,
) -> Signed:
    """Put a built pack on a shelf and sign the publisher's catalogue.

    Args:
        built: The built pack.
        folder: The shelf.
        signers: Keys of the publisher.
        disk: Written through.
        clock: For the date that is advice.
        introduction: Of an academy, whose catalogue must be on the shelf already.

    Raises:
        SourceError: This is not a built pack, or it is no longer whole.
        NotYourKeyError: The registry does not let these keys sign for the publisher.
        UnknownPublisherError: The registry does not list the publisher.
        VersionNotRaisedError: This version, or a newer one, is signed with other content.
        ItemTakenError: One of its items belongs to another pack.
        PackError: The shelf's own metadata is not right.
    """
    from content_packs.build import read_built

    manifest, raw = read_built(built)
    listing = Listing(manifest.pack, manifest.version, hashlib.sha256(raw).hexdigest(), len(raw))
    signing = _Signing(folder, signers, disk, clock, introduction)
    delegator, before = signing.read(manifest.publisher)
    listings = before.listings if before else ()
    is_new = _is_new(listings, listing)
    signing.check_items(listings, manifest)
    check_signers(delegator, manifest.publisher, signers)
    signing.copy(built, manifest, raw)
    if before is None or is_new:
        version = signing.write_catalogue(delegator, manifest.publisher, before, (*listings, listing))
    else:
        version = before.version
    write_index(folder, disk)
    signing.write_contents(manifest.pack)
    return Signed(manifest.pack, manifest.version, listing.manifest_sha256, version, is_new)


class _Signing(msgspec.Struct, frozen=True):
    """One signing on one shelf."""

    folder: Path
    signers: Sequence[CryptoSigner]
    disk: Disk
    clock: Clock
    introduction: Introduction | None

    def read(self, publisher: str) -> tuple[Delegator, Catalogue | None]:
        """Read what is signed so far; a catalogue that is there but wrong is not built upon."""
        applied = self.applied()
        delegator = applied.trust.delegator(publisher)
        for refusal in applied.refused:
            if refusal.name == catalogue_name(publisher):
                raise refusal.error
        return delegator, applied.trust.catalogues.get(publisher)

    def applied(self) -> Applied:
        """See the shelf as a box would."""
        shelf, academy = DirectoryShelf(self.folder), None
        if self.introduction:
            name = catalogue_name(academy_id(self.introduction.public))
            academy = shelf.read_meta(name, CATALOGUE_BYTES_MAX)
        return read_shelf(shelf, academy=academy)

    def check_items(self, listings: Sequence[Listing], manifest: Manifest) -> None:
        """Refuse an item id that another pack of this publisher has (FORMAT 1.5)."""
        ids = {item.id for item in manifest.items()}
        store = Store(self.folder, self.disk)
        for listing in {listing.pack_id: listing for listing in listings if listing.pack_id != manifest.pack}.values():
            with suppress(MissingBlobError):
                for item in store.manifest(listing.manifest_sha256).items():
                    if item.id in ids:
                        raise ItemTakenError(item_id=item.id, pack_id=listing.pack_id)

    def copy(self, built: Path, manifest: Manifest, raw: bytes) -> None:
        """Put blobs and manifest on the shelf, unless they are there."""
        store = Store(self.folder, self.disk)
        for file in manifest.files().values():
            if not store.has(file):
                try:
                    store.put_from(_opener(DirectoryShelf(built), file), file, lambda _: None)
                except ShelfError as exc:
                    name = blob_name(file.sha256, file.ext)
                    raise SourceError(path=str(built / name), problem="it is gone; build the pack again") from exc
        with suppress(OSError):
            (self.folder / "staging").rmdir()
        store.put_manifest(raw)

    def write_catalogue(
        self, delegator: Delegator, publisher: str, before: Catalogue | None, listings: Sequence[Listing]
    ) -> int:
        """Sign the next version of the catalogue, verify it as a box would, write it."""
        version = max(before.version + 1 if before else 1, delegator.publishers[publisher].min_version)
        raw = catalogue_bytes(
            version, listings, self.signers, signed_at=self.clock.now(), introduction=self.introduction
        )
        accept_catalogue(delegator, publisher, raw, held=before)
        path = self.folder / "meta" / catalogue_name(publisher)
        self.disk.make_folder(path.parent)
        self.disk.write_file(path, raw)
        return version

    def write_contents(self, pack_id: str) -> None:
        """Write the pages for people, as far as they say something new."""
        from content_packs.contents import write_pages

        write_pages(self.applied().trust, self.folder, self.disk, renew={pack_id})


def _is_new(listings: Sequence[Listing], listing: Listing) -> bool:
    """Say whether a pack version is not signed yet; it may then only be the newest (FORMAT 9.4)."""
    signed = {known.version: known for known in listings if known.pack_id == listing.pack_id}
    if signed.get(listing.version) == listing:
        return False
    newest = max(signed, default=0)
    if listing.version <= newest:
        raise VersionNotRaisedError(pack_id=listing.pack_id, version=listing.version, newest=newest)
    return True


def _opener(built: DirectoryShelf, file: File) -> Callable[[int], Readable]:
    """Give the function that opens a blob of the built pack at an offset."""
    return lambda offset: built.open_blob(file.sha256, file.ext, offset=offset)
