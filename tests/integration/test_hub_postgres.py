"""A hub whose records a PostgreSQL server keeps: its commands, its copies, and a server that goes and comes back."""

import hashlib
import json
import secrets
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from content_packs.clock import SystemClock
from content_packs.durable import Disk
from sync.hub import engines
from sync.hub.backup import back_up
from sync.hub.check import check
from sync.hub.cli import main
from sync.hub.config import load_settings
from sync.hub.engines.postgres import PostgresDatabase
from sync.hub.engines.translation import translated
from sync.hub.errors import BadRequestError, ConfigError, DataError
from sync.hub.folder import DataFolder
from sync.hub.reports.places import EVERYTHING
from sync.sending_wire import SendingAsked
from tests.simulators.courier_rig import courier_box
from tests.simulators.hub import ADMIN, RunningHub, index_all, running_hub
from tests.simulators.postgres import Postgres, running_postgres
from tests.simulators.record_store import found, post, statement


def _settings(data: Path, address: str) -> None:
    data.mkdir()
    (data / "hub.toml").write_text(f'database = "{address}"\n', encoding="utf-8")


def test_a_hub_is_made_asked_checked_and_copied_by_its_commands(
    postgres: Postgres, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, reached = tmp_path / "hub", postgres.database()
    _settings(data, postgres.address(reached))
    (tmp_path / "password").write_text("tri fjalë të gjata\n", encoding="utf-8")
    assert main(["db", "check", "--data", str(data)]) == 8
    init = ["init", str(data), "--admin", ADMIN, "--password-file", str(tmp_path / "password")]
    assert main(init) == 0
    assert main(init) == 8
    assert main(["code", "create", "--school", "Agimi", "--municipality", "Gjilan", "--data", str(data)]) == 0
    assert main(["db", "check", "--repair", "--data", str(data)]) == 0
    assert main(["backup", "--to", str(tmp_path / "copies"), "--json", "--data", str(data)]) == 0
    told = capsys.readouterr()
    assert "There is a hub in this database already; nothing was changed." in told.err
    assert "0 statements in 0 batches: all is well." in told.out
    copy = Path(json.loads(told.out[told.out.rindex("{") :])["copy"])
    assert sorted(path.name for path in copy.iterdir()) == [
        "courier.age", "hub.dump", "hub.key", "hub.toml", "receipts.key",
    ]  # fmt: skip
    assert postgres.ask(reached, "SELECT name, municipality FROM school") == [["Agimi", "Gjilan"]]
    assert not (data / "hub.db").exists()


def test_a_copy_becomes_a_hub_again(postgres: Postgres, tmp_path: Path) -> None:
    sent = statement()
    with running_hub(tmp_path / "hub", database=postgres.address(postgres.database())) as hub:
        program = hub.program()
        with hub.client(program) as lrs:
            post(lrs, sent)
            folder, address = DataFolder(hub.folder), hub.hub.settings.values.database
            made = back_up(folder, tmp_path / "copies", keep=2, clock=SystemClock(), disk=Disk(), address=address)
            post(lrs, statement())
    into = postgres.address(postgres.database())
    restoring = ["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={into}", str(made / "hub.dump")]
    subprocess.run(restoring, check=True, capture_output=True)
    (made / "hub.toml").write_text(f'database = "{into}"\n', encoding="utf-8")
    with running_hub(made) as again, again.client(program) as lrs:
        assert found(lrs) == [sent["id"]]
        assert check(again.hub.database, again.hub.attachments).problems == ()


def test_what_comes_on_a_stick_counts_once_and_figures_made_anew_are_the_same(
    postgres: Postgres, tmp_path: Path
) -> None:
    database = postgres.address(postgres.database())
    with running_hub(tmp_path / "hub", database=database) as hub, courier_box(tmp_path / "box", hub) as school:
        school.learn(5)
        stick = school.stick()
        school.box.couriers.write(stick)
        kept = {path: path.read_bytes() for path in stick.rglob("*.courier")}
        for new, again in ((5, False), (0, True)):
            for path, raw in kept.items():
                path.write_bytes(raw)
            assert [(one.new, one.again, one.twin) for one in school.to_town(stick).taken] == [(new, again, False)]
        index_all(hub.hub)
        assert school.arrived() == school.ids
        assert school.box.couriers.read(stick).sent == 5
        assert hub.hub.refresher.refresh()
        before = _figures(hub)
        hub.hub.refresher.rebuild()
        assert _figures(hub) == before
        assert before["place_pack"]
        assert check(hub.hub.database).problems == ()


def _figures(hub: RunningHub) -> dict[str, list[object]]:
    with hub.hub.database.read() as db:
        tables = ("place_pack", "place_item", "place_area", "place_day", "place_week", "place_period")
        return {table: sorted(db.execute(f"SELECT * FROM {table}").fetchall()) for table in tables}


def test_a_document_is_stored_merged_listed_and_taken_away(postgres: Postgres, tmp_path: Path) -> None:
    place = {"activityId": "https://x.example/a", "agent": '{"mbox": "mailto:a@x.example"}', "stateId": "ë"}
    database = postgres.address(postgres.database())
    with running_hub(tmp_path / "hub", database=database) as hub, hub.client(hub.program()) as lrs:
        assert lrs.put("/xapi/activities/state", params=place, json={"a": 1, "b": 2}).status_code == 204
        assert lrs.post("/xapi/activities/state", params=place, json={"b": 3}).status_code == 204
        assert lrs.get("/xapi/activities/state", params=place).json() == {"a": 1, "b": 3}
        listed = {name: value for name, value in place.items() if name != "stateId"}
        assert lrs.get("/xapi/activities/state", params=listed).json() == ["ë"]
        assert lrs.delete("/xapi/activities/state", params=place).status_code == 204
        assert lrs.get("/xapi/activities/state", params=place).status_code == 404


def test_a_sealed_file_goes_from_one_school_to_another(postgres: Postgres, tmp_path: Path) -> None:
    raw, number = secrets.token_bytes(1000), "a" * 32
    with running_hub(tmp_path / "hub", database=postgres.address(postgres.database())) as hub:
        boxes = [hub.enrol(school).credentials for school in ("Agimi", "Drita")]
        senders = [hub.hub.accounts.sender(one.key, one.secret) for one in boxes]
        for sender in senders:
            hub.hub.carrier.all_of(sender)
        found_schools = hub.hub.carrier.schools(senders[0], "").schools
        assert found_schools is not None
        assert [one.name for one in found_schools] == ["Drita"]
        asked = SendingAsked(to=found_schools[0].id, size_bytes=len(raw), sha256=hashlib.sha256(raw).hexdigest())
        hub.hub.carrier.begin(senders[0], number, asked)
        assert hub.hub.carrier.take_piece(senders[0], number, 0, raw).state == "waiting"
        assert [one.school for one in hub.hub.carrier.all_of(senders[1]).for_me] == ["Agimi"]
        assert hub.hub.carrier.piece(senders[1], number, 0) == raw
        assert [one.to_school for one in hub.hub.carrier.seen(EVERYTHING)] == ["Drita"]
        hub.hub.carrier.let_go(senders[0], number)
        assert hub.hub.carrier.all_of(senders[1]).for_me == ()


def test_a_copy_that_cannot_be_made_leaves_nothing(postgres: Postgres, tmp_path: Path) -> None:
    data, address = tmp_path / "hub", postgres.address(postgres.database())
    _settings(data, address)
    DataFolder(data).make(Disk(), secrets.token_bytes, address)
    gone = address.replace("test", "nobodys")
    with pytest.raises(DataError, match="pg_dump could not copy the database"):
        back_up(DataFolder(data), tmp_path / "copies", keep=1, clock=SystemClock(), disk=Disk(), address=gone)
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_hub_goes_on_when_its_server_was_away(tmp_path: Path) -> None:
    before, after = statement(), statement()
    with running_postgres() as server:
        database = server.address(server.database())
        with running_hub(tmp_path / "hub", database=database) as hub, hub.client(hub.program()) as lrs:
            assert post(lrs, before).status_code == 200
            server.crash()
            answer = post(lrs, after)
            assert (answer.status_code, answer.json()["error"]) == (503, "data")
            assert "Try again later" in answer.json()["message"]
            server.start()
            assert post(lrs, after).status_code == 200
            assert found(lrs, ascending="true") == [before["id"], after["id"]]
            assert check(hub.hub.database).problems == ()


def test_a_server_that_is_not_there_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _settings(tmp_path / "hub", "postgresql://schoolbox@/schoolbox?host=%2Fnowhere")
    DataFolder(tmp_path / "hub").key.write_text("00" * 32)
    assert main(["box", "list", "--data", str(tmp_path / "hub")]) == 8
    told = capsys.readouterr().err
    assert "The database schoolbox cannot be reached" in told
    assert "Nothing was changed." in told


def test_two_databases_at_once_are_refused(postgres: Postgres, tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "hub")
    folder.make(Disk(), secrets.token_bytes)
    with pytest.raises(DataError, match=r"hub\.db holds a hub, and the setting database names another"):
        folder.open_database(postgres.address(postgres.database()))


def test_a_database_that_keeps_no_utf8_is_refused(postgres: Postgres, tmp_path: Path) -> None:
    reached = postgres.database()
    postgres.ask(reached, "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    address = postgres.address(reached).replace(postgres.name_of(reached), "latin")
    with pytest.raises(DataError, match="keeps no UTF-8"):
        DataFolder(tmp_path / "hub").make(Disk(), secrets.token_bytes, address)


def test_a_database_of_a_newer_program_is_refused(postgres: Postgres, tmp_path: Path) -> None:
    reached = postgres.database()
    folder, address = DataFolder(tmp_path / "hub"), postgres.address(reached)
    folder.make(Disk(), secrets.token_bytes, address)
    postgres.ask(reached, "INSERT INTO migration (name) VALUES ('9999_later.sql')")
    with pytest.raises(DataError, match=r"9999_later\.sql, newer than this program"):
        folder.open_database(address)


@pytest.mark.parametrize("address", ["postgresql://a:secret@db/hub", "postgresql://a@db/hub?password=secret"])
def test_a_password_does_not_stand_in_the_settings(tmp_path: Path, address: str) -> None:
    _settings(tmp_path / "hub", address)
    with pytest.raises(ConfigError, match="Write it into a passfile") as told:
        load_settings(tmp_path / "hub" / "hub.toml", {}, {})
    assert "secret" not in told.value.message


def test_what_the_database_cannot_keep_is_the_fault_of_the_request(postgres: Postgres, tmp_path: Path) -> None:
    address = postgres.address(postgres.database())
    DataFolder(tmp_path / "hub").make(Disk(), secrets.token_bytes, address)
    database = PostgresDatabase(address)

    def keep(name: str) -> None:
        with database.write() as db:
            db.execute("INSERT INTO school (public_id, name, municipality, created_at) VALUES (?, '', '', '')", (name,))

    for name in ("a\0b", secrets.token_hex(10_000)):
        with pytest.raises(BadRequestError, match="none that the database can keep"):
            keep(name)
    with database.read() as db, pytest.raises(psycopg.Error, match="read-only"):
        db.execute("DELETE FROM school")
    database.close()


def test_without_the_driver_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(engines, "postgres", raising=False)
    monkeypatch.delitem(sys.modules, "sync.hub.engines.postgres", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DataError, match=r"deploy/environment\.sh hub"):
        DataFolder(tmp_path / "hub").open_database("postgresql://a@b/c")


def test_a_script_is_said_in_the_words_of_postgresql() -> None:
    script = "-- INTEGER\nCREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER, t TEXT, r REAL, b BLOB) WITHOUT ROWID;"
    assert translated(script).strip() == (
        "CREATE TABLE a (id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, n BIGINT, t TEXT COLLATE \"C\","
        " r DOUBLE PRECISION, b BYTEA);"
    )
