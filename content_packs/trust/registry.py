"""The registry: which publishers there are and which keys are theirs (FORMAT 5.4, 6.3-6.6).

Promises: pure functions; a `Registry` exists only if it is signed and every publisher in it is kept to its own ids.

    registry = accept_registry(root, raw, held=None)
    registry.publishers["mash"].names["sq"]
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Annotated

import msgspec
from tuf.api import metadata as tuf

from content_packs.errors import MetadataError
from content_packs.manifest import Text
from content_packs.paths import is_publisher_id
from content_packs.trust.metadata import (
    REGISTRY_BYTES_MAX,
    VERSION_MAX,
    Advice,
    Stamp,
    check_keys,
    check_not_older,
    check_signed,
    read_custom,
    read_targets,
)
from content_packs.trust.roots import Root

REGISTRY_NAME = "registry.json"


@dataclass(frozen=True)
class Publisher:
    """One who signs packs: id, display name per language, and the least version its catalogue may have."""

    id: str
    names: Text
    min_version: int


@dataclass(frozen=True)
class Registry:
    """An accepted registry; `raw` is the file as it was signed."""

    version: int
    signed_at: datetime | None
    publishers: Mapping[str, Publisher]
    raw: bytes
    signed: tuf.Targets
    signed_bytes: bytes

    @property
    def stamp(self) -> Stamp:
        """What the rollback floor needs to know of it."""
        return Stamp(self.version, self.signed_bytes, self.signed_at)


class PublisherCustom(msgspec.Struct, frozen=True, kw_only=True):
    """What our `custom` says of a publisher (FORMAT 5.4)."""

    names: Annotated[Text, msgspec.Meta(min_length=1)]
    min_version: Annotated[int, msgspec.Meta(ge=1, le=VERSION_MAX)] = 1


def accept_registry(root: Root, raw: bytes, *, held: Registry | None) -> Registry:
    """Accept a registry that is offered.

    Args:
        root: Today's root.
        raw: The bytes offered.
        held: The registry the box holds, only if it still verifies under today's root.

    Raises:
        MetadataError: Not a registry as section 5 says.
        NotSignedError: Too few signatures of the keys the root names.
        OlderMetadataError: Below the rollback floor.
        ForkedMetadataError: The version held, with other content.
    """
    registry = verify_registry(root, raw)
    floor = root.registry_min_version
    check_not_older(REGISTRY_NAME, registry.stamp, held=held.stamp if held else None, minimum=floor)
    return registry


def verify_registry(root: Root, raw: bytes) -> Registry:
    """Check a registry's form and signatures, whatever its version; for what a box already holds.

    Raises:
        MetadataError: Not a registry as section 5 says.
        NotSignedError: Too few signatures of the keys the root names.
    """
    metadata = read_targets(REGISTRY_NAME, raw, REGISTRY_BYTES_MAX)
    check_signed(REGISTRY_NAME, root.signed, "targets", metadata)
    return _registry(raw, metadata)


def read_unsigned(raw: bytes) -> Registry:
    """Read a registry without asking who signed it: only to show a draft to those who are about to sign it.

    Raises:
        MetadataError: Not a registry as section 5 says.
    """
    return _registry(raw, read_targets(REGISTRY_NAME, raw, REGISTRY_BYTES_MAX))


def _registry(raw: bytes, metadata: tuf.Metadata[tuf.Targets]) -> Registry:
    """Check the form of a registry, and give it."""
    signed = metadata.signed
    if signed.targets:
        raise MetadataError(name=REGISTRY_NAME, problem="a registry has no targets of its own")
    return Registry(
        version=signed.version,
        signed_at=read_custom(REGISTRY_NAME, signed.unrecognized_fields, Advice).signed_at,
        publishers=MappingProxyType(_publishers(signed.delegations)),
        raw=raw,
        signed=signed,
        signed_bytes=metadata.signed_bytes,
    )


def _publishers(delegations: tuf.Delegations | None) -> dict[str, Publisher]:
    """Read the publishers out of the delegations, every rule of FORMAT 5.4 checked."""
    if delegations is None:
        return {}
    if delegations.roles is None:
        raise MetadataError(name=REGISTRY_NAME, problem="succinct roles are not used")
    check_keys(REGISTRY_NAME, delegations.keys)
    return {name: _publisher(role) for name, role in delegations.roles.items()}


def _publisher(role: tuf.DelegatedRole) -> Publisher:
    """Read one publisher; a role that could sign for another's ids is refused."""
    if not is_publisher_id(role.name):
        raise MetadataError(name=REGISTRY_NAME, problem=f"{role.name!r} is not the id of a publisher")
    if role.paths != [f"{role.name}/*/*"] or not role.terminating:
        raise MetadataError(name=REGISTRY_NAME, problem=f"the paths of {role.name} are not {role.name}/*/*")
    fields = role.unrecognized_fields.get("custom", {})
    try:
        custom = msgspec.convert(fields, type=PublisherCustom)
    except msgspec.ValidationError as exc:
        raise MetadataError(name=REGISTRY_NAME, problem=f"{role.name}: {exc}") from exc
    return Publisher(id=role.name, names=custom.names, min_version=custom.min_version)
