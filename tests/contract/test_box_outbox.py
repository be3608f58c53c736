"""The box's own outbox keeps the contract, and wakes whoever waits for it, for statements only."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from content_packs.clock import SystemClock
from schoolbox.db.database import Database
from schoolbox.db.models import Setting
from schoolbox.services.outbox import BoxOutbox
from tests.contract.test_outbox import FILLED, Filled, OutboxContract


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "box.db", clock=SystemClock())
    made.open()
    yield made
    made.close()


class TestBoxOutbox(OutboxContract):
    @pytest.fixture
    def filled(self, db: Database) -> Filled:
        outbox = BoxOutbox(db, clock=SystemClock())
        seqs = [outbox.write(lambda: outbox.put(lambda seq: b'{"id":"%d"}' % seq), by=1) for _ in range(FILLED)]
        return Filled(outbox, seqs)


def test_seqs_are_never_used_again(db: Database) -> None:
    outbox = BoxOutbox(db, clock=SystemClock())
    first = outbox.write(lambda: outbox.put(lambda _seq: b"{}"), by=1)
    outbox.acknowledge([first])

    assert outbox.write(lambda: outbox.put(lambda _seq: b"{}"), by=1) > first


def test_only_a_statement_wakes_whoever_waits(db: Database) -> None:
    outbox = BoxOutbox(db, clock=SystemClock())

    outbox.write(lambda: db.run(Setting.insert(key="position", value="12")), by=1)
    assert not outbox.landed.is_set()

    outbox.write(lambda: outbox.put(lambda _seq: b"{}"), by=1)
    assert outbox.landed.is_set()


def test_a_change_that_fails_keeps_no_statement_and_wakes_nobody(db: Database) -> None:
    outbox = BoxOutbox(db, clock=SystemClock())

    def half_done() -> None:
        outbox.put(lambda _seq: b"{}")
        raise LookupError

    with pytest.raises(LookupError):
        outbox.write(half_done, by=1)

    assert (outbox.counts().waiting, outbox.landed.is_set()) == (0, False)
