"""How packs are listed on a terminal and for programs: what is installed, what a shelf offers."""

from collections.abc import Mapping

from content_packs.offers import Offer, Offers
from schoolbox.cli.outcome import Json, Outcome, table, told, told_text
from schoolbox.messages import plain_size
from schoolbox.services.packs import InstalledRow


def files(count: int) -> str:
    """Say how many files."""
    return "1 file" if count == 1 else f"{count} files"


def _state(row: InstalledRow) -> str:
    """What is special about an installed pack."""
    parts = ["hidden: publisher withdrawn"] if row.hidden else []
    parts += [f"chosen: {', '.join(row.units)}"] if row.units is not None else []
    parts += [f"{files(row.missing)} missing"] if row.missing else []
    return "; ".join(parts)


def installed(rows: list[InstalledRow]) -> Outcome:
    """List installed packs, with what is special about each."""
    data: Json = [
        {"pack": row.pack_id, "version": row.version, "title": dict(row.title), "publisher": row.publisher,
         "size_bytes": row.size_bytes, "items": row.items, "hidden": row.hidden,
         "units": list(row.units) if row.units is not None else None, "missing": row.missing,
         "previous_version": row.previous_version}
        for row in rows
    ]  # fmt: skip
    lines = [
        (row.pack_id, str(row.version), first(row.title), first(row.publisher_name), plain_size(row.size_bytes),
         _state(row))
        for row in rows
    ]  # fmt: skip
    head = ("pack", "version", "title", "publisher", "size", "")
    return Outcome(data, table([head, *lines]) if lines else "No pack is installed yet.")


def offered(offers: Offers) -> Outcome:
    """A shelf, pack by pack; lists that were refused are told, and an older one is no reason to worry."""
    data: Json = {
        "offers": [
            {"pack": each.pack_id, "version": each.version, "state": each.state, "title": dict(each.title),
             "installed_version": each.installed_version, "size_bytes": each.size_bytes,
             "missing_bytes": each.missing_bytes, "units": _units(each),
             "reason": told(each.reason) if each.reason else None}
            for each in offers.offers
        ],
        "refused": [{"name": each.name, **told(each.error)} for each in offers.refused],
    }  # fmt: skip
    head = ("pack", "version", "state", "title", "size", "to copy")
    rows = [
        (each.pack_id, str(each.version), each.state, first(each.title), plain_size(each.size_bytes),
         plain_size(each.missing_bytes))
        for each in offers.offers
    ]  # fmt: skip
    parts = [table([head, *rows]) if rows else "This shelf offers no packs."]
    parts += [f"{each.pack_id}: {told_text(each.reason)}" for each in offers.offers if each.reason]
    parts += [f"{each.name}: {told_text(each.error)}" for each in offers.refused]
    return Outcome(data, "\n\n".join(parts))


def _units(offer: Offer) -> Json:
    units = offer.manifest.units if offer.manifest else ()
    return [{"unit": unit.slug, "title": dict(unit.title), "items": len(unit.items)} for unit in units]


def first(texts: Mapping[str, str]) -> str:
    """The words for a terminal: English, else Albanian, else what there is."""
    return next((texts[each] for each in ("en", "sq") if each in texts), next(iter(texts.values()), ""))
