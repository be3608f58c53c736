"""Quizzes: the first answer counts, is kept before it is acknowledged, and is told upstream without typed words."""

import base64
import html
import json
import re
import threading
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.simulators.device import Device
from tests.simulators.lesson_source import LAST, QUESTIONS, QUIZ, RIGHT, VIDEO
from tests.simulators.lessons import LessonBox, lesson_box

PAGE = f"/quizzes/{QUIZ}"


@pytest.fixture
def school(tmp_path: Path) -> Iterator[LessonBox]:
    with lesson_box(tmp_path) as opened:
        yield opened


@pytest.fixture
def arta(school: LessonBox) -> Device:
    device = school.device()
    device.sign_in(school.arta)
    return device


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).split())


def answers(school: LessonBox) -> list[tuple[str, int]]:
    """What is kept of all answers: question and whether it was right."""
    return school.box.database.fetch_sql(_pair, "SELECT question_id, correct FROM answer")


def _pair(question: str, correct: int) -> tuple[str, int]:
    return question, correct


def take(device: Device, *, right: int, go: int = 1) -> None:
    """Answer all questions, the first `right` of them rightly."""
    for place, (question, values) in enumerate(RIGHT.items()):
        wrong = ["a"] if question in ("pica", "cilat") else ["99"]
        assert device.answer(QUIZ, question, values if place < right else wrong, go=go).status_code == 303


def test_a_pupil_answers_sees_what_was_right_and_goes_on(school: LessonBox, arta: Device) -> None:
    assert "Pyetja 1 nga 4" in arta.text(PAGE)
    answer = arta.answer(QUIZ, "pica", ["a"])
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}?question=pica")
    page = arta.text(f"{PAGE}?question=pica")
    assert "Jo ende." in page
    assert "Emëruesi mbetet i njëjtë." in page
    assert f"/items/{VIDEO}?t=18" in page
    assert 'class="opt is-ok"' in page
    assert 'class="opt is-no"' in page
    assert "Pyetja 2 nga 4" in arta.text(PAGE)
    assert school.statements() == [("answered", f"{QUIZ}/pica")]


def test_all_four_types_are_judged_and_the_quiz_is_passed(school: LessonBox, arta: Device) -> None:
    take(arta, right=4)
    assert school.statements()[-1] == ("passed", QUIZ)
    assert '"scaled":1.0' in school.told()[-1][2]
    row = school.box.learning.progress(school.arta.person_id, [QUIZ])[QUIZ]
    assert (row.state, row.best_correct, row.questions, row.passed, row.attempts) == ("done", 4, 4, True, 1)
    page = arta.text(f"{PAGE}/result")
    assert "4 nga 4" in page
    assert "Bravo, Arta!" in page
    assert f'btn-gold btn-l btn-w" href="/items/{LAST}"' in page
    assert arta.get(PAGE).headers["Location"] == f"{PAGE}/result"


def test_too_few_right_is_not_yet_and_can_be_tried_again(school: LessonBox, arta: Device) -> None:
    take(arta, right=2)
    assert school.statements()[-1] == ("failed", QUIZ)
    assert school.box.learning.progress(school.arta.person_id, [QUIZ])[QUIZ].state == "started"
    assert "2 nga 4" in arta.text(f"{PAGE}/result")
    assert arta.post(f"{PAGE}/again", {}).headers["Location"] == PAGE
    assert "Pyetja 1 nga 4" in arta.text(PAGE)
    take(arta, right=3, go=2)
    assert school.statements()[-1] == ("passed", QUIZ)
    assert "Herën e kaluar i pate 2 të sakta." in words(arta.text(f"{PAGE}/result"))
    arta.post(f"{PAGE}/again", {})
    take(arta, right=0, go=3)
    row = school.box.learning.progress(school.arta.person_id, [QUIZ])[QUIZ]
    assert (row.state, row.passed, row.best_correct, row.last_correct, row.attempts) == ("done", True, 3, 0, 3)


def test_the_first_answer_counts_however_often_it_is_posted(school: LessonBox, arta: Device) -> None:
    arta.answer(QUIZ, "pica", ["a"])
    for values in (["b"], ["a"], ["b"]):
        assert arta.answer(QUIZ, "pica", values).status_code == 303
    assert answers(school) == [("pica", 0)]
    assert school.statements() == [("answered", f"{QUIZ}/pica")]


def test_the_last_answer_posted_twice_begins_nothing_new(school: LessonBox, arta: Device) -> None:
    take(arta, right=4)
    before = school.statements()
    arta.answer(QUIZ, "fjala", ["Numëruesi"])
    arta.answer(QUIZ, "pica", ["b"])
    arta.answer(QUIZ, "pica", ["b"], go=2)
    arta.answer(QUIZ, "pica", ["b"], go=77)
    assert school.statements() == before
    assert len(answers(school)) == 4


def test_trying_again_twice_opens_one_go(school: LessonBox, arta: Device) -> None:
    take(arta, right=1)
    for _ in range(3):
        arta.post(f"{PAGE}/again", {})
    assert school.box.database.fetch_sql(int, "SELECT COUNT(*) FROM attempt") == [2]


def test_two_taps_at_once_are_one_answer(school: LessonBox) -> None:
    viewer = school.viewer(school.arta)
    paper = school.box.quizzes.paper(QUIZ, staff=False)

    def tap() -> None:
        school.box.quizzes.answer(viewer, paper, paper.quiz.questions[0], ("b",), go=1)
        school.box.database.close_thread()

    taps = [threading.Thread(target=tap) for _ in range(8)]
    for one in taps:
        one.start()
    for one in taps:
        one.join()
    assert school.statements() == [("answered", f"{QUIZ}/pica")]


def test_typed_words_stay_on_the_box(school: LessonBox, arta: Device) -> None:
    arta.answer(QUIZ, "fjala", ["unë jam Arta Krasniqi"])
    ((_, _, raw),) = school.told()
    assert "Krasniqi" not in raw
    assert "response" not in raw
    page = arta.text(f"{PAGE}?question=fjala")
    assert "unë jam Arta Krasniqi" in page


@pytest.mark.parametrize(
    ("question", "values"),
    [("pica", ["z"]), ("pica", ["a", "b"]), ("cilat", ["a", "zz"]), ("fjala", ["x" * 201]), ("pica", ["x" * 5000]),
     ("pica", ["<script>"])],
)  # fmt: skip
def test_an_answer_that_makes_no_sense_is_refused(
    school: LessonBox, arta: Device, question: str, values: list[str]
) -> None:
    assert arta.answer(QUIZ, question, values).status_code == 400
    assert answers(school) == []
    assert school.statements() == []


@pytest.mark.parametrize(("question", "values"), [("pica", []), ("fjala", ["   "]), ("sa", [""])])
def test_an_empty_answer_is_asked_for_again(
    school: LessonBox, arta: Device, question: str, values: list[str]
) -> None:
    answer = arta.answer(QUIZ, question, values)
    assert answer.status_code == 303
    assert "Së pari zgjidh ose shkruaj një përgjigje." in arta.text(answer.headers["Location"])
    assert answers(school) == []


def test_a_question_that_is_not_there_is_told(arta: Device) -> None:
    assert arta.answer(QUIZ, "nope", ["a"]).status_code == 404
    assert arta.get(f"{PAGE}?question=nope").status_code == 404
    assert arta.post(f"/quizzes/{VIDEO}/answer", {"question": "pica", "answer": "a"}).status_code == 404
    assert arta.post("/quizzes/mash:nope/again", {}).status_code == 404


def test_odd_numbers_of_tries_change_nothing(school: LessonBox, arta: Device) -> None:
    for go in (-1, 0, 2, 10**30):
        assert arta.answer(QUIZ, "pica", ["b"], go=go).status_code == 303
    assert answers(school) == []


def test_typed_markup_is_shown_as_it_was_typed(arta: Device) -> None:
    arta.answer(QUIZ, "fjala", ["<b>x</b>"])
    assert "&lt;b&gt;x&lt;/b&gt;" in arta.text(f"{PAGE}?question=fjala")


def test_right_answers_are_not_in_the_page_before_the_answer(arta: Device) -> None:
    page = arta.text(PAGE)
    assert "is-ok" not in page
    assert "Emëruesi mbetet" not in page
    assert "correct" not in page


def test_fractions_have_a_spoken_form(arta: Device) -> None:
    page = arta.text(PAGE)
    assert 'class="frac" role="img"' in page
    assert "{2/7}" not in page


def test_a_quiz_that_is_renewed_begins_anew_and_keeps_the_old_answers(school: LessonBox, arta: Device) -> None:
    arta.answer(QUIZ, "pica", ["b"])
    renewed = deepcopy(QUESTIONS[:2])
    renewed[0]["id"] = "torta"
    school.install(2, questions=renewed)
    page = arta.text(PAGE)
    assert "Ky kuiz sapo u ndërrua me një të ri." in page
    assert "Pyetja 1 nga 2" in page
    assert arta.answer(QUIZ, "pica", ["b"]).status_code == 404
    arta.answer(QUIZ, "torta", ["b"], go=2)
    assert "Pyetja 2 nga 2" in arta.text(PAGE)
    arta.answer(QUIZ, "cilat", ["a", "c"], go=2)
    assert school.statements()[-1] == ("passed", QUIZ)
    assert sorted(answers(school)) == [("cilat", 1), ("pica", 1), ("torta", 1)]


def test_a_guest_may_try_and_nothing_is_kept(school: LessonBox) -> None:
    guest = school.device()
    assert "asgjë nuk ruhet" in guest.text(PAGE)
    tried = ""
    for place, (question, values) in enumerate(RIGHT.items()):
        given = values if place != 1 else ["a"]
        answer = guest.answer(QUIZ, question, given, tried=tried)
        assert answer.status_code == 303
        feedback = guest.text(answer.headers["Location"])
        assert ("Jo ende." in feedback) == (place == 1)
        tried = parse_qs(urlsplit(answer.headers["Location"]).query)["tried"][0]
    page = guest.text(f"{PAGE}/result?tried={tried}")
    assert "3 nga 4" in page
    assert "Kjo përpjekje nuk u ruajt." in page
    assert answers(school) == []
    assert school.statements() == []


def made_up(said: object) -> str:
    """An address as our own pages write it."""
    return base64.urlsafe_b64encode(json.dumps(said, separators=(",", ":")).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "tried",
    ["x", "rrrrrrrrrr", "r" * 50_000, "<script>", "r\n", made_up([1]), made_up([[0, ["~9"]]]), made_up([None] * 5),
     made_up([[0, ["~1"]]] * 9), made_up([[0, ["x" * 201]]]), made_up([[0, []]]), made_up({}), made_up([[0, [1]]])],
)  # fmt: skip
def test_a_made_up_address_of_a_guest_is_refused(school: LessonBox, tried: str) -> None:
    answer = school.device().client.get(PAGE, query_string={"tried": tried})
    assert answer.status_code == 400
    assert "<script>" not in words(answer.text)


def test_the_result_is_not_shown_before_the_end(school: LessonBox, arta: Device) -> None:
    assert arta.get(f"{PAGE}/result").headers["Location"] == PAGE
    tried = made_up([[0, ["~1"]]])
    assert school.device().get(f"{PAGE}/result?tried={tried}").headers["Location"] == f"{PAGE}?tried={tried}"


def test_a_quiz_whose_file_is_gone_is_told_and_not_a_crash(school: LessonBox, arta: Device) -> None:
    page = school.box.library.item(QUIZ, staff=False)
    file = page.of_role("quiz")[0]
    school.box.store.path(file.sha256, file.ext).unlink()
    answer = arta.get(PAGE)
    assert answer.status_code >= 400
    assert "/subjects" in answer.text
    assert "Traceback" not in answer.text
    assert arta.get(f"/items/{VIDEO}").status_code == 200


def test_another_pupil_sees_nothing_of_it(school: LessonBox, arta: Device) -> None:
    take(arta, right=4)
    blend = school.device()
    blend.sign_in(school.blend)
    assert "Pyetja 1 nga 4" in blend.text(PAGE)
    assert school.box.learning.progress(school.blend.person_id, [QUIZ]) == {}
