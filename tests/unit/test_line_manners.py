"""Quiet hours and the cap on what is sent (PROTOCOL 4.9), as functions of the time."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.cap import BURST_S, PIECE_BYTES, UploadCap
from sync.loop import HEARTBEAT_S, Pace, Rest, after
from sync.quiet_hours import left_s, read_hours, write_hours
from tests.simulators.clock import HandClock
from tests.unit.test_sync_loop import report


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, 25, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("setting", "local", "seconds"),
    [
        ("", at(9), 0), ("07:30-13:30", at(7, 29), 0), ("07:30-13:30", at(7, 30), 6 * 3600),
        ("07:30-13:30", at(13, 29), 60), ("07:30-13:30", at(13, 30), 0), ("7:30-13:30, 14:00-18:00", at(17), 3600),
        ("22:00-06:00", at(23), 7 * 3600), ("22:00-06:00", at(5), 3600), ("22:00-06:00", at(6), 0),
        ("07:30-13:30", None, 0), ("5 07:30-13:30", at(9), 4.5 * 3600), ("1-4 07:30-13:30", at(9), 0),
        ("6-7 00:00-23:59, 5 8:00-10:00", at(9), 3600), ("4 22:00-06:00", at(5), 3600), ("5 22:00-06:00", at(5), 0),
        ("5 22:00-06:00", at(23), 7 * 3600), ("1-5 22:00-06:00", at(22, 30), 7.5 * 3600),
    ],
)  # fmt: skip
def test_an_hour_is_quiet_by_local_time_and_never_when_nobody_knows_it(
    setting: str, local: datetime | None, seconds: float
) -> None:
    assert left_s(read_hours(setting), local) == seconds


@pytest.mark.parametrize(
    "setting",
    ["7", "07:30", "25:00-26:00", "07:60-08:00", "08:00-08:00", "a-b", "1:00-2:00," * 15,
        "0 1:00-2:00", "5-1 1:00-2:00", "1,3 1:00-2:00"]
)
def test_hours_that_make_no_sense_are_refused(setting: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whatever it says
        read_hours(setting)


def test_hours_are_written_as_they_are_read() -> None:
    assert write_hours(read_hours("7:30 – 13:30, 22:00-6:00")) == "07:30-13:30,22:00-06:00"
    assert write_hours(read_hours("1 - 5  7:30-13:30,6 8:00-9:00,1-7 1:00-2:00")) == (
        "1-5 07:30-13:30,6 08:00-09:00,01:00-02:00"
    )


@given(kbit=st.integers(1, 2_000), sizes=st.lists(st.integers(1, 60_000), min_size=1, max_size=6))
def test_never_more_than_the_cap_and_a_second_of_it_leaves(kbit: int, sizes: list[int]) -> None:
    clock = HandClock()
    began_s, sent, bytes_s = clock.monotonic_s(), 0, kbit * 125
    cap = UploadCap(clock, kbit_s=lambda: kbit, pause=clock.tick)
    for size in sizes:
        pieces = list(cap.pieces(b"x" * size))
        assert b"".join(pieces) == b"x" * size
        sent += size
        assert sent <= (clock.monotonic_s() - began_s + BURST_S) * bytes_s + PIECE_BYTES


def test_without_a_cap_nothing_waits() -> None:
    cap = UploadCap(HandClock(), kbit_s=lambda: 0, pause=lambda _: pytest.fail("it waited"))
    assert not cap.is_on()
    assert b"".join(cap.pieces(b"x" * 5_000)) == b"x" * 5_000


def test_in_a_quiet_hour_the_box_only_says_that_it_is_there() -> None:
    quiet = report(waiting=100).__class__(
        started_at=report().started_at, push=report().push, waiting=100, error=None, quiet_s=3_600
    )
    assert after(Pace(), quiet, chance=0.5)[1] == Rest(HEARTBEAT_S, wakeable=False)
