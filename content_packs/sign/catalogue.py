"""Signing a publisher's catalogue again, with other keys (FORMAT 5.5, 6.3).

Promises: only pack versions whose manifests stand on the shelf and are right are signed again; what is written is first
verified as a box would.

    renew_catalogue(shelf, "mash", (new_signer,), disk=Disk(), clock=SystemClock()).listings
"""

from collections.abc import Sequence
from pathlib import Path

from securesystemslib.signer import CryptoSigner

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.errors import NotOfferedError, NotYourKeyError, UnknownPublisherError
from content_packs.offers import read_manifest
from content_packs.shelf import DirectoryShelf
from content_packs.sign.index import write_index
from content_packs.sign.metadata import catalogue_bytes
from content_packs.sign.reading import read_shelf
from content_packs.trust import Catalogue, Delegator
from content_packs.trust.catalogue import accept_catalogue, catalogue_name, unsigned_catalogue
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX


def renew_catalogue(
    folder: Path, publisher: str, signers: Sequence[CryptoSigner], *, disk: Disk, clock: Clock
) -> Catalogue:
    """Sign a publisher's catalogue again, as its next version.

    Raises:
        UnknownPublisherError: The registry does not list the publisher.
        NotYourKeyError: The registry does not let these keys sign for it.
        MissingOnShelfError: There is no catalogue, or a manifest it names is not there.
        PackError: Something on the shelf is not right.
    """
    return _sign_again(folder, publisher, signers, "", disk=disk, clock=clock)


def drop_pack(
    folder: Path, pack_id: str, signers: Sequence[CryptoSigner], *, disk: Disk, clock: Clock
) -> Catalogue:
    """Sign a publisher's catalogue without a pack: whoever sees it hides the pack (FORMAT 6.9).

    Raises:
        NotOfferedError: The catalogue names no such pack.
        UnknownPublisherError: The registry does not list the publisher.
        NotYourKeyError: The registry does not let these keys sign for it.
        MissingOnShelfError: There is no catalogue, or a manifest it goes on naming is not there.
        PackError: Something on the shelf is not right.
    """
    publisher = pack_id.partition(":")[0]
    return _sign_again(folder, publisher, signers, pack_id, disk=disk, clock=clock)


def _sign_again(
    folder: Path, publisher: str, signers: Sequence[CryptoSigner], without: str, *, disk: Disk,
    clock: Clock,
) -> Catalogue:  # fmt: skip
    """Sign the catalogue as its next version, without one pack if it is named."""
    shelf = DirectoryShelf(folder)
    applied = read_shelf(shelf)
    registry = applied.trust.registry
    if registry is None or publisher not in registry.publishers:
        raise UnknownPublisherError(publisher=publisher)
    check_signers(registry, publisher, signers)
    raw = shelf.read_meta(catalogue_name(publisher), CATALOGUE_BYTES_MAX)
    before = unsigned_catalogue(registry, publisher, raw)
    kept = [listing for listing in before.listings if listing.pack_id != without]
    if without and len(kept) == len(before.listings):
        raise NotOfferedError(pack_id=without)
    for listing in kept:
        listing.open(read_manifest(shelf, listing))
    version = max(before.version + 1, registry.publishers[publisher].min_version)
    renewed = catalogue_bytes(version, kept, signers, signed_at=clock.now())
    catalogue = accept_catalogue(registry, publisher, renewed, held=applied.trust.catalogues.get(publisher))
    disk.write_file(folder / "meta" / catalogue_name(publisher), catalogue.raw)
    write_index(folder, disk)
    return catalogue


def check_signers(delegator: Delegator, publisher: str, signers: Sequence[CryptoSigner]) -> None:
    """Refuse keys that would not make a catalogue a box accepts, before anything is written.

    Raises:
        NotYourKeyError: They are not the publisher's, or not enough.
    """
    role = delegator.signed.get_delegated_role(publisher)
    keyids = {signer.public_key.keyid for signer in signers}
    if not keyids <= set(role.keyids) or len(keyids) < role.threshold:
        raise NotYourKeyError(role=publisher)
