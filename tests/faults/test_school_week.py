"""A school week over lines of 64 kbit/s with one packet in ten lost and long silences, while boxes and hub are killed.

Every event that was answered for is at the hub once. What is killed when is drawn from a seed.
"""

import json
import random
import signal
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import msgspec
import pytest
from msgspec.structs import replace

from tests.simulators.browser import Browser
from tests.simulators.fleet import DAYS, BoxPlan, Told, WeekPlan
from tests.simulators.hub import make_data, running_hub
from tests.simulators.ledger import Ledger, told
from tests.simulators.network import Host, Process, Rig
from tests.simulators.postgres import Postgres, running_postgres
from tests.simulators.programs import command, program_of
from tests.simulators.seeded import QUIZ, Pupil, Seeded, seed
from tests.simulators.waiting import eventually
from tests.simulators.weak_line import WeakLine, WeakLines, Weakness

pytestmark = [pytest.mark.xdist_group("weak line"), pytest.mark.timeout(600)]

SEED = 28
WEEK = Weakness(up_s=6.0, down_s=5.0, forgets=2)
"""Silences of hours among hours with a line, at a thousandth of their length; every second one ends all connections."""
BOXES, EVENTS_A_DAY, KILLS = 50, 8, 40
PUPILS, QUESTIONS_A_DAY = 3, 8


def test_fifty_boxes_and_a_hub_that_are_killed_at_random_lose_and_double_nothing(tmp_path: Path) -> None:
    with running_postgres(durable=True) as server:
        _live_through_a_week(server, tmp_path)


def _live_through_a_week(server: Postgres, tmp_path: Path) -> None:
    data = make_data(tmp_path / "hub", server.address(server.database())).path
    with running_hub(data) as maker:
        enrolled = [maker.enrol(f"Shkolla {number}").credentials for number in range(BOXES)]
    with Rig() as rig:
        hub_host, hosts = rig.host(), [rig.host() for _ in enrolled]
        with WeakLines(hosts, hub_host, WEEK) as lines:
            addresses = [f"http://{address}:8080/xapi/" for address in lines.addresses]
            keys = [replace(one, endpoint=address) for one, address in zip(enrolled, addresses, strict=True)]
            homes = [(host.name, str(tmp_path / host.name)) for host in hosts]
            boxes = tuple(BoxPlan(*home, keys[number], f"{number:032x}") for number, home in enumerate(homes))
            week = WeekPlan(
                seed=SEED, boxes=boxes, events_a_day=EVENTS_A_DAY, kills=KILLS, hub_kills=4, killing_s=25, within_s=300
            )
            found = live(week, hub_host, data, server)
    print(lines.report)
    with running_hub(data) as again:
        arrived = Counter(again.arrived(again.program()))
    answered, made = ({event for box in boxes_told for event in box} for boxes_told in (found.answered, found.made))
    assert found.unfinished == 0
    assert len(answered) >= BOXES * DAYS * EVENTS_A_DAY
    assert answered - arrived.keys() == set(), "answered for, and not at the hub"
    assert arrived.keys() - made == set(), "at the hub, and nobody made it"
    assert [event for event, times in arrived.items() if times > 1] == []
    assert found.killed == KILLS
    assert lines.report["lost"] > 0.05 * lines.report["passed"]
    assert lines.report["broken"] > 0


def live(week: WeekPlan, hub_host: Host, data: Path, server: Postgres) -> Told:
    """Let the fleet live its week; when it is time the hub is killed, or its database, and started again."""
    plan = data.with_name("week.json")
    plan.write_bytes(msgspec.json.encode(week))
    hub = start_hub(hub_host, data)
    fleet = Process([sys.executable, "-m", "tests.simulators.fleet", str(plan)])
    for number in range(week.hub_kills):
        fleet.wait_for("^hub$", since=number, within_s=week.killing_s + 60)
        if number % 2:
            server.crash()
            server.start()
        else:
            hub.stop(signal.SIGKILL)
            hub = start_hub(hub_host, data)
    found = fleet.wait_for("^{.*", within_s=week.within_s + 30)
    fleet.stop(0)
    hub.stop()
    return msgspec.json.decode(found[0], type=Told)


def start_hub(host: Host, data: Path) -> Process:
    """The real program, on its own host."""
    hub = host.start(program_of("schoolbox-hub"), "serve", "--data", str(data), "--host", "0.0.0.0", "--port", "8080")
    hub.wait_for("8080")
    return hub


@dataclass
class School:
    """A real box on its own host, its pupils, and the line that comes and goes."""

    seeded: Seeded
    line: WeakLine
    ledger: Ledger = field(default_factory=Ledger)
    box: Process | None = None

    def switch_on(self, *, with_line: bool) -> None:
        """Start the box, with or without a line to the world."""
        self.line.near.ip("link", "set", "weak0", "up" if with_line else "down")
        words = ("--data", str(self.seeded.data), "--json", "serve", "--host", "127.0.0.1", "--port", "8080")
        self.box = self.line.near.start(program_of("schoolbox"), *words, "--announce", "no")
        self.box.wait_for("^{")

    def said(self) -> str:
        """What the box wrote."""
        return "\n".join(self.box.lines) if self.box else ""

    def switch_off(self) -> None:
        """Take its power."""
        assert self.box
        self.box.stop(signal.SIGKILL)

    def lesson(self, day: int, *, killed_at: int) -> None:
        """Every pupil answers the questions of a day; after so many answers the box is killed and started again."""
        left = {pupil: list(range(day * QUESTIONS_A_DAY, (day + 1) * QUESTIONS_A_DAY)) for pupil in self.seeded.pupils}
        if killed_at:
            self._learn(left, until=killed_at)
            self.switch_on(with_line=False)
        self._learn(left)

    def _learn(self, left: dict[Pupil, list[int]], until: int = 0) -> None:
        """All pupils at once; with `until` the box loses its power after so many answers, and they stop."""
        begins = len(self.ledger.events)
        threads = [threading.Thread(target=self._pupil, args=(pupil, left[pupil])) for pupil in left]
        for thread in threads:
            thread.start()
        if until:
            eventually(lambda: len(self.ledger.events) >= begins + until)
            self.switch_off()
        for thread in threads:
            thread.join(60)

    def _pupil(self, pupil: Pupil, questions: list[int]) -> None:
        """Answer one question after the other; what got no answer is done again later."""
        self.line.near.enter()
        try:
            with Browser("http://127.0.0.1:8080") as browser:
                browser.sign_in(pupil)
                while questions:
                    answer = browser.answer(QUIZ, f"q{questions[0]}", "b")
                    self.ledger.answered(pupil, f"q{questions[0]}", answer)
                    del questions[0]
        except httpx.TransportError:
            return


def test_a_box_and_a_hub_that_are_killed_at_random_lose_and_double_nothing_in_a_week(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    seeded, data = seed(tmp_path / "school", pupils=PUPILS), make_data(tmp_path / "hub").path
    with running_hub(data) as maker:
        code = maker.hub.enrolments.make_code("Agimi", "Gjilan").code
    with Rig() as rig, WeakLine(rig.host(), rig.host(), Weakness(forgets=2)) as line:
        hub, school = start_hub(line.far, data), School(seeded, line)
        words = ("--data", str(seeded.data), "--json", "sync", "enrol", "--hub", f"http://{line.address}:8080")
        line.near.start(program_of("schoolbox"), *words, "--code", code).wait_for("}$", within_s=60)
        for day in range(DAYS):
            school.switch_on(with_line=False)
            school.lesson(day, killed_at=chance.randrange(1, PUPILS * QUESTIONS_A_DAY) if day % 2 else 0)
            school.switch_off()
            if day in (1, 3):  # two days without any line
                continue
            before = waiting(seeded) + chance.randrange(2)  # the hub dies when it has heard, or at once
            school.switch_on(with_line=True)
            eventually(lambda: waiting(seeded) < before, within_s=120, saying=school.said)  # noqa: B023  called here
            hub.stop(signal.SIGKILL)
            hub = start_hub(line.far, data)
            school.switch_off()
        school.switch_on(with_line=True)
        eventually(lambda: waiting(seeded) == 0, within_s=120, saying="not all of it left")
        school.switch_off()
        hub.stop()
    with running_hub(data) as again:
        arrived = Counter(told(json.dumps(one).encode()) for one in again.statements(again.program()))
    answers = {(one.person_id, one.question) for one in school.ledger.events}
    assert len(answers) == PUPILS * QUESTIONS_A_DAY * DAYS
    assert school.ledger.refused == []
    assert set(arrived.values()) == {1}
    assert Counter(verb for _, verb, _ in arrived) == {"answered": len(answers), "passed": PUPILS}


def waiting(seeded: Seeded) -> int:
    """How many statements the hub has not confirmed."""
    return int(json.loads(command("schoolbox", "--data", seeded.data, "--json", "sync", "status").stdout)["waiting"])
