"""A large hub answers a box when its batch is on the disk, and makes rows later: each statement once, whatever happens.

On a real PostgreSQL. Workers that race are two indexers in two threads; one that is killed is a server that crashes.
"""

import json
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from sync.hub.app import make_app
from sync.hub.cli import main
from sync.hub.errors import ForbiddenError
from sync.hub.landing.indexer import Indexer
from sync.hub.landing.inserting import LOOKED_AT
from sync.hub.landing.lines import Line
from sync.hub.landing.refusals import OTHER_STATEMENT, refused
from sync.wire import EnrolRequest
from tests.simulators.clock import HandClock
from tests.simulators.hub import index_all, make_data, open_hub
from tests.simulators.landing_rig import Rig, ids, landing_rig
from tests.simulators.learning import WALL_AT, Classroom
from tests.simulators.postgres import Postgres

VOIDED = "http://adlnet.gov/expapi/verbs/voided"


@pytest.fixture
def rig(postgres: Postgres, tmp_path: Path) -> Iterator[Rig]:
    with landing_rig(postgres, tmp_path) as made:
        yield made


def changed(raw: bytes, **parts: object) -> bytes:
    return json.dumps({**json.loads(raw), **parts}).encode()


def void(target: str) -> bytes:
    said = json.loads(Classroom().passed())
    said.pop("result")
    said["context"].pop("platform")
    return changed(
        json.dumps(said).encode(), verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": target}
    )  # fmt: skip


def test_a_box_is_answered_before_there_are_rows_and_a_reader_finds_them_later(rig: Rig) -> None:
    room = Classroom()
    first, second = [room.passed(n) for n in range(3)], [room.watched(n) for n in range(3)]
    rig.send(*first)
    assert (rig.rows(), rig.ask("SELECT count(*) FROM landed WHERE waits = 1")) == (0, 1)
    before = rig.hub.intake.settled_us()
    assert before < rig.ask("SELECT min(stored_us) FROM landed")
    rig.send(*second)
    index_all(rig.hub)
    assert rig.found(ascending="true") == ids(*first, *second)
    assert rig.found() == ids(*first, *second)[::-1]
    assert rig.counted() == 6
    assert rig.hub.intake.settled_us() >= rig.ask("SELECT max(stored_us) FROM landed")


def test_a_reader_who_goes_on_from_the_oldest_does_not_pass_by_a_batch_that_waits(rig: Rig) -> None:
    room = Classroom()
    rig.send(slow := room.passed(1))
    rig.send(quick := room.passed(2))
    with rig.hub.landings._database.beside() as db:  # type: ignore[union-attr]
        db.execute("SELECT id FROM landed ORDER BY id LIMIT 1 FOR UPDATE")
        assert rig.worker().index() == 1
        assert rig.found(ascending="true") == []
        assert rig.found() == ids(quick)
    index_all(rig.hub)
    assert rig.found(ascending="true") == ids(slow, quick)


def test_the_same_batch_twice_is_counted_once_and_leaves_no_words(rig: Rig) -> None:
    raws = [Classroom().passed(n) for n in range(5)]
    rig.send(*raws)
    rig.send(*raws)
    rig.send(raws[0], later := Classroom().passed(6))
    index_all(rig.hub)
    assert (rig.rows(), rig.counted(), rig.ask("SELECT count(*) FROM landed")) == (6, 6, 2)
    assert sorted(rig.found()) == sorted(ids(*raws, later))
    rig.send(*raws)
    index_all(rig.hub)
    assert (rig.rows(), rig.counted(), rig.ask("SELECT count(*) FROM landed")) == (6, 6, 2)
    assert refused(rig.hub.database) == []


def test_a_single_statement_that_repeats_among_many_new_ones_is_noticed_by_its_id(rig: Rig) -> None:
    raws = [Classroom().passed(n) for n in range(2 * LOOKED_AT)]
    rig.send(raws[3])
    index_all(rig.hub)
    rig.send(*raws)
    rig.send(other := Classroom().passed(99))
    index_all(rig.hub)
    assert (rig.rows(), rig.counted(), rig.ask("SELECT count(*) FROM landed")) == (2 * LOOKED_AT + 1,) * 2 + (3,)
    assert sorted(rig.found()) == sorted(ids(*raws, other))
    assert refused(rig.hub.database) == []


def test_two_workers_with_two_hands_each_race_and_every_statement_is_counted_once(rig: Rig) -> None:
    batches = [[Classroom(class_id=f"c{n % 3}").passed(pupil) for pupil in range(20)] for n in range(12)]
    for batch in batches:
        rig.send(*batch)
        rig.send(*batch, sender=rig.mine)
    workers = [rig.worker() for _ in range(2)]
    start = threading.Barrier(2)

    def work(worker: Indexer) -> None:
        start.wait()
        worker.finish(at_once=2)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    index_all(rig.hub)
    assert (rig.rows(), rig.counted()) == (240, 240)
    assert rig.ask("SELECT count(*) FROM landed WHERE waits = 1") == 0


def test_a_worker_that_dies_before_its_commit_leaves_the_batch_to_the_next_one(rig: Rig) -> None:
    raws = [Classroom().passed(n) for n in range(5)]
    rig.send(*raws)
    worker = rig.worker()

    class DeadError(BaseException):
        pass

    def dies(*_: object) -> None:
        assert rig.ask("SELECT count(*) FROM pg_locks WHERE relation = 'fact_other'::regclass") > 0
        raise DeadError

    worker._void = dies  # type: ignore[method-assign, assignment]
    with pytest.raises(DeadError):
        worker.index()
    assert (rig.rows(), rig.counted()) == (0, 0)
    index_all(rig.hub)
    assert (rig.rows(), rig.counted()) == (5, 5)


def test_what_was_answered_is_there_after_the_server_crashed(rig: Rig) -> None:
    rig.send(*(Classroom().passed(n) for n in range(5)))
    rig.server.crash()
    rig.server.start()
    index_all(rig.hub)
    assert rig.counted() == 5


def test_another_statement_with_a_known_id_is_kept_apart_for_a_person(rig: Rig) -> None:
    first = Classroom().passed(1)
    rig.send(first)
    rig.send(other := changed(first, result={"success": False}), third := Classroom().passed(3), sender=rig.other)
    index_all(rig.hub)
    assert sorted(rig.found()) == sorted(ids(first, third))
    (kept,) = refused(rig.hub.database)
    assert (kept.id, kept.box, kept.reason) == (ids(first)[0], rig.other.box, OTHER_STATEMENT)
    assert json.loads(kept.statement) == json.loads(other)


def test_a_voiding_is_answered_with_its_rows_made(rig: Rig) -> None:
    first, second = Classroom().passed(1), Classroom().passed(2)
    rig.send(first, second)
    index_all(rig.hub)
    with pytest.raises(ForbiddenError):
        rig.send(void(ids(first)[0]), sender=rig.other)
    rig.send(mine := void(ids(second)[0]))
    assert sorted(rig.found()) == sorted(ids(first, mine))
    assert rig.counted() == 1


def test_a_voiding_that_arrives_first_hides_what_comes_after(rig: Rig) -> None:
    first = Classroom().passed(1)
    rig.send(void(ids(first)[0]))
    index_all(rig.hub)
    rig.send(first)
    index_all(rig.hub)
    assert ids(first)[0] not in rig.found()
    assert rig.counted() == 0


def test_who_was_forgotten_before_the_rows_were_made_is_nowhere(rig: Rig) -> None:
    room = Classroom()
    gone, stays = room.passed(1), room.passed(2)
    name = json.loads(gone)["actor"]["account"]["name"]
    rig.send(gone, stays)
    rig.send(gone)
    rig.send(conflict := changed(stays, actor=json.loads(gone)["actor"]))
    rig.hub.forgetting.forget(rig.mine, [name])
    index_all(rig.hub)
    assert conflict
    assert rig.found() == ids(stays)
    assert rig.ask(f"SELECT count(*) FROM term WHERE value LIKE '%{name}'") == 0
    with rig.hub.database.read() as db:
        words = [bytes(row[0]) for row in db.execute("SELECT statement FROM refused").fetchall()]
    assert not any(name.encode() in one for one in words)


def test_what_a_learner_said_and_was_refused_is_forgotten_too(rig: Rig) -> None:
    first = Classroom().passed(1)
    rig.send(first)
    rig.send(changed(first, result={"success": False}), sender=rig.other)
    index_all(rig.hub)
    assert len(refused(rig.hub.database)) == 1
    rig.hub.forgetting.forget(rig.mine, [json.loads(first)["actor"]["account"]["name"]])
    assert refused(rig.hub.database) == []
    assert rig.found() == []


def test_who_is_forgotten_while_rows_are_made_is_not_learnt_again(rig: Rig) -> None:
    room = Classroom()
    gone, stays = room.passed(1), room.passed(2)
    name = json.loads(gone)["actor"]["account"]["name"]
    rig.send(gone, stays)
    worker = rig.worker()
    learn = worker._learning.learn

    def meanwhile(lines: Sequence[Line]) -> Mapping[str, int]:
        worker._learning.learn = learn  # type: ignore[method-assign]
        numbers = learn(lines)
        rig.hub.forgetting.forget(rig.mine, [name])
        return numbers

    worker._learning.learn = meanwhile  # type: ignore[method-assign]
    assert worker.index() == 1
    assert rig.found() == ids(stays)
    assert rig.ask(f"SELECT count(*) FROM term WHERE value LIKE '%{name}'") == 0


def test_when_too_much_waits_a_box_is_told_when_to_come_again(postgres: Postgres, tmp_path: Path) -> None:
    folder, clock = make_data(tmp_path / "hub", postgres.address(reached := postgres.database())), HandClock(WALL_AT)
    with folder.settings.open("a") as settings:
        settings.write("waiting_batches_max = 10\n")
    hub, secret = open_hub(folder, clock), secrets.token_hex(24)
    code = hub.enrolments.make_code("Agimi", "Gjilan").code
    request = EnrolRequest(code=code, box_id=secrets.token_hex(16), version="0.1.0", secret=secret)
    key = hub.enrolments.redeem(request, "https://hub.example").key
    box, classroom = make_app(hub).test_client(), Classroom()

    def send() -> tuple[int, int | None]:
        clock.tick(2)
        headers = {"X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"}
        body = b"[" + classroom.passed(1) + b"]"
        answer = box.post("/xapi/statements", data=body, headers=headers, auth=(key, secret))
        return answer.status_code, answer.headers.get("Retry-After", type=int)

    assert [send() for _ in range(10)] == [(200, None)] * 10
    status, retry_after_s = send()
    assert status == 429
    assert retry_after_s is not None
    assert 30 <= retry_after_s < 90
    assert postgres.ask(reached, "SELECT count(*) FROM landed") == [["10"]]
    index_all(hub)
    assert send() == (200, None)
    hub.close()
    postgres.drop(reached)


def test_commands_index_what_waits_make_partitions_and_show_what_was_refused(
    rig: Rig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = Classroom().passed(1)
    rig.send(first)
    rig.send(changed(first, result={"success": False}), sender=rig.other)
    data = ["--data", str(tmp_path / "hub")]
    assert main(["index", "--once", *data]) == 0
    assert "2 batches" in capsys.readouterr().out
    assert main(["db", "refused", *data]) == 0
    assert OTHER_STATEMENT in capsys.readouterr().out
    rig.send(Classroom().passed(2))
    rig.server.ask(rig.reached, "UPDATE landed SET waits = 2 WHERE waits = 1")
    rig.server.ask(rig.reached, "INSERT INTO aside SELECT id, 'KeyError' FROM landed WHERE waits = 2")
    assert main(["db", "refused", *data]) == 0
    assert "1 statements: KeyError" in capsys.readouterr().out
    assert main(["db", "retry", *data]) == 0
    assert "1 batches wait" in capsys.readouterr().out
    assert main(["index", "--once", *data]) == 0
    assert main(["db", "upkeep", *data]) == 0
    assert "fact_w" in capsys.readouterr().out


def test_a_hub_in_a_file_has_nothing_to_index(tmp_path: Path) -> None:
    make_data(tmp_path / "hub")
    assert main(["index", "--once", "--data", str(tmp_path / "hub")]) == 2
    assert main(["db", "upkeep", "--data", str(tmp_path / "hub")]) == 0
