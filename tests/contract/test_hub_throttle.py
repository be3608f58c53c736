"""What slows down guessing promises, counted in memory or in the database of several workers: one suite."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest

from sync.hub.engines.opening import make_database
from sync.hub.engines.postgres import PostgresDatabase
from sync.hub.errors import TooManyTriesError
from sync.hub.keyed import Keyed
from sync.hub.shared_throttle import SharedThrottle
from sync.hub.throttle import FREE_TRIES, QUIET_S, WAIT_MAX_S, Throttle
from tests.simulators.clock import HandClock
from tests.simulators.learning import WALL_AT
from tests.simulators.postgres import Postgres
from tests.simulators.waiting import DEADLINE_S

AT_ONCE = 12
KEYED = Keyed(bytes(32))


class Clock(HandClock):
    """Both of its times go on together."""

    def tick(self, seconds: float) -> None:
        super().tick(seconds)
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock(WALL_AT)


@pytest.fixture(scope="module")
def shared(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresDatabase]:
    address = postgres.address(postgres.database())
    make_database(tmp_path_factory.mktemp("throttle") / "hub.db", address)
    with closing(PostgresDatabase(address)) as database:
        yield database


@pytest.fixture(scope="module", params=["in memory", "shared"])
def make(request: pytest.FixtureRequest) -> Callable[[Clock], Throttle]:
    if request.param == "in memory":
        return Throttle
    database: PostgresDatabase = request.getfixturevalue("shared")
    return lambda clock: SharedThrottle(database, KEYED, clock)


@pytest.fixture
def throttle(make: Callable[[Clock], Throttle], clock: Clock) -> Throttle:
    made = make(clock)
    for key in "ab":
        made.succeeded(key)
    return made


def passes(throttle: Throttle, key: str = "a") -> bool:
    try:
        throttle.check(key)
    except TooManyTriesError:
        return False
    return True


def tire(throttle: Throttle, failures: int = FREE_TRIES) -> None:
    for _ in range(failures):
        throttle.failed("a")


def test_some_tries_are_free_and_one_key_does_not_slow_another(throttle: Throttle) -> None:
    for _ in range(FREE_TRIES):
        assert passes(throttle)
        throttle.failed("a")
    assert not passes(throttle)
    assert passes(throttle, "b")
    throttle.succeeded("a")
    assert passes(throttle)


def test_after_a_wait_one_try_is_let_through_however_many_come_at_once(throttle: Throttle, clock: Clock) -> None:
    tire(throttle, FREE_TRIES + 3)
    for _ in range(3):
        clock.tick(WAIT_MAX_S)
        start = threading.Barrier(AT_ONCE)

        def try_it(_: int, start: threading.Barrier = start) -> bool:
            start.wait()
            return passes(throttle)

        with ThreadPoolExecutor(AT_ONCE) as crowd:
            assert sum(crowd.map(try_it, range(AT_ONCE))) == 1
        throttle.failed("a")


def test_a_try_that_was_not_wrong_makes_nobody_wait_and_forgives_nothing(throttle: Throttle, clock: Clock) -> None:
    tire(throttle, FREE_TRIES + 3)
    clock.tick(WAIT_MAX_S)
    for _ in range(3):
        assert passes(throttle)
        throttle.harmless("a")
    assert passes(throttle)
    throttle.failed("a")
    clock.tick(WAIT_MAX_S / 4)
    assert not passes(throttle)


def test_after_a_quiet_while_counting_begins_anew(throttle: Throttle, clock: Clock) -> None:
    tire(throttle)
    clock.tick(QUIET_S + 1)
    throttle.failed("a")
    assert passes(throttle)


def test_who_sweeps_old_tries_waits_for_nobody_who_counts(shared: PostgresDatabase, clock: Clock) -> None:
    throttle, keyed = SharedThrottle(shared, KEYED, clock), (KEYED.digest("old"),)
    throttle.failed("old")
    clock.tick(QUIET_S + 1)
    with ThreadPoolExecutor(1) as another:
        with shared.beside() as db:
            db.execute("SELECT 1 FROM guess WHERE digest = ? FOR UPDATE", keyed)
            another.submit(throttle.failed, "new").result(DEADLINE_S)
        throttle.failed("new")
    with shared.read() as db:
        assert db.execute("SELECT 1 FROM guess WHERE digest = ?", keyed).fetchone() is None
