"""The classes of the school for the technician: added, corrected, put away; and the roll-over into a new year."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import BadInputError
from schoolbox.services.people_desk import ClassWish
from schoolbox.services.shifts import SHIFT_NAMES
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _
from schoolbox.web.numbers import number

room = Blueprint("school_classes", __name__)


@room.get("/people/classes")
@allow(Role.TECHNICIAN)
def show_all() -> ResponseReturnValue:
    """List the classes, those that were put away apart."""
    return render_template("people/classes.html", classes=box().people_desk.classes(), shifts=tuple(SHIFT_NAMES))


@room.post("/people/classes")
@allow(Role.TECHNICIAN)
def add() -> ResponseReturnValue:
    """Add a class."""
    wish = _wish()
    return _back(lambda by: box().people_desk.add_class(wish, by=by), _("Saved."))


@room.post("/people/classes/<int:class_id>")
@allow(Role.TECHNICIAN)
def change(class_id: int) -> ResponseReturnValue:
    """Correct a class."""
    wish = _wish()
    return _back(lambda by: box().people_desk.change_class(class_id, wish, by=by), _("Saved."))


@room.post("/people/classes/<int:class_id>/archive")
@allow(Role.TECHNICIAN)
def archive(class_id: int) -> ResponseReturnValue:
    """Put a class away with its pupils."""
    return _back(lambda by: box().people_desk.archive_class(class_id, by=by), _("Put away."))


@room.post("/people/classes/<int:class_id>/restore")
@allow(Role.TECHNICIAN)
def restore(class_id: int) -> ResponseReturnValue:
    """Bring a class back with its pupils."""
    return _back(lambda by: box().people_desk.restore_class(class_id, by=by), _("Brought back."))


@room.get("/people/year")
@allow(Role.TECHNICIAN)
def year() -> ResponseReturnValue:
    """Show what rolling the chosen grades over would do."""
    year, chosen = box().school_year, request.args.getlist("grade", type=number)
    grades, last = year.grades(), request.args.get("last", year.ends(), type=number)
    return render_template(
        "people/year.html", grades=grades, chosen=chosen, last=last, lasts=sorted({*grades, last}),
        plan=year.plan(chosen, last=last), can_undo=year.can_undo(), asked="last" in request.args,
    )  # fmt: skip


@room.post("/people/year")
@allow(Role.TECHNICIAN)
def roll() -> ResponseReturnValue:
    """Roll the chosen grades over, or take the last roll-over back."""
    form, by = request.form, signed_in().person_id
    grades, last = form.getlist("grade", type=number), form.get("last", type=number)
    try:
        if form.get("do") == "undo":
            box().school_year.undo(by=by)
            flash(_("The roll-over is taken back."))
        else:
            box().school_year.roll(grades, by=by, last=last)
            flash(_("The new year has begun for these classes."))
    except BadInputError as exc:
        flash(_(exc.problem))
        return redirect(url_for("school_classes.year", grade=grades, last=last), 303)
    return redirect(url_for("school_classes.year"), 303)


def _wish() -> ClassWish:
    form = request.form
    return ClassWish(form.get("name", ""), form.get("grade", -1, type=number), form.get("shift", ""))


def _back(change: Callable[[int], None], done: str) -> ResponseReturnValue:
    try:
        change(signed_in().person_id)
    except BadInputError as exc:
        flash(_(exc.problem))
    else:
        flash(done)
    return redirect(url_for("school_classes.show_all"), 303)
