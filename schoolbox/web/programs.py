"""The program of the box, for the technician: which one runs, how the last update went, what is newer."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import NotFoundError
from schoolbox.faults import Fault, fault_sentences
from schoolbox.marks import N_
from schoolbox.services.programs import Programs
from schoolbox.updater.state import Last
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _, size

room = Blueprint("programs", __name__)
REASONS = {
    "not-ready": N_("It did not start."),
    "ended": N_("It ended by itself, again and again."),
    "silent": N_("It did not answer in time."),
    "other-version": N_("What started was another version."),
    "database": N_("It could not write to its database."),
    "no-copy": N_("It had changed the database, and there was no copy from before."),
    "failed-before": N_("It was tried on this box before, and was not well."),
}
"""Why a version that was tried is not the one that runs."""


@room.get("/program")
@allow(Role.TECHNICIAN)
def show() -> ResponseReturnValue:
    """Show all of it."""
    return render_template(
        "programs/show.html", page=_programs().page(), stamp=_programs().stamp(), told=told, why=why
    )


@room.get("/program/live")
@allow(Role.TECHNICIAN)
def live() -> ResponseReturnValue:
    """Tell a page that is open how far it is, and whether there is something else to say."""
    bringing = _programs().page().bringing
    return {"stamp": _programs().stamp(), "share": bringing.share if bringing else 0}


@room.post("/program/take")
@allow(Role.TECHNICIAN)
def take() -> ResponseReturnValue:
    """Have a newer program brought and taken."""
    _programs().ask(request.form.get("place", ""), request.form.get("version", ""), by=signed_in().person_id)
    return redirect(url_for("programs.show"), 303)


@room.post("/program/hub")
@allow(Role.TECHNICIAN)
def look_at_hub() -> ResponseReturnValue:
    """Ask the hub what it has."""
    _programs().look_at_hub()
    flash(_("The box is asking the hub. If it has a newer program, it shows here in a moment."))
    return redirect(url_for("programs.show"), 303)


@room.post("/program/night")
@allow(Role.TECHNICIAN)
def decide_night() -> ResponseReturnValue:
    """Decide whether the box takes programs from its hub by itself."""
    _programs().set_at_night(wished="wished" in request.form, by=signed_in().person_id)
    flash(_("Saved. It holds from now on."))
    return redirect(url_for("programs.show"), 303)


def _programs() -> Programs:
    """What brings programs.

    Raises:
        NotFoundError: No program can be taken here: then there is no such page.
    """
    programs = box().programs
    if not programs.installed():
        raise NotFoundError(kind="page", key="program")
    return programs


def told(fault: Fault) -> tuple[str, str, str]:
    """What happened, what is safe, what to do next."""
    return fault_sentences(fault, _, write_size=size)


def why(last: Last) -> str:
    """Why an update came to nothing, in a sentence or two."""
    if last.reason in REASONS:
        return _(REASONS[last.reason])
    happened, _safe, todo = told(Fault(last.reason, last.facts))
    return f"{happened} {todo}"
