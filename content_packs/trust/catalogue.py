"""A publisher's catalogue: which pack versions it signed, and what exactly (FORMAT 5.5, 6.3-6.11).

Promises: pure functions; a `Catalogue` exists only if it is signed, well formed and inside its publisher's ids.

    catalogue = accept_catalogue(registry, "mash", raw, held=None)
    manifest = catalogue.listings[0].open(raw_manifest)
"""

import re
from dataclasses import dataclass
from datetime import datetime

from tuf.api import metadata as tuf
from tuf.api.exceptions import LengthOrHashMismatchError

from content_packs.errors import MetadataError, OutsidePrefixError, TamperedError, UnknownPublisherError
from content_packs.manifest import MANIFEST_BYTES_MAX, Manifest, decode_manifest
from content_packs.paths import SHA256_PATTERN, manifest_name
from content_packs.trust.metadata import (
    CATALOGUE_BYTES_MAX,
    VERSION_MAX,
    Advice,
    Stamp,
    check_not_older,
    check_signed,
    read_custom,
    read_targets,
)
from content_packs.trust.registry import Registry

_TARGET = re.compile(
    r"(?P<publisher>[a-z0-9][a-z0-9-]{0,31})/(?P<slug>[a-z0-9][a-z0-9-]{0,63})/(?P<version>[1-9][0-9]{0,9})\.json"
)


@dataclass(frozen=True)
class Listing:
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


@dataclass(frozen=True)
class Catalogue:
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


def catalogue_name(publisher: str) -> str:
    """Give the name of a publisher's catalogue under meta/."""
    return f"cat/{publisher}.json"


def accept_catalogue(registry: Registry, publisher: str, raw: bytes, *, held: Catalogue | None) -> Catalogue:
    """Accept a catalogue that is offered.

    Args:
        registry: Today's registry.
        publisher: Whose catalogue it claims to be.
        raw: The bytes offered.
        held: The catalogue the box holds, only if it still verifies under today's registry.

    Raises:
        UnknownPublisherError: The registry does not list the publisher.
        MetadataError: Not a catalogue as section 5 says.
        NotSignedError: Too few signatures of the publisher's keys.
        OutsidePrefixError: It names what is not the publisher's.
        OlderMetadataError: Below the rollback floor.
        ForkedMetadataError: The version held, with other content.
    """
    catalogue = verify_catalogue(registry, publisher, raw)
    name, minimum = catalogue_name(publisher), registry.publishers[publisher].min_version
    check_not_older(name, catalogue.stamp, held=held.stamp if held else None, minimum=minimum)
    return catalogue


def verify_catalogue(registry: Registry, publisher: str, raw: bytes) -> Catalogue:
    """Check a catalogue's form, signatures and prefix, whatever its version; for what a box already holds.

    Raises:
        UnknownPublisherError: The registry does not list the publisher.
        MetadataError: Not a catalogue as section 5 says.
        NotSignedError: Too few signatures of the publisher's keys.
        OutsidePrefixError: It names what is not the publisher's.
    """
    name = catalogue_name(publisher)
    metadata = _read(registry, publisher, raw)
    check_signed(name, registry.signed, publisher, metadata)
    return _catalogue(registry, publisher, raw, metadata)


def unsigned_catalogue(registry: Registry, publisher: str, raw: bytes) -> Catalogue:
    """Read a catalogue, form and prefix checked, but not who signed it: only for one who signs it again.

    Raises:
        UnknownPublisherError: The registry does not list the publisher.
        MetadataError: Not a catalogue as section 5 says.
        OutsidePrefixError: It names what is not the publisher's.
    """
    return _catalogue(registry, publisher, raw, _read(registry, publisher, raw))


def claimed_listings(name: str, raw: bytes) -> tuple[Listing, ...]:
    """Read what a catalogue claims without believing it, only to say by name what was refused.

    Raises:
        MetadataError: Not even that can be read.
    """
    targets = read_targets(name, raw, CATALOGUE_BYTES_MAX).signed.targets
    return tuple(sorted((_listing(name, target) for target in targets.values()), key=_by_pack))


def _read(registry: Registry, publisher: str, raw: bytes) -> tuf.Metadata[tuf.Targets]:
    """Read what claims to be the catalogue of a publisher of the registry."""
    if publisher not in registry.publishers:
        raise UnknownPublisherError(publisher=publisher)
    return read_targets(catalogue_name(publisher), raw, CATALOGUE_BYTES_MAX)


def _catalogue(registry: Registry, publisher: str, raw: bytes, metadata: tuf.Metadata[tuf.Targets]) -> Catalogue:
    """Check form and prefix, and give the catalogue."""
    name, signed = catalogue_name(publisher), metadata.signed
    if signed.delegations is not None:
        raise MetadataError(name=name, problem="a catalogue delegates nothing")
    role = registry.signed.get_delegated_role(publisher)
    for path in signed.targets:
        if not isinstance(role, tuf.DelegatedRole) or not role.is_delegated_path(path):
            raise OutsidePrefixError(publisher=publisher, path=path)
    return Catalogue(
        publisher=publisher,
        version=signed.version,
        signed_at=read_custom(name, signed.unrecognized_fields, Advice).signed_at,
        listings=tuple(sorted((_listing(name, target) for target in signed.targets.values()), key=_by_pack)),
        raw=raw,
        signed_bytes=metadata.signed_bytes,
    )


def _listing(name: str, target: tuf.TargetFile) -> Listing:
    """Read one target as a pack version."""
    match = _TARGET.fullmatch(target.path)
    digest = target.hashes.get("sha256", "")
    if not match or int(match["version"]) > VERSION_MAX:
        raise MetadataError(name=name, problem=f"{target.path!r} is not <publisher>/<slug>/<version>.json")
    if set(target.hashes) != {"sha256"} or not SHA256_PATTERN.fullmatch(digest):
        raise MetadataError(name=name, problem=f"{target.path} has another hash than one SHA-256")
    if type(target.length) is not int or not 0 < target.length <= MANIFEST_BYTES_MAX:
        raise MetadataError(name=name, problem=f"{target.path} is larger than a manifest may be")
    return Listing(
        pack_id=f"{match['publisher']}:{match['slug']}",
        version=int(match["version"]),
        manifest_sha256=digest,
        manifest_bytes=target.length,
    )


def _by_pack(listing: Listing) -> tuple[str, int]:
    """Order listings by pack, then by version."""
    return listing.pack_id, listing.version
