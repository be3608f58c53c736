"""Every kind of question: answered without a script, judged, shown; and nothing of the answer in a page before it."""

import html
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from content_packs.quiz import decode_quiz
from tests.simulators.device import Device
from tests.simulators.lesson_source import QUIZ
from tests.simulators.lessons import LessonBox, lesson_box
from tests.simulators.quiz_kinds import KINDS, RIGHT, SECRETS, WRONG, fill, form_of, question_on, words_of

PAGE = f"/quizzes/{QUIZ}"
SHOWN = {"numer": ["4"], "fjale": ["numëruesi"]}
"""How a right answer that is typed is shown, where that is not how it is typed."""
BY_ID = {str(question["id"]): question for question in KINDS}


@pytest.fixture
def school(tmp_path: Path) -> Iterator[LessonBox]:
    with lesson_box(tmp_path) as opened:
        yield opened


@pytest.fixture
def arta(school: LessonBox) -> Device:
    device = school.device()
    device.sign_in(school.arta)
    return device


def ask(school: LessonBox, kind: str, version: int = 2, **fields: object) -> None:
    """Put a quiz of one question, and a second one that nobody gets to, on the box."""
    school.install(version, questions=[BY_ID[kind], {**BY_ID["vertet"], "id": "fund"}], **fields)


def send(device: Device, page: str, words: list[str]) -> str:
    """Answer the question on a page; where the answer leads."""
    sent = device.post(f"{PAGE}/answer", {**form_of(page), **fill(page, words)})
    assert sent.status_code == 303, words_of(sent.text)
    return str(sent.headers["Location"])


def who(school: LessonBox, name: str) -> Device:
    device = school.device()
    if name == "pupil":
        device.sign_in(school.arta)
    elif name == "friend":
        device.sign_in(school.blend)
    elif name == "teacher":
        device.sign_in_staff(school.teacher)
    return device


@pytest.mark.parametrize("name", ["pupil", "guest", "teacher"])
@pytest.mark.parametrize("kind", list(BY_ID))
def test_every_kind_is_answered_and_shown_right_and_wrong(school: LessonBox, kind: str, name: str) -> None:
    ask(school, kind)
    for words in (RIGHT[kind], WRONG[kind]):
        device = who(school, name if words == RIGHT[kind] else {"pupil": "friend"}.get(name, name))
        page = device.text(PAGE)
        assert question_on(page) == kind
        shown = device.text(send(device, page, words))
        right = words == RIGHT[kind]
        assert ("E saktë!" in shown, "Jo ende." in shown, "is-no" in shown) == (right, not right, not right)
        assert "is-ok" in shown or kind == "boshe"
        assert "<i>e" not in shown
        said = words_of(shown).casefold()
        assert [word for word in words if words_of(html.escape(word)).casefold() not in said] == []
        assert [word for word in SHOWN.get(kind, RIGHT[kind]) if word.casefold() not in said] == []


@pytest.mark.parametrize("shuffles", [False, True])
@pytest.mark.parametrize("kind", list(BY_ID))
def test_nothing_of_the_answer_is_in_a_page_before_it(school: LessonBox, kind: str, shuffles: bool) -> None:
    ask(school, kind, shuffle_choices=shuffles)
    for name in ("pupil", "guest", "teacher"):
        page = who(school, name).text(PAGE).partition("<main")[2]
        assert [secret for secret in SECRETS if secret in page] == []
        spoken = words_of(page)
        typed = {"numer": ["4.25", "4,25"], "fjale": ["numëruesi"], "boshe": ["kryefjala"]}.get(kind, [])
        assert [word for word in typed if word in spoken] == []


def test_things_to_order_stand_in_another_order_for_everybody(school: LessonBox, arta: Device) -> None:
    ask(school, "rendit")
    for device in (arta, school.device(), who(school, "teacher")):
        said = words_of(device.text(PAGE))
        assert not said.index("katërta") < said.index("e treta") < said.index("gjysma –")


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("nje", {}, "Së pari zgjidh ose shkruaj një përgjigje."),
        ("vertet", {}, "Së pari zgjidh ose shkruaj një përgjigje."),
        ("numer", {"answer": ["shumë"]}, "Shkruaj një numër, për shembull 3,5 ose 2/7."),
        ("rendit", {"answer": ["1", "", "2"]}, "Së pari jepi secilës një numër."),
        ("rendit", {"answer": ["1", "1", "2"]}, "Dy kanë të njëjtin numër."),
        ("cifte", {"answer": ["~1", ""]}, "Së pari zgjidh diçka për secilën."),
        ("boshe", {"gap0": "kryefjala", "gap1": ""}, "Së pari plotëso çdo vend bosh."),
    ],
)
def test_what_is_not_complete_is_asked_for_again_and_stays(
    school: LessonBox, arta: Device, kind: str, fields: dict[str, object], sentence: str
) -> None:
    ask(school, kind)
    for device in (arta, school.device()):
        sent = device.post(f"{PAGE}/answer", {**form_of(device.text(PAGE)), **fields})
        assert sent.status_code == 303
        page = device.text(sent.headers["Location"])
        assert sentence in words_of(page)
        assert question_on(page) == kind
        if kind == "rendit":
            assert "<option selected>1</option>" in page
        if kind == "boshe":
            assert 'value="kryefjala"' in page
    assert school.box.database.fetch_sql(int, "SELECT COUNT(*) FROM answer") == [0]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("nje", {"answer": ["~3"]}), ("nje", {"answer": ["~1", "~2"]}), ("disa", {"answer": ["~0"]}),
        ("vertet", {"answer": ["maybe"]}), ("vertet", {"answer": ["true", "false"]}),
        ("rendit", {"answer": ["1", "2", "4"]}), ("rendit", {"answer": ["1", "2"]}),
        ("rendit", {"answer": ["1", "2", "3", "4"]}), ("rendit", {"answer": ["pak", "mesi", "shume"]}),
        ("cifte", {"answer": ["~1", "~9"]}), ("cifte", {"answer": ["~1"]}), ("cifte", {"answer": ["gj", "ce"]}),
        ("boshe", {"gap0": "x" * 201, "gap1": "~1"}), ("boshe", {"gap0": "x", "gap1": "emëruesi"}),
    ],
)  # fmt: skip
def test_what_no_page_of_ours_sends_is_refused(
    school: LessonBox, arta: Device, kind: str, fields: dict[str, object]
) -> None:
    ask(school, kind)
    for device in (arta, school.device()):
        assert device.post(f"{PAGE}/answer", {**form_of(device.text(PAGE)), **fields}).status_code == 400
    assert school.box.database.fetch_sql(int, "SELECT COUNT(*) FROM answer") == [0]


def test_pictures_are_shown_described_and_served(school: LessonBox, arta: Device) -> None:
    ask(school, "nje")
    page = arta.text(PAGE)
    assert 'alt="Një tortë e ndarë në dysh"' in page
    name = page.partition('class="shown" src="')[2].partition('"')[0]
    assert arta.get(name).headers["Content-Type"] == "image/png"


def test_only_who_was_misled_hears_the_feedback_of_a_choice(school: LessonBox, arta: Device) -> None:
    ask(school, "nje")
    assert "Tri pjesë janë më të vogla." in arta.text(send(arta, arta.text(PAGE), ["1/3"]))
    blend = school.device()
    blend.sign_in(school.blend)
    assert "Tri pjesë" not in blend.text(send(blend, blend.text(PAGE), ["1/2"]))


def test_hints_come_one_after_the_other_keep_what_was_chosen_and_are_kept(school: LessonBox, arta: Device) -> None:
    ask(school, "nje")
    for device, kept in ((arta, True), (school.device(), False)):
        page = device.text(PAGE)
        assert "Vizato" not in page
        chosen = fill(page, ["1/3"])
        for hints in (1, 2):
            sent = device.post(f"{PAGE}/hint", {**form_of(page), **chosen})
            page = device.text(sent.headers["Location"])
            assert ("Vizato dy torta." in page, "Ndaji në pjesë." in page) == (True, hints == 2)
            assert "checked" in page
        assert "/hint" not in page
        if kept:
            assert "Ndaji në pjesë." in device.text(PAGE)
        assert "E saktë!" in device.text(send(device, page, ["1/2"]))
    assert school.box.database.fetch_sql(_pair, "SELECT hints, correct FROM answer") == [(2, 1)]


def _pair(hints: int, correct: int) -> tuple[int, int]:
    return hints, correct


def test_a_teacher_reads_wrong_answers_of_every_kind_in_words(school: LessonBox, arta: Device) -> None:
    school.install(2, questions=KINDS)
    for _ in KINDS:
        page = arta.text(PAGE)
        send(arta, page, WRONG[question_on(page)])
    teacher = who(school, "teacher")
    said = words_of(teacher.text(f"/classes/{school.arta.class_id}/pupils/{school.arta.person_id}"))
    for words in (
        "U përgjigj: 1/3 E saktë: 1/2", "1. gjysma; 2. e treta; 3. katërta", "1/2 → gjysma; 1/4 → e treta",
        "1. emri; 2. herësi", "1. kryefjala; 2. emëruesi", "U përgjigj: E pavërtetë E saktë: E vërtetë", "____",
    ):  # fmt: skip
        assert words in said


def test_typed_words_of_gaps_stay_on_the_box(school: LessonBox, arta: Device) -> None:
    ask(school, "boshe")
    send(arta, arta.text(PAGE), ["Arta Krasniqi", "herësi"])
    raws = [raw for _, _, raw in school.told()]
    assert len(raws) == 1
    assert "Krasniqi" not in raws[0]
    assert '"response"' not in raws[0]


@pytest.mark.parametrize(
    ("kind", "interaction", "response"),
    [("rendit", "sequencing", "pak[,]mesi[,]shume"), ("cifte", "matching", "p[.]gj[,]q[.]ce"),
     ("vertet", "true-false", "true"), ("nje", "choice", "drejt")],
)  # fmt: skip
def test_what_was_chosen_is_told_as_xapi_says(
    school: LessonBox, arta: Device, kind: str, interaction: str, response: str
) -> None:
    ask(school, kind)
    send(arta, arta.text(PAGE), RIGHT[kind])
    [(_, _, raw)] = school.told()
    assert f'"interactionType":"{interaction}"' in raw
    assert f'"response":"{response}"' in raw


def test_a_try_keeps_its_arrangement_and_the_next_one_has_another(school: LessonBox, arta: Device) -> None:
    many = [{**BY_ID["vertet"], "id": f"q{n}", "pool": "p"} for n in range(12)]
    school.install(2, questions=many, draw={"p": 3}, shuffle_questions=True)
    tries = []
    for go in (1, 2, 3):
        seen = []
        for _ in range(3):
            page = arta.text(PAGE)
            assert question_on(page) == question_on(arta.text(PAGE))
            assert "nga 3" in words_of(page)
            seen.append(question_on(page))
            send(arta, page, RIGHT["vertet"])
        tries.append(seen)
        assert "3 nga 3" in arta.text(f"{PAGE}/result")
        assert school.statements()[-1] == ("passed", QUIZ)
        assert form_of(page)["go"] == str(go)
        arta.post(f"{PAGE}/again", {})
    assert len({tuple(seen) for seen in tries}) == 3
    assert all(len(set(seen)) == 3 for seen in tries)


def test_a_question_that_this_try_does_not_ask_is_not_answered(school: LessonBox, arta: Device) -> None:
    many = [{**BY_ID["vertet"], "id": f"q{n}", "pool": "p"} for n in range(12)]
    school.install(2, questions=many, draw={"p": 1})
    page = arta.text(PAGE)
    other = next(f"q{n}" for n in range(12) if f"q{n}" != question_on(page))
    assert arta.answer(QUIZ, other, ["true"]).headers["Location"] == PAGE
    assert school.statements() == []


def test_the_simulator_says_what_the_format_says() -> None:
    quiz = decode_quiz(json.dumps({"format": 1, "questions": KINDS}).encode())
    assert {question.type for question in quiz.questions} == {
        "single", "multiple", "true_false", "number", "text", "order", "match", "gaps"
    }  # fmt: skip
