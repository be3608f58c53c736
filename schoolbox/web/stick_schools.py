"""Where a technician decides about another school whose own lessons are on a stick."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _

room = Blueprint("stick_schools", __name__)


@room.get("/sticks/<stick_id>/schools/<academy_id>")
@allow(Role.TECHNICIAN)
def show(stick_id: str, academy_id: str) -> ResponseReturnValue:
    """Show who signed, and ask."""
    stick = box().sticks.find(stick_id)
    academy = box().other_schools.on(stick, academy_id)
    packs = [pack for pack in stick.listing.packs if pack.publisher == academy_id] if stick.listing else []
    return render_template("sticks/school.html", stick=stick, academy=academy, packs=packs)


@room.post("/sticks/<stick_id>/schools/<academy_id>")
@allow(Role.TECHNICIAN)
def accept(stick_id: str, academy_id: str) -> ResponseReturnValue:
    """Trust the lessons of that school from now on."""
    box().other_schools.accept(box().sticks.find(stick_id), academy_id, by=signed_in().person_id)
    flash(_("The box trusts the lessons of this school from now on. Tick what is to be installed."))
    return redirect(url_for("sticks.show", stick_id=stick_id), 303)
