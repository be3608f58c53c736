"""Background jobs: started together, stopped at once, started again when they break; the tie to the hub they keep."""

import logging
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schoolbox.config import Config
from schoolbox.errors import ConfigError
from schoolbox.jobs.announce import AnnounceJob
from schoolbox.jobs.supervisor import Supervisor
from schoolbox.jobs.sync_loop import SyncJob
from schoolbox.services.people_rows import NewPerson
from schoolbox.wiring import Box, open_box
from sync.discovery import Reason
from sync.enrolment import Enrolment
from sync.errors import LineError
from sync.outbox_client import PushReport
from sync.ports import Credentials
from sync.session import SyncReport
from tests.simulators.hub import Portal, Scripted
from tests.simulators.network import Host, Rig
from tests.simulators.programs import free_port
from tests.simulators.waiting import eventually

NOW = datetime(2026, 9, 25, 8, 42, tzinfo=UTC)


class Restless:
    """A job that breaks the first times, then works until it is told to stop."""

    name = "restless"

    def __init__(self, *, breaks: int) -> None:
        self.breaks = breaks
        self.runs = 0
        self.working = threading.Event()
        self.ended = threading.Event()

    def run(self, stop: threading.Event) -> None:
        self.runs += 1
        if self.runs <= self.breaks:
            raise ZeroDivisionError
        self.working.set()
        stop.wait(60)
        self.ended.set()

    def wake(self) -> None:
        """The event itself wakes it."""


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    made = open_box(Config(data=tmp_path / "data", reserve_mb=0))
    yield made
    made.close()


def _enrolment(port: int = 9) -> Enrolment:
    endpoint = f"http://127.0.0.1:{port}/xapi/"
    return Enrolment(Credentials(endpoint, "box-1", "s" * 43), "school-1", "Shkolla „Agimi”", "Gjilan", "Komuna")


def _report(error: LineError | None = None, *, hub_at: datetime | None = None) -> SyncReport:
    return SyncReport(started_at=NOW, push=PushReport(), waiting=0, error=error, hub_at=hub_at)


def test_a_job_that_breaks_is_logged_and_started_again(caplog: pytest.LogCaptureFixture) -> None:
    job, ended = Restless(breaks=2), []
    supervisor = Supervisor([job], on_end=lambda: ended.append(1), restart_s=(0.01,))

    with caplog.at_level(logging.ERROR):
        supervisor.start()
        assert job.working.wait(30)
    supervisor.stop()

    assert (job.runs, job.ended.is_set(), len(ended)) == (3, True, 3)
    assert [record.message for record in caplog.records] == ["job_failed job=restless"] * 2


def test_stopping_does_not_wait_for_the_restart_of_a_broken_job() -> None:
    job = Restless(breaks=99)
    supervisor = Supervisor([job], on_end=lambda: None, restart_s=(3600.0,))
    supervisor.start()
    eventually(lambda: job.runs)

    supervisor.stop()

    assert job.runs == 1
    assert [thread.name for thread in threading.enumerate() if thread.name == "restless"] == []


def test_the_credentials_are_for_nobody_else_and_survive_a_start(box: Box) -> None:
    assert (box.uplink.credentials(), box.uplink.status().enrolled) == (None, False)

    box.uplink.remember(_enrolment())

    file = box.config.data / "keys" / "hub.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = open_box(box.config)
    status = again.uplink.status()
    assert again.uplink.credentials() == _enrolment().credentials
    assert (status.enrolled, status.hub_url, status.hub_name) == (True, "http://127.0.0.1:9", "Komuna")
    assert again.uplink.place().school_id == "school-1"
    again.close()


def test_a_box_without_a_school_takes_the_name_that_the_hub_knows(box: Box) -> None:
    box.uplink.remember(_enrolment())
    assert box.school.name() == "Shkolla „Agimi”, Gjilan"

    box.school.set("Shkolla „Drita”", "Kamenicë")
    box.uplink.remember(_enrolment())
    assert box.school.name() == "Shkolla „Drita”, Kamenicë"


def test_credentials_that_cannot_be_read_are_named(box: Box) -> None:
    file = box.config.data / "keys" / "hub.json"
    file.write_text("{")

    with pytest.raises(ConfigError) as told:
        box.uplink.status()

    assert told.value.setting == str(file)


def test_a_heartbeat_counts_and_names_nobody(box: Box) -> None:
    class_id = box.people.class_add("6/2", 6)
    for given_name in ("Arta", "Drin"):
        box.people.add(NewPerson("pupil", given_name, "Krasniqi", class_ids=(class_id,)))

    status = box.uplink.box_status()

    assert [(each.id, each.name, each.pupils) for each in status.classes] == [(str(class_id), "6/2", 2)]
    assert (status.school, status.waiting, status.packs) == ("?", 0, ())
    assert 0 < status.disk_free_bytes < status.disk_total_bytes
    assert "Arta" not in repr(status)


def test_the_state_of_the_line_is_the_same_for_every_process(box: Box) -> None:
    box.uplink.report(_report(hub_at=box.clock.now()), next_try_in_s=300.0)
    box.uplink.report(_report(LineError(problem="no route")), next_try_in_s=12.0)

    other = open_box(box.config)
    status = other.uplink.status()
    other.close()

    assert (status.problem, status.problem_text) == (
        "LineError", "The hub does not answer: there is no line to it just now."
    )  # fmt: skip
    assert status.last_success_at is not None
    assert status.last_try_at is not None
    assert status.last_try_at >= status.last_success_at
    assert status.next_try_s is not None
    assert status.next_try_s <= 12.0
    assert box.wall_clock.trusted()


def test_a_damaged_note_about_the_line_is_forgotten(box: Box) -> None:
    box.database.write(lambda: box.database.run_sql("INSERT INTO setting VALUES ('sync_state', '{')"))

    assert box.uplink.status().problem == ""


def test_a_person_can_have_the_hub_tried_at_once(box: Box) -> None:
    busy = Portal([Scripted(503, (("Retry-After", "600"),))])
    with busy.open() as url:
        box.uplink.remember(_enrolment(int(url.rpartition(":")[2])))
        assert box.uplink.try_now() is False
        supervisor = Supervisor(
            [SyncJob(uplink=box.uplink, landed=box.outbox.landed, session=box.session, line=box.line_rules,
                     clock=box.clock)],
            on_end=box.database.close_thread,
        )
        supervisor.start()
        try:
            eventually(lambda: (box.uplink.status().next_try_s or 0.0) > 400.0, saying="it was not told to wait")
            before = len(busy.requests)

            assert box.uplink.try_now() is True

            eventually(lambda: len(busy.requests) > before, saying="it waited for the next turn")
        finally:
            supervisor.stop()


@pytest.mark.xdist_group("network")
def test_the_name_on_the_network_follows_the_name_of_the_school(box: Box) -> None:
    job = AnnounceJob(
        db=box.database, school=box.school, reach=box.reach, clock=box.clock, host="provim", port=free_port()
    )
    with Rig() as rig:
        host = rig.host()
        rig.lan().plug(host, "10.7.0.1/24")
        supervisor = Supervisor([_On(host, job)], on_end=box.database.close_thread)
        supervisor.start()
        try:
            eventually(lambda: box.reach.state().reason is Reason.ANNOUNCED)
            assert "Agimi" not in box.reach.state().instance
            box.school.set("Shkolla „Agimi”", "Gjilan")
            job.wake()
            eventually(lambda: "Agimi" in box.reach.state().instance)
            assert box.addresses()[0].startswith("provim")
        finally:
            supervisor.stop()
        eventually(lambda: box.reach.state().reason is Reason.STOPPED)


@dataclass(frozen=True)
class _On:
    """A job on a host of a network of its own."""

    host: Host
    job: AnnounceJob
    name: str = "announce"

    def run(self, stop: threading.Event) -> None:
        """Work there."""
        self.host.enter()
        self.job.run(stop)

    def wake(self) -> None:
        """Look at `stop` now."""
        self.job.wake()
