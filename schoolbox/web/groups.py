"""Groups within a class: its teachers name them and tick the pupils of each."""

from collections.abc import Callable

import msgspec
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import BadInputError
from schoolbox.services.groups import NAME_LENGTH_MAX, GroupWish
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _
from schoolbox.web.numbers import number

room = Blueprint("groups", __name__)


class Typed(msgspec.Struct, frozen=True):
    """A form that was refused, as it was filled in: of which group, 0 for a new one."""

    of: int
    name: str
    pupils: tuple[int, ...]


@room.get("/classes/<int:class_id>/groups")
@allow(Role.TEACHER)
def show_all(class_id: int) -> ResponseReturnValue:
    """Show the groups of a class, with a form for each and one for another."""
    page = box().groups.page(signed_in().person_id, class_id)
    return render_template("groups/all.html", page=page, longest=NAME_LENGTH_MAX, typed=_typed())


@room.post("/classes/<int:class_id>/groups")
@allow(Role.TEACHER)
def add(class_id: int) -> ResponseReturnValue:
    """Make a group."""
    return _back(class_id, lambda: box().groups.add(signed_in().person_id, class_id, _wish()), _kept(), of=0)


@room.post("/classes/<int:class_id>/groups/<int:group_id>")
@allow(Role.TEACHER)
def change(class_id: int, group_id: int) -> ResponseReturnValue:
    """Rename a group, and put pupils in or out."""
    teacher, wish = signed_in().person_id, _wish()
    return _back(class_id, lambda: box().groups.change(teacher, class_id, group_id, wish), _kept(), of=group_id)


@room.post("/classes/<int:class_id>/groups/<int:group_id>/delete")
@allow(Role.TEACHER)
def delete(class_id: int, group_id: int) -> ResponseReturnValue:
    """Delete a group; its lessons stay with its pupils."""
    done = _("The group is deleted. Its lessons stay with its pupils.")
    return _back(class_id, lambda: box().groups.delete(signed_in().person_id, class_id, group_id), done)


def _wish() -> GroupWish:
    return GroupWish(request.form.get("name", ""), tuple(request.form.getlist("pupil", type=number)))


def _kept() -> str:
    """What to say of a group that was kept."""
    if request.form.getlist("pupil"):
        return _("Saved.")
    return _("Saved. Nobody is in this group yet: a lesson that is given to it reaches nobody.")


def _typed() -> Typed | None:
    """The form that comes back, out of the address; None where none does."""
    args = request.args
    if "of" not in args:
        return None
    pupils = tuple(args.getlist("pupil", type=number))
    return Typed(args.get("of", 0, type=number), args.get("name", "")[:NAME_LENGTH_MAX], pupils)


def _back(class_id: int, change: Callable[[], object], done: str, *, of: int | None = None) -> ResponseReturnValue:
    """Change something and show the groups again; a form that was refused comes back as it was filled in."""
    try:
        change()
    except BadInputError as exc:
        flash(_(exc.problem))
        if of is not None:
            wish = _wish()
            again = url_for("groups.show_all", class_id=class_id, of=of, name=wish.name, pupil=wish.pupils)
            return redirect(again, 303)
    else:
        flash(done)
    return redirect(url_for("groups.show_all", class_id=class_id), 303)
