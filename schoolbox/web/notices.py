"""Notices of the hub on the pages of the staff, and settings that it has set on the line: refused, followed again."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.doorway import local_path
from schoolbox.web.i18n import _

room = Blueprint("notices", __name__)


@room.post("/notices/<int:notice_id>/dismiss")
@allow(Role.TEACHER, Role.TECHNICIAN)
def dismiss(notice_id: int) -> ResponseReturnValue:
    """Show a notice to this person no longer."""
    box().hub_orders.dismiss(notice_id, by=signed_in().person_id)
    return redirect(local_path(request.form.get("next", "")) or url_for("home.show"), 303)


@room.post("/line/orders/<name>/refuse")
@allow(Role.TECHNICIAN)
def refuse(name: str) -> ResponseReturnValue:
    """Do here what was decided here, whatever the hub sets.

    Raises:
        BadInputError: A hub cannot set this.
    """
    box().hub_orders.refuse(name, by=signed_in().person_id)
    flash(_("The box does here what was decided here, and tells the hub."))
    return redirect(url_for("line.show"), 303)


@room.post("/line/orders/<name>/follow")
@allow(Role.TECHNICIAN)
def follow(name: str) -> ResponseReturnValue:
    """Let the hub set this again.

    Raises:
        BadInputError: A hub cannot set this.
    """
    box().hub_orders.follow(name, by=signed_in().person_id)
    flash(_("The hub sets this again."))
    return redirect(url_for("line.show"), 303)
