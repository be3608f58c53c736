"""What the shelf of a hub vouches for: its registry, and the catalogue of a publisher that it publishes.

    registry = registry_of(DirectoryShelf(Path("/srv/schoolbox-shelf")))
    published_catalogue(shelf, registry, "mash").listings
"""

from content_packs.errors import PackError
from content_packs.shelf import Shelf
from content_packs.trust import Catalogue, Registry
from content_packs.trust.catalogue import catalogue_name, verify_catalogue
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX, REGISTRY_BYTES_MAX, ROOT_BYTES_MAX
from content_packs.trust.registry import REGISTRY_NAME, verify_registry
from content_packs.trust.roots import pin_root


def registry_of(shelf: Shelf) -> Registry | None:
    """The registry on a shelf, if it is right under the newest root beside it."""
    try:
        roots = [name for name in shelf.meta_names() if name.endswith(".root.json")]
        newest = max(roots, key=lambda name: int(name.partition(".")[0]))
        root = pin_root(shelf.read_meta(newest, ROOT_BYTES_MAX))
        return verify_registry(root, shelf.read_meta(REGISTRY_NAME, REGISTRY_BYTES_MAX))
    except (PackError, OSError, ValueError):
        return None


def published_catalogue(shelf: Shelf, registry: Registry, publisher: str) -> Catalogue | None:
    """The catalogue of a publisher on a shelf, if it is right today and not below its minimum."""
    try:
        raw = shelf.read_meta(catalogue_name(publisher), CATALOGUE_BYTES_MAX)
        found = verify_catalogue(registry, publisher, raw)
    except (PackError, OSError):
        return None
    return found if found.version >= registry.publishers[publisher].min_version else None
