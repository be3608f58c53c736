"""The registry: which publishers there are and which keys are theirs (FORMAT 5.4, 6.3-6.6).

Promises: pure functions; a `Registry` exists only if it is signed and every publisher in it is kept to its own ids.

    registry = accept_registry(root, raw, held=None)
    registry.publishers["mash"].names["sq"]
"""

from datetime import datetime
from types import MappingProxyType

from msgspec import UnsetType
from tuf.api import metadata as tuf

from content_packs.errors import MetadataError
from content_packs.paths import is_publisher_id
from content_packs.trust import shapes
from content_packs.trust.delegator import Delegator, Publisher
from content_packs.trust.metadata import Read, Stamp, check_not_older, check_signed, read_registry
from content_packs.trust.roots import Root

REGISTRY_NAME = "registry.json"


class Registry(Delegator, frozen=True):
    """An accepted registry; `raw` is the file as it was signed."""

    version: int
    signed_at: datetime | None
    raw: bytes
    signed_bytes: bytes

    @property
    def stamp(self) -> Stamp:
        """What the rollback floor needs to know of it."""
        return Stamp(self.version, self.signed_bytes, self.signed_at)


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
    read = read_registry(REGISTRY_NAME, raw)
    registry = _registry(raw, read)
    check_signed(root.signed, "targets", read)
    return registry


def read_unsigned(raw: bytes) -> Registry:
    """Read a registry without asking who signed it: only to show a draft to those who are about to sign it.

    Raises:
        MetadataError: Not a registry as section 5 says.
    """
    return _registry(raw, read_registry(REGISTRY_NAME, raw))


def _registry(raw: bytes, read: Read[tuf.Targets, shapes.Registry]) -> Registry:
    """Check every publisher (FORMAT 5.4), and give the registry."""
    delegations = read.shape.delegations
    roles = [] if isinstance(delegations, UnsetType) else delegations.roles
    publishers = {role.name: _publisher(role) for role in roles}
    return Registry(
        version=read.shape.version,
        signed_at=read.signed_at,
        publishers=MappingProxyType(publishers),
        raw=raw,
        signed=read.metadata.signed,
        signed_bytes=read.signed_bytes,
    )


def _publisher(role: shapes.Publisher) -> Publisher:
    """Read one publisher; a role that could sign for another's ids is refused."""
    if type(role.name) is not str or not is_publisher_id(role.name):
        raise MetadataError(name=REGISTRY_NAME, problem=f"{role.name!r} is not the id of a publisher")
    if role.paths != [f"{role.name}/*/*"] or not role.terminating:
        raise MetadataError(name=REGISTRY_NAME, problem=f"the paths of {role.name} are not {role.name}/*/*")
    return Publisher(id=role.name, names=role.custom.names, min_version=role.custom.min_version)

