"""Own files: a teacher sends videos, recordings, PDFs and pictures, and they become a course of the school."""

from collections.abc import Sequence

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec.structs import replace

from content_packs.errors import DiskError
from schoolbox.errors import BadInputError
from schoolbox.faults import fault_sentences
from schoolbox.marks import N_
from schoolbox.messages import sentences
from schoolbox.services.own_files import FILE_BYTES_MAX, CourseDraft, Piece, TeachersCourse, rearranged, renamed
from schoolbox.services.quiz_publishing import AREA_OF
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.bodies import takes
from schoolbox.web.context import box
from schoolbox.web.i18n import _, language, size
from schoolbox.web.numbers import number
from schoolbox.web.own_quiz_forms import Form
from schoolbox.web.words import TAUGHT_IN

room = Blueprint("own_files", __name__)
PIECE_BYTES_MAX = 192 * 1024
WHOLE_BYTES_MAX = 180 * 1024
REFUSED = -1
LICENCES = {
    "CC-BY-SA-4.0": N_("Our own work; others may use and change it, and say where it comes from"),
    "CC-BY-NC-ND-4.0": N_("Our own work; others may show it, not change or sell it"),
    "CC0-1.0": N_("Free for everybody"),
}


@room.get("/my-files")
@allow(Role.TEACHER)
def show_all() -> ResponseReturnValue:
    """Show the teacher's courses of own files, and a form for another."""
    courses = box().own_files.all(signed_in().person_id)
    return render_template(
        "own_files/all.html", courses=courses, like=_like(courses), title=request.args.get("title", "")[:150],
        subjects=tuple(AREA_OF), languages=TAUGHT_IN,
    )  # fmt: skip


@room.post("/my-files")
@allow(Role.TEACHER)
def make() -> ResponseReturnValue:
    """Begin a course."""
    form = request.form
    try:
        draft = _described(CourseDraft(form.get("title", ""), subject=""), form)
        made = box().own_files.make(signed_in().person_id, draft)
    except BadInputError as exc:
        flash(_(exc.problem))
        return redirect(url_for("own_files.show_all", title=form.get("title", "")[:150]), 303)
    return redirect(url_for("own_files.show", course_id=made), 303)


@room.get("/my-files/<int:course_id>")
@allow(Role.TEACHER)
def show(course_id: int) -> ResponseReturnValue:
    """Show a course with its files."""
    course = box().own_files.own(signed_in().person_id, course_id)
    fault = fault_sentences(course.fault, _, write_size=size) if course.fault else None
    return render_template(
        "own_files/show.html", course=course, stamp=_stamp(course), fault=fault,
        share=box().own_file_publishing.share(course_id), subjects=tuple(AREA_OF), languages=TAUGHT_IN,
        number=box().academy.number(), licences=LICENCES, piece_bytes=128 * 1024,
        whole_bytes=WHOLE_BYTES_MAX, most_bytes=FILE_BYTES_MAX,
    )  # fmt: skip


@room.post("/my-files/<int:course_id>/settings")
@allow(Role.TEACHER)
def keep_settings(course_id: int) -> ResponseReturnValue:
    """Keep title, subject, grade, language and licence."""
    form = request.form
    box().own_files.change(signed_in().person_id, course_id, lambda draft: _described(draft, form))
    flash(_("Saved."))
    return _back(course_id)


@room.post("/my-files/<int:course_id>/files")
@allow(Role.TEACHER)
@takes(PIECE_BYTES_MAX + 60_000)
def take(course_id: int) -> ResponseReturnValue:
    """Take a small file as a form sends it."""
    file = request.files.get("list")
    raw = file.read() if file else b""
    _took(course_id, Piece(raw, 0, len(raw), (file.filename if file else "") or ""))
    return _back(course_id)


@room.post("/my-files/<int:course_id>/piece")
@allow(Role.TEACHER)
@takes(PIECE_BYTES_MAX)
def piece(course_id: int) -> ResponseReturnValue:
    """Take a piece of a file; the answer says where to go on, or what to open."""
    at, total = (request.args.get(name, 0, type=number) for name in ("at", "total"))
    name, mark = request.args.get("name", ""), request.args.get("mark", "")[:40]
    here = _took(course_id, Piece(request.get_data(cache=False), at, total, name, mark))
    if REFUSED < here < total:
        return jsonify(at=here)
    return jsonify(at=total, open=url_for("own_files.show", course_id=course_id))


@room.post("/my-files/<int:course_id>/files/<int:file_id>")
@allow(Role.TEACHER)
def change(course_id: int, file_id: int) -> ResponseReturnValue:
    """Rename a file, move it, or take it out."""
    how, form = request.form.get("do", ""), request.form

    def edit(draft: CourseDraft) -> CourseDraft:
        if how in ("up", "down", "remove"):
            return rearranged(draft, how, file_id)
        return renamed(draft, file_id, form.get("title", ""), form.get("says", ""))

    try:
        box().own_files.change(signed_in().person_id, course_id, edit)
    except BadInputError as exc:
        flash(_(exc.problem))
    return _back(course_id)


@room.post("/my-files/<int:course_id>/use")
@allow(Role.TEACHER)
def use(course_id: int) -> ResponseReturnValue:
    """Have the course put into the library."""
    try:
        box().own_file_publishing.ask(signed_in().person_id, course_id)
    except BadInputError as exc:
        flash(_(exc.problem))
    return _back(course_id)


@room.get("/my-files/<int:course_id>/live")
@allow(Role.TEACHER)
def live(course_id: int) -> ResponseReturnValue:
    """Tell a page that is open how far the course is on its way into the library."""
    course = box().own_files.own(signed_in().person_id, course_id)
    return jsonify(stamp=_stamp(course), share=box().own_file_publishing.share(course_id))


@room.get("/my-files/<int:course_id>/delete")
@allow(Role.TEACHER)
def ask_delete(course_id: int) -> ResponseReturnValue:
    """Ask before deleting a course."""
    return render_template("own_files/delete.html", course=box().own_files.own(signed_in().person_id, course_id))


@room.post("/my-files/<int:course_id>/delete")
@allow(Role.TEACHER)
def delete(course_id: int) -> ResponseReturnValue:
    """Delete a course, and take it out of the library."""
    try:
        box().own_file_publishing.delete(signed_in().person_id, course_id)
    except BadInputError as exc:
        flash(_(exc.problem))
        return _back(course_id)
    flash(_("The course is deleted. What the pupils did is kept."))
    return redirect(url_for("own_files.show_all"), 303)


def _took(course_id: int, piece: Piece) -> int:
    """Take a piece; how much of the file is here, or REFUSED. What was wrong is said on the next page."""
    try:
        here = box().own_files.take(signed_in().person_id, course_id, piece)
    except BadInputError as exc:
        flash(_(exc.problem))
        return REFUSED
    except DiskError as exc:
        flash(" ".join(sentences(exc, _, write_size=size)))
        return REFUSED
    if here == piece.total:
        flash(_("The file is here. Give it a title, and put the course into the library when it is ready."))
    return here


def _described(draft: CourseDraft, form: Form) -> CourseDraft:
    """The draft with what the form says of the whole course; what it does not say stays.

    Raises:
        BadInputError: Nobody ever said of which subject it is.
    """
    subject = _of(form.get("subject", ""), AREA_OF, draft.subject)
    if not subject:
        raise BadInputError(field="subject", problem=N_("Choose a subject."))
    return replace(
        draft, title=" ".join(form.get("title", "").split())[:150] or draft.title, subject=subject,
        grade=min(max(form.get("grade", draft.grade, type=number), 0), 13),
        language=_of(form.get("language", ""), TAUGHT_IN, draft.language),
        licence=_of(form.get("licence", ""), LICENCES, draft.licence),
    )  # fmt: skip


def _like(courses: Sequence[TeachersCourse]) -> CourseDraft:
    """What a new course is likely to be: like the last one; the first takes grade from the teacher's class."""
    if courses:
        return courses[0].draft
    classes = box().classes.of_teacher(signed_in().person_id)
    grade = classes[0].grade if classes else CourseDraft("").grade
    return CourseDraft("", subject="", grade=grade, language=_of(language().partition("-")[0], TAUGHT_IN, "sq"))


def _back(course_id: int) -> ResponseReturnValue:
    return redirect(url_for("own_files.show", course_id=course_id), 303)


def _stamp(course: TeachersCourse) -> str:
    """What the page says of the way into the library: another stamp, another page."""
    return f"{'asked' if course.asked else 'rests'}-{course.used}"


def _of(value: str, known: object, otherwise: str) -> str:
    return value if isinstance(known, dict) and value in known else otherwise
