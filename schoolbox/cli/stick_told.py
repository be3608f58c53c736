"""How sticks, what is on them and what was asked of them are told on a terminal and to programs."""

from collections.abc import Sequence

from schoolbox.cli.outcome import Json, Outcome, table
from schoolbox.cli.pack_told import first
from schoolbox.faults import Fault, fault_sentences
from schoolbox.messages import plain_size
from schoolbox.services.shelf_jobs import Job, JobPack
from schoolbox.services.stick_listing import Listing
from schoolbox.services.sticks import Stick
from schoolbox.told import Place


def listing_told(listing: Listing) -> Outcome:
    """What is on a stick, pack by pack, and which lists were refused."""
    data: Json = {
        "stick": listing.fingerprint,
        "age_days": listing.age_days,
        "packs": [
            {"pack": pack.pack_id, "version": pack.version, "state": pack.state, "title": dict(pack.title),
             "installed_version": pack.installed_version, "size_bytes": pack.size_bytes,
             "need_bytes": pack.need.bytes, "reason": _fault(pack.fault),
             "units": [{"unit": unit.slug, "title": dict(unit.title), "items": unit.items,
                        "size_bytes": unit.size_bytes, "here": unit.here} for unit in pack.units]}
            for pack in listing.packs
        ],
        "refused": [{"name": each.name, "reason": _fault(each.fault)} for each in listing.refused],
    }  # fmt: skip
    head = ("pack", "version", "state", "title", "size", "to copy")
    rows = [
        (pack.pack_id, str(pack.version), pack.state, first(pack.title), plain_size(pack.size_bytes),
         plain_size(pack.need.bytes))
        for pack in listing.packs
    ]  # fmt: skip
    parts = [table([head, *rows]) if rows else "This stick offers no packs."]
    parts += [f"{pack.pack_id}: {_said(pack.fault)}" for pack in listing.packs if pack.fault]
    parts += [f"{each.name}: {_said(each.fault)}" for each in listing.refused]
    return Outcome(data, "\n\n".join(parts))


def sticks_told(sticks: Sequence[Stick]) -> Outcome:
    """Which sticks are in."""
    data: Json = [
        {"stick": stick.id, "label": stick.label, "folder": str(stick.place.folder), "has_packs": stick.has_packs,
         "packs": len(stick.listing.packs) if stick.listing else 0}
        for stick in sticks
    ]  # fmt: skip
    head = ("stick", "label", "folder", "packs")
    rows = [
        (stick.id, stick.label, str(stick.place.folder), str(len(stick.listing.packs)) if stick.listing else "none")
        for stick in sticks
    ]
    return Outcome(data, table([head, *rows]) if rows else "No stick is in.")


def jobs_told(jobs: Sequence[Job]) -> Outcome:
    """What was asked, and how far it is."""
    data: Json = [
        {"job": job.id, "kind": job.kind, "shelf": job.shelf, "stick": job.stick_id, "label": job.label,
         "state": job.state, "asked_by": job.asked_by, "asked_at": job.asked_at.isoformat(),
         "packs": [_part(pack, _place(job)) for pack in job.packs]}
        for job in jobs
    ]  # fmt: skip
    head = ("job", "stick", "pack", "version", "state", "copied", "of")
    rows = [
        (str(job.id), job.label, pack.wish.pack_id, str(pack.wish.version),
         job.state if pack.state == "waiting" else pack.state, plain_size(pack.done.bytes),
         plain_size(pack.wish.need.bytes))
        for job in jobs
        for pack in job.packs
    ]  # fmt: skip
    parts = [table([head, *rows]) if rows else "Nothing was asked of a stick yet."]
    parts += [
        f"{pack.wish.pack_id}: {_said(pack.fault, _place(job))}" for job in jobs for pack in job.packs if pack.fault
    ]
    return Outcome(data, "\n\n".join(parts))


def _place(job: Job) -> Place:
    return "upload" if job.shelf == "upload" else "stick"


def _part(pack: JobPack, place: Place) -> Json:
    return {
        "pack": pack.wish.pack_id, "version": pack.wish.version, "state": pack.state, "missing": pack.missing,
        "units": list(pack.wish.units) if pack.wish.units is not None else None, "done_bytes": pack.done.bytes,
        "need_bytes": pack.wish.need.bytes, "reason": _fault(pack.fault, place),
    }  # fmt: skip


def _fault(fault: Fault | None, place: Place = "stick") -> Json:
    if fault is None:
        return None
    happened, safe, todo = fault_sentences(fault, str, place=place)
    return {"error": fault.name, "happened": happened, "safe": safe, "todo": todo}


def _said(fault: Fault | None, place: Place = "stick") -> str:
    return "\n".join(fault_sentences(fault, str, place=place)) if fault else ""
