"""What a report means: done at 90 %, or at the end with 80 %; told once, however often it arrives."""

from msgspec.structs import replace

from schoolbox.services.segments import Segment, total_s
from schoolbox.services.watching import Step, WatchReport, WatchState, advance

LENGTH_S = 100.0
FIRST = "01890000-0000-7000-8000-000000000001"
SECOND = "01890000-0000-7000-8000-000000000002"


def report(
    *segments: Segment, at: float = 0.0, ended: bool = False, left: bool = False, sitting: str = FIRST
) -> WatchReport:
    return WatchReport(at, LENGTH_S, segments, ended, left, sitting)


def told(*steps: Step) -> float:
    """How many seconds all statements of some steps tell together."""
    return sum(total_s(left.segments) for step in steps for left in step.left)


def test_nine_tenths_watched_is_done() -> None:
    assert not advance(WatchState(), report((0, 89), at=89), length_s=LENGTH_S).completed
    step = advance(WatchState(), report((0, 90), at=90), length_s=LENGTH_S)
    assert step.completed
    assert step.state.done


def test_the_end_with_eight_tenths_watched_is_done() -> None:
    assert advance(WatchState(), report((0, 40), (60, 100), at=100, ended=True), length_s=LENGTH_S).completed
    assert not advance(WatchState(), report((0, 40), (61.5, 100), at=100, ended=True), length_s=LENGTH_S).completed


def test_skipping_to_the_end_is_not_done() -> None:
    step = advance(WatchState(), report((0, 2), (98, 100), at=100, ended=True), length_s=LENGTH_S)
    assert not step.state.done
    assert step.state.position_s == 0


def test_several_sittings_add_up_and_it_is_done_once() -> None:
    first = advance(WatchState(), report((0, 50), at=50, left=True), length_s=LENGTH_S)
    second = advance(first.state, report((50, 95), at=95, sitting=SECOND), length_s=LENGTH_S)
    assert second.completed
    third = advance(second.state, report((50, 95), at=20, sitting=SECOND), length_s=LENGTH_S)
    assert third.state.done
    assert not third.completed
    assert third.state.position_s == 20


def test_watching_the_same_minute_again_adds_nothing() -> None:
    state = advance(WatchState(), report((0, 60), at=60), length_s=LENGTH_S).state
    again = advance(state, report((0, 60), at=60, sitting=SECOND), length_s=LENGTH_S).state
    assert total_s(again.segments) == 60


def test_a_report_that_arrives_twice_is_told_once() -> None:
    once = advance(WatchState(), report((0, 30), at=30, left=True), length_s=LENGTH_S)
    twice = advance(once.state, report((0, 30), at=30, left=True), length_s=LENGTH_S)
    assert told(once, twice) == 30
    assert twice.state == once.state


def test_what_is_watched_after_leaving_is_told_with_the_next_leaving() -> None:
    once = advance(WatchState(), report((0, 30), at=30, left=True), length_s=LENGTH_S)
    more = advance(once.state, report((0, 45), at=45, left=True), length_s=LENGTH_S)
    assert told(once) == 30
    assert told(more) == 15


def test_a_sitting_that_was_never_left_is_told_when_the_next_begins() -> None:
    open_ = advance(WatchState(), report((0, 30), at=30), length_s=LENGTH_S)
    assert told(open_) == 0
    step = advance(open_.state, report((30, 35), at=35, sitting=SECOND), length_s=LENGTH_S)
    assert [(left.sitting, left.segments) for left in step.left] == [(FIRST, ((0, 30),))]


def test_nothing_watched_is_nothing_told() -> None:
    assert advance(WatchState(), report(at=0, left=True), length_s=LENGTH_S).left == ()


def test_stopping_at_the_very_end_begins_anew_next_time() -> None:
    assert advance(WatchState(), report((90, 98), at=98), length_s=LENGTH_S).state.position_s == 0
    assert advance(WatchState(), report((90, 95), at=95), length_s=LENGTH_S).state.position_s == 95


def test_a_place_beyond_the_end_is_the_beginning() -> None:
    assert advance(WatchState(), report((0, 500), at=500), length_s=LENGTH_S).state.segments == ((0, 100),)
    assert advance(WatchState(), replace(report(), position_s=5_000), length_s=LENGTH_S).state.position_s == 0
