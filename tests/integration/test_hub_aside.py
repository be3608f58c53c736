"""Batches that a large hub cannot make into rows are set aside, healthy ones are not, and nobody waits for either."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.hub.check import check
from sync.hub.landing.aside import set_aside
from sync.hub.lrs.packing import unpack
from tests.simulators.hub import index_all
from tests.simulators.landing_rig import Rig, ids, landing_rig
from tests.simulators.learning import Classroom
from tests.simulators.postgres import Postgres


@pytest.fixture
def rig(postgres: Postgres, tmp_path: Path) -> Iterator[Rig]:
    with landing_rig(postgres, tmp_path) as made:
        yield made


def test_a_batch_that_cannot_be_read_is_set_aside_for_good_and_nobody_waits_for_it(rig: Rig) -> None:
    rig.send(bad := Classroom().passed(1))
    whole = rig.server.ask(rig.reached, "SELECT encode(packed, 'hex') FROM landed")[0][0]
    rig.server.ask(rig.reached, "UPDATE landed SET packed = '\\x00'")
    rig.send(good := Classroom().passed(2))
    index_all(rig.hub)
    assert rig.found(ascending="true") == ids(good)
    assert rig.hub.intake.settled_us() >= rig.ask("SELECT max(stored_us) FROM landed")
    assert rig.worker().index() == 0
    aside = rig.hub.aside
    assert aside
    (batch,) = aside.all()
    assert (batch.box, batch.school, batch.statements) == (rig.mine.box, "Agimi", 1)
    assert check(rig.hub.database).problems == (
        f"batch {batch.number} is set aside, since it cannot be read: schoolbox-hub db refused",
    )  # fmt: skip
    assert aside.try_again(by="Nora") == 1
    index_all(rig.hub)
    assert len(aside.all()) == 1
    rig.server.ask(rig.reached, f"UPDATE landed SET packed = '\\x{whole}' WHERE waits = 2")
    assert aside.try_again(by="Nora") == 1
    index_all(rig.hub)
    assert rig.found(ascending="true") == ids(good, bad)
    assert (aside.all(), aside.try_again(by="Nora")) == ([], 0)
    assert [deed.what for deed in rig.hub.deeds.all()] == ["tried-again", "tried-again"]


def test_who_is_forgotten_is_gone_from_what_was_set_aside_too(rig: Rig) -> None:
    room = Classroom()
    gone, stays = room.passed(1), room.passed(2)
    rig.send(gone, stays)
    rig.server.ask(rig.reached, "UPDATE landed SET waits = 2")
    rig.server.ask(rig.reached, "INSERT INTO aside SELECT id, 'KeyError' FROM landed")
    rig.hub.forgetting.forget(rig.mine, [json.loads(gone)["actor"]["account"]["name"]])
    assert rig.hub.aside
    with rig.hub.database.read() as db:
        words = unpack(bytes(db.execute("SELECT packed FROM landed").fetchone()[0]))
    assert [bytes(one) for one in words] == [b"null", stays]
    rig.hub.aside.try_again(by="Nora")
    index_all(rig.hub)
    assert rig.found() == ids(stays)
    assert rig.hub.aside.all() == []


def test_who_was_forgotten_before_is_blanked_in_what_is_set_aside_later(rig: Rig) -> None:
    room = Classroom()
    gone, stays = room.passed(1), room.passed(2)
    rig.send(gone, stays)
    rig.hub.forgetting.forget(rig.mine, [json.loads(gone)["actor"]["account"]["name"]])
    with rig.worker()._database.beside() as db:
        [(batch,)] = db.execute("SELECT id FROM landed").fetchall()
        set_aside(db, int(batch), "KeyError", rig.hub.forgetting.among)
        words = unpack(bytes(db.execute("SELECT packed FROM landed").fetchone()[0]))
    assert [bytes(one) for one in words] == [b"null", stays]
    assert rig.hub.aside
    assert rig.hub.aside.try_again(by="Nora") == 1
    index_all(rig.hub)
    assert rig.found() == ids(stays)


def test_a_worker_that_lets_go_of_its_texts_learns_them_again(rig: Rig) -> None:
    room, worker = Classroom(), rig.worker()
    rig.send(first := room.passed(1))
    assert worker.index() == 1
    worker._learning._terms = {"": 0}
    rig.send(second := room.passed(2))
    assert worker.index() == 1
    assert rig.found(ascending="true") == ids(first, second)
    assert rig.hub.aside
    assert rig.hub.aside.all() == []


def test_a_clock_of_long_ago_holds_nobody_up(rig: Rig) -> None:
    old = Classroom().passed(1).replace(b'"timestamp":"20', b'"timestamp":"09')
    rig.send(old)
    rig.send(good := Classroom().passed(2))
    index_all(rig.hub)
    assert rig.found(ascending="true") == ids(old, good)
    assert check(rig.hub.database).problems == ()
