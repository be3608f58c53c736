"""Upkeep of a country's partitions: made ahead, filled from what lay outside, packed when quiet; nothing is lost."""

import os
import secrets
import shutil
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from sync.hub.engines.postgres import PostgresDatabase, Session
from sync.hub.errors import DataError
from sync.hub.landing.indexer import Indexer
from sync.hub.landing.partitions import AHEAD, BEHIND, KeptUp, Partitions, name_of, week_of
from sync.uuid7 import format_uuid7
from tests.simulators.clock import HandClock
from tests.simulators.hub import make_data
from tests.simulators.landing_rig import landing_rig
from tests.simulators.learning import WALL_AT, Classroom
from tests.simulators.postgres import USER, Postgres
from tests.simulators.waiting import eventually

WEEK = week_of(int(WALL_AT.timestamp() * 1000))
_ROW = "INSERT INTO fact (landed, actor, object, scene, amount, mark, id) VALUES (1, 1, 1, 1, 0, 0, '{}')"


@pytest.fixture
def reached(postgres: Postgres, tmp_path: Path) -> Iterator[str]:
    reached = postgres.database()
    make_data(tmp_path / "hub", postgres.address(reached))
    yield reached
    postgres.drop(reached)


def keep_up(postgres: Postgres, reached: str, *, weeks: int = 0) -> KeptUp:
    with closing(PostgresDatabase(postgres.address(reached))) as database:
        return Partitions(database, HandClock(WALL_AT + timedelta(weeks=weeks))).keep_up()


def put(postgres: Postgres, reached: str, *, weeks: int) -> str:
    unix_ms = int((WALL_AT + timedelta(weeks=weeks)).timestamp() * 1000)
    one = format_uuid7(unix_ms, 0, secrets.randbits(62))
    postgres.ask(reached, _ROW.format(one))
    return one


def where(postgres: Postgres, reached: str, one: str) -> str:
    return postgres.ask(reached, f"SELECT tableoid::regclass FROM fact WHERE id = '{one}'")[0][0]


def test_partitions_are_made_ahead_once_and_a_statement_lies_in_its_week(postgres: Postgres, reached: str) -> None:
    made = keep_up(postgres, reached).made
    assert len(made) == BEHIND + 1 + AHEAD
    assert keep_up(postgres, reached).made == ()
    assert where(postgres, reached, put(postgres, reached, weeks=0)) == name_of(WEEK)
    assert where(postgres, reached, put(postgres, reached, weeks=-400)) == "fact_other"
    postgres.ask(reached, _ROW.format("0b8f3c1e-8a51-4c3e-9f57-0d6f7f8a9b11"))


def test_what_came_before_its_week_had_a_partition_moves_into_it(postgres: Postgres, reached: str) -> None:
    early = [put(postgres, reached, weeks=weeks) for weeks in (0, 1, AHEAD, AHEAD + 1)]
    keep_up(postgres, reached)
    assert [where(postgres, reached, one) for one in early] == [
        name_of(WEEK), name_of(WEEK + 1), name_of(WEEK + AHEAD), "fact_other",
    ]  # fmt: skip
    assert len(keep_up(postgres, reached, weeks=1).made) == 1
    assert where(postgres, reached, early[-1]) == name_of(WEEK + AHEAD + 1)


def test_an_id_stays_unique_over_all_partitions(postgres: Postgres, reached: str) -> None:
    one = put(postgres, reached, weeks=0)
    keep_up(postgres, reached)
    with pytest.raises(AssertionError, match="duplicate key"):
        postgres.ask(reached, _ROW.format(one))


def test_a_quiet_week_is_packed_once_and_still_takes_what_is_late(postgres: Postgres, reached: str) -> None:
    keep_up(postgres, reached)
    assert name_of(WEEK) in keep_up(postgres, reached, weeks=4).packed
    assert keep_up(postgres, reached, weeks=4).packed == ()
    assert where(postgres, reached, put(postgres, reached, weeks=0)) == name_of(WEEK)


def test_a_week_moves_to_another_disk_and_still_takes_what_is_late(
    postgres: Postgres, reached: str
) -> None:
    """As docs/hub-country.md says it, in “When one server is not enough”."""
    keep_up(postgres, reached)
    early, slow = put(postgres, reached, weeks=0), postgres.folder / "slow"
    slow.mkdir()
    if os.geteuid() == 0:
        shutil.chown(slow, USER, USER)
    postgres.ask(reached, f"CREATE TABLESPACE slow LOCATION '{slow}'")
    postgres.ask(reached, f"ALTER TABLE {name_of(WEEK)} SET TABLESPACE slow")
    late = put(postgres, reached, weeks=0)
    assert [where(postgres, reached, one) for one in (early, late)] == [name_of(WEEK)] * 2
    assert name_of(WEEK) in keep_up(postgres, reached, weeks=4).packed
    postgres.ask(reached, f"ALTER TABLE {name_of(WEEK)} SET TABLESPACE pg_default")
    postgres.ask(reached, "DROP TABLESPACE slow")


class SlowDatabase(PostgresDatabase):
    """A database whose writer does something else before it asks for the lock of writers."""

    def __init__(self, address: str, before: Callable[[], None]) -> None:
        super().__init__(address)
        self._before = before

    @contextmanager
    def beside(self) -> Iterator[Session]:
        before = self._before

        class Slow(Session):
            def alone(self, schools: Collection[int], /) -> None:
                before()
                super().alone(schools)

        with super().beside() as db:
            yield Slow(db._connection)


def test_upkeep_waits_for_an_indexer_that_has_rows_outside_and_neither_gives_up(
    postgres: Postgres, tmp_path: Path
) -> None:
    """Each would wait for what the other holds, were the lock of writers taken before that of the table."""
    with landing_rig(postgres, tmp_path) as rig, ThreadPoolExecutor(1) as beside:
        rig.send(*(Classroom().passed(n) for n in range(5)))
        upkeep = []

        def meanwhile() -> None:
            upkeep.append(beside.submit(keep_up, postgres, rig.reached))
            eventually(lambda: rig.ask("SELECT count(*) FROM pg_locks WHERE NOT granted"))

        with closing(SlowDatabase(postgres.address(rig.reached), meanwhile)) as database:
            assert Indexer(database, rig.hub.forgetting).index() == 1
        assert len(upkeep[0].result().made) == BEHIND + 1 + AHEAD
        assert rig.rows() == rig.ask(f"SELECT count(*) FROM {name_of(WEEK)}") == 5


def test_upkeep_gives_up_behind_somebody_who_reads_for_long_and_nobody_queues_behind_it(
    postgres: Postgres, reached: str
) -> None:
    with closing(PostgresDatabase(postgres.address(reached))) as database:
        upkeep = Partitions(database, HandClock(WALL_AT), patience_s=0.1)
        with database.read() as db:
            db.execute("SELECT count(*) FROM fact")
            with pytest.raises(DataError):
                upkeep.keep_up()
            assert upkeep.make_ahead() == ()
        assert len(upkeep.make_ahead()) == BEHIND + 1 + AHEAD
