"""`kill -9` of the real box in the middle of a lesson: what was answered is there after the next start."""

import json
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.simulators.browser import Browser
from tests.simulators.ledger import Ledger, missing_from
from tests.simulators.programs import running_box, start_box
from tests.simulators.seeded import PACK, QUESTIONS, QUIZ, VIDEO, seed


@pytest.mark.parametrize("number", [1, 2, 5])
def test_an_answered_event_survives_kill_9_right_after_it(tmp_path: Path, number: int) -> None:
    school = seed(tmp_path, pupils=1)
    ledger = Ledger()
    with running_box(school.data, "--sync", "no") as box, Browser(box.url) as browser:
        browser.sign_in(school.pupils[0])
        for question in range(number):
            ledger.answered(school.pupils[0], f"q{question}", browser.answer(QUIZ, f"q{question}", "b"))
        ledger.watched(school.pupils[0], 20, browser.watch(VIDEO, segments="0-20", position_s=20))
        box.kill()

    with running_box(school.data, "--sync", "no") as again:
        assert httpx.get(f"{again.url}/health", trust_env=False).status_code == 200

    assert len(ledger.events) == number + 1
    assert missing_from(school.data / "box.db", ledger) == []


def test_a_class_that_is_answering_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    school = seed(tmp_path, pupils=6)
    ledger = Ledger()
    box = start_box(school.data, "--sync", "no")
    try:
        with ThreadPoolExecutor(max_workers=len(school.pupils)) as pool:
            begun = threading.Barrier(len(school.pupils) + 1)
            for pupil in school.pupils:
                pool.submit(ledger.lesson, box.url, pupil, begun)
            begun.wait(60)
            ledger.wait_for(60)
            box.kill()
    finally:
        box.end()

    with running_box(school.data, "--sync", "no") as again, Browser(again.url) as browser:
        assert browser.get(f"/courses/{PACK}").status_code == 200
    assert 60 <= len(ledger.events) <= 6 * (QUESTIONS + 1)
    assert missing_from(school.data / "box.db", ledger) == []


def test_a_box_that_was_killed_starts_again_by_itself_and_is_whole(tmp_path: Path) -> None:
    school = seed(tmp_path, pupils=1)
    for _ in range(3):
        box = start_box(school.data, "--sync", "no")
        box.kill()

    with running_box(school.data, "--sync", "no") as box:
        facts = json.loads(httpx.get(f"{box.url}/health", trust_env=False).text)
    connection = sqlite3.connect(school.data / "box.db")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    assert facts["ok"] is True
