"""A backlog of months goes out over a line that breaks again and again: each statement once, results first, in order.

The hub is a program of its own, so that the memory measured here is the box's.
"""

import secrets
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from schoolbox.services.drain import LARGE, Drain
from schoolbox.services.drain import Backlog as Backlogged
from schoolbox.services.outbox import BoxOutbox, WaitingKinds
from sync.enrolment import BoxIdentity, enrol
from sync.errors import LineError
from sync.lanes import RESULTS
from sync.transport import HubTransport
from tests.simulators.backlog import Backlog
from tests.simulators.clock import HandClock
from tests.simulators.hub import make_data, running_hub
from tests.simulators.learning import Classroom
from tests.simulators.programs import HubProcess
from tests.simulators.ragged_line import RaggedLine

COUNT = 20_000
"""`python -m tests.bench.backlog` does the same with 200,000."""
MEMORY_MAX = 20_000_000
"""The statements that wait are twice as much; on its way at once is one batch, as text, packed and in pieces."""
FEW = 3_000


@pytest.fixture
def backlog(tmp_path: Path) -> Iterator[Backlog]:
    made = Backlog(tmp_path, FEW)
    yield made
    made.close()


def test_a_backlog_over_a_ragged_line_arrives_once_in_order_and_in_little_memory(tmp_path: Path) -> None:
    backlog = Backlog(tmp_path, COUNT)
    folder = make_data(tmp_path / "hub")
    with running_hub(folder.path) as maker:
        code = maker.hub.enrolments.make_code("Agimi", "Gjilan").code
    hub = HubProcess(folder.path).start()
    try:
        with HubTransport(timeout=httpx.Timeout(20.0)) as transport:
            given = enrol(
                f"http://127.0.0.1:{hub.port}", code, BoxIdentity(secrets.token_hex(16), "0.1.0"), transport,
                token_urlsafe=secrets.token_urlsafe,
            )  # fmt: skip
            line = RaggedLine(hub.port, seed=2026)
            tracemalloc.start()
            with line.open() as url:
                backlog.at = replace(given.credentials, endpoint=f"{url}/xapi/", store_only=True)
                tries = 0
                while (report := backlog.talk(transport)).error is not None:
                    assert isinstance(report.error, LineError)
                    tries += 1
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        hub.stop()
    finally:
        hub.kill()
    assert (report.waiting, tries > 5, line.breaks > 5) == (0, True, True)
    assert backlog.outbox.counts().sent_total == COUNT
    assert peak < MEMORY_MAX
    with running_hub(folder.path) as again:
        arrived = again.arrived(again.program())
    assert len(arrived) == COUNT
    assert sorted(arrived) == sorted(backlog.lanes)
    assert backlog.orders(arrived, backlog.pupils()) == backlog.order
    lanes = [backlog.lanes[each] for each in arrived]
    assert lanes == sorted(lanes)
    backlog.close()


def test_a_batch_costs_the_same_few_questions_however_much_waits_and_none_of_them_sorts(backlog: Backlog) -> None:
    asked = []
    while rows := backlog.outbox.pending(500):
        before = backlog.db.statements
        backlog.outbox.acknowledge([row.seq for row in rows])
        asked.append(backlog.db.statements - before)
    assert asked == [5, 5, 5, 5, 5, 4]
    [plan] = backlog.db.fetch_sql(
        lambda *columns: str(columns[3]),
        "EXPLAIN QUERY PLAN SELECT seq, statement, boot FROM outbox ORDER BY lane, seq LIMIT 500",
    )
    assert plan == "SCAN outbox USING INDEX outbox_lane"  # in the order of the index: it ends after 500


def test_a_result_that_comes_meanwhile_leaves_before_the_details_that_wait(backlog: Backlog) -> None:
    rows = backlog.outbox.pending(FEW)
    results = sum(lane == RESULTS for lane in backlog.lanes.values())
    backlog.outbox.acknowledge([row.seq for row in rows[:results]])
    assert backlog.outbox.kinds() == WaitingKinds(results=0, details=FEW - results)
    seq = backlog.outbox.write(lambda: backlog.outbox.put(lambda _seq: Classroom().passed()), by=None)
    assert backlog.outbox.pending(2)[0].seq == seq


def test_how_far_a_backlog_is_is_known_to_every_program_of_the_box_until_it_is_gone(tmp_path: Path) -> None:
    clock, backlog = HandClock(), Backlog(tmp_path, LARGE + 1_500)
    outbox = BoxOutbox(backlog.db, clock=clock, boot_id="b")
    for seconds in (10, 10, 10, 3_600):
        clock.tick(seconds)
        outbox.acknowledge([row.seq for row in outbox.pending(300)])
    found = BoxOutbox(backlog.db, clock=clock).backlog(outbox.counts().waiting)
    left = LARGE + 300  # 600 left in 20 s; the hour in which nothing did does not count
    assert found == Backlogged(done=1_200, waiting=left, left_s=left / 30)
    while rows := outbox.pending(300):
        outbox.acknowledge([row.seq for row in rows])
    assert (outbox.drain(), outbox.backlog(0)) == (Drain(), None)
    backlog.close()
