"""Reports are read from a replica, each at one moment; a lag is said; where it is away the main database answers."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from psycopg.errors import UndefinedTable

from sync.hub.engines.postgres import PostgresDatabase
from sync.hub.engines.replica import Replica
from sync.hub.errors import BadRequestError, DataError, NotFoundError, ReplicaError
from sync.hub.reports.moments import TRIED_AGAIN_AFTER_S, Moments
from tests.integration.test_hub_pages import sign_in
from tests.simulators.clock import HandClock
from tests.simulators.hub import RunningHub, make_data, running_hub
from tests.simulators.postgres import Postgres, running_postgres, running_replica
from tests.simulators.waiting import eventually

SCHOOL = "INSERT INTO school (public_id, name, municipality, created_at) VALUES (?, ?, 'Gjilan', '')"
NAMES = "SELECT name FROM school ORDER BY name"
SEEN = "UPDATE place_period SET statements = {} WHERE place = '' AND days = 30"


@dataclass
class Pair:
    """A server and its replica, with a hub on both."""

    main: Postgres
    replica: Postgres
    reached: str
    hub: RunningHub

    @property
    def there(self) -> str:
        return self.reached.replace(str(self.main.folder), str(self.replica.folder))

    def caught_up(self) -> bool:
        written = self.main.ask(self.reached, "SELECT pg_current_wal_lsn()")[0][0]
        asked = f"SELECT pg_last_wal_replay_lsn() >= '{written}'::pg_lsn"
        return self.replica.ask(self.there, asked) == [["t"]]

    def show(self, statements: int) -> None:
        self.main.ask(self.reached, SEEN.format(statements))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with running_postgres() as main, running_replica(main) as replica:
        reached = main.database()
        folder = make_data(tmp_path_factory.mktemp("replica") / "hub", main.address(reached))
        there = replica.address(reached.replace(str(main.folder), str(replica.folder)))
        with folder.settings.open("a") as settings:
            settings.write(f'reports_database = "{there}"\n')
        with running_hub(folder.path) as hub:
            hub.enrol()
            hub.hub.refresher.refresh()
            pair = Pair(main, replica, reached, hub)
            eventually(pair.caught_up)
            yield pair


@pytest.fixture
def ministry(pair: Pair) -> Iterator[httpx.Client]:
    with pair.hub.client() as client:
        sign_in(client)
        yield client
    pair.hub.hub.moments._left_alone_until_s = 0.0


def recorded(client: httpx.Client) -> str:
    page = client.get("/")
    assert page.status_code == 200
    found = re.search(r"([\d,]+) things? learnt", page.text)
    assert found
    return found[1]


def test_a_page_of_figures_is_read_from_the_replica_and_says_how_far_it_is_behind(
    pair: Pair, ministry: httpx.Client
) -> None:
    pair.show(7)
    eventually(pair.caught_up)
    assert recorded(ministry) == "7"
    assert "minutes behind" not in ministry.get("/").text
    pair.replica.ask(pair.there, "SELECT pg_wal_replay_pause()")
    pair.show(8)
    assert recorded(ministry) == "7"
    with closing(Replica(pair.replica.address(pair.there))) as replica, replica.read() as db:
        assert replica.behind_s(db) >= 0
    pair.replica.ask(pair.there, "SELECT pg_wal_replay_resume()")
    eventually(lambda: recorded(ministry) == "8")


def test_far_behind_is_said_on_pages_and_to_programs(pair: Pair, ministry: httpx.Client) -> None:
    moments = pair.hub.hub.moments
    replica = moments._replica
    assert isinstance(replica, Replica)
    follows: Replica = replica

    class Slow:
        """A replica that is five minutes behind; it lies about nothing else."""

        read, close = follows.read, follows.close

        @staticmethod
        def behind_s(_db: object) -> float:
            return 300.0

    moments._replica = Slow()
    try:
        page = ministry.get("/")
        assert "The copy that this page was read from is 5 minutes behind" in page.text
        assert page.headers["Schoolbox-Behind-Seconds"] == "300"
        assert "Schoolbox-Behind-Seconds" not in ministry.get("/boxes").headers
        with pair.hub.client(pair.hub.program("figures/read")) as program:
            assert program.get("/figures/v1/place").headers["Schoolbox-Behind-Seconds"] == "300"
    finally:
        moments._replica = replica


def test_where_the_replica_is_away_the_main_database_answers_and_it_is_left_alone_for_a_while(
    pair: Pair, ministry: httpx.Client
) -> None:
    pair.show(9)
    pair.replica.stop()
    try:
        assert recorded(ministry) == "9"
        pair.show(10)
        assert recorded(ministry) == "10"
    finally:
        pair.replica.start()
    eventually(pair.caught_up)
    pair.hub.hub.moments._left_alone_until_s = 0.0
    pair.replica.ask(pair.there, "SELECT pg_wal_replay_pause()")
    pair.show(11)
    assert recorded(ministry) == "10"
    pair.replica.ask(pair.there, "SELECT pg_wal_replay_resume()")


def test_all_that_one_report_reads_is_of_one_moment_and_what_is_not_there_is_not_asked_twice(pair: Pair) -> None:
    with closing(PostgresDatabase(pair.main.address(pair.reached))) as main:
        moments, asked = Moments(main, None, HandClock()), list[int]()

        def names() -> tuple[list[str], list[str]]:
            read = []
            for name in ("before", "after"):
                with moments.read() as db:
                    read.append([str(row[0]) for row in db.execute(NAMES).fetchall()])
                with main.write() as db:
                    db.execute(SCHOOL, (name, name))
            return read[0], read[1]

        first, second = moments.at_one_moment(names)
        assert first == second
        with moments.read() as db:
            assert len(db.execute(NAMES).fetchall()) == len(first) + 2

        def nothing() -> None:
            asked.append(1)
            raise NotFoundError("There is no such place.")

        with pytest.raises(NotFoundError):
            moments.at_one_moment(nothing)
        assert asked == [1]


def test_one_that_fails_in_the_middle_is_begun_anew_on_the_main_database(pair: Pair) -> None:
    clock, tries = HandClock(), list[bool]()
    with (
        closing(PostgresDatabase(pair.main.address(pair.reached))) as main,
        closing(Replica(pair.replica.address(pair.there))) as replica,
    ):
        moments = Moments(main, replica, clock)

        def work() -> bool:
            with moments.read() as db:
                is_there = bool(db.execute("SELECT pg_is_in_recovery()").fetchone()[0])
                tries.append(is_there)
                if is_there:
                    db.execute("SELECT * FROM no_table_yet")
            return is_there

        assert moments.at_one_moment(work) is False
        assert moments.at_one_moment(work) is False
        clock.tick(TRIED_AGAIN_AFTER_S)
        assert moments.at_one_moment(work) is False
        assert tries == [True, False, False, True, False]
        assert moments.behind_s == 0


def test_an_error_of_the_main_database_is_no_fault_of_the_replica(pair: Pair, tmp_path: Path) -> None:
    with (
        closing(PostgresDatabase(pair.main.address(pair.reached))) as main,
        closing(PostgresDatabase(f"postgresql://a@/b?host={tmp_path}")) as away,
        closing(Replica(pair.replica.address(pair.there))) as replica,
    ):
        moments, tries = Moments(main, replica, HandClock()), list[bool]()

        def fails(ask: Callable[[], object]) -> None:
            def work() -> None:
                with moments.read() as db:
                    tries.append(bool(db.execute("SELECT pg_is_in_recovery()").fetchone()[0]))
                ask()

            moments.at_one_moment(work)

        def is_away() -> None:
            with away.read():
                pass

        def lacks_a_table() -> None:
            with main.read() as db:
                db.execute("SELECT * FROM no_table_yet")

        def says_what_none_keeps() -> None:
            with moments.read() as db:
                db.execute("SELECT CAST(? AS TEXT)", ("\0",))

        mistakes: list[tuple[Callable[[], object], type[Exception]]] = [
            (is_away, DataError), (lacks_a_table, UndefinedTable), (says_what_none_keeps, BadRequestError)
        ]  # fmt: skip
        for ask, error in mistakes:
            with pytest.raises(error) as caught:
                fails(ask)
            assert type(caught.value) is error
        assert tries == [True, True, True]
        fails(lambda: None)
        assert tries.pop()


def test_who_asks_for_one_moment_within_one_stays_in_it(pair: Pair) -> None:
    with closing(PostgresDatabase(pair.main.address(pair.reached))) as main:
        moments = Moments(main, None, HandClock())

        def count() -> int:
            with moments.read() as db:
                return int(db.execute("SELECT count(*) FROM school").fetchone()[0])

        def counts() -> list[int]:
            found = [count()]
            for name in ("within", "outside"):
                with main.write() as db:
                    db.execute(SCHOOL, (name, name))
                found.append(moments.at_one_moment(count) if name == "within" else count())
            return found

        assert len(set(moments.at_one_moment(counts))) == 1


def test_a_replica_of_nothing_is_one_error(tmp_path: Path) -> None:
    with (
        closing(Replica(f"postgresql://a@/b?host={tmp_path}")) as replica,
        pytest.raises(ReplicaError),
        replica.read(),
    ):
        pass
