"""Which signed lists of the box go onto a stick, and which of the stick's own stay (FORMAT 2.12, 2.14, 6.15).

Promises: nothing that says a newer version is ever replaced; what is damaged is. A stick of another registry is
refused. Functions of bytes.
"""

from collections.abc import Callable, Collection, Iterator, Mapping

import msgspec

from content_packs.errors import MetadataError, TrustError
from content_packs.export.errors import OtherRegistryError
from content_packs.trust import Trust
from content_packs.trust.catalogue import catalogue_name
from content_packs.trust.metadata import (
    CATALOGUE_BYTES_MAX,
    REGISTRY_BYTES_MAX,
    ROOT_BYTES_MAX,
    read_catalogue,
    read_registry,
)
from content_packs.trust.registry import REGISTRY_NAME
from content_packs.trust.roots import earlier_root, pin_root

ROOT_ENDING = ".root.json"
Read = Callable[[str, int], bytes | None]
"""Gives what stands under a name of `meta/` on the stick, up to one byte beyond a cap."""


class Signed(msgspec.Struct, frozen=True):
    """A signed list of the box, by its name under meta/; the version is that of a registry or catalogue."""

    name: str
    version: int
    raw: bytes
    cap_bytes: int


def lists_of(travelling: Mapping[str, bytes], trust: Trust, publishers: Collection[str]) -> Iterator[Signed]:
    """What travels, in the order in which one vouches for the next: roots, registry, catalogues.

    Args:
        travelling: Every root and the registry of the box, by name under meta/.
        trust: What it trusts now.
        publishers: Whose catalogues travel.
    """
    for name in _roots(travelling):
        yield Signed(name, 0, travelling[name], ROOT_BYTES_MAX)
    if trust.registry and REGISTRY_NAME in travelling:
        yield Signed(REGISTRY_NAME, trust.registry.version, travelling[REGISTRY_NAME], REGISTRY_BYTES_MAX)
    for publisher in sorted(publishers):
        if catalogue := trust.catalogues.get(publisher):
            yield Signed(catalogue_name(publisher), catalogue.version, catalogue.raw, CATALOGUE_BYTES_MAX)


def check_same_registry(
    travelling: Mapping[str, bytes], names: Collection[str], read: Read, *, stick: str
) -> None:
    """Refuse a stick whose roots are not ours, nor come before ours; a root that is only damaged is none.

    Args:
        travelling: Every root of the box, by name under meta/.
        names: The metadata that is on the stick.
        read: Reads it.
        stick: For the error.

    Raises:
        OtherRegistryError: It belongs to another registry.
    """
    ours = _roots(travelling)
    shared = [name for name in ours if name in names]
    if shared:
        is_other = any(_is_other_root(read(name, ROOT_BYTES_MAX), travelling[name]) for name in shared)
    else:
        known = any(name.endswith(ROOT_ENDING) for name in names)
        is_other = bool(ours) and known and not _leads_to(read, travelling[ours[0]])
    if is_other:
        raise OtherRegistryError(stick=stick)


def is_newer(raw: bytes, ours: Signed) -> bool:
    """Say whether a list of the stick claims to be newer than ours; what cannot be read claims nothing."""
    if ours.name.endswith(ROOT_ENDING):
        return False
    try:
        if ours.name == REGISTRY_NAME:
            return read_registry(ours.name, raw).shape.version > ours.version
        return read_catalogue(ours.name, raw).shape.version > ours.version
    except MetadataError:
        return False


def _roots(travelling: Mapping[str, bytes]) -> list[str]:
    """The names of the roots, oldest first."""
    names = [name for name in travelling if name.endswith(ROOT_ENDING)]
    return sorted(names, key=lambda name: int(name.partition(".")[0]))


def _is_other_root(raw: bytes | None, ours: bytes) -> bool:
    """Say whether this is a sound root that says something else."""
    try:
        return raw is not None and pin_root(raw).signed_bytes != pin_root(ours).signed_bytes
    except (MetadataError, TrustError):
        return False


def _leads_to(read: Read, ours: bytes) -> bool:
    """Say whether the stick has the root that ours follows from."""
    try:
        first = pin_root(ours)
        raw = read(f"{first.version - 1}{ROOT_ENDING}", ROOT_BYTES_MAX)
        return raw is not None and bool(earlier_root(first, raw))
    except (MetadataError, TrustError):
        return False
