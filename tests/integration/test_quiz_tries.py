"""Handing in, tries and time: what may be changed, when it ends, what is told upstream."""

import html
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from schoolbox.services.open_tests import OpenTests
from schoolbox.services.quiz_time import RETURN_S, SLACK_S
from schoolbox.services.quizzes import QuizParts, Quizzes
from tests.simulators.clock import HandClock
from tests.simulators.device import Device
from tests.simulators.lesson_source import QUIZ
from tests.simulators.lessons import LessonBox, lesson_box
from tests.simulators.quiz_kinds import KINDS, RIGHT, SECRETS, WRONG, fill, form_of, question_on, words_of

PAGE = f"/quizzes/{QUIZ}"
BY_ID = {str(question["id"]): question for question in KINDS}
SOME = ["nje", "vertet", "fjale"]


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


def put(school: LessonBox, *, version: int = 2, **fields: object) -> None:
    school.install(version, questions=[BY_ID[kind] for kind in SOME], **fields)


def send(device: Device, page: str, words: list[str]) -> str:
    sent = device.post(f"{PAGE}/answer", {**form_of(page), **fill(page, words)})
    assert sent.status_code == 303, words_of(sent.text)
    return str(sent.headers["Location"])


def go_on(device: Device, at: str, *, right: bool = True) -> str:
    """Answer the question that an address shows; where it leads."""
    page = device.text(at)
    return send(device, page, (RIGHT if right else WRONG)[question_on(page)])


def link_after(page: str, mark: str) -> str:
    return html.unescape(page.partition(mark)[2].partition(' href="')[2].partition('"')[0])


def kept(school: LessonBox) -> list[tuple[str, int]]:
    return school.box.database.fetch_sql(_pair, "SELECT question_id, correct FROM answer ORDER BY question_id, turn")


def _pair(question: str, correct: int) -> tuple[str, int]:
    return question, correct


# handing in


@pytest.mark.parametrize("name", ["pupil", "guest"])
def test_nothing_judged_is_shown_before_handing_in(school: LessonBox, arta: Device, name: str) -> None:
    put(school, reveal="end")
    device = arta if name == "pupil" else school.device()
    at = PAGE
    for right in (True, False, True):
        page = device.text(at)
        assert [secret for secret in SECRETS if secret in page.partition("<main")[2]] == []
        at = send(device, page, (RIGHT if right else WRONG)[question_on(page)])
    overview = device.get(at).headers["Location"]
    page = device.text(overview)
    assert "/hand-in" in overview
    assert "Çdo pyetje ka një përgjigje." in page
    assert not any(word in words_of(page) for word in ("E saktë", "Jo ende", "Gjysma fiton"))
    assert school.statements() == []
    handed = device.post(f"{PAGE}/hand-in", form_of(page))
    page = device.text(handed.headers["Location"])
    assert "2 nga 3" in page
    assert ("Kjo përpjekje nuk u ruajt." in page) == (name == "guest")
    said = ["answered", "answered", "answered", "passed"] if name == "pupil" else []
    assert [verb for verb, _ in school.statements()] == said
    assert "Gjysma fiton." in device.text(link_after(page, '<ul class="list">'))


def test_an_answer_may_be_changed_until_it_is_handed_in(school: LessonBox, arta: Device) -> None:
    put(school, reveal="end")
    for right in (False, False, True):
        go_on(arta, PAGE, right=right)
    assert kept(school) == [("fjale", 1), ("nje", 0), ("vertet", 0)]
    page = arta.text(f"{PAGE}?question=nje")
    assert page.count("checked") == 1
    send(arta, page, RIGHT["nje"])
    assert kept(school) == [("fjale", 1), ("nje", 1), ("vertet", 0)]
    assert 'value="Numëruesi"' in arta.text(f"{PAGE}?question=fjale")
    arta.post(f"{PAGE}/hand-in", {"go": 1})
    before = school.statements()
    arta.post(f"{PAGE}/answer", {**form_of(page), "answer": "~1"})
    arta.post(f"{PAGE}/hand-in", {"go": 1})
    assert kept(school) == [("fjale", 1), ("nje", 1), ("vertet", 0)]
    assert school.statements() == before
    assert school.box.learning.progress(school.arta.person_id, [QUIZ])[QUIZ].last_correct == 2


def test_what_has_no_answer_is_told_before_handing_in_and_counts_as_not_right(school: LessonBox, arta: Device) -> None:
    put(school, reveal="end")
    go_on(arta, PAGE)
    page = words_of(arta.text(f"{PAGE}/hand-in"))
    assert "2 pyetje janë ende pa përgjigje." in page
    assert arta.get(f"{PAGE}/result").headers["Location"] == PAGE
    arta.post(f"{PAGE}/hand-in", {"go": 7})
    assert school.statements() == []
    arta.post(f"{PAGE}/hand-in", {"go": 1})
    assert [verb for verb, _ in school.statements()] == ["answered", "failed"]
    assert "1 nga 3" in words_of(arta.text(f"{PAGE}/result"))
    shown = arta.text(f"{PAGE}?question=vertet")
    assert "Pa përgjigje." in shown


def test_a_quiz_that_shows_each_answer_is_not_handed_in(school: LessonBox, arta: Device) -> None:
    put(school)
    go_on(arta, PAGE)
    arta.post(f"{PAGE}/hand-in", {"go": 1})
    assert arta.get(f"{PAGE}/hand-in").headers["Location"] == PAGE
    assert [verb for verb, _ in school.statements()] == ["answered"]


def test_an_answer_of_a_pupil_who_was_signed_out_meanwhile_waits_for_signing_in(
    school: LessonBox, arta: Device
) -> None:
    put(school)
    page = arta.text(PAGE)
    form = {**form_of(page), **fill(page, RIGHT["nje"])}
    arta.post("/sign-out")
    sent = arta.post(f"{PAGE}/answer", form)
    door = sent.headers["Location"]
    assert door.startswith("/sign-in?next=")
    following = parse_qs(urlsplit(door).query)["next"][0]
    assert arta.sign_in_pupil(school.arta, following=following).headers["Location"] == following
    page = arta.text(following)
    assert page.count("checked") == 1
    send(arta, page, RIGHT["nje"])
    assert kept(school) == [("nje", 1)]


def test_what_somebody_typed_is_not_shown_at_another_question(school: LessonBox, arta: Device) -> None:
    put(school)
    go_on(arta, PAGE)
    assert "checked" not in arta.text(f"{PAGE}?question=fjale&said=true&problem=empty")


# tries


def test_tries_are_counted_and_no_further_one_is_begun(school: LessonBox, arta: Device) -> None:
    put(school, tries=2)
    assert "Mund ta provosh 2 herë." in words_of(arta.text(PAGE))
    assert 'name="question"' not in arta.text(PAGE)
    for left in (1, 0):
        arta.post(f"{PAGE}/again")
        for _ in SOME:
            go_on(arta, PAGE, right=False)
        said = words_of(arta.text(f"{PAGE}/result"))
        assert ("Mund ta provosh edhe 1 herë." in said) == (left == 1)
        assert ("I ke shfrytëzuar të gjitha përpjekjet." in said) == (left == 0)
    assert "/again" not in arta.text(f"{PAGE}/result")
    arta.post(f"{PAGE}/again")
    assert arta.get(PAGE).headers["Location"] == f"{PAGE}/result"
    for go in (3, 4):
        arta.answer(QUIZ, "nje", ["drejt"], go=go)
    assert school.box.database.fetch_sql(int, "SELECT COUNT(*) FROM attempt") == [2]


def test_a_new_version_of_a_quiz_has_its_own_tries(school: LessonBox, arta: Device) -> None:
    put(school, tries=1)
    arta.post(f"{PAGE}/again")
    go_on(arta, PAGE)
    school.install(3, questions=[BY_ID["disa"], BY_ID["numer"]], tries=1)
    said = words_of(arta.text(PAGE))
    assert "Ky kuiz sapo u ndërrua me një të ri." in said
    assert "Mund ta provosh 1 herë." in said
    arta.post(f"{PAGE}/again")
    assert question_on(arta.text(PAGE)) == "disa"


# time


def begin(school: LessonBox, arta: Device) -> None:
    put(school, time_limit_s=600)
    assert "Ke 10 min kohë." in words_of(arta.text(PAGE))
    arta.post(f"{PAGE}/again")


def after_restart(school: LessonBox, clock: HandClock) -> Quizzes:
    """The quizzes of a box that was started again: another boot, whose clock begins anew."""
    box = school.box
    clock.monotonic = 30.0
    parts = QuizParts(box.library, box.store, box.outbox, box.quizzes._statements, OpenTests(box.database))
    return Quizzes(box.database, parts, clock=clock, boot_id="another boot")


def test_the_time_is_shown_and_what_was_answered_counts_when_it_is_over(
    school: LessonBox, arta: Device, clock: HandClock
) -> None:
    begin(school, arta)
    assert "Edhe rreth 10 min" in words_of(arta.text(PAGE))
    go_on(arta, PAGE)
    clock.tick(545)
    assert "Edhe më pak se një minutë" in words_of(arta.text(PAGE))
    clock.tick(60)
    assert arta.get(PAGE).headers["Location"] == f"{PAGE}/result"
    assert [verb for verb, _ in school.statements()] == ["answered", "failed"]
    assert "1 nga 3" in words_of(arta.text(f"{PAGE}/result"))
    arta.answer(QUIZ, "vertet", ["true"])
    assert kept(school) == [("nje", 1)]


def test_a_wrong_wall_clock_costs_nobody_time(school: LessonBox, arta: Device, clock: HandClock) -> None:
    begin(school, arta)
    clock.at = clock.at.replace(year=2031)
    assert "Edhe rreth 10 min" in words_of(arta.text(PAGE))


def test_an_answer_on_its_way_when_the_time_ends_still_counts_and_a_later_one_does_not(
    school: LessonBox, arta: Device, clock: HandClock
) -> None:
    begin(school, arta)
    page = arta.text(PAGE)
    clock.tick(600 + SLACK_S - 1)
    shown = arta.text(send(arta, page, RIGHT["nje"]))
    assert "E saktë!" in shown
    assert "Shiko rezultatin" in shown
    assert kept(school) == [("nje", 1)]
    assert [verb for verb, _ in school.statements()] == ["answered", "failed"]


def test_an_answer_that_comes_much_too_late_is_not_taken(school: LessonBox, arta: Device, clock: HandClock) -> None:
    begin(school, arta)
    page = arta.text(PAGE)
    clock.tick(600 + SLACK_S)
    arta.post(f"{PAGE}/answer", {**form_of(page), **fill(page, RIGHT["nje"])})
    assert kept(school) == []
    assert [verb for verb, _ in school.statements()] == ["failed"]


def test_a_teacher_sees_a_try_finished_whose_time_is_over(
    school: LessonBox, arta: Device, clock: HandClock
) -> None:
    begin(school, arta)
    go_on(arta, PAGE, right=False)
    teacher = school.device()
    teacher.sign_in_staff(school.teacher)
    page = f"/classes/{school.arta.class_id}/pupils/{school.arta.person_id}"
    assert "Cila është më e madhe?" not in words_of(teacher.text(page))
    clock.tick(600 + SLACK_S)
    said = words_of(teacher.text(page))
    assert "0/3" in said
    assert "Cila është më e madhe?" in said
    assert school.statements()[-1] == ("failed", QUIZ)
    assert '"grade":6' in school.told()[-1][2]
    assert arta.get(PAGE).headers["Location"] == f"{PAGE}/result"


def test_a_restart_of_the_box_takes_no_time_from_a_pupil(school: LessonBox, arta: Device, clock: HandClock) -> None:
    begin(school, arta)
    clock.tick(100)
    go_on(arta, PAGE)
    clock.tick(400)  # thinking, then the power goes
    quizzes = after_restart(school, clock)
    viewer, paper = school.viewer(school.arta), quizzes.paper(QUIZ, staff=False)
    clock.tick(RETURN_S - 60)  # the tablets come back slowly
    quizzes.close_overdue()
    assert quizzes.going(viewer, paper).left_s == pytest.approx(500)
    clock.tick(200)
    assert quizzes.going(viewer, paper).left_s == pytest.approx(300)
    clock.tick(300)
    assert quizzes.going(viewer, paper).finished


def test_a_try_that_nobody_comes_back_to_is_closed_for_the_teacher(
    school: LessonBox, arta: Device, clock: HandClock
) -> None:
    begin(school, arta)
    quizzes = after_restart(school, clock)
    clock.tick(RETURN_S + 600)
    quizzes.close_overdue()
    assert school.statements() == []
    clock.tick(SLACK_S)
    quizzes.close_overdue()
    quizzes.close_overdue()
    assert [verb for verb, _ in school.statements()] == ["failed"]


def test_a_guest_is_not_timed(school: LessonBox, clock: HandClock) -> None:
    put(school, time_limit_s=60)
    guest = school.device()
    at = go_on(guest, PAGE)
    clock.tick(600)
    assert "E saktë!" in guest.text(at)


# practice
