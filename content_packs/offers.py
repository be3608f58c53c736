"""What a shelf offers to this box, pack by pack, before anything is copied (FORMAT 6.8-6.13).

Promises: only what a trusted catalogue names and the shelf really has is installable; what is not trusted is still
named, with the reason, so that a teacher learns why. A shelf that is older than what the box knows may still supply.

    for offer in look(shelf, applied, store, library.installed()): ...
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import groupby, islice
from typing import Literal, TypeAlias

import msgspec
from msgspec.structs import replace

from content_packs.errors import (
    ForkedPackError,
    FormatError,
    ManifestError,
    MetadataTooLargeError,
    MissingOnShelfError,
    NotOfferedError,
    OlderMetadataError,
    PackError,
    TamperedError,
)
from content_packs.library import InstalledPack
from content_packs.manifest import Manifest, Text
from content_packs.paths import manifest_name
from content_packs.shelf import ONE_FILE, Shelf, read_up_to
from content_packs.store import Store
from content_packs.trust import Applied, Catalogue, Listing, Refusal
from content_packs.trust.catalogue import catalogue_name, claimed_listings
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX

State: TypeAlias = Literal["new", "newer", "incomplete", "same", "older", "untrusted"]
"""What a pack on a shelf is to this box; `incomplete`: the version is installed, but files of it are missing."""
CLAIMED_MAX = 50
CLAIMED_BYTES_MAX = 8 * 1024 * 1024
CLAIMED_MANIFEST_BYTES_MAX = 256 * 1024
CLAIMED_TITLE_MAX = 100
"""How many packs that are not trusted are named, from how many catalogues, of which size together, from manifests of
which size, with how many letters: a hostile shelf must not keep a box busy for nothing."""


class Offer(msgspec.Struct, frozen=True):
    """One pack on a shelf and what it is to this box; `title` of an untrusted one is only claimed by the shelf."""

    pack_id: str
    version: int
    state: State
    title: Text
    publisher_names: Text
    listing: Listing
    manifest: Manifest | None
    reason: PackError | None
    installed_version: int | None
    size_bytes: int
    missing_bytes: int

    @property
    def publisher(self) -> str:
        """The id of the publisher it claims to be from."""
        return self.pack_id.partition(":")[0]

    @property
    def installable(self) -> bool:
        """Whether installing would bring something."""
        return self.state in ("new", "newer", "incomplete")


class Offers(msgspec.Struct, frozen=True):
    """All a shelf offers; `age` says how long ago it was signed, as advice, if the clock makes sense."""

    offers: tuple[Offer, ...]
    refused: tuple[Refusal, ...]
    age: timedelta | None

    def find(self, pack_id: str) -> Offer:
        """Give the offer of one trusted pack.

        Raises:
            PackError: Why it is not offered or not trusted.
        """
        offer = next((offer for offer in self.offers if offer.pack_id == pack_id), None)
        if offer is None:
            name = catalogue_name(pack_id.partition(":")[0])
            raise _loud(self.refused, name) or NotOfferedError(pack_id=pack_id)
        if offer.reason:
            raise offer.reason
        return offer


def look(
    shelf: Shelf, applied: Applied, store: Store, installed: Mapping[str, InstalledPack], *, only: str | None = None
) -> tuple[Offer, ...]:
    """Say what a shelf offers, trusted packs first, then what was refused.

    Args:
        shelf: Where to look.
        applied: What is trusted after its metadata was taken in.
        store: What is on the disk already.
        installed: What the library has.
        only: Look only for this pack; None for all.

    Raises:
        ShelfGoneError: The shelf went away while it was looked at.
    """
    offers: dict[str, Offer] = {}
    for catalogue in applied.trust.catalogues.values():
        wanted = (each for each in catalogue.listings if only in (None, each.pack_id))
        for pack_id, listings in groupby(wanted, key=lambda listing: listing.pack_id):
            names = applied.trust.publisher(catalogue.publisher).names
            offer = _newest(shelf, store, reversed(list(listings)), names)
            if offer:
                offers[pack_id] = _compare(offer, installed.get(pack_id), store)
    for offer in islice(_untrusted(shelf, applied, installed, only), CLAIMED_MAX):
        if offer.pack_id not in offers:
            offers[offer.pack_id] = _with_claimed_title(shelf, offer)
    return tuple(offers.values())


def read_manifest(shelf: Shelf, listing: Listing) -> bytes:
    """Read a manifest off a shelf, no more than one byte beyond its signed length (FORMAT 7.2)."""
    with shelf.open_manifest(listing.manifest_sha256) as source:
        return read_up_to(source, listing.manifest_bytes + 1)


def manifest_bytes(shelf: Shelf, store: Store, listing: Listing) -> bytes:
    """Read a manifest that the shelf has: from our own disk where it is there too, so that none travels twice.

    Raises:
        MissingOnShelfError: The shelf does not have it.
    """
    if not shelf.has_manifest(listing.manifest_sha256):
        raise MissingOnShelfError(name=manifest_name(listing.manifest_sha256))
    return store.manifest_bytes(listing.manifest_sha256) or read_manifest(shelf, listing)


def catalogue_of(applied: Applied, pack_id: str) -> Catalogue:
    """Give the trusted catalogue a pack was offered from."""
    return applied.trust.catalogues[pack_id.partition(":")[0]]


def _newest(shelf: Shelf, store: Store, newest_first: Iterator[Listing], names: Text) -> Offer | None:
    """Read the newest version of a pack that the shelf has; None if it has none."""
    for listing in newest_first:
        bare = _bare(listing, None)
        try:
            manifest = listing.open(manifest_bytes(shelf, store, listing))
        except MissingOnShelfError:
            continue
        except (TamperedError, ManifestError, *ONE_FILE) as exc:
            return replace(bare, publisher_names=names, reason=exc)
        return replace(
            bare, title=manifest.title, publisher_names=names, manifest=manifest, size_bytes=manifest.size_bytes
        )
    return None


def _compare(offer: Offer, pack: InstalledPack | None, store: Store) -> Offer:
    """Fill in what the offer is to what is installed, and what would have to be copied."""
    offer = replace(offer, installed_version=pack.version if pack else None)
    if offer.manifest is None:
        return offer
    missing = sum(file.size_bytes for file in offer.manifest.files().values() if not store.has(file))
    offer = replace(offer, missing_bytes=missing)
    if pack is None:
        return replace(offer, state="new")
    if offer.version != pack.version:
        return replace(offer, state="newer" if offer.version > pack.version else "older")
    if offer.listing.manifest_sha256 != pack.manifest_sha256:
        return replace(offer, manifest=None, reason=ForkedPackError(pack_id=pack.pack_id, version=pack.version))
    return replace(offer, state="incomplete" if pack.missing else "same")


def _untrusted(
    shelf: Shelf, applied: Applied, installed: Mapping[str, InstalledPack], only: str | None
) -> Iterator[Offer]:
    """Name the packs of refused catalogues, without titles; everything but the reason is only what the shelf claims."""
    for refusal, listings in _claimed(shelf, applied, only):
        newest = {listing.pack_id: listing for listing in listings if only in (None, listing.pack_id)}
        for pack_id, listing in newest.items():
            pack = installed.get(pack_id)
            yield replace(_bare(listing, refusal.error), installed_version=pack.version if pack else None)


def _claimed(shelf: Shelf, applied: Applied, only: str | None) -> Iterator[tuple[Refusal, list[Listing]]]:
    """Read refused catalogues, some of them; of another publisher's ids none may speak, not even to be refused."""
    names = {catalogue_name(only.partition(":")[0])} if only else None
    refused = (each for each in applied.refused if each.name.startswith("cat/") and (not names or each.name in names))
    loud = (each for each in refused if not isinstance(each.error, OlderMetadataError))
    left_bytes = CLAIMED_BYTES_MAX
    for refusal in islice(loud, CLAIMED_MAX):
        cap_bytes = min(CATALOGUE_BYTES_MAX, left_bytes)
        try:
            raw = shelf.read_meta(refusal.name, cap_bytes)
            left_bytes -= len(raw)
            listings = claimed_listings(refusal.name, raw)
        except MetadataTooLargeError:
            left_bytes -= cap_bytes
        except (FormatError, *ONE_FILE):
            continue
        else:
            own = (each for each in listings if catalogue_name(each.pack_id.partition(":")[0]) == refusal.name)
            yield refusal, list(own)


def _with_claimed_title(shelf: Shelf, offer: Offer) -> Offer:
    """Add the title an untrusted pack gives itself, if it can be read, cut to a length no page minds."""
    if offer.listing.manifest_bytes > CLAIMED_MANIFEST_BYTES_MAX:
        return offer
    try:
        manifest = offer.listing.open(read_manifest(shelf, offer.listing))
    except (TamperedError, ManifestError, *ONE_FILE):
        return offer
    title = {language: words[:CLAIMED_TITLE_MAX] for language, words in manifest.title.items()}
    return replace(offer, title=title, size_bytes=manifest.size_bytes)


def _bare(listing: Listing, reason: PackError | None) -> Offer:
    """An offer of which only the listing is known."""
    return Offer(
        pack_id=listing.pack_id,
        version=listing.version,
        state="untrusted",
        title={},
        publisher_names={},
        listing=listing,
        manifest=None,
        reason=reason,
        installed_version=None,
        size_bytes=0,
        missing_bytes=0,
    )


def _loud(refused: tuple[Refusal, ...], name: str) -> PackError | None:
    """Why metadata was refused, unless it was only older."""
    errors = (refusal.error for refusal in refused if refusal.name == name)
    return next((error for error in errors if not isinstance(error, OlderMetadataError)), None)
