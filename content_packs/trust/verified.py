"""Metadata that was verified before: the same bytes under the same delegator are not verified again.

Promises: nothing is remembered but what passed; other bytes, or another delegator, are verified as if nothing were
remembered. A box reads its metadata with every page of a stick and every pack it installs: for 200 packs of eight
publishers verifying takes 70 ms here and several times that on a Pi, finding out that nothing changed 2 ms.

    root = verified.first_root(raw_1)
    verified.catalogue(verified.registry(root, raw), "mash", raw_catalogue)
"""

from content_packs.trust.academies import Academy, read_academy
from content_packs.trust.catalogue import Catalogue, verify_catalogue
from content_packs.trust.delegator import Delegator
from content_packs.trust.registry import Registry, verify_registry
from content_packs.trust.roots import Root, next_root, pin_root


class Verified:
    """The last thing that passed under each name, and the delegator under which it did."""

    def __init__(self) -> None:
        self._roots: dict[str, tuple[Root | None, Root]] = {}
        self._registry: tuple[Root, Registry] | None = None
        self._catalogues: dict[str, tuple[Delegator, Catalogue]] = {}
        self._academies: dict[str, Academy] = {}

    def first_root(self, raw: bytes) -> Root:
        """Give what `pin_root` gives, and raise what it raises."""
        known = self._roots.get("")
        if known is None or known[1].raw != raw:
            known = self._roots[""] = (None, pin_root(raw))
        return known[1]

    def next_root(self, current: Root, raw: bytes) -> Root:
        """Give what `roots.next_root` gives, and raise what it raises."""
        known = self._roots.get(current.name)
        if known is None or known[0] is not current or known[1].raw != raw:
            known = self._roots[current.name] = (current, next_root(current, raw))
        return known[1]

    def registry(self, root: Root, raw: bytes) -> Registry:
        """Give what `verify_registry` gives, and raise what it raises."""
        known = self._registry
        if known is None or known[0] is not root or known[1].raw != raw:
            known = self._registry = (root, verify_registry(root, raw))
        return known[1]

    def catalogue(self, delegator: Delegator, publisher: str, raw: bytes) -> Catalogue:
        """Give what `verify_catalogue` gives, and raise what it raises."""
        known = self._catalogues.get(publisher)
        if known is None or not _same(known[0], delegator) or known[1].raw != raw:
            known = self._catalogues[publisher] = (delegator, verify_catalogue(delegator, publisher, raw))
        return known[1]

    def academy(self, name: str, raw: bytes) -> Academy:
        """Give what `read_academy` gives, and raise what it raises; `name` says under which the bytes are kept."""
        known = self._academies.get(name)
        if known is None or known.raw != raw:
            known = self._academies[name] = read_academy(raw)
        return known


def _same(one: Delegator, other: Delegator) -> bool:
    """Say whether two let the same publishers sign alike; that of accepted academies is often made anew."""
    return one is other or one == other
