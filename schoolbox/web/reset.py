"""The page with which a technician makes a new box of this one: everything of people goes, packs stay if wanted."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from schoolbox.errors import NotFoundError
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box

room = Blueprint("reset", __name__)
WORD = "RESET"


@room.get("/reset")
@allow(Role.TECHNICIAN)
def show() -> ResponseReturnValue:
    """Say what would go, and ask for a word; gone where nobody could carry it out."""
    return _page()


@room.post("/reset")
@allow(Role.TECHNICIAN)
def order() -> ResponseReturnValue:
    """Have the machine start again as a new box."""
    if request.form.get("word", "").strip().upper() != WORD:
        return _page(wrong=True), 400
    if not box().root_work.is_there:
        raise NotFoundError(kind="page", key="")
    box().events.note("reset_ordered", by=signed_in().person_id)
    box().root_work.ask("reset", everything="everything" in request.form)
    return render_template("reset/ordered.html")


def _page(*, wrong: bool = False) -> str:
    if not box().root_work.is_there:
        raise NotFoundError(kind="page", key="")
    return render_template("reset/show.html", waiting=box().uplink.status().waiting, wrong=wrong, word=WORD)
