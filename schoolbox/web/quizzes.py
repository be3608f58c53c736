"""A quiz: one question a page, the answer judged and kept, what was right shown, then the next; the result at the end.

A quiz that shows right and wrong at its end only lets every answer be changed until it is handed in. A pupil's answers
are on the box; for guests and staff nothing is kept (`quiz_trials`). Nothing that tells a right answer is in a page
before the answer: choices are named by their places, hints and feedback come when they are due.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from content_packs.quiz import Picture, Question
from schoolbox.errors import BadInputError
from schoolbox.services.attempts import Given
from schoolbox.services.checking import ASK_AGAIN, as_values, checked
from schoolbox.services.going import Going, Paper, shown
from schoolbox.services.library import Library
from schoolbox.services.responses import misled
from schoolbox.services.trials import Said, Trial
from schoolbox.web import quiz_trials
from schoolbox.web.access import EVERYBODY, allow, signed_in_pupil, viewer
from schoolbox.web.context import box
from schoolbox.web.numbers import number

room = Blueprint("quizzes", __name__)
SAID_CHARS_MAX = 2_000
"""How much of a form that was not complete comes back in the address."""
NEXT_CHARS_MAX = 450
"""How long an address may be that is gone to after signing in."""


class Page(msgspec.Struct, frozen=True):
    """A quiz before whoever looks: `trial` is set for guests and staff, of whom nothing is kept."""

    paper: Paper
    going: Going
    trial: Trial | None

    @property
    def keeps(self) -> bool:
        """Whether what is answered here is kept."""
        return self.trial is None

    @property
    def is_sealed(self) -> bool:
        """Whether it is a test that this pupil cannot answer (any more), and whose results are not shown yet."""
        test = self.paper.test
        return test is not None and (self.going.finished or not test.can_answer)

    @property
    def carried(self) -> Mapping[str, str | int]:
        """What every address and form of this try carries."""
        return {} if self.trial is None else quiz_trials.carried(self.trial)

    @property
    def following(self) -> str:
        """Where this try goes on."""
        return self.url("quizzes.result" if self.going.finished else "quizzes.show")

    def url(self, endpoint: str, **more: str | int | list[str] | None) -> str:
        """The address of another page of this try."""
        facts: dict[str, Any] = {**self.carried, **more}
        return url_for(endpoint, item_id=self.paper.page.item.id, **facts)

    def question_url(self, place: int, **more: str | int | list[str] | None) -> str:
        """The address of one question of this try."""
        one = self.going.asked[place]
        return self.url("quizzes.show", question=one.question.id, turn=one.turn or None, **more)

    def shown(self, place: int) -> Question:
        """A question as this try shows it."""
        return shown(self.paper, self.going, place)

    def picture_url(self, picture: Picture) -> str | None:
        """Where a picture of the quiz is; None if its file is not there."""
        file = self.paper.picture(picture.file)
        if file and self.paper.test_id is not None:
            return url_for("class_tests.picture", test_id=self.paper.test_id, name=picture.file)
        return url_for("items.media", name=file.name) if file else None


@room.get("/quizzes/<item_id>")
@allow(*EVERYBODY)
def show(item_id: str) -> ResponseReturnValue:
    """Show the next question, an answered one with what was right, or what there is to know before a try begins."""
    page = _page(item_id)
    if page.is_sealed:
        return redirect(url_for("class_tests.show", test_id=page.paper.test_id), 303)
    place = _place_asked_for(page)
    if place is not None and (page.going.finished or (page.going.given[place] and not page.paper.at_end)):
        return _answered(page, place)
    if page.going.finished:
        return redirect(page.url("quizzes.result"), 303)
    if page.keeps and page.paper.begins and not page.going.begun:
        return render_template("quizzes/begin.html", page=page, paper=page.paper, going=page.going)
    if place is None or not page.paper.at_end:
        place = page.going.next_place
    if place is None:
        return redirect(page.url("quizzes.overview"), 303)
    return _question(page, place)


@room.post("/quizzes/<item_id>/answer")
@allow(*EVERYBODY)
def answer(item_id: str) -> ResponseReturnValue:
    """Judge and keep an answer, then show what was right, or go on."""
    page = _page(item_id)
    if _was_signed_out(page):
        return redirect(url_for("sign_in.classes", next=_back_to_it(page)), 303)
    question, place = _posted(page)
    if place is None:  # not asked in this try (any more): the page was out of date
        return redirect(page.following, 303)
    try:
        response = checked(page.shown(place), _values(page.shown(place)))
    except BadInputError as problem:
        if problem.problem not in ASK_AGAIN:
            raise
        said = _values(page.shown(place), shortened=True)
        return redirect(page.question_url(place, problem=problem.problem, said=said), 303)
    return redirect(_keep(page, question, place, response), 303)


@room.post("/quizzes/<item_id>/hint")
@allow(*EVERYBODY)
def hint(item_id: str) -> ResponseReturnValue:
    """Give the next hint at a question, and bring back what was chosen or typed so far."""
    page = _page(item_id)
    if _was_signed_out(page):
        return redirect(url_for("sign_in.classes", next=_back_to_it(page)), 303)
    question, place = _posted(page)
    if place is None:
        return redirect(page.following, 303)
    said = _values(page.shown(place), shortened=True) or None
    pupil = signed_in_pupil()
    if pupil is None:
        taken = min(page.going.asked[place].hints + 1, len(question.hints))
        return redirect(page.question_url(place, hints=taken, said=said), 303)
    box().quizzes.hint(pupil, page.paper, question, go=_whole_number("go"), turn=_whole_number("turn"))
    return redirect(page.question_url(place, said=said), 303)


@room.get("/quizzes/<item_id>/hand-in")
@allow(*EVERYBODY)
def overview(item_id: str) -> ResponseReturnValue:
    """Show which questions have an answer, before handing in."""
    page = _page(item_id)
    if page.going.finished or not page.paper.at_end or (page.paper.begins and not page.going.begun):
        return redirect(page.following, 303)
    return render_template("quizzes/hand_in.html", page=page, paper=page.paper, going=page.going)


@room.post("/quizzes/<item_id>/hand-in")
@allow(*EVERYBODY)
def hand_in(item_id: str) -> ResponseReturnValue:
    """End a try whose answers could be changed until now."""
    page = _page(item_id)
    if _was_signed_out(page):
        return redirect(url_for("sign_in.classes", next=page.url("quizzes.show")), 303)
    pupil = signed_in_pupil()
    if pupil is None:
        return redirect(page.url("quizzes.result", handed="1" if page.paper.at_end else None), 303)
    box().quizzes.hand_in(pupil, page.paper, go=_whole_number("go"))
    return redirect(url_for("quizzes.result", item_id=item_id), 303)


@room.get("/quizzes/<item_id>/result")
@allow(*EVERYBODY)
def result(item_id: str) -> ResponseReturnValue:
    """Show the result of a finished try."""
    page = _page(item_id)
    if page.is_sealed or not page.going.finished:
        return redirect(page.url("quizzes.show"), 303)
    paper, after = page.paper, page.paper.page.after
    right = min(page.going.streak, paper.asked) if paper.practice else page.going.right
    return render_template(
        "quizzes/result.html", page=page, paper=paper, going=page.going, passed=paper.passes(right), right=right,
        following=after[0] if after else None,
    )  # fmt: skip


@room.post("/quizzes/<item_id>/again")
@allow(*EVERYBODY)
def again(item_id: str) -> ResponseReturnValue:
    """Begin the quiz, or begin it once more."""
    pupil = signed_in_pupil()
    if pupil is None:
        number = quiz_trials.trial().number % quiz_trials.NUMBER_MAX + 1
        return redirect(url_for("quizzes.show", item_id=item_id, number=number), 303)
    box().quizzes.again(pupil, box().quizzes.paper_for(pupil, item_id))
    return redirect(url_for("quizzes.show", item_id=item_id), 303)


def _page(item_id: str) -> Page:
    """The quiz before whoever looks, or sends something."""
    paper = box().quizzes.paper_for(viewer(), item_id)
    pupil = signed_in_pupil()
    if pupil is not None:
        return Page(paper, box().quizzes.going(pupil, paper, sending=request.method == "POST"), None)
    trial = quiz_trials.trial()
    return Page(paper, quiz_trials.going_of(paper, trial), trial)


def _place_asked_for(page: Page) -> int | None:
    """The place of the question that the address names; None if it names none, or one that this try does not ask."""
    asked = request.args.get("question", "")
    return page.going.place(page.paper.question(asked).id, _whole_number("turn")) if asked else None


def _posted(page: Page) -> tuple[Question, int | None]:
    """The question that a form belongs to, and its place; None if this try does not ask it (any more)."""
    question = page.paper.question(request.form.get("question", ""))
    return question, page.going.place(question.id, _whole_number("turn"))


def _was_signed_out(page: Page) -> bool:
    """Whether a form comes from the page of a pupil who is not signed in any more: it must not become a guest's try."""
    return request.form.get("kept") == "1" and not page.keeps


def _back_to_it(page: Page) -> str:
    """The question that a signed-out pupil was at, with what was chosen or typed, for after signing in again."""
    question, turn = page.paper.question(request.form.get("question", "")), _whole_number("turn") or None
    item_id = page.paper.page.item.id
    said = _values(question, shortened=True)
    url = url_for("quizzes.show", item_id=item_id, question=question.id, turn=turn, said=said)
    return url if len(url) <= NEXT_CHARS_MAX else url_for("quizzes.show", item_id=item_id)


def _values(question: Question, *, shortened: bool = False) -> list[str]:
    """The fields of a form, in the order of the page; `shortened` to what may come back in an address."""
    values = request.form.getlist("answer")[: len(question.choices) + 2]  # one too many is told as an error
    if question.type == "gaps":
        values = [request.form.get(f"gap{place}", "") for place in range(len(question.gaps))]
    return [value[: SAID_CHARS_MAX // max(1, len(values))] for value in values] if shortened else values


def _keep(page: Page, question: Question, place: int, response: tuple[str, ...]) -> str:
    """Keep an answer, in the box or in the address; say where to go on."""
    one = page.going.asked[place]
    pupil, trial = signed_in_pupil(), page.trial
    if pupil is not None:
        go, turn = _whole_number("go"), _whole_number("turn")
        box().quizzes.answer(pupil, page.paper, question, response, go=go, turn=turn)
    elif trial is not None and not page.going.finished and (one.given is None or page.paper.at_end):
        trial = trial.with_answer(place, Said(one.hints, tuple(_values(one.question))))
    after = Page(page.paper, page.going, trial)
    return after.url("quizzes.show") if page.paper.at_end else after.question_url(place)


def _question(page: Page, place: int) -> str:
    """A question to be answered, with what was chosen or typed before."""
    question = page.shown(place)
    given = page.going.given[place]
    said = request.args.getlist("said") if _place_asked_for(page) == place else []
    if given is not None and not said:
        said = as_values(question, given.response)
    return render_template(
        "quizzes/question.html", page=page, paper=page.paper, going=page.going, place=place, question=question,
        said=[*said, *[""] * (len(question.choices) + len(question.gaps) + 1)],
        problem=request.args.get("problem", ""),
    )  # fmt: skip


def _answered(page: Page, place: int) -> str:
    """An answered question with what was right."""
    question, given = page.shown(place), page.going.given[place] or Given("", (), right=False)
    return render_template(
        "quizzes/answered.html", page=page, paper=page.paper, going=page.going, place=place, question=question,
        given=given, watch=_watch(box().library, question), misled=misled(question, given.response),
    )  # fmt: skip


def _whole_number(name: str) -> int:
    """A small number of a form or address; 0 if it is none."""
    return request.values.get(name, 0, type=number)


def _watch(library: Library, question: Question) -> str | None:
    """Where the lesson explains this question, if that item is here."""
    if question.watch is None or not library.entries([question.watch.item], staff=False):
        return None
    return url_for("items.show", item_id=question.watch.item, t=int(question.watch.at_s))

