"""How long a server is waited for in all: what comes of files earns time, everything else uses it up."""

import httpcore
import pytest

from content_packs.shelf.http_patience import ANSWER_S, IDLE_BYTES_MAX, Patience
from tests.simulators.clock import HandClock


def wait(patience: Patience, clock: HandClock, seconds: float, limit_s: float = 60.0) -> float:
    """Wait so long for one piece; gives how long was allowed."""
    with patience.waiting(limit_s) as allowed_s:
        clock.tick(seconds)
    return allowed_s


def made(clock: HandClock, *, look_s: float = 1_000.0) -> Patience:
    patience = Patience(clock, wait_s=40, slowest_bytes_s=100, look_s=look_s)
    patience.begin(is_blob=False)
    return patience


def test_one_piece_may_take_no_longer_than_its_own_limit_and_what_is_left_in_all() -> None:
    clock = HandClock()
    patience = made(clock)

    assert [wait(patience, clock, seconds) for seconds in (15, 15, 15)] == [40, 25, 10]
    with pytest.raises(httpcore.ReadTimeout):
        wait(patience, clock, 0)
    assert wait(patience, clock, 0, limit_s=7) == 7


def test_what_comes_earns_time_but_never_more_than_there_was_at_first() -> None:
    clock = HandClock()
    patience = made(clock)
    wait(patience, clock, 30)
    patience.came(500)
    assert wait(patience, clock, 0) == 15
    patience.came(1_000_000)
    assert wait(patience, clock, 0) == 40


def test_our_own_pauses_cost_nothing() -> None:
    clock = HandClock()
    patience = made(clock)
    clock.tick(10_000)

    assert wait(patience, clock, 0) == 40


def test_each_request_earns_a_little_so_that_slow_answers_with_nothing_in_them_are_borne() -> None:
    clock = HandClock()
    patience = made(clock)
    for _ in range(100):
        patience.begin(is_blob=False)
        wait(patience, clock, ANSWER_S)

    assert wait(patience, clock, 0) > 0


def test_much_that_is_nothing_of_a_file_is_too_much_however_quickly_it_comes() -> None:
    clock = HandClock()
    patience = made(clock)
    for _ in range(10):
        patience.passed(IDLE_BYTES_MAX // 2)
        wait(patience, clock, 0)
        patience.came(IDLE_BYTES_MAX // 2)
    patience.passed(IDLE_BYTES_MAX + 1)
    with pytest.raises(httpcore.ReadTimeout):
        wait(patience, clock, 0)


def test_all_that_is_no_blob_has_its_own_end_whatever_comes() -> None:
    clock = HandClock()
    patience = made(clock, look_s=100)
    for _ in range(4):
        patience.came(10_000)
        wait(patience, clock, 25)
    with pytest.raises(httpcore.ReadTimeout):
        wait(patience, clock, 0)

    patience = made(clock, look_s=100)
    patience.begin(is_blob=True)
    for _ in range(40):
        patience.came(10_000)
        wait(patience, clock, 25)
