"""`kill -9` of the real box in the middle of a test: no saved answer is lost, and the test goes on where it was."""

import re
import sqlite3
from pathlib import Path

from schoolbox.config import Config
from schoolbox.services.class_test_rows import TestWish
from schoolbox.wiring import open_box
from tests.simulators.browser import Browser
from tests.simulators.programs import running_box
from tests.simulators.seeded import QUIZ, Seeded, seed


def hold(school: Seeded, *, minutes: int) -> int:
    """A test of the class that is open."""
    box = open_box(Config(data=school.data, reserve_mb=0))
    try:
        teacher = school.pupils[0].person_id - 1
        test_id = box.class_tests.make(teacher, school.pupils[0].class_id, TestWish(QUIZ, "Prova", minutes))
        box.class_tests.open(teacher, test_id)
        return test_id
    finally:
        box.close()


def close(school: Seeded, test_id: int) -> None:
    box = open_box(Config(data=school.data, reserve_mb=0))
    try:
        box.class_tests.close(school.pupils[0].person_id - 1, test_id)
    finally:
        box.close()


def test_a_box_killed_in_the_middle_of_a_test_goes_on_with_every_answer(tmp_path: Path) -> None:
    school = seed(tmp_path, pupils=2)
    test_id = hold(school, minutes=40)
    for number, pupil in enumerate(school.pupils, 1):
        with running_box(school.data, "--sync", "no") as box, Browser(box.url) as browser:
            browser.sign_in(pupil)
            assert browser.post(f"/quizzes/{QUIZ}/again", {}).status_code == 303
            for question in range(3 * number):
                assert browser.answer(QUIZ, f"q{question}", "b").status_code == 303
            box.kill()

    with running_box(school.data, "--sync", "no") as box, Browser(box.url) as browser:
        browser.sign_in(school.pupils[0])
        page = browser.get(f"/quizzes/{QUIZ}").text
        assert re.search(r'name="question" value="q3"', page), page
        assert browser.answer(QUIZ, "q3", "a").status_code == 303
        box.kill()
    close(school, test_id)

    database = sqlite3.connect(school.data / "box.db")
    rows = database.execute(
        "SELECT a.person_id, count(*), sum(n.correct), a.finished_at IS NOT NULL FROM attempt a "
        "JOIN answer n ON n.attempt_id = a.id WHERE a.test_id = ? GROUP BY a.id ORDER BY a.person_id", (test_id,)
    ).fetchall()  # fmt: skip
    database.close()
    assert rows == [(school.pupils[0].person_id, 4, 3, 1), (school.pupils[1].person_id, 6, 6, 1)]
