"""Old weeks go and figures stay, on a hub in a file and on PostgreSQL; what comes late is seen, and counts once."""

import json
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest

from sync.hub.check import repair_rollups
from sync.hub.errors import ConflictError, TooOldError
from sync.hub.lrs.packing import unpack
from sync.hub.lrs.selection import Selection
from sync.hub.retention.floor import FIRST_MS, highest_of, is_below, limit_of, week_after
from tests.simulators.old_weeks import (
    NOW,
    OLD,
    YOUNG,
    Filled,
    OldHub,
    actor,
    fill,
    filled,
    id_of,
    old_hub,
    said,
    weeks_ago,
)


@pytest.fixture(scope="module", params=["file", "postgres"])
def full(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    server = request.getfixturevalue("postgres") if request.param == "postgres" else None
    return filled(tmp_path_factory.mktemp("full"), server)


@pytest.fixture
def hub(tmp_path: Path, full: Filled) -> Iterator[OldHub]:
    with full.copy(tmp_path) as made:
        yield made


@pytest.fixture
def empty(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[OldHub]:
    with old_hub(tmp_path, new_database()) as made:
        yield made


def found(hub: OldHub, **query: str) -> list[str]:
    page = hub.hub.library.page(Selection.parse(query), owner=None)
    return [str(json.loads(bytes(one))["id"]) for one in page.statements]


def about(raw: bytes) -> dict[str, str]:
    return {"objectType": "StatementRef", "id": id_of(raw)}


def _day(weeks: float) -> int:
    return int(weeks_ago(weeks).timestamp()) // 86_400


def test_figures_stay_when_old_weeks_go_and_made_anew_they_are_the_same(hub: OldHub) -> None:
    before = hub.figures()
    plan = hub.hub.retention.plan()
    assert hub.figures() == before
    gone = hub.upkeep()
    assert gone.statements == plan.statements == 22
    assert gone.weeks == plan.weeks
    assert [one.statements for one in gone.weeks] == [10, 12]
    assert gone.floor == plan.floor
    assert gone.floor
    assert weeks_ago(OLD) < gone.floor < weeks_ago(YOUNG)
    assert hub.figures() == before
    assert hub.is_whole()
    with hub.hub.database.write() as db:
        db.execute("DELETE FROM daily")
        db.execute("DELETE FROM cell_learner")
    repair_rollups(hub.hub.database)
    hub.hub.refresher.rebuild()
    assert hub.figures() == before
    assert hub.upkeep().statements == 0
    assert hub.count() == 7


def test_nothing_goes_where_everything_is_kept_and_readers_read_on_where_something_went(
    tmp_path: Path, hub: OldHub
) -> None:
    order = found(hub, ascending="true")
    page = hub.hub.library.page(Selection.parse({"ascending": "true", "limit": "5"}), owner=None)
    assert hub.upkeep().floor
    assert found(hub, ascending="true") == order[-7:]
    assert found(hub, ascending="true", cursor=str(page.last_seq)) == order[-7:]
    assert found(hub, since=weeks_ago(80).isoformat(), ascending="true") == order[-7:]
    assert hub.hub.library.one(uuid.UUID(order[0]), voided=False, owner=None) is None
    assert hub.hub.library.one(uuid.UUID(order[-1]), voided=False, owner=None) is not None
    hub.send(new := said(NOW, 2))
    assert found(hub, ascending="true", cursor=str(page.last_seq))[-1] == id_of(new)
    with old_hub(tmp_path / "other", "", months=0) as other:
        other.send(said(weeks_ago(OLD)), at=weeks_ago(OLD))
        assert other.upkeep().floor is None
        assert other.hub.retention.plan().statements == 0
        assert other.count() == 1


def test_places_are_not_given_twice_when_all_that_was_there_went(empty: OldHub) -> None:
    empty.send(said(weeks_ago(OLD)), said(weeks_ago(OLD), 1), at=weeks_ago(OLD))
    last = empty.hub.library.page(Selection.parse({"ascending": "true"}), owner=None).seqs[-1]
    empty.clock.at = NOW
    empty.send(said(weeks_ago(OLD), 2), at=weeks_ago(OLD - 1))
    assert empty.upkeep().statements == 0, "a hub that heard nothing for long may have a clock that stands wrong"
    empty.send(said(NOW, 5))
    assert empty.upkeep().statements == 3
    empty.hub.forgetting.forget(empty.box, [actor(5)])
    assert empty.count() == 0
    empty.send(new := said(NOW, 4))
    page = empty.hub.library.page(Selection.parse({"ascending": "true", "cursor": str(last + 2)}), owner=None)
    assert [str(json.loads(bytes(one))["id"]) for one in page.statements] == [id_of(new)]
    assert empty.is_whole()


def test_what_comes_late_is_kept_apart_and_counts_once_if_a_person_says_so(hub: OldHub) -> None:
    hub.upkeep()
    before, late = hub.counted(), [said(weeks_ago(OLD), 20 + pupil) for pupil in range(3)]
    hub.send(*late)
    hub.send(*late)
    repeated = hub.sent[0]
    hub.send(repeated)
    assert hub.counted() == before
    assert hub.count() == 7
    (told,) = hub.hub.late.boxes()
    assert (told.box, told.school, told.statements) == (hub.box.box, "Agimi", 4)
    assert told.counted == 21
    assert told.first_at < told.last_at < weeks_ago(OLD - 1)
    assert hub.is_whole()
    assert hub.hub.late.count(told.box, by="Nora") == 4
    assert hub.hub.late.boxes() == []
    assert hub.counted() == before + 4
    assert set(map(id_of, late)) <= set(found(hub))
    hub.send(*late)
    assert hub.hub.late.boxes() == []
    assert hub.counted() == before + 4
    assert hub.is_whole()
    assert {one.what for one in hub.hub.deeds.all()} >= {"late-counted"}
    assert sum(row[-2] for row in hub.figures()["daily"] if row[0] == _day(OLD)) == 10 + 1 + 3


def test_what_a_person_let_count_never_counts_again_even_when_it_was_let_go_of(hub: OldHub) -> None:
    hub.upkeep()
    late = said(weeks_ago(OLD), 20)
    hub.send(late)
    assert hub.hub.late.count(str(hub.box.box), by="Nora") == 1
    assert hub.upkeep().statements == 0, "it has been here for a moment"
    hub.clock.at = NOW + timedelta(weeks=80)
    hub.send(said(hub.clock.at, 1))
    before = hub.figures()
    assert hub.upkeep().statements == 8
    assert hub.figures() == before
    counted = hub.counted()
    hub.send(late)
    assert hub.hub.late.boxes() == []
    assert hub.counted() == counted
    other = json.dumps({**json.loads(late), "result": {"success": False}}).encode()
    with nullcontext() if hub.hub.landings else pytest.raises(ConflictError):
        hub.send(other)
    assert hub.counted() == counted
    assert hub.is_whole()


def test_a_clock_that_was_put_right_later_makes_nothing_late_and_ids_without_a_time_never_are(hub: OldHub) -> None:
    hub.upkeep()
    before = hub.counted()
    hub.send(
        said(weeks_ago(0.5), 1, made=weeks_ago(OLD)),
        said(weeks_ago(OLD), 1, one=str(uuid.uuid4())),
        said(weeks_ago(0.5), 1, made=NOW.replace(year=2019)),
        said(weeks_ago(OLD), 1, made=NOW.replace(year=1999), trusted=False),
    )
    assert hub.counted() == before + 4
    hub.send(said(weeks_ago(0.5), 1, made=weeks_ago(OLD), trusted=False))
    assert hub.counted() == before + 4
    assert hub.hub.late.boxes()[0].statements == 1
    assert hub.hub.late.let_go(str(hub.box.box), by="Nora") == 1
    assert hub.hub.late.boxes() == []
    assert hub.is_whole()


def test_what_came_late_but_in_time_stays_as_long_as_what_came_today(hub: OldHub) -> None:
    hub.send(in_time := said(weeks_ago(OLD), 7), at=weeks_ago(8))
    hub.send(timeless := said(weeks_ago(OLD), 8, one=v4_of(said(weeks_ago(OLD)))), at=weeks_ago(OLD))
    before = hub.figures()
    assert hub.upkeep().statements == 22
    assert {id_of(in_time), id_of(timeless)} <= set(found(hub))
    hub.send(in_time, timeless)
    assert hub.figures() == before
    assert hub.hub.late.boxes() == []
    hub.clock.at = NOW + timedelta(weeks=56)
    hub.send(said(hub.clock.at, 1))
    hub.upkeep()
    assert id_of(in_time) not in found(hub)
    assert id_of(timeless) in found(hub)
    assert hub.is_whole()


def v4_of(raw: bytes) -> str:
    """Give an id of another kind that happens to begin like one with a time."""
    one = id_of(raw)
    return f"{one[:14]}4{one[15:]}"


def test_another_program_is_told_and_nothing_of_its_request_is_stored(hub: OldHub) -> None:
    hub.upkeep()
    issued = hub.hub.credentials.add("importer", ("all",), secrets.token_urlsafe)
    program = hub.hub.accounts.sender(issued.key, issued.secret)
    with pytest.raises(TooOldError, match="UUIDv4") as caught:
        hub.send(said(NOW, 1), said(weeks_ago(OLD), 2), sender=program)
    assert caught.value.index == 1
    assert hub.count() == 7
    hub.send(said(NOW, 1), said(weeks_ago(OLD), 2, one=str(uuid.uuid4())), sender=program)
    assert hub.count() == 9
    hub.clock.at = NOW + timedelta(weeks=90)
    hub.send(said(hub.clock.at, 1))
    hub.upkeep()
    assert hub.count() == 2, "an id that tells no time stays for ever"
    assert hub.is_whole()


def test_a_learner_is_erased_from_what_went_too_and_from_what_came_late(hub: OldHub) -> None:
    hub.upkeep()
    hub.send(said(weeks_ago(OLD), 2), said(weeks_ago(OLD), 6))
    gone = (2, 11)
    days = [row for row in hub.figures()["daily"] if row[0] <= _day(OLD - 1)]
    hub.hub.forgetting.forget(hub.box, [actor(pupil) for pupil in gone])
    assert hub.is_whole()
    assert hub.hub.late.boxes()[0].statements == 1
    left = hub.figures()
    assert [row for row in left["daily"] if row[0] <= _day(OLD - 1)] == days, "a day of a class is nobody's"
    assert {row[3] for row in left["standing"]} == {row[2] for row in left["active"]}
    assert len({row[3] for row in left["standing"]}) == 12 - len(gone)
    with hub.hub.database.read() as db:
        for table in ("past_week", "past_standing"):
            rows = db.execute(f"SELECT count(*) FROM {table} p WHERE NOT EXISTS"
                              " (SELECT 1 FROM term t WHERE t.id = p.learner)").fetchone()  # fmt: skip
            assert rows[0] == 0
    assert hub.hub.late.count(str(hub.box.box), by="Nora") == 1
    hub.hub.forgetting.forget(hub.box, [actor(6)])
    assert hub.count("admitted") == 0
    hub.send(said(weeks_ago(OLD), 6), said(weeks_ago(0), 2))
    assert hub.hub.late.boxes() == []
    assert hub.is_whole()


def test_voiding_what_is_left_leaves_what_went(hub: OldHub) -> None:
    hub.upkeep()
    best = next(raw for raw in hub.sent if json.loads(raw)["actor"]["account"]["name"] == actor(11) and b"0.4" in raw)
    void = {
        "id": str(uuid.uuid4()), "actor": json.loads(best)["actor"], "timestamp": NOW.isoformat(),
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": about(best),
    }  # fmt: skip
    hub.send(json.dumps(void).encode())
    assert hub.is_whole()
    standing = [row for row in hub.figures()["standing"] if row[0] == 3]
    assert 1000 in {row[5] for row in standing}, "the best score is of what went"
    hub.send(json.dumps({**void, "id": str(uuid.uuid4()), "object": about(hub.sent[0])}).encode())
    assert hub.is_whole()


def test_a_voiding_that_goes_still_voids_what_comes_late(empty: OldHub) -> None:
    target = said(weeks_ago(OLD), 20)
    void = {
        "id": id_of(said(weeks_ago(OLD))), "actor": json.loads(target)["actor"],
        "timestamp": weeks_ago(OLD).isoformat(), "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": about(target),
    }  # fmt: skip
    empty.send(json.dumps(void).encode(), at=weeks_ago(OLD))
    fill(empty)
    assert empty.upkeep().statements == 23
    before = empty.counted()
    empty.send(target)
    assert empty.hub.late.count(str(empty.box.box), by="Nora") == 1
    assert empty.counted() == before
    assert id_of(target) not in found(empty)
    assert empty.is_whole()


def test_the_clock_of_the_hub_alone_lets_nothing_go(hub: OldHub) -> None:
    hub.clock.at = NOW + timedelta(days=3650)
    assert hub.upkeep().statements == 22
    assert hub.count() == 7, "what is there speaks of today, not of ten years ahead"


def test_a_night_takes_a_few_weeks_the_oldest_first(empty: OldHub) -> None:
    empty.send(*(said(weeks_ago(OLD + weeks), weeks) for weeks in range(6)), said(NOW), at=weeks_ago(OLD))
    empty.send(said(NOW))
    first = empty.upkeep(weeks=4)
    assert (first.statements, len(first.weeks), empty.count()) == (4, 4, 4)
    assert [one.monday for one in first.weeks] == sorted(one.monday for one in first.weeks)
    second = empty.upkeep(weeks=4)
    assert (second.statements, len(second.weeks), empty.count()) == (2, 2, 2)
    assert first.floor
    assert second.floor
    assert second.floor > first.floor


def test_words_that_went_are_nowhere(hub: OldHub) -> None:
    mixed = next(raw for raw in hub.sent if b"0.4" not in raw and actor(11).encode() in raw)
    hub.upkeep()
    with hub.hub.database.read() as db:
        words = b"".join(b"".join(map(bytes, unpack(bytes(row[0])))) for row in db.execute("SELECT packed FROM batch"))
    assert id_of(mixed).encode() not in words
    assert id_of(hub.sent[-1]).encode() in words
    raw = b"".join(file.read_bytes() for file in hub.folder.glob("hub.db*"))
    assert uuid.UUID(id_of(mixed)).bytes not in raw


def test_the_floor_is_a_monday_months_back_and_only_ids_that_tell_a_time_lie_below() -> None:
    limit = limit_of(int(NOW.timestamp() * 1000), 13)
    assert limit == int(NOW.replace(year=2025, month=10, hour=0).timestamp() * 1000)
    floor = highest_of(limit)
    assert week_after(floor - 1) == floor
    assert limit - floor >= 28 * 86_400_000
    assert limit_of(int(NOW.replace(month=3, day=31).timestamp() * 1000), 13) == int(
        NOW.replace(year=2025, month=2, day=28, hour=0).timestamp() * 1000
    )
    assert is_below(uuid.UUID(id_of(said(weeks_ago(OLD)))).bytes, floor)
    assert not is_below(uuid.UUID(id_of(said(weeks_ago(YOUNG)))).bytes, floor)
    assert not is_below(uuid.UUID(id_of(said(NOW.replace(year=2024)))).bytes, floor)
    assert not is_below((FIRST_MS + 1 << 80 | 4 << 76).to_bytes(16, "big"), floor)


def test_a_file_that_only_went_statements_brought_goes_and_one_that_is_needed_stays(empty: OldHub) -> None:
    empty.send(said(weeks_ago(OLD)), at=weeks_ago(OLD))
    empty.send(said(NOW))
    seqs = empty.hub.library.page(Selection.parse({"ascending": "true"}), owner=None).seqs
    files = [empty.folder / "attachments" / digest[:2] / digest for digest in ("a" * 64, "b" * 64)]
    with empty.hub.database.write() as db:
        for seq, file in ((seqs[0], files[0]), (seqs[0], files[1]), (seqs[1], files[1])):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"x")
            db.execute("INSERT INTO attachment VALUES (?, ?, 'text/plain', ?, 1)", (seq, file.name, file.name))
    assert empty.upkeep().statements == 1
    assert [file.exists() for file in files] == [False, True]
    assert empty.count("attachment") == 1
