"""Making signed metadata (FORMAT.md section 5): values in, the bytes of a metadata file out.

Without signers it comes out unsigned: a draft, to which `countersigned` adds one signature after the other.

    raw = root_bytes(1, RootKeys(root=keys, threshold=2, registry=(key,)), signers, signed_at=now)
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from securesystemslib.signer import CryptoSigner, Key
from tuf.api import metadata as tuf

from content_packs.manifest import Text
from content_packs.trust import Listing, Publisher
from content_packs.trust.metadata import AnyMetadata

_ADVISED = timedelta(days=730)
"""How long metadata says it is good for; nobody here refuses it afterwards (FORMAT 5.6, 6.7)."""


class RootKeys(msgspec.Struct, frozen=True):
    """Who may sign the next root and who the registry, and how many of each must."""

    root: Sequence[Key]
    threshold: int
    registry: Sequence[Key]
    registry_min_version: int = 1
    registry_threshold: int = 1


class PublisherKeys(msgspec.Struct, frozen=True):
    """A publisher of the registry with the keys that may sign its catalogue, and how many of them must."""

    publisher: Publisher
    keys: Sequence[Key]
    threshold: int = 1


class Introduction(msgspec.Struct, frozen=True):
    """What an academy says of itself in its catalogue (FORMAT 5.8): its key in hexadecimal digits, and its names."""

    public: str
    names: Text


def root_bytes(version: int, keys: RootKeys, signers: Sequence[CryptoSigner], *, signed_at: datetime) -> bytes:
    """Make a root."""
    custom: dict[str, object] = {"signed_at": _utc(signed_at)}
    if keys.registry_min_version > 1:
        custom["registry_min_version"] = keys.registry_min_version
    root = tuf.Root(
        version=version,
        expires=_advised_until(signed_at),
        keys={key.keyid: key for key in (*keys.root, *keys.registry)},
        roles={
            "root": tuf.Role([key.keyid for key in keys.root], keys.threshold),
            "targets": tuf.Role([key.keyid for key in keys.registry], keys.registry_threshold),
            "snapshot": tuf.Role([], 1),
            "timestamp": tuf.Role([], 1),
        },
        consistent_snapshot=True,
        unrecognized_fields={"custom": custom},
    )
    return _signed(tuf.Metadata(root), signers)


def registry_bytes(
    version: int, publishers: Sequence[PublisherKeys], signers: Sequence[CryptoSigner], *, signed_at: datetime
) -> bytes:
    """Make a registry."""
    roles = {}
    for entry in publishers:
        publisher = entry.publisher
        custom: dict[str, object] = {"names": dict(publisher.names)}
        if publisher.min_version > 1:
            custom["min_version"] = publisher.min_version
        roles[publisher.id] = tuf.DelegatedRole(
            name=publisher.id,
            keyids=[key.keyid for key in entry.keys],
            threshold=entry.threshold,
            terminating=True,
            paths=[f"{publisher.id}/*/*"],
            unrecognized_fields={"custom": custom},
        )
    keys = {key.keyid: key for entry in publishers for key in entry.keys}
    registry = tuf.Targets(
        version=version,
        expires=_advised_until(signed_at),
        delegations=tuf.Delegations(keys=keys, roles=roles),
        unrecognized_fields={"custom": {"signed_at": _utc(signed_at)}},
    )
    return _signed(tuf.Metadata(registry), signers)


def catalogue_bytes(
    version: int,
    listings: Sequence[Listing],
    signers: Sequence[CryptoSigner],
    *,
    signed_at: datetime,
    introduction: Introduction | None = None,
) -> bytes:
    """Make a catalogue."""
    custom: dict[str, object] = {"signed_at": _utc(signed_at)}
    if introduction:
        custom["academy"] = {"names": dict(introduction.names), "public": introduction.public}
    targets: Mapping[str, tuf.TargetFile] = {
        listing.path: tuf.TargetFile(listing.manifest_bytes, {"sha256": listing.manifest_sha256}, listing.path)
        for listing in listings
    }
    catalogue = tuf.Targets(
        version=version,
        expires=_advised_until(signed_at),
        targets=dict(targets),
        unrecognized_fields={"custom": custom},
    )
    return _signed(tuf.Metadata(catalogue), signers)


def countersigned(metadata: AnyMetadata, signer: CryptoSigner) -> bytes:
    """Add a signature to the others."""
    metadata.sign(signer, append=True)
    return metadata.to_bytes()


def _signed(metadata: AnyMetadata, signers: Sequence[CryptoSigner]) -> bytes:
    """Sign and write a file."""
    for signer in signers:
        metadata.sign(signer, append=True)
    return metadata.to_bytes()


def _utc(moment: datetime) -> str:
    """Write a time as it stands in metadata."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _advised_until(signed_at: datetime) -> datetime:
    """The date TUF wants, two years on."""
    return signed_at + _ADVISED
