"""From what was ticked on a page to an order: only what the stick, or the box, really has can be asked for.

    make_order(stick, listing, packs=["mash:thyesat-6"], units=["mash:fizika-8/forca"])
"""

from collections.abc import Collection, Mapping, Sequence

from schoolbox.services.packs import InstalledRow
from schoolbox.services.shelf_jobs import Order, Wish
from schoolbox.services.stick_listing import Listing, Need, PackOffer
from schoolbox.services.sticks import Stick


def make_order(stick: Stick, listing: Listing, *, packs: Collection[str], units: Collection[str]) -> Order:
    """Make an order; ticked units alone ask for these units, a pack without any for all of it.

    Args:
        stick: Which one.
        listing: What is on it.
        packs: Ids of packs that were ticked.
        units: Ticked units, as `pack/unit`.
    """
    chosen: dict[str, set[str]] = {}
    for name in units:
        pack_id, _, slug = name.rpartition("/")
        chosen.setdefault(pack_id, set()).add(slug)
    wishes = [_wish(pack, packs, chosen) for pack in listing.packs]
    shelf = "stick" if stick.owner is None else "upload"
    return Order(stick.id, stick.label, tuple(wish for wish in wishes if wish), shelf=shelf)


def make_write_order(stick: Stick, installed: Sequence[InstalledRow], packs: Collection[str]) -> Order:
    """Make an order to write packs of the box onto a stick; each is written and read back, so it counts twice."""
    wishes = [
        Wish(row.pack_id, row.version, "", row.title, Need(2 * row.size_bytes, 0))
        for row in installed
        if row.pack_id in packs and not row.hidden
    ]
    return Order(stick.drive, stick.label, tuple(wishes), "write")


def _wish(pack: PackOffer, packs: Collection[str], chosen: Mapping[str, set[str]]) -> Wish | None:
    slugs = [unit.slug for unit in pack.units if unit.slug in chosen.get(pack.pack_id, ()) and not unit.here]
    asked = tuple(slugs) if slugs and pack.choosable else None
    if asked is None and not (pack.installable and pack.pack_id in packs):
        return None
    need = pack.need_of(frozenset(asked or ()))
    return Wish(pack.pack_id, pack.version, pack.manifest_sha256, pack.title, need, asked)
