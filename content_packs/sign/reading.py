"""Seeing a shelf as a box would that never saw anything before: for those who sign, and for `verify`."""

from pathlib import Path
from tempfile import TemporaryDirectory

from content_packs.durable import Disk
from content_packs.errors import NotAShelfError
from content_packs.shelf import DirectoryShelf
from content_packs.trust import Applied, TrustStore
from content_packs.trust.metadata import ROOT_BYTES_MAX


def read_shelf(shelf: DirectoryShelf, *, root: bytes | None = None) -> Applied:
    """Verify all metadata of a shelf.

    Args:
        shelf: Which one.
        root: The root to begin with; if None, the shelf's own first one, which proves only that it agrees with itself.

    Raises:
        NotAShelfError: There is no first root, or no registry.
        PackError: The root or the registry is not right; refused catalogues are only listed.
    """
    first = root if root is not None else shelf.read_meta("1.root.json", ROOT_BYTES_MAX)
    with TemporaryDirectory(prefix="content-packs-") as folder:
        store = TrustStore(Path(folder), Disk())
        store.pin(first)
        applied = store.apply(shelf)
    for refusal in applied.refused:
        if not refusal.name.startswith("cat/"):
            raise refusal.error
    if applied.trust.registry is None:
        raise NotAShelfError(shelf=str(shelf.folder))
    return applied
