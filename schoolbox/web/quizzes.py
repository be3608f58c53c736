"""A quiz: one question a page, the answer judged and kept, what was right shown, then the next; the result at the end.

A pupil's answers are on the box. For guests and staff nothing is kept: their pages carry `tried`, one letter for each
answered question (`r` right, `w` not yet), and `said`, what was chosen last.
"""

import re

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from content_packs.judging import is_right
from content_packs.quiz import Question
from schoolbox.errors import BadInputError
from schoolbox.services.attempts import Given
from schoolbox.services.library import Library
from schoolbox.services.quizzes import Going, Paper, checked
from schoolbox.web.access import EVERYBODY, allow, is_staff, signed_in_pupil
from schoolbox.web.context import box

room = Blueprint("quizzes", __name__)

TRIED = re.compile(r"[rw]{0,200}")


@room.get("/quizzes/<item_id>")
@allow(*EVERYBODY)
def show(item_id: str) -> ResponseReturnValue:
    """Show the next question, or an answered one with what was right."""
    paper = _paper(item_id)
    going = _going(paper)
    asked = request.args.get("question", "")
    if asked:
        place = paper.quiz.questions.index(paper.question(asked))
        given = _given_now(paper, going, place)
        if given is not None:
            return render_template(
                "quizzes/answered.html", paper=paper, going=going, place=place, given=given,
                watch=_watch(box().library, paper, place), tried=request.args.get("tried", ""),
            )  # fmt: skip
    next_place = going.next_place
    if next_place is None:
        return redirect(url_for("quizzes.result", item_id=item_id, tried=_carried()), 303)
    return render_template(
        "quizzes/question.html", paper=paper, going=going, place=next_place,
        empty=request.args.get("empty") == "1", keeps=signed_in_pupil() is not None,
        tried=request.args.get("tried", ""),
    )  # fmt: skip


@room.post("/quizzes/<item_id>/answer")
@allow(*EVERYBODY)
def answer(item_id: str) -> ResponseReturnValue:
    """Judge and keep an answer, then show what was right."""
    paper = _paper(item_id)
    question = paper.question(request.form.get("question", ""))
    try:
        response = checked(question, request.form.getlist("answer"))
    except BadInputError as problem:
        if problem.problem != "empty":
            raise
        return redirect(url_for("quizzes.show", item_id=item_id, empty=1, tried=_carried()), 303)
    pupil = signed_in_pupil()
    if pupil is None:
        return redirect(_after_trying(paper, question, response), 303)
    box().quizzes.answer(pupil, paper, question, response, go=request.form.get("go", 0, type=int))
    return redirect(url_for("quizzes.show", item_id=item_id, question=question.id), 303)


@room.get("/quizzes/<item_id>/result")
@allow(*EVERYBODY)
def result(item_id: str) -> ResponseReturnValue:
    """Show the result, once all questions are answered."""
    paper = _paper(item_id)
    going = _going(paper)
    if going.next_place is not None:
        return redirect(url_for("quizzes.show", item_id=item_id, tried=_carried()), 303)
    after = paper.page.after
    return render_template(
        "quizzes/result.html", paper=paper, going=going, passed=paper.passes(going.right),
        keeps=signed_in_pupil() is not None, following=after[0] if after else None,
        needed=paper.needed,
    )  # fmt: skip


@room.post("/quizzes/<item_id>/again")
@allow(*EVERYBODY)
def again(item_id: str) -> ResponseReturnValue:
    """Begin the quiz once more."""
    pupil = signed_in_pupil()
    if pupil is not None:
        box().quizzes.again(pupil, _paper(item_id))
    return redirect(url_for("quizzes.show", item_id=item_id), 303)


def _paper(item_id: str) -> Paper:
    return box().quizzes.paper(item_id, staff=is_staff())


def _going(paper: Paper) -> Going:
    """How far a pupil is by the box, anybody else by the address of the page."""
    pupil = signed_in_pupil()
    if pupil is not None:
        return box().quizzes.going(pupil, paper)
    tried = _tried(paper)
    given = tuple(
        Given(question.id, (), tried[place] == "r") if place < len(tried) else None
        for place, question in enumerate(paper.quiz.questions)
    )
    finished = len(tried) == len(paper.quiz.questions)
    return Going(1, given, finished=finished, renewed=False, before=None)


def _tried(paper: Paper) -> str:
    """Which questions a guest has answered, and how.

    Raises:
        BadInputError: The address was made up.
    """
    tried = request.values.get("tried", "")
    if not TRIED.fullmatch(tried) or len(tried) > len(paper.quiz.questions):
        raise BadInputError(field="tried", problem="not answers to this quiz")
    return tried


def _carried() -> str | None:
    """What the pages of a guest pass on to each other; None leaves it out of an address."""
    return request.values.get("tried") or None if signed_in_pupil() is None else None


def _after_trying(paper: Paper, question: Question, response: tuple[str, ...]) -> str:
    """Where a guest goes after an answer: it is judged, and travels in the address."""
    tried = _tried(paper)
    place = paper.quiz.questions.index(question)
    if place == len(tried):
        tried += "r" if is_right(question, response) else "w"
    return url_for(
        "quizzes.show", item_id=paper.page.item.id, question=question.id, said=list(response), tried=tried
    )


def _given_now(paper: Paper, going: Going, place: int) -> Given | None:
    """The answer to show: a pupil's is on the box, a guest's in the address and judged once more."""
    given = going.given[place]
    if signed_in_pupil() is not None or given is None:
        return given
    question = paper.quiz.questions[place]
    try:
        response = checked(question, request.args.getlist("said"))
    except BadInputError:
        return given
    return Given(question.id, response, is_right(question, response))


def _watch(library: Library, paper: Paper, place: int) -> str | None:
    """Where the lesson explains this question, if that item is here."""
    watch = paper.quiz.questions[place].watch
    if watch is None or not library.entries([watch.item], staff=False):
        return None
    return url_for("items.show", item_id=watch.item, t=int(watch.at_s))
