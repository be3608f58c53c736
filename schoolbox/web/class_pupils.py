"""The pupils of a class for its teachers: added, corrected, put away, where the school allows it."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import BadInputError
from schoolbox.services.class_desk import PupilWish
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _
from schoolbox.web.numbers import number

room = Blueprint("class_pupils", __name__)
NAME_SHOWN_MAX = 100


@room.get("/classes/<int:class_id>/pupils")
@allow(Role.TEACHER)
def show_all(class_id: int) -> ResponseReturnValue:
    """List the pupils of a class with their groups, and ask for another one."""
    page = box().class_desk.page(signed_in().person_id, class_id)
    return render_template("class_pupils/all.html", page=page, typed=request.args)


@room.post("/classes/<int:class_id>/pupils")
@allow(Role.TEACHER)
def add(class_id: int) -> ResponseReturnValue:
    """Add a pupil, and show the page of the pupil with the PIN, this once."""
    wish = _wish()
    try:
        person_id = box().class_desk.add(signed_in().person_id, class_id, wish)
    except BadInputError as exc:
        flash(_(exc.problem))
        given_name, surname = wish.given_name[:NAME_SHOWN_MAX], wish.surname[:NAME_SHOWN_MAX]
        return redirect(
            url_for("class_pupils.show_all", class_id=class_id, given_name=given_name, surname=surname), 303
        )
    return redirect(url_for("classes.pupil", class_id=class_id, person_id=person_id), 303)


@room.post("/classes/<int:class_id>/pupils/<int:person_id>")
@allow(Role.TEACHER)
def correct(class_id: int, person_id: int) -> ResponseReturnValue:
    """Correct a pupil's name."""
    return _back(class_id, person_id, lambda: box().class_desk.correct(
        signed_in().person_id, class_id, person_id, _wish()))  # fmt: skip


@room.post("/classes/<int:class_id>/pupils/<int:person_id>/left")
@allow(Role.TEACHER)
def leave(class_id: int, person_id: int) -> ResponseReturnValue:
    """Put a pupil away who left."""
    if box().class_desk.leave(signed_in().person_id, class_id, person_id):
        flash(_("Put away. Everything learnt is kept; the technician can bring the pupil back."))
    else:
        flash(_("The pupil left this class and stays in the others."))
    return redirect(url_for("class_pupils.show_all", class_id=class_id), 303)


def _wish() -> PupilWish:
    form = request.form
    return PupilWish(form.get("given_name", ""), form.get("surname", ""), form.get("grade", type=number))


def _back(class_id: int, person_id: int, change: Callable[[], None]) -> ResponseReturnValue:
    try:
        change()
    except BadInputError as exc:
        flash(_(exc.problem))
    else:
        flash(_("Saved."))
    return redirect(url_for("classes.pupil", class_id=class_id, person_id=person_id), 303)
