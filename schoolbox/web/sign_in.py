"""Signing in: pupils by class, name and PIN; teachers and technicians by login and password; and out again."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import BoxError, NotFoundError, SignInError, ThrottledError
from schoolbox.messages import message_of, sentences
from schoolbox.services.people_rows import PupilRow
from schoolbox.services.pictures import LENGTH, touched
from schoolbox.web.access import EVERYBODY, allow
from schoolbox.web.context import box
from schoolbox.web.doorway import device, enter, kind_of_device, leave, local_path
from schoolbox.web.i18n import _

room = Blueprint("sign_in", __name__)


@room.get("/sign-in")
@allow(*EVERYBODY)
def classes() -> ResponseReturnValue:
    """Choose a class; a box without an owner shows how to claim it."""
    rows = [row for row in box().people.classes() if row.pupils]
    classes, unclaimed = box().shifts.sorted(rows), box().claim.needed()
    return render_template("sign_in/classes.html", classes=classes, following=_following(), unclaimed=unclaimed)


@room.get("/sign-in/<int:class_id>")
@allow(*EVERYBODY)
def names(class_id: int) -> ResponseReturnValue:
    """Choose a name in a class."""
    school_class = box().people.school_class(class_id)
    pupils = box().people.pupils(class_id)
    return render_template("sign_in/names.html", school_class=school_class, pupils=pupils, following=_following())


@room.get("/sign-in/<int:class_id>/<int:person_id>")
@allow(*EVERYBODY)
def pin(class_id: int, person_id: int) -> ResponseReturnValue:
    """Ask for the PIN."""
    device()
    return _pin_page(class_id, person_id, following=_following())


@room.post("/sign-in/<int:class_id>/<int:person_id>")
@allow(*EVERYBODY)
def check_pin(class_id: int, person_id: int) -> ResponseReturnValue:
    """Let a pupil in, or say that the PIN is not right."""
    following, pin = local_path(request.form.get("next", "")), request.form.get("pin", "")
    _pupil(class_id, person_id)
    if "pick" in request.form:
        picked = touched(request.form.get("picked", ""), request.form["pick"])
        if len(picked) < LENGTH:
            return _pin_page(class_id, person_id, following=following, picked=picked)
        pin = "-".join(picked)
    try:
        token = box().sign_in.sign_in_pin(person_id, pin, device=device(), kind=kind_of_device())
    except (SignInError, ThrottledError) as exc:
        return _pin_page(class_id, person_id, following=following, problem=exc)
    return enter(token, following=following)


@room.get("/sign-in/staff")
@allow(*EVERYBODY)
def staff() -> ResponseReturnValue:
    """Ask a teacher or technician for login and password."""
    device()
    return render_template("sign_in/staff.html", login="", following=_following(), problem=None)


@room.post("/sign-in/staff")
@allow(*EVERYBODY)
def check_password() -> ResponseReturnValue:
    """Let a teacher or technician in; what was not right is never said."""
    login, following = request.form.get("login", ""), local_path(request.form.get("next", ""))
    try:
        token = box().sign_in.sign_in_password(
            login, request.form.get("password", ""), device=device(), kind=kind_of_device()
        )
    except (SignInError, ThrottledError) as exc:
        page = render_template("sign_in/staff.html", login=login, following=following, problem=_staff_sentences(exc))
        return page, message_of(exc).status
    return enter(token, following=following)


@room.post("/sign-out")
@allow(*EVERYBODY)
def sign_out() -> ResponseReturnValue:
    """Sign out; fine for somebody who is not signed in."""
    leave()
    return redirect(url_for("home.show"), 303)


def _following() -> str:
    return local_path(request.args.get("next", ""))


def _pupil(class_id: int, person_id: int) -> PupilRow:
    found = next((row for row in box().people.pupils(class_id) if row.person_id == person_id), None)
    if found is None:
        raise NotFoundError(kind="pupil", key=str(person_id))
    return found


def _pin_page(
    class_id: int, person_id: int, *, following: str, problem: BoxError | None = None, picked: tuple[str, ...] = ()
) -> ResponseReturnValue:
    pictures = box().people.uses_pictures(person_id)
    page = render_template(
        "sign_in/pictures.html" if pictures else "sign_in/pin.html", pupil=_pupil(class_id, person_id),
        class_id=class_id, following=following, picked=picked,
        problem=_pin_sentences(problem, pictures=pictures) if problem else None,
    )  # fmt: skip
    return page, message_of(problem).status if problem else 200


def _pin_sentences(problem: BoxError, *, pictures: bool) -> tuple[str, str, str]:
    if isinstance(problem, ThrottledError):
        return sentences(problem, _)
    if pictures:
        return (
            _("These are not your three pictures."),
            _("Nothing is locked, and nobody else is affected."),
            _("Try again slowly, or ask your teacher."),
        )
    return (
        _("This PIN is not right."),
        _("Nothing is locked, and nobody else is affected."),
        _("Try again slowly, or ask your teacher for a new PIN."),
    )


def _staff_sentences(problem: BoxError) -> tuple[str, str, str]:
    if isinstance(problem, ThrottledError):
        happened, safe, _todo = sentences(problem, _)
        return happened, safe, _("Wait %(wait_s)s seconds, then try again slowly.", wait_s=problem.wait_s)
    return (
        _("This login and this password do not belong together."),
        _("Nothing is locked, and nobody else is affected."),
        _("Try again slowly, or ask the technician for a new password."),
    )
