"""The first page of a new box: whoever can read its code makes it theirs."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec.structs import asdict

from schoolbox.errors import BadInputError, BoxError, NotFoundError, SignInError, ThrottledError
from schoolbox.messages import message_of
from schoolbox.services.claim import LOGIN, Owner
from schoolbox.services.passwords import LENGTH_MIN
from schoolbox.web.access import EVERYBODY, allow
from schoolbox.web.context import box
from schoolbox.web.doorway import device, enter
from schoolbox.web.i18n import _

room = Blueprint("claim", __name__)


@room.get("/claim")
@allow(*EVERYBODY)
def show() -> ResponseReturnValue:
    """Ask for the code, the school and a password; gone once the box has an owner."""
    if not box().claim.needed():
        raise NotFoundError(kind="claim", key="")
    device()
    facts = box().school.facts()
    return _page(Owner(code="", school=facts.name, municipality=facts.municipality, password=""))


@room.post("/claim")
@allow(*EVERYBODY)
def claim() -> ResponseReturnValue:
    """Make somebody the technician of this box, and let them in."""
    words = {key: request.form.get(key, "").strip() for key in ("code", "school", "municipality", "login")}
    owner = Owner(**words, password=request.form.get("password", ""))
    try:
        token = box().claim.claim(owner, device=device())
    except (SignInError, ThrottledError, BadInputError) as exc:
        return _page(owner, problem=exc)
    return enter(token, following=url_for("setup.show"))


def _page(owner: Owner, *, problem: BoxError | None = None) -> ResponseReturnValue:
    """The form with what was typed, and what is wrong beside the field it belongs to; a password is typed again."""
    field, text = _told(problem) if problem else ("", "")
    page = render_template(
        "claim/show.html", typed=asdict(owner) | {"login": owner.login or LOGIN}, length_min=LENGTH_MIN,
        wrong_field=field, wrong_text=text,
    )  # fmt: skip
    return page, message_of(problem).status if problem else 200


def _told(problem: BoxError) -> tuple[str, str]:
    if isinstance(problem, ThrottledError):
        return "code", _("That was tried many times. Wait %(wait_s)s seconds, then try again.", wait_s=problem.wait_s)
    if isinstance(problem, SignInError):
        return "code", _("This is not the code of this box. It has 8 characters, like K7PM-2R9X.")
    texts = {
        "school": _("Write the name of the school."),
        "school_name": _("This name is too long or has odd signs."),
        "municipality": _("This name is too long or has odd signs."),
        "login": _("Small letters a to z, digits and dots; and nobody else may have it."),
        "password": _("It needs at least %(num)s characters.", num=LENGTH_MIN),
    }
    field = problem.field if isinstance(problem, BadInputError) else ""
    return field.replace("school_name", "school"), texts.get(field, _("Something in this form is not right."))
