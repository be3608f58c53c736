"""When the box talks to the hub: the policy as a function, and the thread that follows it (PROTOCOL 4.3)."""

import secrets
import threading
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.answers import Answer, Verdict, judge, retry_after_s
from sync.errors import (
    CredentialsError,
    HubBusyError,
    LineError,
    LineTimeoutError,
    NotEnrolledError,
    StrangerError,
    SyncError,
)
from sync.loop import BACKOFF_S, GATHER_S, HEARTBEAT_S, SMALL_BATCH, Pace, Rest, SyncLoop, after
from sync.outbox_client import PushReport
from sync.session import BATCH_SIZE, SyncReport, SyncSession
from sync.transport import HubTransport
from sync.uuid7 import Uuid7Source, format_uuid7
from sync.wire import BoxStatus
from tests.simulators.clock import HandClock
from tests.simulators.learning import WALL_AT
from tests.simulators.outbox import MemoryErasures, MemoryOutbox
from tests.unit.test_statements import PROTOCOL, VECTORS


def report(error: SyncError | None = None, *, waiting: int = 0, slowest_s: float = 0.1) -> SyncReport:
    done = PushReport(sent=1, requests=1, slowest_request_s=slowest_s, error=error)
    return SyncReport(started_at=WALL_AT, push=done, waiting=waiting, error=error)


def test_with_nothing_waiting_the_box_is_heard_every_five_minutes_and_wakes_for_news() -> None:
    assert after(Pace(), report(), chance=0.5) == (Pace(), Rest(HEARTBEAT_S, wakeable=True))


def test_what_landed_meanwhile_leaves_within_ten_seconds() -> None:
    _, rest = after(Pace(), report(waiting=1), chance=0.5)
    assert rest.delay_s <= 10
    assert GATHER_S <= 10


def test_failures_wait_longer_and_longer_and_success_begins_again() -> None:
    pace, delays = Pace(), []
    for _ in range(9):
        pace, rest = after(pace, report(LineTimeoutError(problem="x")), chance=0.5)
        assert not rest.wakeable
        delays.append(rest.delay_s)
    assert delays == [10, 12, 30, 60, 120, 300, 600, 600, 600]
    pace, _ = after(pace, report(), chance=0.5)
    assert pace.failures == 0


def test_where_nobody_answers_the_box_tries_again_every_minute_after_a_whole_lesson_without_a_line() -> None:
    assert after(Pace(failures=40), report(LineError(problem="x")), chance=0.5)[1] == Rest(60, wakeable=False)


@given(failures=st.integers(0, 50), chance=st.floats(0, 1))
def test_chance_moves_a_delay_by_a_quarter_at_most_and_never_above_ten_minutes(failures: int, chance: float) -> None:
    _, rest = after(Pace(failures=failures), report(LineTimeoutError(problem="x")), chance=chance)
    middle = BACKOFF_S[min(failures, len(BACKOFF_S) - 1)]
    assert 0.75 * middle <= rest.delay_s <= min(1.25 * middle, 600)


@pytest.mark.parametrize(("asked_s", "least_s"), [(None, 10), (3.0, 10), (900.0, 900), (10.0**9, 86_400)])
def test_a_hub_that_asks_for_more_time_gets_it(asked_s: float | None, least_s: float) -> None:
    _, rest = after(Pace(), report(HubBusyError(status=429, retry_after_s=asked_s)), chance=0.5)
    assert rest.delay_s == least_s


def test_refused_credentials_are_tried_rarely_and_a_missing_hub_wakes_when_enrolled() -> None:
    assert after(Pace(), report(CredentialsError(status=401)), chance=0.5)[1] == Rest(600, wakeable=False)
    assert after(Pace(), report(NotEnrolledError()), chance=0.5)[1].wakeable


def test_a_timeout_makes_batches_small_until_one_goes_fast() -> None:
    pace, _ = after(Pace(), report(LineTimeoutError(problem="x")), chance=0.5)
    assert pace.batch_size == SMALL_BATCH
    pace, _ = after(pace, report(slowest_s=40), chance=0.5)
    assert pace.batch_size == SMALL_BATCH
    pace, _ = after(pace, report(slowest_s=4), chance=0.5)
    assert pace.batch_size == BATCH_SIZE


@dataclass
class Nobody:
    """A box without a hub, and the thread's reports."""

    reports: list[SyncReport] = field(default_factory=list)
    told: threading.Event = field(default_factory=threading.Event)

    def credentials(self) -> None:
        return None

    def box_status(self) -> BoxStatus:
        raise AssertionError("nobody asks")

    def keep(self, one: SyncReport) -> None:
        self.reports.append(one)
        self.told.set()


def test_the_thread_reports_and_stops_at_once() -> None:
    box = Nobody()
    with HubTransport() as transport:
        session = SyncSession(
            outbox=MemoryOutbox(), status=box, erasures=MemoryErasures(), credentials=box, transport=transport,
            clock=HandClock(WALL_AT),
        )  # fmt: skip
        loop = SyncLoop(
            session, wake=threading.Event(), stop=threading.Event(), on_report=box.keep, chance=lambda: 0.5
        )
        thread = threading.Thread(target=loop.run)
        thread.start()
        assert box.told.wait(45)
        loop.stop()
        thread.join(45)
    assert not thread.is_alive()
    assert [type(one.error) for one in box.reports] == [NotEnrolledError]


def answered(status: int, *, xapi: bool = True) -> Answer:
    return Answer(status=status, speaks_xapi=xapi, body=b'["a"]', retry_after_s=None)


WORDS: dict[str, type[SyncError] | Verdict] = {
    "takes the batch out of the outbox": Verdict.DONE,
    "halves the batch; one alone goes to quarantine with the reason": Verdict.GUILTY,
    "stops and says so": CredentialsError,
    "waits": HubBusyError,
    "waits, at least `Retry-After`": HubBusyError,
    "waits: a stranger": StrangerError,
}


def test_every_line_of_the_table_of_answers_is_what_the_box_does() -> None:
    table = PROTOCOL.partition("## 4.")[2].partition("4.3")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ") and line[2].isdigit()]
    assert len(rows) == 13
    for status, words in rows:
        expected = WORDS[words]
        if isinstance(expected, Verdict):
            assert judge(answered(int(status)), ("a",)) is expected
        else:
            with pytest.raises(expected):
                judge(answered(int(status)), ("a",))


@pytest.mark.parametrize("status", [200, 204, 302, 400, 403, 404, 409, 413])
def test_without_the_version_header_nothing_counts(status: int) -> None:
    with pytest.raises(StrangerError):
        judge(answered(status, xapi=False), ("a",))


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("120", None, 120.0),
        (" 7 ", None, 7.0),
        ("Thu, 25 Sep 2025 08:43:00 GMT", "Thu, 25 Sep 2025 08:42:00 GMT", 60.0),
        ("Thu, 25 Sep 2025 08:43:00 GMT", None, None),
        ("Thu, 25 Sep 2025 08:41:00 GMT", "Thu, 25 Sep 2025 08:42:00 GMT", 0.0),
        ("-5", None, None),
        ("soon", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_compared_with_the_answers_own(
    value: str | None, date: str | None, seconds: float | None
) -> None:
    assert retry_after_s(value, date) == seconds


def test_every_error_says_whether_trying_again_can_help() -> None:
    helps = {kind.__name__ for kind in SyncError.__subclasses__() if kind.transient}
    assert helps == {"LineError", "HubBusyError", "StrangerError", "RefusesAllError"}


def test_ids_are_version_7_and_grow_even_when_the_clock_stands_still_or_goes_back() -> None:
    clock = HandClock(WALL_AT)
    source = Uuid7Source(clock=clock, token_bytes=lambda size: b"\xff" * size)
    ids = [source.next_id() for _ in range(5000)]
    clock.at = clock.at.replace(year=1970)
    ids += [source.next_id() for _ in range(10)]
    assert all(one < other for one, other in pairwise(ids))
    assert {one[14] for one in ids} == {"7"}
    assert {one[19] for one in ids} == {"b"}


def test_ids_of_one_start_share_their_random_part_and_those_of_another_do_not() -> None:
    starts = [Uuid7Source(clock=HandClock(WALL_AT), token_bytes=secrets.token_bytes) for _ in range(2)]
    ids = [[source.next_id() for _ in range(3)] for source in starts]
    assert [len({one[20:] for one in each}) for each in ids] == [1, 1]
    assert len({one for each in ids for one in each}) == 6


def test_an_id_is_written_as_the_standard_says() -> None:
    assert format_uuid7(0x017F22E279B0, 0xCC3, 0x18C4DC0C0C07398F) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_the_vectors_of_the_protocol_are_all_used() -> None:
    assert set(VECTORS) == {
        "quiz_passed", "video_terminated", "lesson_assigned", "lesson_completed", "status", "erasures",
        "courier_header", "receipts", "enrolment_request", "enrolment_given", "orders",
        "addresses_asked", "addresses_given", "schools", "sendings", "sending_asked",
    }  # fmt: skip
