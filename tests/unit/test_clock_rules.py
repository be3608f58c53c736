"""When the starts of a machine really were (PROTOCOL 2.10): exact where somebody told, else possible and in order."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from schoolbox.services.clock_rules import Start, Zero, right_zeros

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
PACK = datetime(2026, 9, 1, tzinfo=UTC)


def test_the_start_at_which_somebody_told_the_time_is_exact() -> None:
    zeros = right_zeros([Start(number=1, wall_zero=EPOCH, told_zero=NOW, first_s=5, last_s=900)])
    assert zeros == {1: Zero(NOW, is_exact=True)}


def test_starts_in_1970_before_it_end_where_the_next_one_begins() -> None:
    zeros = right_zeros([
        Start(number=1, wall_zero=EPOCH, last_s=7_200), Start(number=2, wall_zero=EPOCH, last_s=3_600),
        Start(number=3, wall_zero=EPOCH, told_zero=NOW),
    ])  # fmt: skip
    assert zeros[2] == Zero(NOW - timedelta(hours=1), is_exact=False)
    assert zeros[1] == Zero(NOW - timedelta(hours=3), is_exact=False)


def test_a_clock_that_stood_still_while_the_box_was_off_keeps_its_distances() -> None:
    """A small computer without a battery goes on at the time at which it was switched off."""
    zeros = right_zeros([
        Start(number=1, wall_zero=EPOCH, last_s=60),
        Start(number=2, wall_zero=EPOCH + timedelta(days=1), told_zero=NOW),
    ])  # fmt: skip
    assert zeros[1] == Zero(NOW - timedelta(days=1), is_exact=False)


def test_a_clock_that_was_right_all_along_stands_also_without_anybody_to_say_so() -> None:
    right = NOW - timedelta(days=9)
    zeros = right_zeros([
        Start(number=1, wall_zero=right, at_least=PACK, last_s=60),
        Start(number=2, wall_zero=EPOCH, told_zero=NOW, at_least=PACK),
    ])  # fmt: skip
    assert zeros[1] == Zero(right, is_exact=False)


def test_nothing_lies_before_the_newest_pack_that_the_box_had_already() -> None:
    zeros = right_zeros([Start(number=1, wall_zero=EPOCH, at_least=PACK, first_s=30, last_s=60)])
    assert zeros[1].at + timedelta(seconds=30) == PACK


spans = st.tuples(st.floats(0, 10_000), st.floats(0, 10_000)).map(sorted)
lives = st.lists(
    st.tuples(spans, st.floats(0, 90_000), st.booleans(), st.integers(-20_000, 20_000)), min_size=1, max_size=8
)


@given(lives)
def test_events_of_a_box_never_change_their_order(lived: list[tuple[list[float], float, bool, int]]) -> None:
    """Whatever its clock said, and whoever told the time or did not."""
    starts, at = [], NOW
    for number, ((first_s, last_s), off_s, is_told, days) in enumerate(lived, start=1):
        starts.append(Start(
            number=number, wall_zero=EPOCH + timedelta(days=20_000 + days), told_zero=at if is_told else None,
            first_s=first_s, last_s=last_s,
        ))  # fmt: skip
        at += timedelta(seconds=last_s + off_s)
    zeros = right_zeros(starts)
    for one, other in pairwise(starts):
        ends = zeros[one.number].at + timedelta(seconds=one.last_s)
        assert ends <= zeros[other.number].at + timedelta(seconds=other.first_s) + timedelta(milliseconds=1)
    assert all(zeros[one.number] == Zero(one.told_zero, is_exact=True) for one in starts if one.told_zero)
