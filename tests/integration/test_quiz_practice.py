"""Practice: on and on until enough were right in a row; and what an answer costs, late as early."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.db.database import Database
from schoolbox.services.boots import Moment
from schoolbox.services.library import Library
from schoolbox.services.open_tests import OpenTests
from schoolbox.services.outbox import BoxOutbox
from schoolbox.services.quizzes import QuizParts, Quizzes
from schoolbox.services.statements import Statements
from sync.statements import Place
from sync.uuid7 import Uuid7Source
from tests.integration.test_quiz_tries import BY_ID, PAGE, SOME, go_on, kept, link_after, put, send
from tests.simulators.clock import HandClock
from tests.simulators.counting_database import CountingDatabase
from tests.simulators.device import Device
from tests.simulators.lesson_source import QUIZ
from tests.simulators.lessons import LessonBox, lesson_box
from tests.simulators.quiz_kinds import WRONG, form_of, question_on, words_of


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def school(tmp_path: Path, clock: HandClock) -> Iterator[LessonBox]:
    with lesson_box(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def arta(school: LessonBox) -> Device:
    device = school.device()
    device.sign_in(school.arta)
    return device


def practice(school: LessonBox) -> None:
    put(school, mode="practice", mastery=3)


def test_a_practice_goes_on_until_enough_were_right_in_a_row(school: LessonBox, arta: Device) -> None:
    practice(school)
    for number, right in enumerate([True, True, False, True, True], 1):
        shown = arta.text(go_on(arta, PAGE, right=right))
        streak = [1, 2, 0, 1, 2][number - 1]
        assert f"Të sakta radhazi: {streak} nga 3" in words_of(shown)
        assert ("Rreshti fillon nga e para." in shown) == (not right)
        assert school.box.learning.progress(school.arta.person_id, [QUIZ])[QUIZ].state == "started"
    last = arta.text(go_on(arta, PAGE))
    assert "Shiko rezultatin" in last
    said = words_of(arta.text(f"{PAGE}/result"))
    assert "3 nga 3" in said
    assert "3 përgjigje të sakta radhazi: tani këtë e di." in said
    row = school.box.learning.progress(school.arta.person_id, [QUIZ])[QUIZ]
    assert (row.state, row.passed, row.best_correct, row.questions, row.attempts) == ("done", True, 3, 3, 1)
    assert [verb for verb, _ in school.statements()] == ["answered"] * 6 + ["passed"]
    assert '"scaled":1.0' in school.told()[-1][2]
    arta.post(f"{PAGE}/again")
    assert "Të sakta radhazi: 0 nga 3" in words_of(arta.text(PAGE))


def test_a_turn_of_a_practice_is_answered_once_and_only_with_its_question(school: LessonBox, arta: Device) -> None:
    practice(school)
    page = arta.text(PAGE)
    question, form = question_on(page), form_of(page)
    assert form["turn"] == "1"
    for _ in range(3):
        send(arta, page, WRONG[question])
    others = [kind for kind in SOME if kind != question]
    assert kept(school) == [(question, 0)]
    asked = question_on(arta.text(PAGE))
    for kind in {*others, question} - {asked}:
        for turn in (2, 3, 0, -1):
            arta.post(f"{PAGE}/answer", {"question": kind, "answer": "true", "go": 1, "turn": turn})
    assert kept(school) == [(question, 0)]


def test_right_after_a_hint_does_not_count_to_mastery(school: LessonBox, arta: Device) -> None:
    school.install(2, questions=[BY_ID["nje"], {**BY_ID["nje"], "id": "tjeter"}], mode="practice", mastery=2)
    page = arta.text(PAGE)
    taken = arta.post(f"{PAGE}/hint", form_of(page))
    page = arta.text(taken.headers["Location"])
    shown = words_of(arta.text(send(arta, page, ["1/2"])))
    assert "E saktë!" in shown
    assert "Me ndihmë ende nuk numërohet." in shown
    assert "Të sakta radhazi: 0 nga 2" in shown
    for _ in range(2):
        send(arta, arta.text(PAGE), ["1/2"])
    assert school.statements()[-1] == ("passed", QUIZ)


def test_a_teacher_sees_what_is_not_right_yet_while_a_practice_goes_on(school: LessonBox, arta: Device) -> None:
    practice(school)
    teacher = school.device()
    teacher.sign_in_staff(school.teacher)
    page = f"/classes/{school.arta.class_id}/pupils/{school.arta.person_id}"
    question = question_on(arta.text(PAGE))
    go_on(arta, PAGE, right=False)
    asked = words_of(str(BY_ID[question]["prompt"]["sq"]))  # type: ignore[index]
    shown = {"{7/7} është e plota.": "7/7 është e plota."}.get(asked, asked)
    assert shown in words_of(teacher.text(page))
    while question_on(arta.text(PAGE)) != question:
        go_on(arta, PAGE, right=False)
    go_on(arta, PAGE)
    assert shown not in words_of(teacher.text(page))


def test_a_guest_may_practise_too(school: LessonBox) -> None:
    practice(school)
    guest = school.device()
    at = PAGE
    for right in (True, False, True, True, True):
        at = go_on(guest, at, right=right)
        page = guest.text(at)
        at = link_after(page, '<div class="dock">')
    assert "/result" in at
    assert "3 nga 3" in words_of(guest.text(at))
    assert kept(school) == []
    again = guest.post(f"{PAGE}/again", {"number": 1})
    assert "Të sakta radhazi: 0 nga 3" in words_of(guest.text(again.headers["Location"]))


def test_a_long_practice_is_looked_at_from_its_end(school: LessonBox) -> None:
    practice(school)
    viewer, quizzes = school.viewer(school.arta), school.box.quizzes
    paper = quizzes.paper(QUIZ, staff=False)
    for _ in range(230):
        going = quizzes.going(viewer, paper)
        assert going.next_place is not None
        one = going.asked[going.next_place]
        quizzes.answer(viewer, paper, one.question, ("x",), go=1, turn=one.turn)
    going = quizzes.going(viewer, paper)
    assert len(going.asked) == 201
    assert going.asked[-1].turn == 231


def test_an_answer_costs_one_transaction_and_as_many_questions_to_the_database_late_as_early(
    school: LessonBox, clock: HandClock
) -> None:
    practice(school)
    db = CountingDatabase(school.folder / "box" / "box.db", clock=clock)
    db.open()
    try:
        quizzes = quizzes_on(db, school, clock)
        viewer, paper = school.viewer(school.arta), quizzes.paper(QUIZ, staff=False)
        costs = []
        for _ in range(60):
            going = quizzes.going(viewer, paper)
            one = going.asked[going.next_place or 0]
            before = db.statements, db.transactions
            quizzes.answer(viewer, paper, one.question, ("x",), go=1, turn=one.turn)
            costs.append((db.statements - before[0], db.transactions - before[1]))
        assert set(costs[1:]) == {costs[-1]}
        assert costs[-1][1] == 1
        assert costs[-1][0] <= 9
    finally:
        db.close()


def quizzes_on(db: Database, school: LessonBox, clock: HandClock) -> Quizzes:
    """The same quizzes over another connection to the database."""
    outbox = BoxOutbox(db, clock=clock)
    statements = Statements(
        outbox, clock=clock, ids=Uuid7Source(clock=clock, token_bytes=secrets.token_bytes), boot_id="b",
        place=lambda: Place(box_id="0" * 32), moment=lambda: Moment(clock.now(), True, 0), may_send=lambda _: True,
    )  # fmt: skip
    library = Library(db, store=school.box.store)
    parts = QuizParts(library, school.box.store, outbox, statements, OpenTests(db))
    return Quizzes(db, parts, clock=clock, boot_id="b")
