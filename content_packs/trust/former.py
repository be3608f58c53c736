"""What was right once: an old stick whose keys have changed since is older, not forged (FORMAT 6.17).

Promises: pure functions; nothing is accepted by them, they only tell why it is refused.

    registry = registry_once(former_roots, raw)
    raise older(REGISTRY_NAME, registry, held) or not_signed
"""

from collections.abc import Iterable

from content_packs.errors import OlderMetadataError, PackError
from content_packs.trust.catalogue import Catalogue, verify_catalogue
from content_packs.trust.registry import Registry, verify_registry
from content_packs.trust.roots import Root


def registry_once(roots: Iterable[Root], raw: bytes) -> Registry | None:
    """Give the registry that these bytes were under one of these roots; None if they never were one."""
    for root in roots:
        try:
            return verify_registry(root, raw)
        except PackError:
            continue
    return None


def catalogue_once(registry: Registry | None, publisher: str, raw: bytes) -> Catalogue | None:
    """Give the catalogue that these bytes were under a registry that is older than today's; None if they were none."""
    try:
        return verify_catalogue(registry, publisher, raw) if registry else None
    except PackError:
        return None


def older(
    name: str, once: Registry | Catalogue | None, held: Registry | Catalogue | None
) -> OlderMetadataError | None:
    """Say that it is older, if it was right once and its own number says so too."""
    if once is None or held is None or once.version >= held.version:
        return None
    return OlderMetadataError(name=name, version=once.version, floor=held.version, signed_at=once.signed_at)
