"""Quizzes that teachers write: the list, the settings, a page for each question, what it will look like, using it.

Each form keeps what was typed, also if it is not whole yet, and shows beside each field what is still missing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec.structs import replace

from content_packs.errors import PackError
from content_packs.quiz import Picture, Question
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.marks import N_
from schoolbox.messages import sentences
from schoolbox.services.arrangement import laid_out
from schoolbox.services.outline import Entry
from schoolbox.services.own_quizzes import TeachersQuiz, rearranged, rows_to_fill, with_changed, with_question
from schoolbox.services.quiz_draft import (
    GROUPS,
    KINDS,
    PICTURED,
    ROWED,
    Draft,
    DraftPicture,
    DraftQuestion,
    compose,
    compose_question,
)
from schoolbox.services.quiz_faults import faults_of_question
from schoolbox.services.quiz_pictures import PICTURE_BYTES_MAX
from schoolbox.services.quiz_publishing import AREA_OF
from schoolbox.web import own_quiz_forms as forms
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.bodies import takes
from schoolbox.web.context import box
from schoolbox.web.i18n import _, language, size
from schoolbox.web.numbers import number
from schoolbox.web.words import TAUGHT_IN

room = Blueprint("own_quizzes", __name__)
ROW_PICTURE_BYTES = 20_000
"""To what the page shrinks the picture of an answer: it is shown small, and ten of them fit into one form."""
FORM_BYTES_MAX = 250 * 1024
FOUND_SHOWN = 8
KIND_NAMES: Mapping[str, str] = {
    "single": N_("One right answer"),
    "multiple": N_("Several right answers"),
    "true_false": N_("True or false"),
    "number": N_("A number"),
    "text": N_("A word or two"),
    "order": N_("Bring in order"),
    "match": N_("What belongs together"),
    "gaps": N_("Fill the gaps"),
}


class Preview(msgspec.Struct, frozen=True):
    """Stands in for the page of a try where a question is only looked at."""

    quiz_id: int

    def picture_url(self, picture: Picture) -> str:
        """Where a picture of the draft is."""
        return url_for("own_quizzes.picture", name=picture.file)


@room.get("/my-quizzes")
@allow(Role.TEACHER)
def show_all() -> ResponseReturnValue:
    """List a teacher's quizzes, and those that colleagues share."""
    return render_template("own_quizzes/all.html", shelf=box().own_quizzes.shelf(signed_in().person_id))


@room.post("/my-quizzes")
@allow(Role.TEACHER)
def make() -> ResponseReturnValue:
    """Begin a quiz like the teacher's last one: its page says grade, subject and language, and where they change."""
    teacher_id = signed_in().person_id
    last = next(iter(box().own_quizzes.shelf(teacher_id).own), None)
    like = last.draft if last else _first_of(teacher_id)
    draft = Draft(title=forms.title(request.form), grade=like.grade, subject=like.subject, language=like.language)
    try:
        quiz_id = box().own_quizzes.make(teacher_id, draft)
    except BadInputError as exc:
        flash(_(exc.problem))
        return redirect(url_for("own_quizzes.show_all"), 303)
    return redirect(url_for("own_quizzes.show", quiz_id=quiz_id), 303)


@room.get("/my-quizzes/<int:quiz_id>")
@allow(Role.TEACHER)
def show(quiz_id: int) -> ResponseReturnValue:
    """Show a quiz with its questions and what can be done with it."""
    quiz = _own(quiz_id)
    return render_template("own_quizzes/show.html", quiz=quiz, draft=quiz.draft, kinds=KIND_NAMES)


@room.get("/my-quizzes/<int:quiz_id>/settings")
@allow(Role.TEACHER)
def settings(quiz_id: int) -> ResponseReturnValue:
    """Show how a quiz is asked."""
    quiz = _own(quiz_id)
    faults = {fault.field: fault.problem for fault in quiz.faults if not fault.question_id}
    return render_template(
        "own_quizzes/settings.html", quiz=quiz, draft=quiz.draft, subjects=tuple(AREA_OF), languages=TAUGHT_IN,
        faults=faults,
    )  # fmt: skip


@room.post("/my-quizzes/<int:quiz_id>/settings")
@allow(Role.TEACHER)
def keep_settings(quiz_id: int) -> ResponseReturnValue:
    """Keep how a quiz is asked."""
    form = request.form
    box().own_quizzes.change(signed_in().person_id, quiz_id, lambda draft: forms.settings_of(draft, form))
    flash(_("Saved."))
    return redirect(url_for("own_quizzes.show", quiz_id=quiz_id), 303)


@room.post("/my-quizzes/<int:quiz_id>/questions")
@allow(Role.TEACHER)
def add(quiz_id: int) -> ResponseReturnValue:
    """Add a question of some kind, and open its page."""
    return _add(quiz_id, request.form.get("kind", "single"))


@room.post("/my-quizzes/<int:quiz_id>/order")
@allow(Role.TEACHER)
def rearrange(quiz_id: int) -> ResponseReturnValue:
    """Move, copy or remove a question: the button that was pressed says which and how."""
    how, _blank, question_id = request.form.get("do", "").partition(" ")
    if how not in ("up", "down", "copy", "remove"):
        raise BadInputError(field="do", problem="it is none of up, down, copy, remove")
    try:
        box().own_quizzes.change(signed_in().person_id, quiz_id, lambda draft: rearranged(draft, how, question_id))
    except BadInputError as exc:
        flash(_(exc.problem))
    return redirect(url_for("own_quizzes.show", quiz_id=quiz_id, _anchor="questions"), 303)


@room.get("/my-quizzes/<int:quiz_id>/questions/<question_id>")
@allow(Role.TEACHER)
def question(quiz_id: int, question_id: str) -> ResponseReturnValue:
    """Show the form of a question, with what is still missing in it."""
    quiz = _own(quiz_id)
    one = _question(quiz.draft, question_id)
    fresh = one == DraftQuestion(one.id, one.kind)
    faults = () if fresh else faults_of_question(one)
    query = " ".join(request.args.get("q", "")[:120].split())
    return render_template(
        "own_quizzes/question.html", quiz=quiz, one=one, place=quiz.draft.questions.index(one),
        faults={fault.field: fault.problem for fault in reversed(faults)}, fresh=fresh, kinds=KIND_NAMES,
        rows=rows_to_fill(one, more=request.args.get("more") == "1"), rowed=one.kind in ROWED, query=query,
        watched=_watched(one), found=_found(query), looks=_looks(quiz.draft, one), page=Preview(quiz_id),
        picture_problem=request.args.get("picture", ""), row_picture_problems=tuple(_row_problems()),
        limit=PICTURE_BYTES_MAX, row_limit=ROW_PICTURE_BYTES, pictured=one.kind in PICTURED, groups=GROUPS,
    )  # fmt: skip


@room.post("/my-quizzes/<int:quiz_id>/questions/<question_id>")
@allow(Role.TEACHER)
@takes(FORM_BYTES_MAX)
def keep_question(quiz_id: int, question_id: str) -> ResponseReturnValue:
    """Keep a question as it was typed, then do what the button says: more rows, a search, the next question."""
    with box().quiz_pictures.still:
        return _kept_question(quiz_id, question_id)


def _kept_question(quiz_id: int, question_id: str) -> ResponseReturnValue:
    form = request.form
    what = form.get("do", "save")
    picture, problem = _uploaded("picture")
    came = {place: _uploaded(f"row_picture_{place}") for place in range(forms.ROWS_MAX)}
    row_problem = " ".join(f"{place}-{wrong}" for place, (_name, wrong) in came.items() if wrong)

    def edit(draft: Draft) -> Draft:
        pictures = {place: name for place, (name, _wrong) in came.items() if name}
        one = forms.question_of(_question(draft, question_id), form, pictures)
        name = "" if what == "no-picture" else picture or one.picture.name
        return with_changed(draft, replace(one, picture=DraftPicture(name, one.picture.alt if name else "")))

    quiz = box().own_quizzes.change(signed_in().person_id, quiz_id, edit)
    if problem or row_problem:
        return _back(quiz, question_id, "picture" if problem else "rows", picture=problem, row_picture=row_problem)
    if what == "more" or what.startswith("no-picture-"):
        return _back(quiz, question_id, "rows", more="1" if what == "more" else "")
    if what == "find":
        return _back(quiz, question_id, "watch", q=form.get("q", "")[:120])
    missing = bool(faults_of_question(_question(quiz.draft, question_id)))
    flash(_("Saved. Something is still missing; see below.") if missing else _("Saved."))
    if missing or what in ("look", "no-picture"):
        return _back(quiz, question_id, None)
    if what == "next":
        return _add(quiz_id, quiz.draft.questions[-1].kind)
    return redirect(url_for("own_quizzes.show", quiz_id=quiz_id, _anchor="questions"), 303)


@room.get("/my-quizzes/<int:quiz_id>/preview")
@allow(Role.TEACHER)
def preview(quiz_id: int) -> ResponseReturnValue:
    """Show one question as pupils see it; of a colleague's quiz, too."""
    quiz = box().own_quizzes.seen(signed_in().person_id, quiz_id)
    place = min(max(request.args.get("number", 1, type=number), 1), max(1, len(quiz.draft.questions)))
    looks = _looks(quiz.draft, quiz.draft.questions[place - 1]) if quiz.draft.questions else None
    return render_template(
        "own_quizzes/preview.html", quiz=quiz, draft=quiz.draft, number=place, question=looks, page=Preview(quiz_id),
        own=quiz.teacher_id == signed_in().person_id,
    )  # fmt: skip


@room.post("/my-quizzes/<int:quiz_id>/use")
@allow(Role.TEACHER)
def use(quiz_id: int) -> ResponseReturnValue:
    """Put a quiz into the library as it is now."""
    try:
        box().quiz_publishing.use(signed_in().person_id, quiz_id)
    except BadInputError as exc:
        flash(_(exc.problem))
    except PackError as exc:
        flash(" ".join(sentences(exc, _, write_size=size, learner=False, place="stick")))
    else:
        flash(_("The quiz can be used now."))
    return redirect(url_for("own_quizzes.show", quiz_id=quiz_id), 303)


@room.post("/my-quizzes/<int:quiz_id>/copy")
@allow(Role.TEACHER)
def copy(quiz_id: int) -> ResponseReturnValue:
    """Make a quiz of one's own from this one."""
    title = box().own_quizzes.seen(signed_in().person_id, quiz_id).draft.title
    try:
        made = box().own_quizzes.copy(signed_in().person_id, quiz_id, title=_("%(title)s (copy)", title=title))
    except BadInputError as exc:
        flash(_(exc.problem))
        return redirect(url_for("own_quizzes.show_all"), 303)
    flash(_("This is the copy. Change it as you like."))
    return redirect(url_for("own_quizzes.show", quiz_id=made), 303)


@room.post("/my-quizzes/<int:quiz_id>/share")
@allow(Role.TEACHER)
def share(quiz_id: int) -> ResponseReturnValue:
    """Let colleagues of this school see and copy a quiz, or no longer."""
    shared = request.form.get("shared") == "1"
    box().own_quizzes.share(signed_in().person_id, quiz_id, shared=shared)
    flash(_("Colleagues of this school can see and copy it now.") if shared else _("Only you see what you typed now."))
    return redirect(url_for("own_quizzes.show", quiz_id=quiz_id), 303)


@room.get("/my-quizzes/<int:quiz_id>/delete")
@allow(Role.TEACHER)
def ask_delete(quiz_id: int) -> ResponseReturnValue:
    """Ask before deleting a quiz."""
    return render_template("own_quizzes/delete.html", quiz=_own(quiz_id))


@room.post("/my-quizzes/<int:quiz_id>/delete")
@allow(Role.TEACHER)
def delete(quiz_id: int) -> ResponseReturnValue:
    """Delete a quiz, and take it out of the library."""
    try:
        box().quiz_publishing.delete(signed_in().person_id, quiz_id)
    except BadInputError as exc:
        flash(_(exc.problem))
        return redirect(url_for("own_quizzes.show", quiz_id=quiz_id), 303)
    flash(_("The quiz is deleted. What the pupils did is kept."))
    return redirect(url_for("own_quizzes.show_all"), 303)


@room.get("/my-quizzes/pictures/<name>")
@allow(Role.TEACHER)
def picture(name: str) -> ResponseReturnValue:
    """Show a picture of a question that is being written."""
    path, kind = box().quiz_pictures.path(name)
    return Response(path.read_bytes(), mimetype=kind)  # at most 200 kB


def _add(quiz_id: int, kind: str) -> ResponseReturnValue:
    try:
        quiz = box().own_quizzes.change(
            signed_in().person_id, quiz_id, lambda draft: with_question(draft, forms.kind_of(kind))
        )
    except BadInputError as exc:
        if kind not in KINDS:
            raise
        flash(_(exc.problem))
        return redirect(url_for("own_quizzes.show", quiz_id=quiz_id), 303)
    made = quiz.draft.questions[-1].id
    return redirect(url_for("own_quizzes.question", quiz_id=quiz_id, question_id=made), 303)


def _back(quiz: TeachersQuiz, question_id: str, anchor: str | None, **more: str) -> ResponseReturnValue:
    """Show the form of a question again."""
    facts: dict[str, Any] = {**more, "quiz_id": quiz.id, "question_id": question_id}
    return redirect(url_for("own_quizzes.question", _anchor=anchor, **facts), 303)


def _own(quiz_id: int) -> TeachersQuiz:
    return box().own_quizzes.own(signed_in().person_id, quiz_id)


def _question(draft: Draft, question_id: str) -> DraftQuestion:
    one = draft.question(question_id)
    if one is None:
        raise NotFoundError(kind="question", key=question_id)
    return one


def _uploaded(field: str) -> tuple[str, str]:
    """The picture that came in a field of a form, kept; or what was wrong with it: `large` or `none`."""
    file = request.files.get(field)
    raw = file.read(PICTURE_BYTES_MAX + 1) if file and file.filename else b""
    try:
        return (box().quiz_pictures.keep(raw) if raw else ""), ""
    except BadInputError:
        return "", "large" if len(raw) > PICTURE_BYTES_MAX else "none"


def _row_problems() -> Iterator[tuple[int, str]]:
    """Of which answers the picture was refused, counted from 1, and why."""
    for told in request.args.get("row_picture", "").split()[: forms.ROWS_MAX]:
        place, _dash, problem = told.partition("-")
        if place.isascii() and place.isdigit() and len(place) < 3:
            yield int(place) + 1, problem


def _looks(draft: Draft, one: DraftQuestion) -> Question | None:
    """A question as pupils see it, in one of the orders in which they may; None while something is missing."""
    if faults_of_question(one):
        return None
    whole = compose_question(draft, one)
    empty = replace(draft, questions=(one,), draw=0, draws=())
    return laid_out(compose(empty), whole, "preview")


def _first_of(teacher_id: int) -> Draft:
    """What a first quiz is most likely for: a class of the teacher, in the language of the pages."""
    grades = [row.grade for row in box().classes.of_teacher(teacher_id)] or [Draft().grade]
    return Draft(grade=grades[0], language=language().partition("-")[0])


def _watched(one: DraftQuestion) -> Entry | None:
    return box().library.entries([one.watch], staff=False).get(one.watch) if one.watch else None


def _found(query: str) -> tuple[Entry, ...]:
    """Videos that may explain a question, by a search."""
    if not query:
        return ()
    return box().library.search(query, kind="video", staff=False).entries[:FOUND_SHOWN]
