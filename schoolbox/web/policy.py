"""What the school allows, for the technician; and a pupil's own PIN, where pupils may change it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import BadInputError, BoxError, NotAllowedError, SignInError, ThrottledError
from schoolbox.messages import message_of, sentences
from schoolbox.services.policy import IDLE_CHOICES, Allowed
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.doorway import device, enter, kind_of_device
from schoolbox.web.i18n import _
from sync.languages import KNOWN, LANGUAGES

room = Blueprint("policy", __name__)


@room.get("/school")
@allow(Role.TECHNICIAN)
def show() -> ResponseReturnValue:
    """Show what is allowed."""
    policy = box().policy
    minutes = tuple(sorted({*IDLE_CHOICES, policy.idle_minutes()}))
    return render_template(
        "policy/show.html", allowed=policy.allowed(), idle_minutes=policy.idle_minutes(), choices=minutes,
        spoken={tag: KNOWN[tag] for tag in LANGUAGES}, ticked=policy.languages(),
    )  # fmt: skip


@room.post("/school")
@allow(Role.TECHNICIAN)
def decide() -> ResponseReturnValue:
    """Decide what is allowed."""
    form = request.form
    allowed = Allowed(
        guests_watch="guests_watch" in form, pupils_change_pin="pupils_change_pin" in form,
        consent_first="consent_first" in form, teachers_add_pupils="teachers_add_pupils" in form,
        teachers_put_away="teachers_put_away" in form,
        national_addresses="national_addresses" in form, idle_minutes=_idle_minutes(form.get("idle_minutes")),
        languages=tuple(tag for tag in LANGUAGES if tag in form.getlist("language")), first_language=_first_language(),
    )  # fmt: skip
    box().policy.set(allowed, by=signed_in().person_id)
    flash(_("Saved. It holds from now on."))
    return redirect(url_for("policy.show"), 303)


@room.get("/my-pin")
@allow(Role.PUPIL)
def own_pin() -> ResponseReturnValue:
    """Ask for the old and the new PIN."""
    _may_change()
    return render_template("policy/pin.html", problem=None)


@room.post("/my-pin")
@allow(Role.PUPIL)
def change_pin() -> ResponseReturnValue:
    """Take a new PIN; whoever is signed in elsewhere with the old one is signed out."""
    _may_change()
    form, person_id = request.form, signed_in().person_id
    new = form.get("new", "") if form.get("new") == form.get("again") else ""
    try:
        token = box().sign_in.change_pin(person_id, form.get("old", ""), new, device=device(), kind=kind_of_device())
    except (SignInError, ThrottledError, BadInputError) as exc:
        return render_template("policy/pin.html", problem=_told(exc)), message_of(exc).status
    return enter(token)


def _idle_minutes(chosen: str | None) -> int:
    """Read the choice; where there is none, or the one that holds already, what was decided stays."""
    policy = box().policy
    if chosen in (None, str(policy.idle_minutes())):
        return policy.allowed().idle_minutes
    if chosen not in map(str, IDLE_CHOICES):
        raise BadInputError(field="idle_minutes", problem=f"none of {', '.join(map(str, IDLE_CHOICES))}")
    return int(chosen)


def _first_language() -> str:
    wanted = request.form.get("first_language", "")
    return wanted if wanted in LANGUAGES else ""


def _may_change() -> None:
    """Refuse where the school does not allow it, and a child that signs in with pictures.

    Raises:
        NotAllowedError: The teacher gives new ones.
    """
    if not box().policy.allowed().pupils_change_pin or signed_in().pictures:
        raise NotAllowedError(role=Role.PUPIL)


def _told(problem: BoxError) -> tuple[str, str, str]:
    if isinstance(problem, ThrottledError):
        return sentences(problem, _)
    if isinstance(problem, SignInError):
        return _("The old PIN is not right."), _("It was not changed."), _("Try again slowly, or ask your teacher.")
    return (
        _("This cannot be the new PIN."),
        _("The old one still works."),
        _("Type four digits, twice the same, not as easy as 1234 or 5555."),
    )
