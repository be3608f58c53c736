"""The power goes, or the box is killed, while five pupils are in the middle of a test and of a practice.

Every answer that was answered for is there afterwards, and each of them goes on where they were.
"""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.simulators.browser import Browser
from tests.simulators.lesson_source import QUIZ
from tests.simulators.lessons import LessonBox, lesson_box
from tests.simulators.loop_disk import LoopDisk
from tests.simulators.programs import running_box, start_box
from tests.simulators.quiz_kinds import KINDS, RIGHT, fill, form_of, question_on, words_of
from tests.simulators.seeded import Pupil
from tests.simulators.waiting import eventually

PAGE = f"/quizzes/{QUIZ}"
PUPILS = 5
MANY = [{**question, "id": f"{question['id']}-{copy}"} for copy in range(5) for question in KINDS]


@dataclass
class Promised:
    """What the box answered for: person, turn and question; nothing is written down once the power is about to go."""

    answers: list[tuple[int, int, str]] = field(default_factory=list)
    closed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, pupil: Pupil, turn: int, question: str) -> None:
        with self.lock:
            if not self.closed:
                self.answers.append((pupil.person_id, turn, question))

    def close(self) -> None:
        with self.lock:
            self.closed = True


def class_of(school: LessonBox) -> list[Pupil]:
    names = ("Dritë", "Era", "Faton")
    return [school.arta, school.blend, *(school.pupil(name, "Gashi", school.arta.class_id) for name in names)]


def made(folder: Path, data: Path, **fields: object) -> list[Pupil]:
    """A box with a quiz of forty questions of every kind, and five pupils."""
    with lesson_box(folder, data=data) as school:
        school.install(2, questions=MANY, **fields)
        return class_of(school)


def answer_on(browser: Browser, pupil: Pupil, promised: Promised) -> None:
    """Answer one question after the other, as the pages ask for them, until the box is gone or nothing is left."""
    try:
        for _ in range(len(MANY)):
            page = browser.get(PAGE)
            if page.status_code != 200 or "/answer" not in page.text:
                return
            form, question = form_of(page.text), question_on(page.text)
            words = RIGHT[question.rpartition("-")[0]]
            values = {"csrf_token": browser.mark, **form, **fill(page.text, words)}
            if browser.send_form(f"{PAGE}/answer", values).status_code == 303:
                promised.note(pupil, int(str(form.get("turn", 0))), question)
    except httpx.TransportError:
        return  # no answer came: nothing was promised


def begin(browser: Browser, pupil: Pupil, begun: threading.Barrier, promised: Promised) -> None:
    with browser:
        browser.sign_in(pupil)
        browser.post(f"{PAGE}/again", {})
        begun.wait(60)
        answer_on(browser, pupil, promised)


def interrupted(data: Path, pupils: list[Pupil], after: int, disk: LoopDisk | None) -> Promised:
    """Let the class answer until so many were answered for; then the power goes, or the box is killed."""
    promised = Promised()
    box = start_box(data, "--sync", "no")
    try:
        with ThreadPoolExecutor(max_workers=PUPILS) as pool:
            begun = threading.Barrier(PUPILS + 1)
            for pupil in pupils:
                pool.submit(begin, Browser(box.url), pupil, begun, promised)
            begun.wait(90)
            eventually(lambda: len(promised.answers) >= after, saying=f"only {len(promised.answers)}")
            promised.close()
            if disk is not None:
                disk.cut_power()
            box.kill()
    finally:
        box.end()
    if disk is not None:
        disk.remount()
    return promised


def kept(data: Path) -> set[tuple[int, int, str]]:
    connection = sqlite3.connect(data / "box.db")
    try:
        rows = connection.execute(
            "SELECT a.person_id, n.turn, n.question_id FROM attempt a JOIN answer n ON n.attempt_id = a.id"
        ).fetchall()
    finally:
        connection.close()
    return {(int(person), int(turn), str(question)) for person, turn, question in rows}


def goes_on(data: Path, pupils: list[Pupil], promised: Promised) -> None:
    """Every pupil finds what they answered, and goes on with a question that they had not answered."""
    with running_box(data, "--sync", "no") as box:
        for pupil in pupils:
            with Browser(box.url) as browser:
                browser.sign_in(pupil)
                done = [(turn, question) for person, turn, question in promised.answers if person == pupil.person_id]
                page = browser.get(PAGE).text
                assert "/answer" in page
                assert (int(str(form_of(page).get("turn", 0))), question_on(page)) not in done


@pytest.mark.parametrize(
    "fields",
    [{"reveal": "end", "time_limit_s": 3600, "shuffle_questions": True, "shuffle_choices": True},
     {"mode": "practice", "mastery": 20}],
    ids=["test", "practice"],
)  # fmt: skip
def test_a_power_cut_in_the_middle_loses_no_answer_and_everybody_goes_on(
    tmp_path: Path, fields: dict[str, object]
) -> None:
    with LoopDisk(tmp_path, size_mb=64) as disk:
        data = disk.folder / "data"
        pupils = made(tmp_path / "made", data, **fields)

        promised = interrupted(data, pupils, 40, disk)

        assert set(promised.answers) <= kept(data)
        assert len(promised.answers) >= 40
        goes_on(data, pupils, promised)


def test_kill_9_in_the_middle_of_a_test_keeps_answers_time_and_what_may_be_changed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    pupils = made(tmp_path / "made", data, reveal="end", time_limit_s=3600)

    promised = interrupted(data, pupils, 25, None)

    assert set(promised.answers) <= kept(data)
    goes_on(data, pupils, promised)
    with running_box(data, "--sync", "no") as box, Browser(box.url) as browser:
        browser.sign_in(pupils[0])
        page = browser.get(f"{PAGE}/hand-in").text
        assert "Edhe rreth" in words_of(page)
        mine = [question for person, _, question in promised.answers if person == pupils[0].person_id]
        assert page.count(">Me përgjigje<") >= len(mine)
        browser.load_form(f"{PAGE}/hand-in")
        assert browser.post(f"{PAGE}/hand-in", {"go": 1}).status_code == 303
        assert "nga 40" in words_of(browser.get(f"{PAGE}/result").text)
