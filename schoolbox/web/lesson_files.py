"""Lessons as files: a teacher takes them along, prepares others at home, and brings them back on a stick or a phone.

    GET  /lessons/7/file                 one lesson; POST /classes/3/lessons/file several
    GET  /courses/mash:thyesat-6/lesson-file     a whole course, to choose from at home
    GET  /classes/3/lessons/bring        choose a file; POST reads it and goes on to
    GET  /classes/3/lessons/brought      what is in it, and what of it is here; POST prepares it for a class
"""

from collections.abc import Iterator

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from content_packs.lesson_file import FILE_BYTES_MAX, MEDIA_TYPE
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.services.lesson_file_told import sentences
from schoolbox.services.lesson_files import Draft, WrittenFile
from schoolbox.services.people_rows import ClassRow
from schoolbox.services.stick_lessons import read_lesson_file
from schoolbox.services.sticks import Stick
from schoolbox.web import failures
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.bodies import takes
from schoolbox.web.context import box
from schoolbox.web.i18n import _, ngettext, pick
from schoolbox.web.numbers import number

room = Blueprint("lesson_files", __name__)
FORM_BYTES_MAX = FILE_BYTES_MAX + 16 * 1024


@room.get("/lessons/<int:lesson_id>/file")
@allow(Role.TEACHER)
def one(lesson_id: int) -> ResponseReturnValue:
    """Hand a lesson out as a file."""
    return _sent(box().lesson_files.one(signed_in().person_id, lesson_id, pick))


@room.post("/classes/<int:class_id>/lessons/file")
@allow(Role.TEACHER)
def several(class_id: int) -> ResponseReturnValue:
    """Hand the ticked lessons of a class out as one file."""
    ticked = request.form.getlist("lesson", type=number)
    try:
        return _sent(box().lesson_files.several(signed_in().person_id, class_id, ticked, pick))
    except BadInputError as exc:
        flash(_(exc.problem))
        return redirect(url_for("lessons.ask_copies", class_id=class_id), 303)


@room.get("/courses/<pack_id>/lesson-file")
@allow(Role.TEACHER)
def course(pack_id: str) -> ResponseReturnValue:
    """Hand a course out as a file of lessons, to choose from at home."""
    return _sent(box().lesson_files.course(pack_id, pick))


@room.get("/classes/<int:class_id>/lessons/bring")
@allow(Role.TEACHER)
def bring(class_id: int) -> ResponseReturnValue:
    """Ask for a file, and show those on the sticks that are in."""
    draft = box().lesson_files.draft(signed_in().person_id)
    return render_template(
        "lesson_files/bring.html", school_class=_class(class_id), draft=draft, sticks=tuple(_sticks()),
        refusal=sentences(draft.refusal, _) if draft and draft.refusal else None, most_bytes=FILE_BYTES_MAX,
    )  # fmt: skip


@room.post("/classes/<int:class_id>/lessons/bring")
@allow(Role.TEACHER)
@takes(FORM_BYTES_MAX)
def take(class_id: int) -> ResponseReturnValue:
    """Read a file that was sent, or one of a stick."""
    school_class, draft = _class(class_id), _brought()
    if draft is None:
        flash(_("Choose a file first."))
    way = "lesson_files.look" if draft and draft.lessons else "lesson_files.bring"
    return redirect(url_for(way, class_id=school_class.id), 303)


@room.get("/classes/<int:class_id>/lessons/brought")
@allow(Role.TEACHER)
def look(class_id: int) -> ResponseReturnValue:
    """Show the lessons that were brought, and what of them is on this box."""
    teacher, school_class = signed_in().person_id, _class(class_id)
    draft, lessons = box().lesson_files.draft(teacher), box().lesson_files.looked_over(teacher)
    return render_template(
        "lesson_files/look.html", school_class=school_class, draft=draft, lessons=lessons,
        classes=box().classes.of_teacher(teacher),
    )  # fmt: skip


@room.post("/classes/<int:class_id>/lessons/brought")
@allow(Role.TEACHER)
def keep(class_id: int) -> ResponseReturnValue:
    """Prepare the ticked lessons for a class, or put the file away."""
    teacher, school_class, form = signed_in().person_id, _class(class_id), request.form
    if form.get("do") == "away":
        box().lesson_files.put_away(teacher)
        return redirect(url_for("lessons.of_class", class_id=school_class.id), 303)
    chosen = {place: form.get(f"due{place}", "") for place in form.getlist("lesson", type=number)}
    to = form.get("class", 0, type=number)
    try:
        made = box().lesson_files.keep(by=teacher, class_id=to, chosen=chosen)
    except BadInputError as exc:
        flash(_(exc.problem))
        return redirect(url_for("lesson_files.look", class_id=class_id), 303)
    flash(ngettext("%(num)s lesson is prepared.", "%(num)s lessons are prepared.", len(made)))
    if len(made) == 1:
        return redirect(url_for("lessons.show", lesson_id=made[0]), 303)
    return redirect(url_for("lessons.of_class", class_id=to), 303)


@room.errorhandler(NotFoundError)
def no_file(error: NotFoundError) -> ResponseReturnValue:
    """Begin anew where the file is gone: after a week, when many others brought one, or with its stick."""
    if error.kind not in ("lesson_file", "stick"):
        return failures.problem(error)
    flash(_("The file is no longer here. Nothing was changed. Choose it again."))
    return redirect(url_for("lesson_files.bring", **(request.view_args or {})), 303)


@room.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Tell of a file that no file of lessons can be."""
    if request.endpoint != "lesson_files.take":
        return failures.http_problem(error)
    flash(_("This file is far too large for a file of lessons. Choose one whose name ends in .schoolbox-lesson."))
    return redirect(url_for("lesson_files.bring", **(request.view_args or {})), 303)


def _brought() -> Draft | None:
    """Put the file that was sent, or the one that was pressed, before its teacher; None if there is none."""
    file, by = request.files.get("file"), signed_in().person_id
    stick_id, _space, name = request.form.get("on_stick", "").partition(" ")
    if stick_id:
        stick = next((stick for stick in _sticks() if stick.id == stick_id), None)
        if stick is None:
            raise NotFoundError(kind="stick", key=stick_id)
        return box().lesson_files.take(read_lesson_file(stick.place.folder, name), name=name, by=by)
    if not file or not file.filename:
        return None
    return box().lesson_files.take(file.read(), name=file.filename, by=by)


def _class(class_id: int) -> ClassRow:
    found = next((row for row in box().classes.of_teacher(signed_in().person_id) if row.id == class_id), None)
    if found is None:
        raise NotFoundError(kind="class", key=str(class_id))
    return found


def _sticks() -> Iterator[Stick]:
    return (stick for stick in box().sticks.present() if stick.owner is None and stick.lessons)


def _sent(file: WrittenFile) -> Response:
    answer = Response(file.content, mimetype=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
