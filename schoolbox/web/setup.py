"""What a technician does with a new box, from a phone, each step with a mark once it is done.

Claiming leads here; nothing has an order, and nothing but the hub needs a line.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import BadInputError
from schoolbox.services.sticks import Stick
from schoolbox.web.access import Role, allow
from schoolbox.web.context import box
from schoolbox.web.i18n import _

room = Blueprint("setup", __name__)


@room.get("/setup")
@allow(Role.TECHNICIAN)
def show() -> ResponseReturnValue:
    """Show what is done and what is left."""
    return _page()


@room.post("/setup/school")
@allow(Role.TECHNICIAN)
def name_school() -> ResponseReturnValue:
    """Give the school another name."""
    typed = {key: request.form.get(key, "").strip() for key in ("school", "municipality")}
    try:
        box().school.set(typed["school"], typed["municipality"])
    except BadInputError as exc:
        return _page(typed=typed, wrong=exc.field.replace("school_name", "school")), 400
    flash(_("Saved. It holds from now on."))
    return redirect(url_for("setup.show"), 303)


@room.post("/setup/hub")
@allow(Role.TECHNICIAN)
def ask_hub() -> ResponseReturnValue:
    """Have a hub take this box in, at once if there is a line, else as soon as there is one."""
    typed = {key: request.form.get(key, "").strip() for key in ("hub", "code")}
    try:
        box().hub_asking.ask(typed["hub"], typed["code"])
    except BadInputError as exc:
        return _page(typed=typed, wrong=exc.field), 400
    if box().uplink.try_now():
        flash(_("The box is talking to the hub now. Load this page again in a moment."))
    else:
        flash(_("Nothing is running that could talk to the hub: syncing is switched off in the settings."))
    return redirect(url_for("setup.show"), 303)


def _page(*, typed: dict[str, str] | None = None, wrong: str = "") -> str:
    at, facts, asked = box(), box().school.facts(), box().hub_asking.waiting()
    kept = {
        "school": facts.name, "municipality": facts.municipality, "hub": asked.hub if asked else "", "code": "",
    }  # fmt: skip
    return render_template(
        "setup/show.html", typed=kept | (typed or {}), wrong=wrong, uplink=at.uplink.status(), asked=asked,
        believed=at.first_root.believed(), unknown=[one for one in at.sticks.present() if _introduces(one)],
        packs=len(at.packs.versions()), classes=at.people.classes(),
        has_machine=at.root_work.is_there, network=at.root_work.own_network(),
    )  # fmt: skip


def _introduces(stick: Stick) -> bool:
    """Whether a stick says who it is of, to a box that believes nobody yet."""
    return stick.listing is not None and stick.listing.introduced is not None
