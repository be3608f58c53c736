"""Letting go is killed in the middle, or others write meanwhile: figures stay, and nothing counts twice."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import Raw

from sync.hub.engines.postgres import PostgresDatabase
from sync.hub.errors import DataError
from sync.hub.landing.indexer import Indexer
from sync.hub.retention.letting_go import AT_ONCE, Retention
from tests.simulators.hub import index_all
from tests.simulators.old_weeks import MONTHS, NOW, OLD, OldHub, actor, old_hub, said, weeks_ago
from tests.simulators.postgres import Postgres
from tests.simulators.programs import Program
from tests.simulators.waiting import eventually

BATCHES = 3 * AT_ONCE


@pytest.fixture
def hub(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[OldHub]:
    with old_hub(tmp_path, new_database()) as made:
        yield made


def fill(hub: OldHub) -> None:
    for number in range(BATCHES):
        hub.clock.at = weeks_ago(OLD) + timedelta(minutes=number)
        raws = [said(hub.clock.at, number % 20, raw=number % 5), said(hub.clock.at, number % 7)]
        hub.hub.intake.take([Raw(raw) for raw in raws], hub.box)
        hub.sent += raws
    index_all(hub.hub)
    hub.clock.at = NOW
    hub.send(said(NOW, 3))


def _until_it_began(hub: OldHub, upkeep: Program, there: int) -> None:
    eventually(lambda: hub.count() < there or upkeep.process.poll() is not None)


def test_who_is_killed_in_the_middle_goes_on_where_it_was(hub: OldHub) -> None:
    fill(hub)
    before, kills = hub.figures(), 0
    while (there := hub.count()) > 1:
        upkeep = Program.start(["schoolbox-hub", "db", "upkeep", "--data", hub.folder])
        _until_it_began(hub, upkeep, there)
        hub.send(hub.sent[-1])  # whoever sends meanwhile waits a moment, and is answered
        kills += upkeep.process.poll() is None
        upkeep.kill()
        assert hub.count() < there, upkeep.log
        assert hub.figures() == before
        assert hub.is_whole()
    assert kills
    assert hub.upkeep().statements == 0
    assert hub.figures() == before
    hub.send(*hub.sent[:4])
    assert hub.figures() == before
    assert hub.hub.late.boxes()[0].statements == 4


def test_indexers_and_erasing_beside_it_make_nothing_count_twice(postgres: Postgres, tmp_path: Path) -> None:
    with old_hub(tmp_path, postgres.address(reached := postgres.database())) as hub:
        fill(hub)
        stop = threading.Event()

        def index() -> None:
            with closing(PostgresDatabase(postgres.address(reached))) as database:
                worker = Indexer(database, hub.hub.forgetting)
                while not stop.is_set() or worker.index():
                    worker.index()

        new = [said(NOW + timedelta(seconds=number), number % 20) for number in range(60)]
        with ThreadPoolExecutor(3) as pool:
            beside = [pool.submit(index) for _ in range(2)]
            upkeep = pool.submit(hub.upkeep)
            for number, raw in enumerate(new):
                repeats = hub.sent[number * 4 : number * 4 + 5]
                hub.hub.intake.take([Raw(one) for one in (raw, *repeats)], hub.box)
                if number == 30:
                    hub.hub.forgetting.forget(hub.box, [actor(19)])
            went = upkeep.result(60)
            stop.set()
            for one in beside:
                one.result(60)
        assert went.dropped
        assert hub.is_whole()
        assert hub.count() == 1 + sum(actor(19).encode() not in raw for raw in new)
        late = hub.hub.late.boxes()
        repeated = {raw for number in range(60) for raw in hub.sent[number * 4 : number * 4 + 5]}
        assert sum(one.statements for one in late) <= len(repeated)
        counted = hub.counted()
        assert counted <= len(hub.sent) + len(new)
        assert counted >= sum(actor(19).encode() not in raw for raw in (*hub.sent, *new))


def test_the_floor_waits_for_who_makes_rows_and_gives_up_behind_who_never_ends(
    postgres: Postgres, tmp_path: Path
) -> None:
    with old_hub(tmp_path, postgres.address(reached := postgres.database())) as hub:
        fill(hub)
        impatient = Retention(hub.hub.database, hub.hub.attachments, hub.clock, months=MONTHS, patience_s=0.2)
        with closing(PostgresDatabase(postgres.address(reached))) as other:
            with other.beside() as db:
                db.execute("LOCK TABLE ONLY fact IN ROW EXCLUSIVE MODE")
                with pytest.raises(DataError):
                    impatient.let_go()
            assert hub.hub.retention.floor() is None
            assert hub.count() == 2 * BATCHES + 1
            with other.read() as db:
                db.execute("SELECT count(*) FROM fact")
                with pytest.raises(DataError):
                    impatient.let_go()
        assert hub.count() == 1
        assert hub.upkeep().dropped
        assert hub.upkeep().dropped == ()
        assert hub.is_whole()
