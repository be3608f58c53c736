"""The hub's rules that need no server: counting, sameness, settings, slowing down, errors, secrets."""

import inspect
import random
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw
from msgspec.structs import replace

from content_packs.clock import SystemClock
from sync import iris
from sync.hub import errors
from sync.hub.accounts import Sender
from sync.hub.boxes import Box
from sync.hub.check import check, repair_rollups
from sync.hub.config import load_settings
from sync.hub.engines.sqlite import MIGRATIONS, connect, migrate
from sync.hub.errors import OUTCOMES, ConfigError, DataError, HubError, TooManyTriesError
from sync.hub.keyed import Keyed, hash_password, password_matches
from sync.hub.lrs.facts import facts_of
from sync.hub.lrs.fingerprint import fingerprint
from sync.hub.lrs.rules import read_statement
from sync.hub.reports.hiding import percent, shown
from sync.hub.services import Hub
from sync.hub.throttle import FREE_TRIES, KEYS_MAX, WAIT_MAX_S, Throttle
from sync.hub.views import boxes_view, silent_by_place
from tests.simulators.clock import HandClock
from tests.simulators.hub import make_data, open_hub
from tests.simulators.learning import WALL_AT, Classroom
from tests.unit.test_statements import VECTORS


def test_every_error_of_the_hub_stands_in_the_table_and_in_the_tree() -> None:
    kinds = {kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, HubError)}
    assert kinds == set(OUTCOMES)
    assert all(kind.__name__ in (errors.__doc__ or "") for kind in kinds)
    assert all(outcome.exit_code not in (0, 3) for outcome in OUTCOMES.values())


def test_silent_boxes_are_counted_by_municipality_and_school() -> None:
    now = datetime(2025, 9, 25, tzinfo=UTC)
    box = Box(
        id="b", school_id="a1", school="Agimi", municipality="Gjilan", enrolled_at=now, heard_at=None, reported_at=None,
        version="1", waiting=0, quarantined=0, disk_free_bytes=0, disk_total_bytes=0, clock_at=None, clock_trusted=True,
        packs=0, pupils=0, twin_at=None, couriers=0, temperature_c=None, clock_error_s=None, label="", successor="",
        withdrawn=False,
    )  # fmt: skip
    heard = replace(box, school_id="d1", school="Drita", heard_at=now)
    found = silent_by_place(boxes_view([box, heard], now, silent_days=7))
    assert (found["m:Gjilan"], found["s:a1"], found["s:d1"], found["m:Prizren"]) == (1, 1, 0, 0)


def sender(hub: Hub) -> Sender:
    issued = hub.credentials.add("test", ["all"], lambda size: random.randbytes(size).hex())
    return hub.accounts.sender(issued.key, issued.secret)


def void(raw: bytes) -> bytes:
    target = msgspec.json.decode(raw)["id"]
    return msgspec.json.encode({
        "actor": {"mbox": "mailto:a@e.org"}, "verb": {"id": iris.VOIDED},
        "object": {"objectType": "StatementRef", "id": target},
    })  # fmt: skip


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_counting_batch_by_batch_is_counting_all_at_once(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    chance = random.Random(seed)
    hub = open_hub(make_data(tmp_path_factory.mktemp("hub") / "data"), SystemClock())
    try:
        who, rooms = sender(hub), [Classroom(grade=grade, class_id=f"c{grade}") for grade in (6, 7)]
        sent: list[bytes] = []
        for _ in range(4):
            batch = []
            for _ in range(chance.randint(1, 8)):
                room, pupil = chance.choice(rooms), chance.randint(0, 3)
                passed = room.passed(pupil, raw=chance.randint(0, 5))
                batch.append(room.watched(pupil) if chance.random() < 0.5 else passed)
            sent += batch
            batch += [void(raw) for raw in chance.sample(sent, k=min(len(sent), chance.randint(0, 2)))]
            hub.intake.take([Raw(raw) for raw in batch], who)
            assert check(hub.database).problems == ()
    finally:
        hub.close()


def test_a_damaged_roll_up_is_noticed_and_repaired(tmp_path: Path) -> None:
    hub = open_hub(make_data(tmp_path / "data"), SystemClock())
    hub.intake.take([Raw(Classroom().passed(pupil)) for pupil in range(6)], sender(hub))
    with hub.database.write() as db:
        db.execute("UPDATE cell SET learners = learners + 1")
    assert check(hub.database).problems == ("the roll-up cell differs",)
    hub.refresher.refresh()
    repair_rollups(hub.database)
    assert check(hub.database).problems == ()
    assert hub.refresher.refresh()
    hub.close()


def test_an_untrusted_clock_counts_on_the_day_of_arrival(tmp_path: Path) -> None:
    clock = HandClock(at=datetime(2025, 10, 1, 9, tzinfo=UTC))
    hub = open_hub(make_data(tmp_path / "data"), clock)
    room = Classroom()
    trusted, wrong, ahead = room.passed(1), room.passed(2), room.passed(3)
    wrong = wrong.replace(b'"clock_trusted":true', b'"clock_trusted":false').replace(b"2025-09-25", b"1970-01-01")
    ahead = ahead.replace(b"2025-09-25", b"2031-01-01")
    hub.intake.take([Raw(trusted), Raw(wrong), Raw(ahead)], sender(hub))
    today = datetime(2025, 10, 1, tzinfo=UTC).timestamp() // 86_400
    with hub.database.read() as db:
        assert db.execute("SELECT day, statements FROM daily ORDER BY day").fetchall() == [(today - 6, 1), (today, 2)]
    hub.close()


def test_what_is_counted_of_a_statement_is_what_the_box_wrote() -> None:
    facts = facts_of(read_statement(Raw(Classroom().watched()), index=0))
    assert (facts.grade, facts.area, facts.watched_ms, facts.completed) == (6, "math", 60_000, False)
    assert facts.item == f"{iris.ITEM}mash:pjeset"
    facts = facts_of(read_statement(Raw(Classroom().passed()), index=0))
    assert (facts.score_milli, facts.completed, facts.watched_ms) == (800, True, 0)


def test_a_lesson_is_kept_and_counted_nowhere_because_its_items_are() -> None:
    for name, actor in (("lesson_assigned", iris.BOX_HOME), ("lesson_completed", iris.ACTOR_HOME)):
        facts = facts_of(read_statement(Raw(VECTORS[name]), index=0))
        assert facts.actor.startswith(f"account:{actor} ")
        assert (facts.item, facts.completed, facts.grade, facts.school, facts.titles) == ("", False, 6, "s1", ())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ('"verb":{"id":"http://e.org/v","display":{"en":"x"}}', '"verb":{"id":"http://e.org/v"}', True),
        ('"result":{"score":{"raw":2}}', '"result":{"score":{"raw":2.0}}', True),
        ('"result":{"score":{"raw":2}}', '"result":{"score":{"raw":3}}', False),
        ('"stored":"2025-01-01T00:00:00Z"', '"version":"1.0.3"', True),
        ('"context":{"platform":"a"}', '"context":{"platform":"b"}', False),
        ('"object":{"id":"http://e.org/1"}', '"object":{"id":"http://e.org/1","definition":{}}', True),
        ('"object":{"id":"http://e.org/1"}', '"object":{"objectType":"Activity","id":"http://e.org/2"}', False),
    ],
)
def test_two_spellings_of_one_statement_are_the_same(one: str, other: str, same: bool) -> None:
    rest = '"actor":{"mbox":"mailto:a@e.org"}'
    assert (fingerprint(f"{{{rest},{one}}}".encode()) == fingerprint(f"{{{rest},{other}}}".encode())) is same


def test_settings_come_from_the_file_then_the_environment_then_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "hub.toml"
    path.write_text('port = 1\ntitle = "A"\nhttps = true\n', encoding="utf-8")
    loaded = load_settings(path, {"SCHOOLBOX_HUB_PORT": "2", "SCHOOLBOX_HUB_THREADS": "3"}, {"port": "4"})
    assert (loaded.values.port, loaded.values.title, loaded.values.https, loaded.values.threads) == (4, "A", True, 3)
    names = ("port", "threads", "title", "host")
    expected = ["command line", "SCHOOLBOX_HUB_THREADS", str(path), "default"]
    assert [loaded.origin(name) for name in names] == expected


@pytest.mark.parametrize(
    ("text", "environ", "words"),
    [
        ("prot = 1", {}, "prot"),
        ("port = 70000", {}, "port"),
        ("port =", {}, "hub.toml"),
        ("", {"SCHOOLBOX_HUB_PROT": "1"}, "prot"),
        ("", {"SCHOOLBOX_HUB_PORT": "many"}, "port"),
        ("", {"SCHOOLBOX_HUB_PUBLIC_URL": "javascript:1"}, "public_url"),
    ],
)
def test_an_unknown_or_impossible_setting_is_an_error(
    tmp_path: Path, text: str, environ: dict[str, str], words: str
) -> None:
    (tmp_path / "hub.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=words):
        load_settings(tmp_path / "hub.toml", environ, {})


def test_wrong_tries_wait_longer_and_longer_and_never_for_ever() -> None:
    clock = HandClock(WALL_AT)
    throttle = Throttle(clock)
    for _ in range(FREE_TRIES):
        throttle.check("a")
        throttle.failed("a")
    waits = []
    for _ in range(12):
        with pytest.raises(TooManyTriesError) as caught:
            throttle.check("a")
        waits.append(caught.value.retry_after_s)
        throttle.check("b")
        clock.monotonic += caught.value.retry_after_s
        throttle.check("a")
        throttle.failed("a")
    assert waits == sorted(waits)
    assert max(waits) <= WAIT_MAX_S + 1
    throttle.succeeded("a")
    throttle.check("a")


def test_guessing_under_many_names_does_not_fill_the_memory() -> None:
    throttle = Throttle(HandClock(WALL_AT))
    for number in range(KEYS_MAX + 50):
        throttle.failed(str(number))
    assert len(throttle._tries) == KEYS_MAX


@pytest.mark.parametrize(("pupils", "seen"), [(0, 0), (1, None), (4, None), (5, 5), (28, 28)])
def test_one_to_four_pupils_are_not_shown(pupils: int, seen: int | None) -> None:
    assert shown(pupils) == seen
    assert (percent(1, 2, pupils=pupils) is None) == (pupils < 5)


def test_secrets_are_kept_as_hashes_with_a_key() -> None:
    one, other = Keyed(b"1" * 32), Keyed(b"2" * 32)
    assert one.matches("s", one.digest("s"))
    assert not one.matches("t", one.digest("s"))
    assert one.digest("s") != other.digest("s")
    stored = hash_password("tri fjalë", b"0" * 16)
    assert password_matches("tri fjalë", stored)
    assert not password_matches("tri fjale", stored)
    assert "fjal" not in stored


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    assert migrate(path) == len(list(MIGRATIONS.glob("*.sql")))
    db = connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(DataError, match="newer"):
        migrate(path)


def test_a_damaged_database_is_said_plainly(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    path.write_bytes(b"this is no database" * 1000)
    with pytest.raises(DataError, match="backup"):
        migrate(path)
