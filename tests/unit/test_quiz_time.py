"""The time of a try: it counts while the box runs, and no restart of the box ever costs a pupil any of it."""

import pytest

from schoolbox.services.quiz_time import RETURN_S, SLACK_S, BoxTime, Timing, is_over, left_s, noted

BEGUN = Timing(600, 0.0, "first", 1000.0)


def at(seconds: float, boot: str = "first", opened: float = 0.0) -> BoxTime:
    return BoxTime(boot, seconds, opened)


def test_without_a_limit_there_is_nothing_left_to_say_and_nothing_ends() -> None:
    assert left_s(Timing(), at(10**9)) is None
    assert not is_over(Timing(), at(10**9))


def test_time_counts_while_the_box_runs() -> None:
    assert left_s(BEGUN, at(1000)) == 600
    assert left_s(BEGUN, at(1250)) == 350
    assert left_s(BEGUN, at(5000)) == 0


def test_an_answer_on_its_way_when_the_time_ends_is_taken() -> None:
    assert not is_over(BEGUN, at(1600 + SLACK_S - 1))
    assert is_over(BEGUN, at(1600 + SLACK_S))
    assert is_over(BEGUN, at(1600), slack_s=0)


def test_noting_the_time_changes_nothing_of_what_is_left() -> None:
    timing = BEGUN
    for second in range(1000, 1500, 7):
        timing = noted(timing, at(second))
    assert left_s(timing, at(1500)) == pytest.approx(100)


def test_after_a_restart_only_what_was_used_up_to_the_last_answer_is_used() -> None:
    answered = noted(BEGUN, at(1200))  # 200 s used; the power goes 90 s later
    assert left_s(answered, at(40, "second")) == 400
    assert left_s(answered, at(RETURN_S, "second")) == 400
    back = noted(answered, at(900, "second"))
    assert left_s(back, at(1000, "second")) == 300


def test_a_try_that_nobody_comes_back_to_ends_by_itself() -> None:
    answered = noted(BEGUN, at(1200))
    assert not is_over(answered, at(RETURN_S + 400, "second"))
    assert is_over(answered, at(RETURN_S + 400 + SLACK_S, "second"))
    assert not is_over(answered, at(RETURN_S + 400 + SLACK_S, "second", opened=60))


def test_a_clock_that_stands_behind_costs_nothing() -> None:
    assert left_s(BEGUN, at(900)) == 600
