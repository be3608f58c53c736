"""How a shelf introduces itself to a box that was never told whom to believe (FORMAT 6.1).

Promises: what is said was signed, under the root that the shelf itself brings. That proves nothing of who that is: a
person compares the number of the root with one from elsewhere, before anything is believed.

    found = introduction(shelf)
    found.root.fingerprint, [each.names for each in found.registry.publishers.values()]
"""

import msgspec

from content_packs.errors import MetadataError, MissingOnShelfError
from content_packs.shelf import Shelf
from content_packs.trust.metadata import REGISTRY_BYTES_MAX, ROOT_BYTES_MAX
from content_packs.trust.registry import REGISTRY_NAME, Registry, accept_registry
from content_packs.trust.roots import Root, earlier_root, pin_root

_END = ".root.json"


class Introduction(msgspec.Struct, frozen=True):
    """The newest root of a shelf, and the registry that is signed under it."""

    root: Root
    registry: Registry


def introduction(shelf: Shelf) -> Introduction:
    """Read it; a shelf on which one of these files is not right, or does not follow, introduces nobody.

    Raises:
        ShelfError: The shelf is gone, or has no root or no registry.
        MetadataError: A root or the registry is not as section 5 says, or has not the version its name says.
        NotSignedError: Its own keys did not sign the root, an earlier root does not lead to it, or its keys did not
            sign the registry.
        OlderMetadataError: The registry is below the minimum of the root.
    """
    numbers = sorted(int(name.removesuffix(_END)) for name in shelf.meta_names() if name.endswith(_END))
    if not numbers:
        raise MissingOnShelfError(name=f"1{_END}")
    newest = later = pin_root(_read(shelf, numbers[-1]))
    if newest.version != numbers[-1]:
        raise MetadataError(name=f"{numbers[-1]}{_END}", problem=f"holds version {newest.version}")
    for number in reversed(numbers[:-1]):
        if number != later.version - 1:  # what does not join is never looked at by anybody
            break
        later = earlier_root(later, _read(shelf, number))
    registry = accept_registry(newest, shelf.read_meta(REGISTRY_NAME, REGISTRY_BYTES_MAX), held=None)
    return Introduction(newest, registry)


def _read(shelf: Shelf, number: int) -> bytes:
    return shelf.read_meta(f"{number}{_END}", ROOT_BYTES_MAX)
