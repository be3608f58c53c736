"""What is on a stick for this box, pack by pack and unit by unit: plain values, made once and kept.

Promises: made of what was verified already; says of each pack what would have to be copied if it is installed as the
page proposes, so that no page has to look at a stick.

    listing = make_listing(offers, fingerprint=mark, basis=basis, box=box)
    [pack.pack_id for pack in listing.packs if pack.installable]
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Literal

import msgspec
from msgspec.structs import replace

from content_packs.errors import OlderMetadataError
from content_packs.library import InstalledPack
from content_packs.manifest import File, Item, Manifest, Unit
from content_packs.offers import Offer, Offers
from content_packs.selection import choose_units, files_of, wanted_items
from schoolbox.faults import Fault, fault_of

PackState = Literal["new", "newer", "incomplete", "same", "older", "untrusted"]


class Need(msgspec.Struct, frozen=True):
    """What has to be copied."""

    bytes: int
    files: int


class UnitOffer(msgspec.Struct, frozen=True):
    """One unit of a pack on a stick; `here` says that the box has chosen it already."""

    slug: str
    title: Mapping[str, str]
    items: int
    size_bytes: int
    need: Need
    here: bool


class PackOffer(msgspec.Struct, frozen=True, kw_only=True):
    """One pack on a stick and what it is to this box; of one that is not trusted only `fault` is certain.

    `need` is what the page's own proposal copies; `in_part` says that the box has some of its units only;
    `went_back` that somebody went back from this very version.
    """

    pack_id: str
    version: int
    state: PackState
    title: Mapping[str, str]
    publisher: str
    publisher_name: Mapping[str, str]
    manifest_sha256: str
    installed_version: int | None
    size_bytes: int
    need: Need
    language: str = ""
    subject: str = ""
    area: str = ""
    grades: tuple[int, ...] = ()
    kinds: Mapping[str, int] | None = None
    units: tuple[UnitOffer, ...] = ()
    in_part: bool = False
    went_back: bool = False
    fault: Fault | None = None

    @property
    def installable(self) -> bool:
        """Whether installing it as it is would bring something."""
        return self.state in ("new", "newer", "incomplete")

    @property
    def proposed(self) -> bool:
        """Whether the page ticks it: all that brings something, but for what somebody went back from."""
        return self.installable and not self.went_back

    @property
    def choosable(self) -> bool:
        """Whether there are units to choose from."""
        may = self.installable or (self.state == "same" and self.in_part)
        return may and len(self.units) > 1 and not all(unit.here for unit in self.units)

    def need_of(self, units: frozenset[str]) -> Need:
        """About what has to be copied for some units; all that is proposed if none is named."""
        if not units:
            return self.need
        base = self.need if self.installed_version is not None else Need(0, 0)
        asked = [unit.need for unit in self.units if unit.slug in units and not unit.here]
        return Need(base.bytes + sum(need.bytes for need in asked), base.files + sum(need.files for need in asked))


class RefusedList(msgspec.Struct, frozen=True):
    """A signed list of the stick that was not believed; `older` ones are no reason to worry."""

    name: str
    older: bool
    fault: Fault


class Introduced(msgspec.Struct, frozen=True):
    """Who a stick says its publishers are, and the number of its root by which a person knows that; or why neither."""

    number: str = ""
    names: tuple[Mapping[str, str], ...] = ()
    fault: Fault | None = None


class Listing(msgspec.Struct, frozen=True):
    """All that is on a stick; `basis` says on which state of the box the comparison stands.

    `introduced` is there as long as the box believes no publisher.
    """

    fingerprint: str
    basis: str
    packs: tuple[PackOffer, ...] = ()
    refused: tuple[RefusedList, ...] = ()
    age_days: int | None = None
    fault: Fault | None = None
    introduced: Introduced | None = None

    @property
    def of_another_registry(self) -> bool:
        """Whether nothing on it can be believed because its registry is not that of this box."""
        refused = any(each.name == "registry.json" and not each.older for each in self.refused)
        return refused and bool(self.packs) and all(pack.state == "untrusted" for pack in self.packs)

    def find(self, pack_id: str) -> PackOffer | None:
        """One pack of it."""
        return next((pack for pack in self.packs if pack.pack_id == pack_id), None)

    def has_version(self, pack_id: str, manifest_sha256: str) -> bool:
        """Whether exactly this version of a pack is on the stick, and trusted."""
        pack = self.find(pack_id)
        return pack is not None and pack.state != "untrusted" and pack.manifest_sha256 == manifest_sha256


class BoxContent(msgspec.Struct, frozen=True):
    """What the comparison needs to know of the box."""

    installed: Mapping[str, InstalledPack]
    shown_items: Callable[[str], frozenset[str]]
    has: Callable[[File], bool]


def make_listing(offers: Offers, *, fingerprint: str, basis: str, box: BoxContent) -> Listing:
    """Compare what a stick offers with the box; installable packs first, then by grade and subject."""
    box = replace(box, has=_remembered(box.has))
    packs = sorted((_pack(offer, box) for offer in offers.offers), key=_order)
    refused = [
        RefusedList(each.name, isinstance(each.error, OlderMetadataError), fault_of(each.error))
        for each in offers.refused
    ]
    age_days = offers.age.days if offers.age else None
    return Listing(fingerprint, basis, tuple(packs), tuple(refused), age_days)


def _order(pack: PackOffer) -> tuple[int, tuple[int, ...], str, str]:
    place = 0 if pack.installable else 2 if pack.state == "untrusted" else 1
    return place, pack.grades, pack.subject, pack.pack_id


def _pack(offer: Offer, box: BoxContent) -> PackOffer:
    bare = PackOffer(
        pack_id=offer.pack_id, version=offer.version, state="untrusted", title=dict(offer.title),
        publisher=offer.publisher, publisher_name=dict(offer.publisher_names),
        manifest_sha256=offer.listing.manifest_sha256, installed_version=offer.installed_version,
        size_bytes=offer.size_bytes, need=Need(0, 0), fault=fault_of(offer.reason) if offer.reason else None,
    )  # fmt: skip
    return _compared(bare, offer, offer.manifest, box) if offer.manifest else bare


def _compared(bare: PackOffer, offer: Offer, manifest: Manifest, box: BoxContent) -> PackOffer:
    """Fill in what a trusted pack is to what the box has."""
    installed = box.installed.get(offer.pack_id)
    shown = box.shown_items(offer.pack_id) if installed else frozenset[str]()
    chosen = choose_units(manifest, None, before=installed.units if installed else None, installed=bool(installed))
    wanted = wanted_items(manifest, units=chosen, shown=shown)
    here = _units_here(manifest, installed, chosen)
    return replace(
        bare, state=offer.state, size_bytes=sum(file.size_bytes for file in files_of(wanted).values()),
        need=_need(wanted, box), language=manifest.language, subject=manifest.subject, area=manifest.area,
        grades=tuple(manifest.grades), kinds=dict(Counter(item.kind for item in manifest.items())),
        units=tuple(_unit(unit, box, here=unit.slug in here) for unit in manifest.units),
        in_part=chosen is not None, went_back=installed is not None and installed.held_back == offer.version,
    )  # fmt: skip


def _units_here(manifest: Manifest, installed: InstalledPack | None, chosen: tuple[str, ...] | None) -> frozenset[str]:
    """The units that the box has chosen."""
    if installed is None:
        return frozenset()
    return frozenset(unit.slug for unit in manifest.units if chosen is None or unit.slug in chosen)


def _unit(unit: Unit, box: BoxContent, *, here: bool) -> UnitOffer:
    size = sum(file.size_bytes for file in files_of(unit.items).values())
    return UnitOffer(unit.slug, dict(unit.title), len(unit.items), size, _need(unit.items, box), here)


def _remembered(has: Callable[[File], bool]) -> Callable[[File], bool]:
    """Ask the disk once for each file, though a pack and its units both want to know."""
    known: dict[str, bool] = {}

    def ask(file: File) -> bool:
        if file.sha256 not in known:
            known[file.sha256] = has(file)
        return known[file.sha256]

    return ask


def _need(items: tuple[Item, ...], box: BoxContent) -> Need:
    lacking = [file for file in files_of(items).values() if not box.has(file)]
    return Need(sum(file.size_bytes for file in lacking), len(lacking))
