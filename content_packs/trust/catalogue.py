"""A publisher's catalogue: which pack versions it signed, and what exactly (FORMAT 5.5, 6.3-6.11).

Promises: pure functions; a `Catalogue` exists only if it is signed, well formed and inside its publisher's ids.

    catalogue = accept_catalogue(registry, "mash", raw, held=None)
    manifest = catalogue.listings[0].open(raw_manifest)
"""

import re
from datetime import datetime

import msgspec
from tuf.api import metadata as tuf
from tuf.api.exceptions import LengthOrHashMismatchError

from content_packs.errors import MetadataError, OutsidePrefixError, TamperedError, UnknownPublisherError
from content_packs.manifest import Manifest, decode_manifest
from content_packs.paths import manifest_name
from content_packs.trust import shapes
from content_packs.trust.delegator import Delegator
from content_packs.trust.metadata import Read, Stamp, check_not_older, check_signed, read_catalogue
from content_packs.trust.shapes import VERSION_MAX

_TARGET = re.compile(
    r"(?P<publisher>[a-z0-9][a-z0-9-]{0,31})/(?P<slug>[a-z0-9][a-z0-9-]{0,63})/(?P<version>[1-9][0-9]{0,9})\.json"
)


class Listing(msgspec.Struct, frozen=True):
    """One pack version a catalogue names."""

    pack_id: str
    version: int
    manifest_sha256: str
    manifest_bytes: int

    @property
    def path(self) -> str:
        """Its target path in the catalogue (FORMAT 5.5)."""
        return f"{self.pack_id.replace(':', '/')}/{self.version}.json"

    def open(self, raw: bytes) -> Manifest:
        """Give the manifest these bytes are, if they are the signed ones (FORMAT 6.11).

        Raises:
            TamperedError: Length or hash differ from what was signed, or the manifest is of another pack or version.
            ManifestError: The publisher signed something that is no manifest.
        """
        tampered = TamperedError(name=manifest_name(self.manifest_sha256), sha256=self.manifest_sha256)
        target = tuf.TargetFile(self.manifest_bytes, {"sha256": self.manifest_sha256}, self.path)
        try:
            target.verify_length_and_hashes(raw)
        except LengthOrHashMismatchError as exc:
            raise tampered from exc
        manifest = decode_manifest(raw)
        if (manifest.pack, manifest.version) != (self.pack_id, self.version):
            raise tampered
        return manifest


class Catalogue(msgspec.Struct, frozen=True):
    """An accepted catalogue; `raw` is the file as it was signed."""

    publisher: str
    version: int
    signed_at: datetime | None
    listings: tuple[Listing, ...]
    raw: bytes
    signed_bytes: bytes

    @property
    def stamp(self) -> Stamp:
        """What the rollback floor needs to know of it."""
        return Stamp(self.version, self.signed_bytes, self.signed_at)

    def lists(self, pack_id: str, version: int, manifest_sha256: str) -> bool:
        """Say whether it names this version of a pack with this manifest."""
        wanted = (pack_id, version, manifest_sha256)
        return any(wanted == (each.pack_id, each.version, each.manifest_sha256) for each in self.listings)


def catalogue_name(publisher: str) -> str:
    """Give the name of a publisher's catalogue under meta/."""
    return f"cat/{publisher}.json"


def accept_catalogue(delegator: Delegator, publisher: str, raw: bytes, *, held: Catalogue | None) -> Catalogue:
    """Accept a catalogue that is offered.

    Args:
        delegator: Today's registry, or the academies a person accepted.
        publisher: Whose catalogue it claims to be.
        raw: The bytes offered.
        held: The catalogue the box holds, only if it still verifies under today's delegator.

    Raises:
        UnknownPublisherError: The delegator does not list the publisher.
        MetadataError: Not a catalogue as section 5 says.
        NotSignedError: Too few signatures of the publisher's keys.
        OutsidePrefixError: It names what is not the publisher's.
        OlderMetadataError: Below the rollback floor.
        ForkedMetadataError: The version held, with other content.
    """
    catalogue = verify_catalogue(delegator, publisher, raw)
    name, minimum = catalogue_name(publisher), delegator.publishers[publisher].min_version
    check_not_older(name, catalogue.stamp, held=held.stamp if held else None, minimum=minimum)
    return catalogue


def verify_catalogue(delegator: Delegator, publisher: str, raw: bytes) -> Catalogue:
    """Check a catalogue's form, signatures and prefix, whatever its version; for what a box already holds.

    Raises:
        UnknownPublisherError: The delegator does not list the publisher.
        MetadataError: Not a catalogue as section 5 says.
        NotSignedError: Too few signatures of the publisher's keys.
        OutsidePrefixError: It names what is not the publisher's.
    """
    if publisher not in delegator.publishers:
        raise UnknownPublisherError(publisher=publisher)
    read = read_catalogue(catalogue_name(publisher), raw)
    catalogue = _catalogue(publisher, raw, read)
    check_signed(delegator.signed, publisher, read)
    _check_prefix(delegator, catalogue)
    return catalogue


def unsigned_catalogue(delegator: Delegator, publisher: str, raw: bytes) -> Catalogue:
    """Read a catalogue, form and prefix checked, but not who signed it: only for one who signs it again.

    Raises:
        MetadataError: Not a catalogue as section 5 says.
        OutsidePrefixError: It names what is not the publisher's.
    """
    catalogue = _catalogue(publisher, raw, read_catalogue(catalogue_name(publisher), raw))
    _check_prefix(delegator, catalogue)
    return catalogue


def claimed_listings(name: str, raw: bytes) -> tuple[Listing, ...]:
    """Read what a catalogue claims without believing it, only to say by name what was refused.

    Raises:
        MetadataError: Not even that can be read.
    """
    return _catalogue("", raw, read_catalogue(name, raw)).listings


def _catalogue(publisher: str, raw: bytes, read: Read[tuf.Targets, shapes.Catalogue]) -> Catalogue:
    """Read every target, and give the catalogue."""
    listings = (_listing(read.name, path, target) for path, target in read.shape.targets.items())
    return Catalogue(
        publisher=publisher,
        version=read.shape.version,
        signed_at=read.signed_at,
        listings=tuple(sorted(listings, key=_by_pack)),
        raw=raw,
        signed_bytes=read.signed_bytes,
    )


def _check_prefix(delegator: Delegator, catalogue: Catalogue) -> None:
    """Refuse a catalogue that names what is not its publisher's (FORMAT 6.8)."""
    role = delegator.signed.get_delegated_role(catalogue.publisher)
    for listing in catalogue.listings:
        if not isinstance(role, tuf.DelegatedRole) or not role.is_delegated_path(listing.path):
            raise OutsidePrefixError(publisher=catalogue.publisher, path=listing.path)


def _listing(name: str, path: str, target: shapes.Target) -> Listing:
    """Read one target as a pack version."""
    match = _TARGET.fullmatch(path)
    if not match or int(match["version"]) > VERSION_MAX:
        raise MetadataError(name=name, problem=f"{path!r} is not <publisher>/<slug>/<version>.json")
    return Listing(
        pack_id=f"{match['publisher']}:{match['slug']}",
        version=int(match["version"]),
        manifest_sha256=target.hashes.sha256,
        manifest_bytes=target.length,
    )


def _by_pack(listing: Listing) -> tuple[str, int]:
    """Order listings by pack, then by version."""
    return listing.pack_id, listing.version
