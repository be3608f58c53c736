"""Tests: a teacher prepares, opens and closes one by hand and shows the results; a pupil finds it first on the home.

While a test is open its pages are those of the quiz (`quizzes`); here are the pages around it. The teacher's page says
who has begun and how many answers each has; right and wrong only when asked for, because it may be on the projector.
"""

from collections.abc import Callable

import msgspec
from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from content_packs.quiz import Picture
from schoolbox.errors import BadInputError
from schoolbox.marks import N_
from schoolbox.services.class_test_rows import MINUTES_MAX, TITLE_MAX, TestWish
from schoolbox.services.going import shown
from schoolbox.services.outline import Entry
from schoolbox.web import audited
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _
from schoolbox.web.media import send_blob
from schoolbox.web.numbers import number
from schoolbox.web.whom import chosen

room = Blueprint("class_tests", __name__)
FOUND_SHOWN = 12


class ResultPage(msgspec.Struct, frozen=True):
    """Stands in for the page of a try where what was right is shown."""

    test_id: int

    def picture_url(self, picture: Picture) -> str:
        """Where a picture of the test is."""
        return url_for("class_tests.picture", test_id=self.test_id, name=picture.file)


@room.get("/classes/<int:class_id>/tests")
@allow(Role.TEACHER)
def of_class(class_id: int) -> ResponseReturnValue:
    """List the tests of a class."""
    school_class, tests = box().class_tests.of_class(signed_in().person_id, class_id)
    return render_template("class_tests/all.html", school_class=school_class, tests=tests)


@room.get("/quizzes/<item_id>/tests")
@allow(Role.TEACHER)
def choose(item_id: str) -> ResponseReturnValue:
    """Choose the class that a quiz becomes a test for."""
    paper = box().quizzes.paper(item_id, staff=True)
    classes = box().classes.of_teacher(signed_in().person_id)
    return render_template("class_tests/choose.html", paper=paper, classes=classes)


@room.get("/classes/<int:class_id>/tests/new")
@allow(Role.TEACHER)
def new(class_id: int) -> ResponseReturnValue:
    """Ask for everything about a test: first which quiz, then the rest."""
    teacher_id, item_id = signed_in().person_id, request.args.get("item", "")
    school_class = box().class_tests.class_of(teacher_id, class_id)
    query = " ".join(request.args.get("q", "")[:120].split())
    paper = box().quizzes.paper(item_id, staff=True) if item_id else None
    own = [quiz for quiz in box().own_quizzes.shelf(teacher_id).own if quiz.is_in_use]
    return render_template(
        "class_tests/new.html", school_class=school_class, paper=paper, pupils=box().people.pupils(class_id), own=own,
        groups=box().groups.of_class(class_id), query=query, found=_found(query), title_max=TITLE_MAX,
        minutes_max=MINUTES_MAX,
    )  # fmt: skip


@room.post("/classes/<int:class_id>/tests")
@allow(Role.TEACHER)
def make(class_id: int) -> ResponseReturnValue:
    """Prepare a test, or open it at once."""
    form, teacher_id = request.form, signed_in().person_id
    try:
        test_id = box().class_tests.make(teacher_id, class_id, _wish(class_id))
    except BadInputError as exc:
        flash(_(exc.problem))
        return redirect(url_for("class_tests.new", class_id=class_id, item=form.get("item", "")), 303)
    if form.get("open") == "1":
        return _change(test_id, lambda: box().class_tests.open(teacher_id, test_id))
    flash(_("The test is prepared. Pupils do not see it yet."))
    return redirect(url_for("class_tests.show", test_id=test_id), 303)


@room.get("/tests/<int:test_id>")
@allow(Role.TEACHER, Role.PUPIL)
def show(test_id: int) -> ResponseReturnValue:
    """Show a test: to its teacher who is where, to a pupil that it waits, or what was right."""
    who = signed_in()
    if who.role != "pupil":
        page = box().class_tests.page(who.person_id, test_id)
        return render_template("class_tests/show.html", page=page, results=request.args.get("results") == "1")
    mine = box().my_tests.one(who, test_id)
    if mine.state == "open":
        return redirect(url_for("quizzes.show", item_id=mine.test.item_id), 303)
    if mine.state != "shown":
        return render_template("class_tests/waits.html", mine=mine)
    result = box().my_tests.result(who, test_id)
    paper, going = result.paper, result.going
    questions = [shown(paper, going, place) for place in range(len(result.asked))] if paper and going else []
    return render_template(
        "class_tests/result.html", result=result, questions=questions, page=ResultPage(test_id), paper=paper
    )


@room.get("/tests/<int:test_id>/live")
@allow(Role.TEACHER)
def live(test_id: int) -> ResponseReturnValue:
    """Say whether the teacher's page still tells all there is."""
    return jsonify(stamp=box().class_tests.page(signed_in().person_id, test_id).stamp)


@room.post("/tests/<int:test_id>/state")
@allow(Role.TEACHER)
def change(test_id: int) -> ResponseReturnValue:
    """Open or close a test, show its results, or delete one that is only prepared: the button says which."""
    tests, teacher_id, what = box().class_tests, signed_in().person_id, request.form.get("do", "")
    if what == "delete":
        return _delete(test_id)
    ways: dict[str, Callable[[], None]] = {
        "open": lambda: tests.open(teacher_id, test_id),
        "close": lambda: tests.close(teacher_id, test_id),
        "show": lambda: tests.show(teacher_id, test_id),
    }
    if what not in ways:
        tests.page(teacher_id, test_id)  # for others it does not exist, whatever they send
        raise BadInputError(field="do", problem="it is none of open, close, show, delete")
    return _change(test_id, ways[what])


@room.post("/tests/<int:test_id>/pupils/<int:person_id>")
@allow(Role.TEACHER)
def change_pupil(test_id: int, person_id: int) -> ResponseReturnValue:
    """Give one pupil more time, or let one go on who is through."""
    tests, teacher_id = box().class_tests, signed_in().person_id
    minutes = request.form.get("minutes", 5, type=number)
    if request.form.get("do") == "let-in":
        return _change(test_id, lambda: tests.let_in(teacher_id, test_id, person_id, minutes))
    return _change(test_id, lambda: tests.give_time(teacher_id, test_id, person_id, minutes))


@room.get("/tests/<int:test_id>/pictures/<name>")
@allow(Role.PUPIL)
def picture(test_id: int, name: str) -> ResponseReturnValue:
    """Show a picture of a test, also of a quiz that is in no library."""
    file = box().my_tests.picture(signed_in(), test_id, name)
    served = box().library.served_file(file.sha256, file.ext, staff=True)
    response = send_blob(
        served.path, mime=served.mime, etag=served.sha256, accel_prefix=box().config.accel_prefix or None
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


@room.get("/my-tests")
@allow(Role.PUPIL)
def mine() -> ResponseReturnValue:
    """List a pupil's own tests."""
    return render_template("class_tests/mine.html", tests=box().my_tests.of(signed_in()))


def _wish(class_id: int) -> TestWish:
    """Read the form; a group means whoever is in it when the test is made."""
    form = request.form
    pupils, group_id = chosen(form)
    if group_id:
        pupils = box().groups.pupils_of(signed_in().person_id, class_id, group_id)
        if not pupils:
            raise BadInputError(field="group", problem=N_("Nobody is in this group."))
    return TestWish(form.get("item", ""), form.get("title", ""), form.get("minutes", 0, type=number), pupils)


def _change(test_id: int, change: Callable[[], None]) -> ResponseReturnValue:
    """Change a test and show it again, with what was wrong if something was."""
    try:
        change()
    except BadInputError as exc:
        flash(_(exc.problem))
    return redirect(url_for("class_tests.show", test_id=test_id), 303)


def _delete(test_id: int) -> ResponseReturnValue:
    try:
        class_id = box().class_tests.delete(signed_in().person_id, test_id)
    except BadInputError as exc:
        flash(_(exc.problem))
        return redirect(url_for("class_tests.show", test_id=test_id), 303)
    audited.belongs_to(class_id)
    flash(_("The test is deleted."))
    return redirect(url_for("class_tests.of_class", class_id=class_id), 303)


def _found(query: str) -> tuple[Entry, ...]:
    """Quizzes that a search finds."""
    return box().library.search(query, kind="quiz", staff=True).entries[:FOUND_SHOWN] if query else ()
