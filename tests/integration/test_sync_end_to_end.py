"""A real box and a real hub: what a pupil does arrives, once, whenever there is a line; the box never waits for it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import httpx
import pytest

from schoolbox.messages import message_of
from sync.errors import EnrolmentError
from tests.simulators.browser import Browser
from tests.simulators.ledger import told
from tests.simulators.programs import HubProcess, command, running_box, running_hub
from tests.simulators.seeded import QUIZ, VIDEO, Seeded, seed
from tests.simulators.waiting import eventually

TOLD_EACH = 4
"""How many statements one lesson of the tests makes: three answers and a sitting."""


@dataclass(frozen=True)
class Line:
    """A box that belongs to a hub, and a reader of everything the hub has."""

    school: Seeded
    hub: HubProcess
    reader: httpx.BasicAuth

    def arrived(self) -> list[dict[str, object]]:
        """Every statement at the hub, page by page."""
        found: list[dict[str, object]] = []
        more = "/xapi/statements?limit=50"
        headers = {"X-Experience-API-Version": "1.0.3"}
        with httpx.Client(base_url=self.hub.url, auth=self.reader, headers=headers, trust_env=False) as client:
            while more:
                answer = client.get(more)
                assert answer.status_code == 200, answer.text
                found += answer.json()["statements"]
                more = answer.json().get("more", "")
        return found

    def status(self) -> dict[str, object]:
        """What `sync status` says."""
        answer: dict[str, object] = json.loads(_box(self.school, "sync", "status", "--json").stdout)
        return answer


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    school = seed(tmp_path / "box", pupils=2)
    with running_hub(tmp_path) as hub:
        yield _enrolled(school, hub)


def _enrolled(school: Seeded, hub: HubProcess) -> Line:
    made = command(
        "schoolbox-hub", "code", "create", "--data", hub.data, "--school", "Shkolla „Agimi”",
        "--municipality", "Gjilan", "--json",
    )  # fmt: skip
    given = command("schoolbox-hub", "credential", "add", "--data", hub.data, "--scope", "statements/read", "--json")
    enrolled = _box(school, "sync", "enrol", "--hub", hub.url, "--code", json.loads(made.stdout)["code"])
    assert enrolled.returncode == 0, enrolled.stderr
    reader = json.loads(given.stdout)
    return Line(school, hub, httpx.BasicAuth(reader["key"], reader["secret"]))


def _box(school: Seeded, *words: str) -> CompletedProcess[str]:
    return command("schoolbox", "--data", school.data, *words)


def _lesson(url: str, school: Seeded, number: int) -> None:
    """One pupil learns a little."""
    with Browser(url) as browser:
        browser.sign_in(school.pupils[number])
        for step in range(TOLD_EACH):
            if step:
                answer = browser.answer(QUIZ, f"q{step}", "b")
            else:
                answer = browser.watch(VIDEO, segments="0-20", position_s=20)
            assert answer.status_code in (204, 303), answer.text


def test_what_a_pupil_does_arrives_at_the_hub_once(line: Line) -> None:
    with running_box(line.school.data) as box:
        _lesson(box.url, line.school, 0)

        eventually(lambda: len(line.arrived()) >= TOLD_EACH, saying=box.said())
        eventually(lambda: line.status()["waiting"] == 0)
        assert _box(line.school, "sync", "run").returncode == 0

    arrived = line.arrived()
    assert len(arrived) == len({str(each["id"]) for each in arrived}) == TOLD_EACH
    assert sorted(told(json.dumps(each).encode())[1] for each in arrived) == [*["answered"] * 3, "terminated"]
    status = line.status()
    assert (status["problem"], status["waiting"], status["sent_total"]) == (None, 0, TOLD_EACH)


def test_nobody_s_name_reaches_the_hub(line: Line) -> None:
    with running_box(line.school.data) as box:
        _lesson(box.url, line.school, 0)
        eventually(lambda: len(line.arrived()) >= TOLD_EACH)

    text = json.dumps(line.arrived(), ensure_ascii=False)
    assert not [name for name in ("Nxënës", "Krasniqi", "Vlora", "Gashi", "nxenes") if name in text]


def test_who_is_erased_at_school_is_forgotten_by_the_hub(line: Line) -> None:
    with running_box(line.school.data) as box:
        for number in (0, 1):
            _lesson(box.url, line.school, number)
        eventually(lambda: len(line.arrived()) >= 2 * TOLD_EACH, saying=box.said())
        erased = _box(line.school, "person", "erase", "nxenes0.krasniqi", "--yes", "--json")
        assert json.loads(erased.stdout)["hub_waiting"] == 1
        assert _box(line.school, "sync", "run").returncode == 0
    assert len(line.arrived()) == TOLD_EACH
    assert len({json.dumps(each["actor"]) for each in line.arrived()}) == 1


def test_the_box_never_notices_that_the_hub_is_gone(line: Line) -> None:
    with running_box(line.school.data) as box:
        _lesson(box.url, line.school, 0)
        eventually(lambda: len(line.arrived()) >= TOLD_EACH)
        line.hub.stop()

        _lesson(box.url, line.school, 1)

        eventually(lambda: line.status()["problem"] == "LineError", saying="sync status does not say that it is gone")
        assert line.status()["waiting"] == TOLD_EACH
        assert isinstance(line.status()["next_try_s"], float)
        assert httpx.get(f"{box.url}/health", trust_env=False).status_code == 200
        assert "there is no line to it just now" in _box(line.school, "sync", "status").stdout

        line.hub.start()
        eventually(lambda: line.status()["waiting"] == 0, within_s=60, saying=box.said())

    arrived = line.arrived()
    assert len(arrived) == len({str(each["id"]) for each in arrived}) == 2 * TOLD_EACH


def test_what_was_learnt_before_enrolling_arrives_too(tmp_path: Path) -> None:
    school = seed(tmp_path / "box", pupils=1)
    with running_box(school.data) as box:
        _lesson(box.url, school, 0)
        with running_hub(tmp_path) as hub:
            line = _enrolled(school, hub)

            assert len(line.arrived()) == TOLD_EACH


def test_a_wrong_code_is_refused_with_a_sentence(tmp_path: Path) -> None:
    school = seed(tmp_path / "box", pupils=1)
    with running_hub(tmp_path) as hub:
        refused = _box(school, "sync", "enrol", "--hub", hub.url, "--code", "AAAA-BBBB")

    assert refused.returncode == message_of(EnrolmentError(reason="")).exit_code
    assert "The hub does not take this code" in refused.stderr
    assert json.loads(_box(school, "sync", "status", "--json").stdout)["enrolled"] is False


def test_sending_without_a_hub_says_what_to_do(tmp_path: Path) -> None:
    school = seed(tmp_path / "box", pupils=1)

    refused = _box(school, "sync", "run")

    assert refused.returncode == 76
    assert "schoolbox sync enrol" in refused.stderr
