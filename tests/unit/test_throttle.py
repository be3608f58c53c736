"""Tries are spaced for one person; nobody is locked, and nobody else waits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbox.errors import ThrottledError
from schoolbox.services.throttle import (
    FORGOTTEN_AFTER_S,
    PER_ADDRESS,
    PER_NETWORK,
    PER_PERSON,
    REPORTS,
    Allowance,
    Throttle,
    Tries,
    allowance_wait_s,
    device_tried,
    device_wait_s,
    refilled,
)
from tests.simulators.clock import HandClock

DAY_S = 24 * 3600


def wait_of(throttle: Throttle, person: str, device: str) -> int:
    try:
        throttle.take(person, device)
    except ThrottledError as exc:
        return exc.wait_s
    return 0


def guess_all(throttle: Throttle, clock: HandClock, devices: list[str], seconds: float) -> int:
    """Guess as fast as the throttle lets these devices; returns how many guesses were read."""
    until = clock.monotonic + seconds
    tries = 0
    while clock.monotonic < until:
        waits = []
        for device in devices:
            wait_s = wait_of(throttle, "arta", device)
            tries += wait_s == 0
            waits.append(wait_s)
        clock.tick(0 if 0 in waits else 1)
    return tries


def test_five_wrong_tries_are_free_then_the_device_waits_longer_and_longer() -> None:
    tries = Tries()
    for _ in range(5):
        assert device_wait_s(tries, 50.0) == 0
        tries = device_tried(tries, 50.0)
    waits = []
    now_s = 50.0
    for _ in range(4):
        waits.append(device_wait_s(tries, now_s))
        now_s += waits[-1]
        assert device_wait_s(tries, now_s) == 0
        tries = device_tried(tries, now_s)
    assert waits == [10, 30, 60, 60]


def test_a_quarter_of_an_hour_later_a_device_starts_afresh() -> None:
    tries = Tries(9, 100.0)
    assert device_wait_s(tries, 100.0 + FORGOTTEN_AFTER_S + 1) == 0
    assert device_tried(tries, 100.0 + FORGOTTEN_AFTER_S + 1).wrong == 1


@given(st.floats(0, 30), st.floats(0, 1e6), st.floats(0, 1e6))
def test_an_allowance_never_grows_beyond_what_is_free_nor_shrinks(left: float, at_s: float, later: float) -> None:
    now = refilled(Allowance(left, at_s), PER_PERSON, at_s + later)
    assert left <= now.left <= PER_PERSON.free or now.left == left
    assert allowance_wait_s(now, PER_PERSON) <= PER_PERSON.every_s


def test_a_guesser_that_throws_cookies_away_gets_one_try_a_minute() -> None:
    clock = HandClock()
    throttle = Throttle(clock)
    read = sum(wait_of(throttle, "arta", f"192.168.8.7/{cookie}") == 0 for cookie in range(1_000))
    assert read == PER_ADDRESS.free
    clock.tick(61)
    read = sum(wait_of(throttle, "arta", f"192.168.8.7/late{cookie}") == 0 for cookie in range(1_000))
    assert read == 1


def test_many_guessers_together_need_days_for_all_pins() -> None:
    clock = HandClock()
    read = guess_all(Throttle(clock), clock, [f"10.0.0.{n}/c" for n in range(8)], seconds=3600)
    assert (10_000 - PER_PERSON.free) / (read - PER_PERSON.free) * 3600 > 2 * DAY_S


def test_the_right_pupil_on_another_device_waits_less_than_a_minute_while_one_guesser_goes_on() -> None:
    clock = HandClock()
    throttle = Throttle(clock)
    guess_all(throttle, clock, ["10.0.0.66/x"], seconds=1_800)
    for cookie in range(200):
        wait_of(throttle, "arta", f"10.0.0.66/{cookie}")
    assert wait_of(throttle, "arta", "10.0.0.5/own") <= 20


def test_a_known_device_never_waits_for_what_strangers_do() -> None:
    clock = HandClock()
    throttle = Throttle(clock)
    throttle.take("arta", "10.0.0.5/own")
    throttle.right("arta", "10.0.0.5/own")
    guess_all(throttle, clock, [f"10.0.0.{n}/c" for n in range(40, 60)], seconds=600)
    assert wait_of(throttle, "arta", "10.0.0.5/own") == 0


def test_wrong_tries_of_one_pupil_never_make_another_wait_even_on_the_same_tablet() -> None:
    throttle = Throttle(HandClock())
    for _ in range(20):
        wait_of(throttle, "arta", "10.0.0.5/tablet")
    assert wait_of(throttle, "arta", "10.0.0.5/tablet") > 0
    assert wait_of(throttle, "bardh", "10.0.0.5/tablet") == 0


def test_a_class_of_forty_behind_one_address_signs_in_without_waiting() -> None:
    throttle = Throttle(HandClock())
    for pupil in range(40):
        for _ in range(3):
            assert wait_of(throttle, f"pupil{pupil}", f"10.0.0.1/{pupil}") == 0
        throttle.right(f"pupil{pupil}", f"10.0.0.1/{pupil}")


def test_a_right_try_gives_back_what_it_took() -> None:
    throttle = Throttle(HandClock())
    for _ in range(200):
        throttle.take("arta", "10.0.0.5/own")
        throttle.right("arta", "10.0.0.5/own")
    assert wait_of(throttle, "arta", "10.0.0.9/new") == 0


def test_the_try_that_uses_up_the_last_free_one_is_reported_once() -> None:
    throttle = Throttle(HandClock())
    reported = [throttle.take("arta", f"10.0.0.{n}/c") for n in range(PER_PERSON.free)]
    assert reported.count(True) == 1
    with pytest.raises(ThrottledError) as refused:
        throttle.take("arta", "10.0.1.1/c")
    assert refused.value.wait_s <= 21


def test_a_guesser_cannot_wash_away_what_else_happened_with_reports_of_guessing() -> None:
    clock = HandClock()
    throttle = Throttle(clock)
    reports = 0
    for _ in range(3):
        for person in range(100):
            for number in range(PER_PERSON.free):
                try:
                    reports += throttle.take(f"person:{person}", f"10.0.0.{number}/c")
                except ThrottledError:
                    break
        clock.tick(60)
    assert REPORTS.free <= reports <= REPORTS.free + 3


def test_trying_a_few_pins_of_every_pupil_is_slowed_down_as_a_whole() -> None:
    clock = HandClock()
    throttle = Throttle(clock)

    def spray() -> int:
        return sum(wait_of(throttle, f"person:{n}", f"10.0.0.66/{n}-{t}") == 0 for n in range(500) for t in range(3))

    assert spray() == PER_NETWORK.free
    clock.tick(60)
    assert spray() == 30
    assert wait_of(throttle, "person:7", "10.0.0.5/own") == 0
