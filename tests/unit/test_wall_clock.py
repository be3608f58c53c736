"""Whether the wall clock can be believed."""

from datetime import UTC, datetime, timedelta

from schoolbox.services.wall_clock import WallClock
from tests.simulators.clock import HandClock

HUB_AT = datetime(2026, 9, 25, 8, 42, tzinfo=UTC)


def test_nobody_is_believed_before_the_hub_was_heard() -> None:
    wall = WallClock(HandClock())

    assert (wall.trusted(), wall.off_s()) == (False, None)


def test_a_clock_that_agrees_with_the_hub_is_believed() -> None:
    clock = HandClock(at=HUB_AT + timedelta(seconds=40))
    wall = WallClock(clock)

    wall.heard(HUB_AT)

    assert (wall.trusted(), wall.off_s()) == (True, 40.0)


def test_a_clock_of_another_year_is_not_believed() -> None:
    wall = WallClock(HandClock(at=datetime(1970, 1, 1, tzinfo=UTC)))

    wall.heard(HUB_AT)

    assert not wall.trusted()


def test_a_jump_ends_the_trust_until_the_hub_is_heard_again() -> None:
    clock = HandClock(at=HUB_AT)
    wall = WallClock(clock)
    wall.heard(HUB_AT)

    clock.at += timedelta(hours=1)
    assert not wall.trusted()

    clock.at = HUB_AT + timedelta(seconds=5)
    clock.tick(5)
    wall.heard(HUB_AT + timedelta(seconds=5))
    assert wall.trusted()


def test_trust_lasts_as_long_as_both_clocks_run_evenly() -> None:
    clock = HandClock(at=HUB_AT)
    wall = WallClock(clock)
    wall.heard(HUB_AT)

    clock.tick(8 * 3600)
    clock.at += timedelta(hours=8, seconds=2)

    assert wall.trusted()


def test_a_clock_that_was_put_as_the_hub_said_did_not_jump_by_itself() -> None:
    clock, calls = HandClock(at=datetime(1970, 1, 1, tzinfo=UTC)), list[float]()
    wall = WallClock(clock)
    assert wall.behind_s() == 0
    wall.when_heard(lambda: calls.append(wall.behind_s()))
    wall.heard(HUB_AT)
    assert calls == [(HUB_AT - clock.at).total_seconds()]

    wall.was_put()
    assert not wall.trusted()  # nobody put it after all
    clock.tick(10)
    clock.at = HUB_AT + timedelta(seconds=9)
    assert not wall.trusted()
    wall.was_put()
    assert (wall.trusted(), wall.behind_s(), wall.off_s()) == (True, 0, -1)


def test_nothing_was_put_before_somebody_told() -> None:
    wall = WallClock(HandClock(at=HUB_AT))
    wall.was_put()
    assert not wall.trusted()
