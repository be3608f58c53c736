"""Where a technician says whose packs this box takes, after comparing a number; asked once in the life of a box."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import NotFoundError
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _

room = Blueprint("stick_roots", __name__)


@room.post("/sticks/<stick_id>/root")
@allow(Role.TECHNICIAN)
def accept(stick_id: str) -> ResponseReturnValue:
    """Believe the publishers of what is in, if it still has the number that was compared."""
    try:
        stick = box().sticks.find(stick_id)
    except NotFoundError:
        flash(_("It is no longer there, so nothing was changed. Put it in again, and compare the number once more."))
        return redirect(url_for("sticks.show_all", all=""), 303)
    box().first_root.accept(stick, request.form.get("number", ""), by=signed_in().person_id)
    box().pull_notes.try_now()  # what the hub has waits since then
    flash(_("The box takes packs of these publishers from now on. Tick what is to be installed."))
    return redirect(url_for("sticks.show", stick_id=stick_id), 303)
