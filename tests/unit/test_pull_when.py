"""When the box takes packs by itself: seldom, not together with others, and soon after the line came back."""

import pytest
from msgspec.structs import replace

from schoolbox.services.pull_when import Moment, wait_s

HOUR = 3600.0
CALM = Moment(
    hours=24, has_place=True, up_s=10 * HOUR, since_try_s=HOUR, failed_in_a_row=0, since_hub_s=None, chance=0.0
)


def test_once_a_day_and_a_little_later_by_chance() -> None:
    assert wait_s(CALM) == 23 * HOUR
    assert wait_s(replace(CALM, chance=1.0)) == 29 * HOUR
    assert wait_s(replace(CALM, since_try_s=25 * HOUR)) == 0


def test_never_if_it_is_switched_off_or_there_is_no_place() -> None:
    assert wait_s(replace(CALM, hours=0)) is None
    assert wait_s(replace(CALM, has_place=False)) is None


def test_not_in_the_first_minutes_after_a_start() -> None:
    started = replace(CALM, up_s=0.0, since_try_s=100 * HOUR)
    assert wait_s(started) == 120.0
    assert wait_s(replace(started, chance=1.0)) == 240.0


def test_a_machine_that_cannot_tell_how_long_it_was_off_asks_once_after_its_start() -> None:
    assert wait_s(replace(CALM, up_s=60.0, since_try_s=None)) == 60.0
    assert wait_s(replace(CALM, since_try_s=None)) == 0


@pytest.mark.parametrize(("failed", "hours"), [(1, 1), (2, 2), (3, 4), (9, 24)])
def test_without_a_line_it_waits_longer_each_time(failed: int, hours: int) -> None:
    assert wait_s(replace(CALM, since_try_s=0.0, failed_in_a_row=failed)) == hours * HOUR


def test_when_the_hub_is_heard_again_it_goes_on_soon_but_not_at_once_after_a_try() -> None:
    broken = replace(CALM, failed_in_a_row=2, since_try_s=1.5 * HOUR)
    assert wait_s(replace(broken, since_hub_s=0.0)) == 30.0
    assert wait_s(replace(broken, since_hub_s=40.0)) == 0
    assert wait_s(replace(broken, since_try_s=60.0, since_hub_s=10.0)) == 840.0


def test_hearing_the_hub_again_and_again_while_pulls_fail_is_no_reason_any_more() -> None:
    assert wait_s(replace(CALM, failed_in_a_row=4, since_try_s=HOUR, since_hub_s=10.0)) == 7 * HOUR


def test_hearing_the_hub_changes_nothing_when_all_went_well() -> None:
    assert wait_s(replace(CALM, since_hub_s=10.0)) == 23 * HOUR
