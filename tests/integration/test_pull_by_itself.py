"""Pulling in the background: what is noted of it, what the page says, when it goes on, and that it stops at once."""

import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from schoolbox.jobs.pull_loop import PullJob, PullJobParts
from schoolbox.jobs.supervisor import Supervisor
from schoolbox.services.pull_pace import Pace
from schoolbox.services.pull_sources import PullAsk
from schoolbox.wiring import Box, open_box
from sync.outbox_client import PushReport
from sync.session import SyncReport
from tests.simulators.clock import HandClock
from tests.simulators.counting_disk import CountingDisk
from tests.simulators.pull_rig import Rig, long_video
from tests.simulators.rooms import TECHNICIAN, open_pages
from tests.simulators.shelf_server import Asked
from tests.simulators.waiting import eventually

A, B = "mash:algjebra", "mash:biologji"
DAY = timedelta(days=1)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with Rig(tmp_path) as made:
        made.ministry.publish(A)
        made.ministry.publish(B)
        made.box.subscriptions.add("*")
        yield made


@contextmanager
def working(box: Box, **settings: object) -> Iterator[PullJob]:
    """The background job, running."""
    config = replace(box.config, pull_neighbours=False, **settings)
    job = PullJob(
        PullJobParts(
            puller=box.puller, notes=box.pull_notes, uplink=box.uplink, config=config, clock=box.clock,
            line=box.line_rules,
        )
    )
    supervisor = Supervisor([job], on_end=box.database.close_thread)
    supervisor.start()
    try:
        yield job
    finally:
        supervisor.stop()


def heard() -> SyncReport:
    """The hub answered a heartbeat."""
    return SyncReport(started_at=datetime(2026, 9, 25, tzinfo=UTC), push=PushReport(), waiting=0, error=None)


def test_what_came_and_what_waits_is_noted_for_every_program(rig: Rig) -> None:
    near = rig.neighbour("near")
    for path in near.glob("blobs/*/*"):
        path.unlink()
    rig.pull(near)
    first = rig.box.pull_notes.status()
    assert ([(each.pack_id, each.tries) for each in first.waiting], first.came) == ([(A, 1), (B, 1)], ())

    rig.pull(near)
    assert [each.tries for each in rig.box.pull_notes.status().waiting] == [2, 2]

    rig.pull(rig.serve().address)
    again = open_box(rig.box.config)
    last = again.pull_notes.status()
    again.close()
    assert (last.waiting, [each.pack_id for each in last.came], last.fault) == ((), [A, B], None)
    assert last.last_whole_at is not None


def test_a_dry_run_is_not_noted(rig: Rig) -> None:
    rig.pull(rig.serve().address, dry_run=True)

    assert rig.box.pull_notes.status().last_try_at is None


def test_a_damaged_note_is_forgotten(rig: Rig) -> None:
    rig.box.database.write(lambda: rig.box.database.run_sql("INSERT INTO setting VALUES ('pull_state', '{')"))

    assert rig.box.pull_notes.status().waiting == ()


def test_what_does_not_come_in_two_weeks_and_many_tries_is_overdue(tmp_path: Path) -> None:
    clock = HandClock()
    with Rig(tmp_path, clock=clock) as rig:
        rig.ministry.publish(A)
        rig.box.subscriptions.add("*")
        empty = rig.neighbour("empty", blobs=0)
        overdue = []
        for _ in range(15):
            rig.pull(empty)
            status = rig.box.pull_notes.status()
            overdue.append(
                (status.waiting_long(clock.now(), clock_is_wrong=False),
                 status.waiting_long(clock.now(), clock_is_wrong=True))
            )  # fmt: skip
            clock.at += DAY

    assert overdue[12] == (0, 0)
    assert overdue[13] == (0, 1)
    assert overdue[14] == (1, 1)


def test_a_pull_on_which_nothing_changed_writes_one_row_and_nothing_else(tmp_path: Path) -> None:
    disk = CountingDisk()
    with Rig(tmp_path, disk=disk) as rig:
        rig.ministry.publish(A)
        rig.box.subscriptions.add("*")
        address = rig.serve().address
        rig.pull(address)
        flushes, written, commits = disk.flushes, disk.written_bytes, _commits(rig.box)

        rig.pull(address)

        assert (disk.flushes - flushes, disk.written_bytes - written) == (0, 0)
        assert _commits(rig.box) - commits == 1


def _commits(box: Box) -> int:
    """How many commits the write-ahead log holds. Source: sqlite.org/fileformat2.html section 4.1."""
    raw = Path(f"{box.config.database_file}-wal").read_bytes()
    page_bytes, salts = struct.unpack(">I", raw[8:12])[0], raw[16:24]
    frames = range(32, len(raw), 24 + page_bytes)
    return sum(1 for at in frames if raw[at + 4 : at + 8] != bytes(4) and raw[at + 8 : at + 16] == salts)


def test_a_technician_can_have_packs_taken_at_once(rig: Rig) -> None:
    assert rig.box.pull_notes.try_now() is False
    with working(rig.box, pull_from=rig.serve().address):
        assert rig.box.pull_notes.try_now() is True
        eventually(lambda: rig.versions() == {A: 1, B: 1})


def test_when_the_line_is_back_it_goes_on_without_being_asked(tmp_path: Path) -> None:
    clock = HandClock()
    with Rig(tmp_path, clock=clock) as rig:
        rig.ministry.publish(A)
        rig.box.subscriptions.add("*")
        server = rig.serve()
        server.trick = lambda asked: asked.answer(503)
        rig.pull(server.address)
        assert rig.box.pull_notes.status().failed_in_a_row == 1
        server.trick = None
        with working(rig.box, pull_from=server.address) as job:
            clock.tick(20 * 60)
            rig.box.uplink.report(heard(), next_try_in_s=None)
            clock.tick(3 * 60)
            job.wake()
            eventually(lambda: rig.versions() == {A: 1})


def test_a_new_box_pulls_minutes_after_its_start_and_not_again_before_its_time(tmp_path: Path) -> None:
    clock = HandClock()
    with Rig(tmp_path, clock=clock) as rig:
        rig.ministry.publish(A)
        rig.box.subscriptions.add("*")
        server = rig.serve()
        with working(rig.box, pull_from=server.address) as job:
            clock.tick(60)
            job.wake()
            clock.tick(200)
            job.wake()
            eventually(lambda: rig.box.pull_notes.status().last_try_at)
            assert rig.versions() == {A: 1}
            asked = len(server.asked)
            for _ in range(20):
                clock.tick(3600)
                job.wake()
            clock.tick(12 * 3600)
            job.wake()
            eventually(lambda: len(server.asked) > asked)
            assert len(server.asked) == asked + 1


def test_stopping_the_box_stops_a_pull_at_once(rig: Rig) -> None:
    rig.ministry.publish(A, 2, files={"gjate": long_video(100_000)})
    server = rig.serve()

    def trickle(asked: Asked) -> bool:
        if not asked.name.startswith("blobs/"):
            return False
        body = asked.content() or b""
        asked.head(200, Content_Length=str(len(body)))
        for start in range(0, len(body), 100):
            asked.wfile.write(body[start : start + 100])
            asked.wfile.flush()
            if rig.stop.wait(0.05):
                break
        return asked.hang_up()

    server.trick = trickle
    with working(rig.box, pull_from=server.address):
        rig.box.pull_notes.try_now()
        eventually(lambda: any((rig.box.config.data / "packs" / "staging").glob("*.part")))
    rig.stop.set()
    eventually(lambda: rig.box.pull_notes.status().failed_in_a_row == 1)
    assert A not in rig.versions()


def test_the_cap_of_the_line_is_kept(tmp_path: Path) -> None:
    with Rig(tmp_path) as rig:
        rig.ministry.publish(A, files={"gjate": long_video(50_000)})
        rig.box.subscriptions.add("*")
        began_s = rig.box.clock.monotonic_s()

        rig.pull(rig.serve().address, kbit_s=200)

        assert rig.box.clock.monotonic_s() - began_s >= 50_000 * 8 / 200_000


def test_the_technician_s_page_tells_what_waits_and_takes_packs_on_demand(tmp_path: Path) -> None:
    with open_pages(tmp_path) as pages:
        desk = pages.device()
        assert desk.sign_in_staff(TECHNICIAN).status_code == 303
        assert "Ende s’ka ardhur asgjë" in desk.get("/status").text
        pages.seeded.ministry.publish("mash:tjeter")
        for path in pages.seeded.ministry.folder.glob("blobs/*/*"):
            path.unlink()
        pages.box.subscriptions.add("*")
        ask = PullAsk(addresses=(str(pages.seeded.shelf),), neighbours=False)
        pages.box.puller.pull(ask, Pace(threading.Event(), clock=pages.box.clock), show=lambda _: None)

        text = desk.get("/status?lang=en").text

        for words in ("Packs over the line", "1 waits", "A file of this pack is not there yet.", "mash:tjeter"):
            assert words in text
        assert "stick" not in text[text.index("Packs over the line") : text.index("Waiting statements")]
        answer = desk.post("/status/pull", on="/status")
        assert answer.status_code == 303
        assert "switched off in the settings" in desk.get("/status?lang=en").text
