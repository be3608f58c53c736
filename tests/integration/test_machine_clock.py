"""A box that wakes up in the past has root's helper put the machine's clock, once somebody told what time it is."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.raspberrypi.helper.answering import answer_all
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.verbs import Tools
from schoolbox.config import Config
from schoolbox.jobs.clock_work import ClockJob
from schoolbox.jobs.supervisor import Supervisor
from schoolbox.services.people_rows import NewPerson
from schoolbox.web.app import create_app
from schoolbox.wiring import open_box
from tests.simulators.clock import HandClock
from tests.simulators.rooms import Pages
from tests.simulators.root_machine import RootMachine
from tests.simulators.seeded import PASSWORD, seed
from tests.simulators.waiting import eventually

WOKEN = datetime(2026, 1, 1, 0, 5, tzinfo=UTC)
THERE = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


class Board(RootMachine):
    """A machine whose clock is the box's."""

    def __init__(self, root: Path, hand: HandClock) -> None:
        super().__init__(root)
        self.hand = hand

    def now(self) -> float:
        return self.hand.at.timestamp()

    def put_clock(self, moment: float) -> None:
        self.hand.at = datetime.fromtimestamp(moment, UTC)


class Rig:
    """A box, root's helper, and the job between them."""

    def __init__(self, folder: Path) -> None:
        self.hand, self.places = HandClock(at=WOKEN), Places(folder / "root")
        self.board = Board(folder / "root", self.hand)
        for each in (self.places.asked, self.places.answered):
            each.mkdir(parents=True)
        seeded = seed(folder, data=self.places.asked.parent)
        config = Config(
            data=seeded.data, reserve_mb=0, announce=False, sync=False, sticks=None, helper=self.places.answered
        )
        self.box = open_box(config, clock=self.hand)
        self.pages = Pages(self.box, create_app(self.box), seeded)
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._answer)
        self.job = ClockJob(self.box.machine_clock, self.box.wall_clock)
        self.jobs = Supervisor([self.job], on_end=self.box.database.close_thread)

    def _answer(self) -> None:
        while not self.stop.wait(0.02):
            answer_all(Tools(self.board, self.places))

    def clock_is(self, at: datetime) -> None:
        eventually(lambda: abs(self.hand.at - at) < timedelta(seconds=2), saying="the clock was not put")
        eventually(self.box.wall_clock.trusted, saying="it is not believed")


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path)
    made.thread.start()
    made.jobs.start()
    yield made
    made.jobs.stop()
    made.stop.set()
    made.thread.join(45)
    made.box.close()


def test_a_device_of_the_staff_has_the_machines_clock_put_and_the_hub_after_it(rig: Rig) -> None:
    login = rig.box.people.add(NewPerson("technician", "Besnik", "Krasniqi", password=PASSWORD)).login
    desk = rig.pages.staff(login)
    told = {"at": str(int(THERE.timestamp() * 1000))}
    assert desk.post("/clock", told, on="/status").status_code == 204
    rig.clock_is(THERE)
    assert rig.places.clock.read_text() == f"{THERE.timestamp():.0f}\n"
    text = desk.get("/status").text
    assert "It agrees with a device of the staff." in text
    moment = rig.box.boots.moment()
    assert abs(moment.at - THERE) < timedelta(seconds=2)
    assert (moment.is_right, moment.boot > 0) == (True, True)  # the hub may still put it right

    rig.box.boots.told(THERE + timedelta(hours=2))
    rig.clock_is(THERE + timedelta(hours=2))
    put = ("systemctl", "restart", "schoolbox-clock.service")
    along = ("systemctl", "start", "--no-block", "schoolbox-battery.service")
    assert rig.board.ran == [put, along] * 2


def test_a_clock_with_a_battery_has_the_time_that_the_staff_told_for_the_next_start(rig: Rig) -> None:
    rig.board.give_battery((WOKEN - timedelta(days=9000)).timestamp())
    rig.box.wall_clock.heard(THERE)
    rig.clock_is(THERE)
    eventually(lambda: rig.board.battery_says() == THERE.timestamp(), saying="it was left behind")


def test_what_was_told_before_the_program_was_started_anew_counts(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.box.boots.told(THERE)
    rig.thread.start()
    rig.jobs.start()
    rig.clock_is(THERE)
    rig.jobs.stop()
    rig.stop.set()
    rig.thread.join(45)
    rig.box.close()


def test_a_clock_that_is_ahead_is_never_put_back(rig: Rig) -> None:
    rig.hand.at = THERE
    rig.box.boots.told(THERE - timedelta(days=300))
    assert not rig.box.machine_clock.put_right()
    assert (rig.hand.at, rig.board.ran) == (THERE, [])


def test_a_helper_that_does_not_put_it_is_logged_and_asked_again_when_the_hub_is_heard(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.board.refuses = {"schoolbox-clock.service"}
    rig.box.wall_clock.heard(THERE)
    eventually(lambda: "clock_not_put problem=failed" in caplog.text, saying="it was not logged")
    assert (rig.hand.at, rig.box.wall_clock.best()) == (WOKEN, (THERE, True))
    rig.board.refuses = set()
    rig.box.wall_clock.heard(THERE)
    rig.clock_is(THERE)


def test_without_a_helper_the_clock_stays_and_nothing_is_asked(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.places.answered.rmdir()
    rig.box.wall_clock.heard(THERE)
    assert not rig.box.machine_clock.put_right()
    assert (rig.hand.at, list(rig.places.asked.iterdir())) == (WOKEN, [])
    rig.box.close()
