"""The people of the school, one by one: found, added, corrected, put away and brought back by the technician."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import BadInputError
from schoolbox.services.parents import Contact
from schoolbox.services.people_desk import DeskClass, PersonWish
from schoolbox.services.people_rows import NewPerson
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _
from schoolbox.web.numbers import number
from sync.languages import KNOWN, language_of

room = Blueprint("people", __name__)
QUERY_MAX = 100


@room.get("/people")
@allow(Role.TECHNICIAN)
def show_all() -> ResponseReturnValue:
    """List people by a search and by class, page by page; those who were put away are listed apart."""
    query, archived = " ".join(request.args.get("q", "")[:QUERY_MAX].split()), request.args.get("archived") == "1"
    class_id, page = request.args.get("class", 0, type=number), request.args.get("page", 1, type=number)
    found = box().people_search.find(query, archived=archived, class_id=class_id, page=page)
    asked = {"q": query or None, "archived": 1 if archived else None, "class": class_id or None}
    return render_template(
        "people/all.html", query=query, archived=archived, found=found, asked=asked, classes=_classes(),
        class_id=class_id,
    )  # fmt: skip


@room.get("/people/new")
@allow(Role.TECHNICIAN)
def new() -> ResponseReturnValue:
    """Ask for the facts of somebody new."""
    return render_template(
        "people/new.html", classes=_classes(), languages=("", *KNOWN), typed=request.args,
        kept=box().kept_fields.kept(), contact=Contact(),
    )  # fmt: skip


@room.post("/people/new")
@allow(Role.TECHNICIAN)
def add() -> ResponseReturnValue:
    """Add somebody and show their secret, this once."""
    form, by = request.form, signed_in().person_id
    wish = NewPerson(
        form.get("role", ""), form.get("given_name", ""), form.get("surname", ""), language=_language(),
        class_ids=tuple(form.getlist("class", type=number)), grade=_grade() if form.get("role") == "pupil" else None,
        parent_name=form.get("parent_name", ""), phone=form.get("phone", ""),
    )  # fmt: skip
    try:
        added = box().people_desk.add(wish, by=by)
    except BadInputError as exc:
        flash(_told(exc) if exc.field == "phone" else _("A name has 1 to 80 letters."))
        role, given_name, surname = (form.get(name, "")[:QUERY_MAX] for name in ("role", "given_name", "surname"))
        return redirect(url_for("people.new", role=role, given_name=given_name, surname=surname), 303)
    return redirect(url_for("people.show", person_id=added), 303)


@room.get("/people/<int:person_id>")
@allow(Role.TECHNICIAN)
def show(person_id: int) -> ResponseReturnValue:
    """Show somebody, with a secret that was just made, this once."""
    whom = box().people_search.one(person_id)
    secret = box().people_desk.take_secret(person_id, by=signed_in().person_id)
    return render_template(
        "people/show.html", whom=whom, secret=secret, classes=_classes(), languages=("", *KNOWN),
        own=set(box().people_search.class_ids(person_id)), leaves=box().departures.of(person_id) is not None,
        kept=box().kept_fields.kept(), contact=box().people_search.contact(person_id),
    )  # fmt: skip


@room.post("/people/<int:person_id>")
@allow(Role.TECHNICIAN)
def change(person_id: int) -> ResponseReturnValue:
    """Correct name, language, classes, and how the parents are reached."""
    form = request.form
    wish = PersonWish(
        form.get("given_name", ""), form.get("surname", ""), _language(), tuple(form.getlist("class", type=number)),
        _grade(), form.get("parent_name"), form.get("phone"),
    )  # fmt: skip
    return _back(person_id, lambda by: box().people_desk.change(person_id, wish, by=by), _("Saved."))


@room.post("/people/<int:person_id>/archive")
@allow(Role.TECHNICIAN)
def archive(person_id: int) -> ResponseReturnValue:
    """Put somebody away."""
    return _back(person_id, lambda by: box().people_desk.archive(person_id, by=by), _("Put away."))


@room.post("/people/<int:person_id>/restore")
@allow(Role.TECHNICIAN)
def restore(person_id: int) -> ResponseReturnValue:
    """Bring somebody back."""
    return _back(person_id, lambda by: box().people_desk.restore(person_id, by=by), _("Brought back."))


@room.post("/people/<int:person_id>/secret")
@allow(Role.TECHNICIAN)
def new_secret(person_id: int) -> ResponseReturnValue:
    """Give somebody a new PIN, pictures or password."""
    box().people_desk.new_secret(person_id, by=signed_in().person_id)
    return redirect(url_for("people.show", person_id=person_id), 303)


def _back(person_id: int, change: Callable[[int], None], done: str) -> ResponseReturnValue:
    """Change somebody and show them again, with what was wrong if something was."""
    try:
        change(signed_in().person_id)
    except BadInputError as exc:
        flash(_told(exc))
    else:
        flash(done)
    return redirect(url_for("people.show", person_id=person_id), 303)


def _told(wrong: BadInputError) -> str:
    return f"{_('Phone')}: {_(wrong.problem)}" if wrong.field == "phone" else _(wrong.problem)


def _classes() -> list[DeskClass]:
    return [row for row in box().people_desk.classes() if not row.archived]


def _grade() -> int | None:
    """A pupil's own grade, None for that of the class."""
    return request.form.get("grade", type=number)


def _language() -> str:
    return language_of(request.form.get("language", ""))
