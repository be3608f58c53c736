"""From what was ticked on the page of a stick to an order: only what the stick really offers can be asked for.

    make_order(stick, listing, packs=["mash:thyesat-6"], units=["mash:fizika-8/forca"])
"""

from collections.abc import Collection, Mapping

from schoolbox.services.shelf_jobs import Order, Wish
from schoolbox.services.stick_listing import Listing, PackOffer
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


def _wish(pack: PackOffer, packs: Collection[str], chosen: Mapping[str, set[str]]) -> Wish | None:
    slugs = [unit.slug for unit in pack.units if unit.slug in chosen.get(pack.pack_id, ()) and not unit.here]
    asked = tuple(slugs) if slugs and pack.choosable else None
    if asked is None and not (pack.installable and pack.pack_id in packs):
        return None
    need = pack.need_of(frozenset(asked or ()))
    return Wish(pack.pack_id, pack.version, pack.manifest_sha256, pack.title, need, asked)
