"""A box wakes up in 1970, loses its power twice and has no clock that runs on: once a hub is heard, times are right."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from schoolbox.db.database import Database
from schoolbox.services.boots import Boots
from schoolbox.services.events import Events
from schoolbox.services.outbox import BoxOutbox
from schoolbox.services.wall_clock import WallClock
from sync.errors import HubBusyError
from sync.ports import Credentials
from sync.session import SyncReport, SyncSession
from sync.statements import EventStamp, Learner, Occasion, Place, Score, quiz_passed
from sync.transport import HubTransport
from sync.uuid7 import Uuid7Source
from sync.wire import BoxStatus
from tests.simulators.clock import HandClock
from tests.simulators.hub import CuttingLine, Portal, RunningHub, Scripted, running_hub
from tests.simulators.learning import QUIZ
from tests.simulators.outbox import MemoryErasures
from tests.simulators.rooms import TECHNICIAN, open_pages

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
XAPI = (("X-Experience-API-Version", "1.0.3"),)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


@dataclass
class OldBox:
    """A box whose clock begins in 1970 at every start; `at` is where its hub is."""

    folder: Path
    at: Credentials
    starts: int = 0
    clock: HandClock = field(default_factory=HandClock)
    ids: list[str] = field(default_factory=list)
    _ids: Uuid7Source = field(init=False)

    def __post_init__(self) -> None:
        self.db = Database(self.folder / "box.db", clock=self.clock)
        self.db.open()

    def switch_on(self, *, wall: datetime = EPOCH) -> None:
        """Start the machine: both clocks begin anew."""
        self.starts += 1
        self.clock = HandClock(at=wall + timedelta(seconds=20), monotonic=20.0)
        self._ids = Uuid7Source(clock=self.clock, token_bytes=lambda size: bytes([self.starts]) * size)
        self.start_program()

    def start_program(self) -> None:
        """Start the program anew, on a machine that runs."""
        self.outbox = BoxOutbox(self.db, clock=self.clock, boot_id=f"boot{self.starts}")
        self.wall_clock = WallClock(self.clock)
        self.boots = Boots(
            self.db, clock=self.clock, boot_id=f"boot{self.starts}", wall_clock=self.wall_clock,
            events=Events(self.db, clock=self.clock),
        )  # fmt: skip
        self.boots.open()

    def live(self, seconds: float) -> None:
        """Let time pass on both clocks."""
        self.clock.tick(seconds)
        self.clock.at += timedelta(seconds=seconds)

    def learn(self, pupil: int = 0) -> None:
        """A pupil passes a quiz."""

        def put() -> None:
            moment = self.boots.moment()
            self.outbox.put(lambda seq: self._passed(seq, pupil), boot=moment.boot)

        self.outbox.write(put, by=None)

    def _passed(self, seq: int, pupil: int) -> bytes:
        moment = self.boots.moment()
        self.ids.append(self._ids.next_id())
        stamp = EventStamp(
            seq=seq, boot_id=f"boot{self.starts}", monotonic_s=self.clock.monotonic_s(), wall_at=moment.at,
            clock_trusted=moment.is_right,
        )  # fmt: skip
        learner = Learner(actor_id=f"{pupil:032x}", class_id="c62", grade=6)
        occasion = Occasion(
            statement_id=self.ids[-1], stamp=stamp, learner=learner, place=Place(box_id="f" * 32, school_id="s1")
        )
        return quiz_passed(occasion, QUIZ, Score(raw=4, max=5))

    def credentials(self) -> Credentials:
        return self.at

    def box_status(self) -> BoxStatus:
        return BoxStatus(
            version="0.1.0", waiting=0, quarantined=0, disk_free_bytes=1, disk_total_bytes=1,
            clock_at="1970-01-01T00:00:00.000Z", clock_trusted=False, school="Agimi", municipality="Gjilan", packs=(),
            classes=(),
        )  # fmt: skip

    def talk(self) -> SyncReport:
        with HubTransport(timeout=httpx.Timeout(20.0)) as transport:
            session = SyncSession(
                outbox=self.outbox, status=self, erasures=MemoryErasures(), credentials=self, transport=transport,
                clock=self.clock, times=self.boots,
            )  # fmt: skip
            return session.run_once()


def at_hub(hub: RunningHub, ids: list[str]) -> list[tuple[datetime, bool]]:
    """When the hub believes that each happened, and whether the box was sure."""
    found = []
    with hub.client(hub.program()) as client:
        for each in ids:
            said = client.get("/xapi/statements", params={"statementId": each}).json()
            event = said["context"]["extensions"]["https://schoolbox.example/xapi/ext/event"]
            found.append((datetime.fromisoformat(said["timestamp"]), bool(event["clock_trusted"])))
    return found


def test_a_box_from_1970_that_lost_its_power_twice_tells_possible_times_in_order(
    hub: RunningHub, tmp_path: Path
) -> None:
    box = OldBox(tmp_path, hub.enrol().credentials)
    for _ in range(3):
        box.switch_on()
        for pupil in range(4):
            box.live(600)
            box.learn(pupil)
    now = datetime.now(UTC)
    report = box.talk()
    assert report.ok, report.error
    told = at_hub(hub, box.ids)
    times = [at for at, _ in told]
    assert [sure for _, sure in told] == [False] * 8 + [True] * 4
    assert times == sorted(times)
    assert {round((other - one).total_seconds()) for one, other in pairwise(times[:4])} == {600}
    assert abs((times[-1] - now).total_seconds()) < 5
    assert abs((now - times[-4]).total_seconds() - 1_800) < 5
    assert times[7] <= times[8] - timedelta(seconds=619)  # before the last start
    assert now - times[0] < timedelta(hours=3)


def test_what_happens_after_the_hub_was_heard_is_right_though_nobody_sets_the_clock(
    hub: RunningHub, tmp_path: Path
) -> None:
    box = OldBox(tmp_path, hub.enrol().credentials)
    box.switch_on()
    assert box.talk().ok
    now = datetime.now(UTC)
    box.live(3_600)
    box.learn()
    box.start_program()  # the program was started anew on the same machine: it still knows
    box.learn()
    assert box.talk().ok
    for at, sure in at_hub(hub, box.ids):
        assert sure
        assert abs((at - now).total_seconds() - 3_600) < 5
    assert box.db.fetch_sql(int, "SELECT count(*) FROM boot WHERE told_by = 'hub'") == [1]


def test_what_left_once_never_changes_so_that_a_lost_answer_doubles_and_refuses_nothing(
    hub: RunningHub, tmp_path: Path
) -> None:
    enrolled = hub.enrol()
    port = int(hub.url.rpartition(":")[2])
    line = CuttingLine(lambda: ("127.0.0.1", port), cuts=1)
    with line.open() as url:
        box = OldBox(tmp_path, Credentials(f"{url}/xapi/", enrolled.credentials.key, enrolled.credentials.secret))
        box.switch_on()
        box.learn()
        box.switch_on()
        box.learn()
        assert box.talk().error is not None
        assert box.outbox.counts().waiting == 2
        box.boots.told(datetime(2031, 1, 1, tzinfo=UTC))  # whatever is learnt later
        assert box.talk().ok
    assert (box.outbox.counts().quarantined, box.outbox.counts().sent_total) == (0, 2)
    assert len(at_hub(hub, box.ids)) == 2


def test_what_a_courier_took_along_stays_as_it_is_and_what_comes_later_is_put_right(tmp_path: Path) -> None:
    box = OldBox(tmp_path, Credentials("http://127.0.0.1:9/xapi/", "k", "s"))
    box.switch_on()
    box.learn()
    [taken] = box.outbox.behind(0, 5)
    box.learn()
    box.boots.told(datetime(2026, 9, 25, 8, 42, tzinfo=UTC))
    box.boots.settle()
    first, second = box.outbox.pending(5)
    assert first == taken
    assert b"1970-01-01" in first.statement
    assert b"2026-09-25T08:42:00.000Z" in second.statement


def test_nothing_leaves_before_somebody_told_the_time(tmp_path: Path) -> None:
    portal = Portal([Scripted(503, XAPI)])
    with portal.open() as url:
        box = OldBox(tmp_path, Credentials(f"{url}/xapi/", "k", "s"))
        box.switch_on()
        box.learn()
        assert isinstance(box.talk().error, HubBusyError)
    assert [path for path, _ in portal.requests] == ["/xapi/about"]  # no statement was sent
    assert b"1970-01-01" in box.outbox.pending(1)[0].statement


def test_a_teachers_device_counts_until_the_hub_says_otherwise(tmp_path: Path) -> None:
    box = OldBox(tmp_path, Credentials("http://127.0.0.1:9/xapi/", "k", "s"))
    box.switch_on()
    box.learn()
    there = datetime(2026, 9, 25, 8, 42, tzinfo=UTC)
    box.boots.told(there, by="device")
    assert box.boots.wants_time()
    box.boots.told(there + timedelta(hours=1), by="hub")
    box.boots.told(there, by="device")
    assert not box.boots.wants_time()
    box.boots.settle()
    [row] = box.outbox.pending(5)
    assert json.loads(row.statement)["timestamp"] == "2026-09-25T09:42:00.000Z"


def test_a_signed_in_device_of_the_staff_tells_a_box_the_time_that_nobody_told(tmp_path: Path) -> None:
    clock = HandClock(at=datetime(1970, 1, 1, 0, 5, tzinfo=UTC))
    with open_pages(tmp_path, pupils=1, clock=clock, anew=True) as pages:
        desk, there = pages.staff(TECHNICIAN), datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
        assert 'id="clock"' in desk.get("/status").text
        for wrong in ("", "soon", "0", str(10**14), "9" * 15, "9" * 40):
            assert desk.post("/clock", {"at": wrong}, on="/status").status_code == 400
        assert pages.box.boots.told_by() == ""
        assert desk.post("/clock", {"at": str(int(there.timestamp() * 1000))}, on="/status").status_code == 204
        text = desk.get("/status").text
        assert 'id="clock"' not in text
        assert "so it must be later than that" in text  # of the box's own clock, which stays as it is
        assert "A device of the staff told the box what time it is" in text
        clock.tick(60)
        moment = pages.box.boots.moment()
        assert (moment.at, moment.is_right, moment.boot > 0) == (there + timedelta(seconds=60), True, True)
        pages.box.boots.told(there + timedelta(hours=2))
        assert pages.box.boots.moment().boot == 0
