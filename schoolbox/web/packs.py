"""The room of packs on this box: go back to the version before, remove, see what is missing and who did what."""

from collections.abc import Iterator

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from content_packs.errors import NothingToUndoError, NotInstalledError
from schoolbox.services.packs import InstalledRow
from schoolbox.services.stick_listing import PackOffer
from schoolbox.services.sticks import Stick
from schoolbox.web.access import STAFF, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _, pick, size

room = Blueprint("packs", __name__)
DEEDS_SHOWN = 20


@room.get("/packs")
@allow(*STAFF)
def all_packs() -> ResponseReturnValue:
    """List what is on the box, and what was done lately."""
    packs, deeds = box().packs.list(), box().pack_history.latest(DEEDS_SHOWN)
    titles = {**box().pack_history.removed(), **{pack.pack_id: pack.title for pack in packs}}
    return render_template("packs/all.html", packs=packs, deeds=deeds, titles=titles, disk=box().machine.disk())


@room.get("/packs/<pack_id>")
@allow(*STAFF)
def show(pack_id: str) -> ResponseReturnValue:
    """Show one pack: its version, what of it is here, what is missing, who could bring it, what was done with it."""
    pack = _pack(pack_id)
    gaps = box().packs.gaps(pack_id) if pack.missing else ()
    units = () if pack.units is None or pack.hidden else box().library.outline(pack_id, staff=True).units
    return render_template(
        "packs/show.html", pack=pack, gaps=gaps, suppliers=_suppliers(pack_id) if gaps else (),
        units=units, others=_with_more_units(pack_id) if units else (),
        deeds=box().pack_history.of_pack(pack_id, DEEDS_SHOWN), titles={pack_id: pack.title},
    )  # fmt: skip


@room.get("/packs/<pack_id>/remove")
@allow(*STAFF)
def ask_remove(pack_id: str) -> ResponseReturnValue:
    """Ask whether a pack is really to go, and say what that frees."""
    return render_template("packs/remove.html", pack=_pack(pack_id), freed=box().pack_room.freed_by(pack_id))


@room.post("/packs/<pack_id>/remove")
@allow(*STAFF)
def remove(pack_id: str) -> ResponseReturnValue:
    """Take a pack off the box."""
    title = pick(_pack(pack_id).title)
    freed = box().packs.remove(pack_id, by=signed_in().person_id)
    flash(_("“%(title)s” is removed, %(size)s are free now.", title=title, size=size(freed)))
    return redirect(url_for("packs.all_packs"), 303)


@room.get("/packs/<pack_id>/undo")
@allow(*STAFF)
def ask_undo(pack_id: str) -> ResponseReturnValue:
    """Ask whether to go back to the version before.

    Raises:
        NothingToUndoError: There is none.
    """
    pack = _pack(pack_id)
    if pack.previous_version is None:
        raise NothingToUndoError(pack_id=pack_id)
    return render_template("packs/undo.html", pack=pack)


@room.post("/packs/<pack_id>/undo")
@allow(*STAFF)
def undo(pack_id: str) -> ResponseReturnValue:
    """Go back to the version before."""
    undone = box().packs.undo(pack_id, by=signed_in().person_id)
    flash(_("Pupils now see version %(version)s.", version=undone.version))
    return redirect(url_for("packs.show", pack_id=pack_id), 303)


def _pack(pack_id: str) -> InstalledRow:
    """One installed pack.

    Raises:
        NotInstalledError: It is not there.
    """
    found = next((pack for pack in box().packs.list() if pack.pack_id == pack_id), None)
    if found is None:
        raise NotInstalledError(pack_id=pack_id)
    return found


def _suppliers(pack_id: str) -> list[Stick]:
    """Sticks that are in and have what is missing, and uploads of whoever is looking."""
    return [stick for stick, offer in _offers(pack_id) if offer.installable]


def _with_more_units(pack_id: str) -> list[Stick]:
    """Those that have units which were not chosen."""
    return [stick for stick, offer in _offers(pack_id) if offer.choosable]


def _offers(pack_id: str) -> Iterator[tuple[Stick, PackOffer]]:
    """What those say of a pack that whoever is looking may see."""
    for stick in box().sticks.present():
        offer = stick.listing.find(pack_id) if stick.listing and stick.may_see(signed_in()) else None
        if offer:
            yield stick, offer
