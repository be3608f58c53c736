"""Which packs the box takes by itself: a function of what is trusted, installed and wished for (FORMAT 8.13).

Promises: reads nothing and asks nobody; names only what would change something; most of what waits longest first, so
that a short line is spent on what pupils miss already.

    plan(trust.catalogues, library.installed(), subscriptions.wishes())[0].listings[0].version
"""

from collections.abc import Iterator, Mapping
from itertools import groupby

import msgspec

from content_packs.library import InstalledPack
from content_packs.trust import Catalogue, Listing
from schoolbox.services.subscriptions import Wishes


class Wanted(msgspec.Struct, frozen=True):
    """A pack the box wants; any of the `listings` would do, the newest stands first."""

    pack_id: str
    installed: InstalledPack | None
    listings: tuple[Listing, ...]

    @property
    def version(self) -> int:
        """The version that is wanted most."""
        return self.listings[0].version

    @property
    def order(self) -> tuple[int, str]:
        """What is missing comes before what is newer, and that before what is new."""
        if self.installed is None:
            return 2, self.pack_id
        return (0 if self.version == self.installed.version else 1), self.pack_id


def plan(
    catalogues: Mapping[str, Catalogue], installed: Mapping[str, InstalledPack], wishes: Wishes
) -> tuple[Wanted, ...]:
    """Say what is wanted.

    Args:
        catalogues: The trusted ones; a publisher that was revoked has none.
        installed: What the library holds.
        wishes: What people subscribed to, and what they said to leave alone.
    """
    wanted = (each for catalogue in catalogues.values() for each in _of(catalogue, installed, wishes))
    return tuple(sorted(wanted, key=lambda each: each.order))


def _of(catalogue: Catalogue, installed: Mapping[str, InstalledPack], wishes: Wishes) -> Iterator[Wanted]:
    """What is wanted of one publisher."""
    for pack_id, listings in groupby(catalogue.listings, key=lambda listing: listing.pack_id):
        pack = installed.get(pack_id)
        if not wishes.takes(pack_id, installed=pack is not None):
            continue
        better = tuple(reversed([each for each in listings if _is_better(each, pack)]))
        if better:
            yield Wanted(pack_id, pack, better)


def _is_better(listing: Listing, pack: InstalledPack | None) -> bool:
    """Whether a version would bring something that may come by itself."""
    if pack is None:
        return True
    if listing.version == pack.version:
        return pack.missing > 0 and listing.manifest_sha256 == pack.manifest_sha256
    return listing.version > max(pack.version, pack.held_back)
