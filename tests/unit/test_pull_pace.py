"""How fast and how stubbornly a pull goes."""

import threading

import pytest

from schoolbox.services.pull_pace import Pace, StoppedError, Tempo
from tests.simulators.clock import HandClock


def waits(pace: Pace, told: list[float], tries: int) -> tuple[list[bool], list[float]]:
    """What comes of so many tries, and what was waited before each."""
    return [pace.may_try_again() for _ in range(tries)], told


def test_three_more_tries_after_nothing_came_and_none_after_that() -> None:
    told: list[float] = []
    stop = threading.Event()
    pace = Pace(stop, clock=HandClock(), pauses_s=(0.0, 0.01, 0.02, 0.03), told=told.append)

    assert waits(pace, told, 4) == ([True, True, True, False], [0.01, 0.02, 0.03])


def test_after_something_came_it_begins_anew_after_a_breath() -> None:
    told: list[float] = []
    pace = Pace(threading.Event(), clock=HandClock(), pauses_s=(0.0, 0.01, 0.02, 0.03), told=told.append)
    pace.may_try_again()
    pace.may_try_again()
    pace.took(1)

    assert waits(pace, told, 5) == ([True] * 4 + [False], [0.01, 0.02, 0.0, 0.01, 0.02, 0.03])


def test_what_was_taken_back_is_no_progress() -> None:
    pace = Pace(threading.Event(), clock=HandClock(), pauses_s=(0.0,))
    pace.took(100)
    pace.took(-100)

    assert pace.may_try_again() is False


def test_without_pauses_there_is_one_try() -> None:
    pace = Pace(threading.Event(), clock=HandClock(), pauses_s=())
    pace.took(1)

    assert pace.may_try_again() is False


def test_stopping_ends_every_wait() -> None:
    stop = threading.Event()
    pace = Pace(stop, clock=HandClock(), pauses_s=(3600.0, 3600.0))
    stop.set()

    for act in (pace.may_try_again, lambda: pace.wait(3600.0), lambda: pace.took(1), pace.go_on):
        with pytest.raises(StoppedError):
            act()


@pytest.mark.parametrize(("bytes_s", "crawls"), [(100, True), (3_000, True), (5_000, False), (1_000_000, False)])
def test_a_place_that_drips_is_noticed_within_a_minute(bytes_s: int, crawls: bool) -> None:
    clock = HandClock()
    tempo = Tempo(clock)
    found = []
    for _ in range(60):
        found.append(tempo.is_crawling(bytes_s))
        clock.tick(1.0)

    assert any(found) is crawls


def test_time_between_two_files_does_not_count() -> None:
    clock = HandClock()
    tempo = Tempo(clock)
    found = []
    for _ in range(20):
        found += [tempo.is_crawling(500), tempo.is_crawling(0)]
        clock.tick(20.0)

    assert not any(found)
