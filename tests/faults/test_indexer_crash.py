"""A server that dies after an indexer's commit, which waits for no disk, and before it is written: nothing doubles.

The process that writes the log behind such commits stands still here, so that the moment is always hit: what was in
the server's memory alone is gone, and the batches wait again.
"""

import os
import random
import signal
from collections.abc import Iterator

import pytest

from sync.hub.check import check
from tests.simulators.hub import index_all
from tests.simulators.landing_rig import Rig, ids, landing_rig
from tests.simulators.learning import Classroom
from tests.simulators.postgres import running_postgres


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with running_postgres(autovacuum="off") as server, landing_rig(server, tmp_path_factory.mktemp("crash")) as made:
        yield made


def hold_log(rig: Rig) -> None:
    os.kill(rig.ask("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"), signal.SIGSTOP)


def crash(rig: Rig) -> None:
    rig.server.crash()
    rig.server.start(autovacuum="off")


def waiting(rig: Rig) -> int:
    return rig.ask("SELECT count(*) FROM landed WHERE waits = 1")


@pytest.mark.parametrize("seed", range(2))
def test_every_answered_statement_counts_once_though_the_server_forgot_its_rows(rig: Rig, seed: int) -> None:
    chance, worker = random.Random(seed), rig.worker()
    before, room, sent = rig.rows(), Classroom(class_id=f"c{seed}"), list[bytes]()
    for _ in range(3):
        for _ in range(chance.randint(1, 4)):
            raws = [room.passed(chance.randrange(9)) for _ in range(chance.randint(1, 6))]
            if chance.random() < 0.3:
                worker.index(at_once=2)
            rig.send(*raws, *chance.sample(sent, k=min(len(sent), chance.randint(0, 2))))
            sent += raws
        waited = waiting(rig)
        hold_log(rig)
        while worker.index(at_once=chance.randint(1, 3)):
            pass
        assert waiting(rig) == 0
        crash(rig)
        assert 0 < waiting(rig) <= waited  # texts that a later claim learnt made earlier claims durable, too
        worker = chance.choice([worker, rig.worker()])
    index_all(rig.hub)
    assert rig.rows() - before == len(sent)
    assert rig.counted() == rig.rows()
    assert set(ids(*sent)) <= set(rig.found(limit="0"))
    assert check(rig.hub.database).problems == ()
