"""A hub's whole history from its file into PostgreSQL: the same to whoever looks, or nothing; the file as it was."""

import json
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from content_packs.clock import SystemClock
from deploy.demo.country import make_country
from sync.hub.check import check
from sync.hub.cli import main
from sync.hub.engines.opening import open_database
from sync.hub.errors import DataError
from sync.hub.folder import DataFolder
from sync.hub.moving import statements as moved_statements
from sync.hub.moving.move import MovedTable, move
from sync.hub.opening import opened
from sync.ports import Credentials
from tests.integration.test_hub_pages import sign_in
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.postgres import Postgres
from tests.simulators.programs import Program
from tests.simulators.record_store import about, post, statement
from tests.simulators.waiting import eventually

PASSWORD = "tri fjalë të gjata"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
PLACE = {"activityId": "https://x.example/a", "agent": '{"mbox": "mailto:a@x.example"}', "stateId": "ë"}


@dataclass
class Filled:
    """A hub in a file that was used: 38 schools, other programs, somebody who was forgotten."""

    folder: Path
    program: Credentials

    @property
    def file(self) -> Path:
        return self.folder / "hub.db"

    def copy(self, to: Path) -> "Filled":
        return Filled(Path(shutil.copytree(self.folder, to)), self.program)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    data = tmp_path_factory.mktemp("move") / "hub"
    make_country(data, PASSWORD, schools=38)
    with running_hub(data) as hub:
        _use(hub, program := hub.program())
        hub.hub.refresher.refresh()
    return Filled(data, program)


def _use(hub: RunningHub, program: Credentials) -> None:
    """Do what leaves a trace in every table that a demo leaves empty."""
    first, group = statement(), {"objectType": "Group", "member": [{"mbox": "mailto:m@x.example"}]}
    with hub.client(program) as lrs:
        named = {"registration": "0b8f3c1e-8a51-4c3e-9f57-0d6f7f8a9b11", "instructor": {"mbox": "mailto:i@x.example"}}
        others = [statement(context=named), statement(actor=group), about(first["id"])]
        voiding = about(others[0]["id"], verb={"id": VOIDED})
        assert post(lrs, first, *others).status_code == 200
        assert post(lrs, voiding).status_code == 200
        assert lrs.put("/xapi/activities/state", params=PLACE, json={"a": 1}).status_code == 204
    box = hub.hub.boxes.all()[0]
    hub.hub.care.rename(box.id, "Klasa e parë", by="Nora")
    hub.hub.care.rename_school(box.school_id, f"{box.school} e re", by="Nora")
    with hub.hub.database.read() as db:
        name = str(db.execute("SELECT value FROM term t JOIN statement s ON s.actor = t.id LIMIT 1").fetchone()[0])
    sender = hub.hub.accounts.sender_of_box(box.id)
    assert sender
    hub.hub.forgetting.forget(sender, [name.rpartition(" ")[2]])


@pytest.fixture
def address(postgres: Postgres) -> Iterator[str]:
    reached = postgres.database()
    yield postgres.address(reached)
    postgres.drop(reached)


def test_a_moved_hub_shows_the_same_pages_and_gives_the_same_statements(
    filled: Filled, address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = filled.copy(tmp_path / "hub")
    with running_hub(mine.folder) as hub:
        before = _seen(hub, mine.program)
        schools = [box.school_id for box in hub.hub.boxes.all()[:3]]
        pages = _pages(hub, schools)
    raw = mine.file.read_bytes()
    assert main(["db", "move", "--to", address, "--data", str(mine.folder)]) == 0
    told = capsys.readouterr().out
    assert f'database = "{address}"' in told
    assert "statement" in told
    assert mine.file.read_bytes() == raw
    (mine.folder / "hub.toml").write_text(f'database = "{address}"\n', encoding="utf-8")
    mine.file.rename(mine.folder / "hub.db.moved")
    with running_hub(mine.folder) as hub:
        assert _seen(hub, mine.program) == before
        assert _pages(hub, schools) == pages
        assert check(hub.hub.database, hub.hub.attachments).problems == ()
        with hub.client(mine.program) as lrs:
            again = json.loads(json.dumps(before["all"][-1]))
            assert post(lrs, {name: again[name] for name in ("id", "actor", "verb", "object")}).status_code == 200
            assert post(lrs, statement()).status_code == 200
        assert len(hub.arrived(mine.program)) == len(before["all"]) + 1
        hub.enrol("Një shkollë e re")


def _seen(hub: RunningHub, program: Credentials) -> dict[str, list[object]]:
    """What a program gets: everything in order, and by what it looks for."""
    everything = hub.statements(program)
    item = next(one for one in everything if "item" in str(one["object"]))
    queries: tuple[dict[str, str], ...] = (
        {"limit": "20"}, {"activity": "http://example.org/activities/1"},
        {"agent": '{"mbox": "mailto:m@x.example"}'},
        {"agent": '{"mbox": "mailto:i@x.example"}', "related_agents": "true"},
        {"registration": "0b8f3c1e-8a51-4c3e-9f57-0d6f7f8a9b11"},
        {"activity": _context(item), "related_activities": "true", "limit": "50"},
        {"since": str(everything[len(everything) // 2]["stored"]), "ascending": "true", "limit": "30"},
    )  # fmt: skip
    with hub.client(program) as lrs:
        answers = [lrs.get("/xapi/statements", params=one).json()["statements"] for one in queries]
        state = lrs.get("/xapi/activities/state", params=PLACE).json()
    assert all(answers[n] for n in (0, 1, 2, 5, 6))
    return {"all": [*everything], "asked": answers, "state": [state]}


def _context(one: dict[str, object]) -> str:
    said = json.loads(json.dumps(one))
    return str(said["context"]["contextActivities"]["grouping"][0]["id"])


def _pages(hub: RunningHub, schools: list[str]) -> list[str]:
    """What people see, but for what is drawn anew each time."""
    found = []
    with hub.client() as client:
        sign_in(client, "ministria", PASSWORD)
        for path in ("/?period=year", "/municipalities/Gjilan", "/boxes", *(f"/schools/{one}" for one in schools),
                     "/tables/places.csv?period=year", "/tables/courses.csv"):  # fmt: skip
            answer = client.get(path)
            assert answer.status_code == 200
            found.append(_without_tokens(answer))
    return found


def _without_tokens(answer: httpx.Response) -> str:
    return "\n".join(line for line in answer.text.splitlines() if "csrf" not in line)


def test_weeks_with_many_statements_get_partitions_and_what_boxes_mention_is_shared(
    filled: Filled, address: str, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moved_statements, "WEEK_LEAST", 100)
    reached = f"host={postgres.folder} dbname={_name(address)} user=postgres"
    moved = {one.name: one for one in move(filled.copy(tmp_path / "hub").file, address, SystemClock(), _nothing)}
    count = "SELECT count(*) FROM {}"
    assert int(postgres.ask(reached, count.format("fact"))[0][0]) == moved["statement"].rows
    lies = postgres.ask(reached, "SELECT tableoid::regclass, count(*) FROM fact GROUP BY 1")
    assert len([name for name, _ in lies if name.startswith("fact_w")]) > 10
    assert int(postgres.ask(reached, count.format("related"))[0][0]) < moved["related"].rows / 100
    assert moved["document"].rows == moved["forgotten"].rows == moved["void"].rows == 1
    assert moved["former_name"].rows == 1


def _nothing(_table: MovedTable) -> None:
    """Say nothing."""


class _KilledError(BaseException):
    """Ends the program in the middle."""


def test_a_move_that_is_killed_leaves_an_empty_database_and_can_be_begun_anew(
    filled: Filled, address: str, tmp_path: Path
) -> None:
    mine = filled.copy(tmp_path / "hub")
    raw, heard = mine.file.read_bytes(), list[str]()

    def die(table: MovedTable) -> None:
        heard.append(table.name)
        if table.name == "statement":
            raise _KilledError

    with pytest.raises(_KilledError):
        move(mine.file, address, SystemClock(), die)
    assert "cell_learner" in heard
    assert mine.file.read_bytes() == raw
    assert move(mine.file, address, SystemClock(), _nothing)
    with pytest.raises(DataError, match="is not empty, and nothing in it was changed"):
        move(mine.file, address, SystemClock(), _nothing)


def test_a_move_whose_program_is_killed_leaves_an_empty_database_and_works_the_second_time(
    filled: Filled, address: str, postgres: Postgres, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine, reached = filled.copy(tmp_path / "hub"), f"host={postgres.folder} dbname={_name(address)} user=postgres"
    raw, words = mine.file.read_bytes(), ["db", "move", "--to", address, "--data", str(mine.folder)]
    program = Program.start(["schoolbox-hub", *words])
    eventually(lambda: any("cell_learner" in line for line in program.lines), saying=lambda: str(program.log))
    program.kill()
    assert program.process.returncode == -signal.SIGKILL
    assert postgres.ask(reached, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [["0"]]
    assert main(words) == 0
    assert "Moved and compared" in capsys.readouterr().out
    assert mine.file.read_bytes() == raw
    with closing(open_database(tmp_path / "nothing", address)) as database:
        assert check(database).problems == ()


def _name(address: str) -> str:
    return address.rpartition("/")[2].partition("?")[0]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("UPDATE document SET body = 'text'", "differs from what was sent: document"),
        ("UPDATE statement SET score_milli = 5, watched_ms = 7", "differs from what was sent: statement"),
        ("UPDATE statement SET item = 9999999999", "did not take everything"),
        ("INSERT INTO reference VALUES (x'00', 99999999)", "names statements that are not there"),
        ("PRAGMA user_version = 3", "has schema 3"),
    ],
)
def test_what_would_not_arrive_as_it_was_is_not_moved(
    filled: Filled, address: str, tmp_path: Path, damage: str, told: str
) -> None:
    mine = filled.copy(tmp_path / "hub")
    with closing(sqlite3.connect(mine.file)) as db:
        db.execute(damage)
        db.commit()
    with pytest.raises(DataError, match=told):
        move(mine.file, address, SystemClock(), _nothing)
    with pytest.raises(DataError, match="There is no hub in this database"):
        open_database(tmp_path / "nothing", address)


@pytest.mark.parametrize("day", [-400_000, 9_999_999])
def test_a_year_that_no_clock_can_mean_is_counted_when_it_came_and_keeps_nobody_here(
    filled: Filled, address: str, tmp_path: Path, day: int
) -> None:
    """Hubs kept such days at first; before the year 1252 a country's rows have no room for them."""
    mine = filled.copy(tmp_path / "hub")
    with closing(sqlite3.connect(mine.file)) as db:
        db.execute("UPDATE statement SET day = ? WHERE seq % 50 = 0", (day,))
        db.commit()
    assert main(["db", "check", "--repair", "--data", str(mine.folder)]) == 0
    move(mine.file, address, SystemClock(), _nothing)
    with closing(open_database(tmp_path / "nothing", address)) as database:
        assert check(database).problems == ()
        with database.read() as db:
            assert db.execute("SELECT count(*) FROM statement WHERE day = ?", (day,)).fetchone()[0] == 0
            assert db.execute("SELECT count(*) FROM touched WHERE day = ?", (day,)).fetchone()[0] > 0


def test_a_hub_that_runs_is_not_moved(filled: Filled, address: str, tmp_path: Path) -> None:
    mine = filled.copy(tmp_path / "hub")
    with opened(mine.folder), pytest.raises(DataError, match="Stop the hub"):
        move(mine.file, address, SystemClock(), _nothing)


def test_what_cannot_be_moved_is_told(
    filled: Filled, address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, nowhere = tmp_path / "hub", "postgresql://a@/b?host=%2Fnowhere"
    filled.copy(data)
    assert main(["db", "move", "--to", nowhere, "--data", str(data)]) == 8
    assert main(["db", "move", "--to", "", "--data", str(data)]) == 2
    assert main(["db", "move", "--to", address, "--data", str(tmp_path)]) == 8
    (data / "hub.toml").write_text(f'database = "{address}"\n', encoding="utf-8")
    assert main(["db", "move", "--to", address, "--data", str(data)]) == 2
    told = capsys.readouterr().err
    assert "cannot be reached" in told
    assert "There is no hub.db" in told
    assert "lie in PostgreSQL already" in told
    assert DataFolder(data).database.exists()
