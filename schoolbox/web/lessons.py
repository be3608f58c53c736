"""Lessons: a teacher picks items, gives them to a class and sees how it goes; a pupil opens them and asks for help."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import BadInputError
from schoolbox.services.lesson_rows import ITEMS_MAX, NOTE_LENGTH_MAX, TITLE_LENGTH_MAX, LessonWish
from schoolbox.services.outline import Entry
from schoolbox.web import audited
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _, ngettext
from schoolbox.web.numbers import number
from schoolbox.web.whom import chosen

room = Blueprint("lessons", __name__)
QUERY_MAX = 120
FOUND_SHOWN = 12
LIMITS = {"items": ITEMS_MAX, "note": NOTE_LENGTH_MAX, "title": TITLE_LENGTH_MAX}


@room.get("/classes/<int:class_id>/lessons")
@allow(Role.TEACHER)
def of_class(class_id: int) -> ResponseReturnValue:
    """List the lessons of a class."""
    school_class, lines = box().lessons.of_class(signed_in().person_id, class_id)
    return render_template("lessons/all.html", school_class=school_class, lines=lines)


@room.get("/classes/<int:class_id>/lessons/new")
@allow(Role.TEACHER)
def new(class_id: int) -> ResponseReturnValue:
    """Show what a lesson can be made of."""
    form = box().lessons.form(signed_in().person_id, class_id, request.args.get("course", ""))
    return render_template("lessons/new.html", form=form, ticked=request.args.getlist("item"), limits=LIMITS)


@room.post("/classes/<int:class_id>/lessons")
@allow(Role.TEACHER)
def make(class_id: int) -> ResponseReturnValue:
    """Give a class a lesson, or prepare it; a form that cannot be taken comes back with what is wrong."""
    given = request.form.get("give") != "0"
    try:
        lesson_id = box().lessons.make(signed_in().person_id, class_id, _wish(), given=given)
    except BadInputError as exc:
        flash(_(exc.problem))
        course, ticked = request.form.get("course", ""), request.form.getlist("item")
        return redirect(url_for("lessons.new", class_id=class_id, course=course, item=ticked), 303)
    flash(_("The pupils see this lesson now.") if given else _("The lesson is prepared. Pupils do not see it yet."))
    return redirect(url_for("lessons.show", lesson_id=lesson_id), 303)


@room.get("/lessons/<int:lesson_id>")
@allow(Role.TEACHER, Role.PUPIL)
def show(lesson_id: int) -> ResponseReturnValue:
    """Show a lesson: to its teacher how it goes, to a pupil what to do."""
    who = signed_in()
    if who.role == "pupil":
        return render_template("lessons/mine.html", mine=box().my_lessons.one(who, lesson_id))
    page = box().lessons.page(who.person_id, lesson_id)
    query = " ".join(request.args.get("q", "")[:QUERY_MAX].split())
    return render_template(
        "lessons/show.html", page=page, query=query, found=_found(query, {part.item_id for part in page.parts}),
        classes=box().classes.of_teacher(who.person_id), limits=LIMITS,
    )  # fmt: skip


@room.post("/lessons/<int:lesson_id>")
@allow(Role.TEACHER)
def change(lesson_id: int) -> ResponseReturnValue:
    """Change the words of a lesson, its day, and whom it is for."""
    return _back(lesson_id, lambda: box().lessons.change(signed_in().person_id, lesson_id, _wish()))


@room.post("/lessons/<int:lesson_id>/items")
@allow(Role.TEACHER)
def change_items(lesson_id: int) -> ResponseReturnValue:
    """Add, move, remove or replace an item: the button that was pressed says which and how."""
    how, _dot, item_id = request.form.get("do", "").partition(" ")
    teacher, lessons = signed_in().person_id, box().lessons
    ways: dict[str, Callable[[], None]] = {
        "add": lambda: lessons.add(teacher, lesson_id, [item_id]),
        "up": lambda: lessons.move(teacher, lesson_id, item_id, by=-1),
        "down": lambda: lessons.move(teacher, lesson_id, item_id, by=1),
        "remove": lambda: lessons.remove(teacher, lesson_id, item_id),
        "replace": lambda: lessons.replace(teacher, lesson_id, item_id),
    }
    if how not in ways:
        raise BadInputError(field="do", problem="it is none of add, up, down, remove, replace")
    return _back(lesson_id, ways[how])


@room.post("/lessons/<int:lesson_id>/give")
@allow(Role.TEACHER)
def give(lesson_id: int) -> ResponseReturnValue:
    """Show a prepared lesson to its pupils."""
    box().lessons.give(signed_in().person_id, lesson_id)
    flash(_("The pupils see this lesson now."))
    return redirect(url_for("lessons.show", lesson_id=lesson_id), 303)


@room.post("/lessons/<int:lesson_id>/end")
@allow(Role.TEACHER)
def end(lesson_id: int) -> ResponseReturnValue:
    """Take a lesson off the pupils' pages, or put it back."""
    ended = request.form.get("ended") == "1"
    return _back(lesson_id, lambda: box().lessons.end(signed_in().person_id, lesson_id, ended=ended))


@room.post("/lessons/<int:lesson_id>/copy")
@allow(Role.TEACHER)
def copy(lesson_id: int) -> ResponseReturnValue:
    """Give the same to another class, or to this one again."""
    class_id = request.form.get("class", 0, type=number)
    made = box().lesson_copies.one(signed_in().person_id, lesson_id, class_id)
    if made.widened:
        flash(_(
            "This is the copy, prepared for the whole class: the lesson was for some pupils. Choose below whom it is "
            "for, then give it."
        ))  # fmt: skip
    elif made.group:
        flash(_("This is the copy; the pupils of the group “%(group)s” see it now.", group=made.group))
    else:
        flash(_("This is the copy; the pupils see it now."))
    return redirect(url_for("lessons.show", lesson_id=made.lesson_id), 303)


@room.get("/classes/<int:class_id>/lessons/copy")
@allow(Role.TEACHER)
def ask_copies(class_id: int) -> ResponseReturnValue:
    """Show which lessons of a class can be copied, and to which classes."""
    teacher = signed_in().person_id
    school_class, lines = box().lessons.of_class(teacher, class_id)
    classes = box().classes.of_teacher(teacher)
    return render_template("lessons/copies.html", school_class=school_class, lines=lines, classes=classes)


@room.post("/classes/<int:class_id>/lessons/copy")
@allow(Role.TEACHER)
def copies(class_id: int) -> ResponseReturnValue:
    """Prepare copies of the ticked lessons for a class."""
    to, ticked = request.form.get("class", 0, type=number), request.form.getlist("lesson", type=number)
    try:
        copied = box().lesson_copies.several(signed_in().person_id, class_id, ticked, to=to)
    except BadInputError as exc:
        flash(_(exc.problem))
        return redirect(url_for("lessons.ask_copies", class_id=class_id), 303)
    if copied.made:
        flash(ngettext("%(num)s lesson is prepared.", "%(num)s lessons are prepared.", copied.made))
    if copied.widened:
        flash(ngettext(
            "%(num)s of them was for some pupils and is for the whole class now: choose whom it is for before you "
            "give it.",
            "%(num)s of them were for some pupils and are for the whole class now: choose whom they are for before you "
            "give them.", copied.widened,
        ))  # fmt: skip
    if copied.empty:
        flash(ngettext(
            "Of %(num)s lesson nothing is in the library any more; it was left out.",
            "Of %(num)s lessons nothing is in the library any more; they were left out.", copied.empty,
        ))  # fmt: skip
    return redirect(url_for("lessons.of_class", class_id=to), 303)


@room.get("/items/<item_id>/lessons")
@allow(Role.TEACHER)
def choose(item_id: str) -> ResponseReturnValue:
    """Ask to which lesson an item is to be added."""
    choice = box().lesson_choices.of(signed_in().person_id, item_id)
    return render_template("lessons/choose.html", choice=choice)


@room.get("/lessons/<int:lesson_id>/delete")
@allow(Role.TEACHER)
def ask_delete(lesson_id: int) -> ResponseReturnValue:
    """Ask whether a lesson is really to go."""
    return render_template("lessons/delete.html", page=box().lessons.page(signed_in().person_id, lesson_id))


@room.post("/lessons/<int:lesson_id>/delete")
@allow(Role.TEACHER)
def delete(lesson_id: int) -> ResponseReturnValue:
    """Delete a lesson; what pupils did stays."""
    class_id = box().lessons.delete(signed_in().person_id, lesson_id)
    audited.belongs_to(class_id)
    flash(_("The lesson is deleted. What the pupils did is kept."))
    return redirect(url_for("lessons.of_class", class_id=class_id), 303)


@room.post("/lessons/<int:lesson_id>/stuck")
@allow(Role.PUPIL)
def stuck(lesson_id: int) -> ResponseReturnValue:
    """Ask the teacher for help with an item, or take that back."""
    is_stuck = request.form.get("stuck") == "1"
    box().my_lessons.say_stuck(signed_in(), lesson_id, request.form.get("item", ""), stuck=is_stuck)
    if is_stuck:
        flash(_("Your teacher sees that you want help. Go on with something else meanwhile."))
    return redirect(url_for("lessons.show", lesson_id=lesson_id), 303)


def _wish() -> LessonWish:
    """Read the form; whoever is ticked counts only where the lesson is neither for all nor for a group."""
    form = request.form
    pupils, group_id = chosen(form)
    return LessonWish(
        title=form.get("title", ""), note=form.get("note", ""), due_on=form.get("due_on", ""), pupils=pupils,
        items=tuple(form.getlist("item")), group_id=group_id,
    )  # fmt: skip


def _back(lesson_id: int, change: Callable[[], None]) -> ResponseReturnValue:
    """Change a lesson and show it again, with what was wrong if something was."""
    try:
        change()
    except BadInputError as exc:
        flash(_(exc.problem))
    return redirect(url_for("lessons.show", lesson_id=lesson_id), 303)


def _found(query: str, there: set[str]) -> tuple[Entry, ...]:
    """What a teacher may add, by a search; what is in the lesson already is left out."""
    if not query:
        return ()
    entries = box().library.search(query, staff=False).entries
    return tuple(entry for entry in entries if entry.item.id not in there)[:FOUND_SHOWN]
