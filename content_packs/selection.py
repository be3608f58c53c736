"""Which items of a pack a box shows when not all of it is wanted, or not all of it is there (FORMAT 8.8-8.10).

Promises: pure functions of a manifest and of what is on the disk. An item is *whole* if a file of its own kind is
there; captions or a thumbnail may be missing. A pack can stand if something of it is whole and nobody loses what they
had.

    wanted = wanted_items(manifest, units=("hyrje",), shown=frozenset())
    holding = holding_of(wanted, units=("hyrje",), good=store.has)
    lost_items(manifest, holding, shown)     # must be empty before it is published
"""

from collections.abc import Callable, Collection, Iterable, Set

import msgspec

from content_packs.errors import NoSuchUnitError
from content_packs.manifest import File, Item, Manifest


class Holding(msgspec.Struct, frozen=True):
    """What of a pack version is shown: `units` that were chosen (None: all), item ids, blobs, and what is missing."""

    units: tuple[str, ...] | None
    items: frozenset[str]
    blobs: frozenset[str]
    missing: tuple[File, ...]
    size_bytes: int


class Gap(msgspec.Struct, frozen=True):
    """An item of which something is missing; `shown` says whether it can be used all the same."""

    item: Item
    files: tuple[File, ...]
    shown: bool


def choose_units(
    manifest: Manifest, asked: Collection[str] | None, *, before: Collection[str] | None, installed: bool
) -> tuple[str, ...] | None:
    """Give the units that are to be there in the end, in the order of the outline; None for all, now and later.

    Args:
        manifest: Of the version that comes.
        asked: What is asked for beside what was chosen before; None for no change, or all of a new pack.
        before: What was chosen before; None for all.
        installed: Whether some version of the pack is installed.

    Raises:
        NoSuchUnitError: A unit that is asked for is not in the pack, or none is asked for.
    """
    slugs = [unit.slug for unit in manifest.units]
    if asked is not None and not (asked and set(asked) <= set(slugs)):
        strange = next((unit for unit in asked if unit not in slugs), "")
        raise NoSuchUnitError(pack_id=manifest.pack, unit=strange)
    if before is None and (installed or asked is None):
        return None
    chosen = tuple(slug for slug in slugs if slug in {*(before or ()), *(asked or ())})
    return None if len(chosen) == len(slugs) else chosen


def wanted_items(manifest: Manifest, *, units: Collection[str] | None, shown: frozenset[str]) -> tuple[Item, ...]:
    """Give the items of the chosen units, and those that are shown already wherever they stand now."""
    return tuple(
        item
        for unit in manifest.units
        for item in unit.items
        if units is None or unit.slug in units or item.id in shown or shown.intersection(item.replaces)
    )


def files_of(items: Iterable[Item]) -> dict[str, File]:
    """Every distinct file of some items, by its SHA-256."""
    return {file.sha256: file for item in items for file in item.files}


def holding_of(
    wanted: Collection[Item], *, units: tuple[str, ...] | None, good: Callable[[File], bool]
) -> Holding:
    """Say what of the wanted items can be shown, asking once for each file whether it is there and right."""
    there = {sha256: file for sha256, file in files_of(wanted).items() if good(file)}
    whole = [item for item in wanted if any(file.role == item.kind and file.sha256 in there for file in item.files)]
    blobs = {sha256: file for sha256, file in files_of(whole).items() if sha256 in there}
    return Holding(
        units=units,
        items=frozenset(item.id for item in whole),
        blobs=frozenset(blobs),
        missing=tuple(file for sha256, file in files_of(wanted).items() if sha256 not in there),
        size_bytes=sum(file.size_bytes for file in blobs.values()),
    )


def lost_items(manifest: Manifest, holding: Holding, shown: frozenset[str]) -> tuple[Item, ...]:
    """Items that are shown now, themselves or by what they replace, and would no longer be."""
    return tuple(
        item
        for item in manifest.items()
        if (item.id in shown or shown.intersection(item.replaces)) and item.id not in holding.items
    )


def gaps(wanted: Iterable[Item], *, shown: Set[str], blobs: Set[str]) -> tuple[Gap, ...]:
    """Say of which wanted items something is missing, in the order of the outline."""
    lacking = ((item, tuple(file for file in item.files if file.sha256 not in blobs)) for item in wanted)
    return tuple(Gap(item, files, item.id in shown) for item, files in lacking if files)
