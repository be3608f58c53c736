"""Seeing a shelf as a box would that never saw anything before: for those who sign, and for `verify`."""

from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from content_packs.durable import Disk
from content_packs.errors import MissingOnShelfError, NotAShelfError, NotSignedError
from content_packs.shelf import DirectoryShelf
from content_packs.trust import Applied, Registry, Root, TrustStore
from content_packs.trust.metadata import REGISTRY_BYTES_MAX, ROOT_BYTES_MAX
from content_packs.trust.registry import REGISTRY_NAME, verify_registry
from content_packs.trust.roots import next_root, pin_root


class Standing(msgspec.Struct, frozen=True):
    """What a shelf says of a registry: its roots, oldest first, and its registry under the newest root that fits it."""

    roots: tuple[Root, ...]
    registry: Registry | None
    is_current: bool

    @property
    def root(self) -> Root:
        """The newest root."""
        return self.roots[-1]


def read_shelf(shelf: DirectoryShelf, *, root: bytes | None = None, academy: bytes | None = None) -> Applied:
    """Verify all metadata of a shelf.

    Args:
        shelf: Which one.
        root: The root to begin with; if None, the shelf's own first one, which proves only that it agrees with itself.
        academy: The catalogue of an academy that is accepted; its shelf may be without root and registry.

    Raises:
        NotAShelfError: There is no first root, or no registry.
        PackError: The root or the registry is not right; refused catalogues are only listed.
    """
    first = root if root is not None else _first_root(shelf, must=academy is None)
    with TemporaryDirectory(prefix="content-packs-") as folder:
        store = TrustStore(Path(folder), Disk())
        if first is not None:
            store.pin(first)
        if academy is not None:
            store.accept(academy)
        applied = store.apply(shelf)
    for refusal in applied.refused:
        if not refusal.name.startswith("cat/"):
            raise refusal.error
    if applied.trust.registry is None and academy is None:
        raise NotAShelfError(shelf=str(shelf.folder))
    return applied


def read_standing(shelf: DirectoryShelf) -> Standing:
    """Read roots and registry of a shelf, also while the registry still has to be signed under a new root.

    Raises:
        NotAShelfError: There is no first root.
        PackError: A root is not right, or no root of the shelf ever let the registry's signers sign.
    """
    roots = _read_roots(shelf)
    try:
        raw = shelf.read_meta(REGISTRY_NAME, REGISTRY_BYTES_MAX)
    except MissingOnShelfError:
        return Standing(roots, None, is_current=False)
    for root in reversed(roots):
        try:
            return Standing(roots, verify_registry(root, raw), is_current=root is roots[-1])
        except NotSignedError:
            continue
    raise NotSignedError(name=REGISTRY_NAME)


def _first_root(shelf: DirectoryShelf, *, must: bool) -> bytes | None:
    """The first root of a shelf; if there need be none, the oldest one it has."""
    names = [name for name in shelf.meta_names() if name.endswith(".root.json")]
    oldest = min(names, key=lambda name: int(name.partition(".")[0]), default="1.root.json")
    if not must and oldest not in names:
        return None
    return shelf.read_meta("1.root.json" if must else oldest, ROOT_BYTES_MAX)


def _read_roots(shelf: DirectoryShelf) -> tuple[Root, ...]:
    """Follow the whole chain of roots."""
    names = shelf.meta_names()
    roots = [pin_root(shelf.read_meta("1.root.json", ROOT_BYTES_MAX))]
    while (name := f"{roots[-1].version + 1}.root.json") in names:
        roots.append(next_root(roots[-1], shelf.read_meta(name, ROOT_BYTES_MAX)))
    return tuple(roots)
