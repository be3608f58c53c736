"""Letting go of old weeks as people and programs see it: command, page, header, and a move to PostgreSQL."""

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from content_packs.clock import SystemClock
from sync.hub.check import check
from sync.hub.cli import main
from sync.hub.config import load_settings
from sync.hub.engines.opening import open_database
from sync.hub.errors import ConfigError
from sync.hub.moving.move import move
from sync.ports import Credentials
from tests.integration.test_hub_pages import sign_in
from tests.simulators.clock import HandClock
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.old_weeks import NOW, OLD, id_of, old_hub, said, weeks_ago
from tests.simulators.postgres import Postgres

FLOOR = "2025-07-28"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A hub in a file with an old week, of which one statement was voided before it came, and today's."""
    with old_hub(tmp_path, "") as hub:
        hub.send(said(weeks_ago(OLD)), said(weeks_ago(OLD), 1), at=weeks_ago(OLD))
        awaited = {"objectType": "StatementRef", "id": id_of(said(weeks_ago(OLD)))}
        verb = {"id": "http://adlnet.gov/expapi/verbs/voided"}
        void = {**json.loads(said(weeks_ago(OLD))), "verb": verb, "object": awaited}
        words = {name: void[name] for name in ("id", "actor", "verb", "object")}
        hub.send(json.dumps(words).encode(), at=weeks_ago(OLD))
        hub.send(said(NOW))
        return hub.folder


@pytest.fixture
def hub(data: Path) -> Iterator[RunningHub]:
    with running_hub(data, HandClock(NOW)) as running:
        yield running


def test_the_command_says_what_would_go_then_lets_it_go(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--data", str(data)]
    assert main(["db", "upkeep", "--dry-run", *words]) == 0
    said_before = capsys.readouterr().out
    assert "Statements older than 13 months: 3 would go; nothing was changed." in said_before
    assert "  week of 2025-07-21: 3" in said_before
    assert main(["db", "check", *words]) == 0
    assert capsys.readouterr().out.startswith("4 statements")
    assert main(["db", "upkeep", *words]) == 0
    told = capsys.readouterr().out
    assert "3 went; figures stay as they were." in told
    assert f"All from {FLOOR} on is kept." in told
    assert main(["db", "check", *words]) == 0
    assert capsys.readouterr().out == "1 statements in 1 batches: all is well.\n"
    assert main(["db", "upkeep", "--weeks", "0", *words]) == 2
    assert "At least one week" in capsys.readouterr().err
    (data / "hub.toml").unlink()
    for more in (["--dry-run"], []):
        assert main(["db", "upkeep", *more, *words]) == 0
        assert "kept for ever" in capsys.readouterr().out


@pytest.mark.parametrize("months", [1, 12])
def test_a_setting_that_would_lose_a_years_backlog_is_refused_with_a_sentence(tmp_path: Path, months: int) -> None:
    with pytest.raises(ConfigError, match=f"keep_months = {months} is too short: .* Say 13 or more, or 0"):
        load_settings(tmp_path / "hub.toml", {}, {"keep_months": str(months)})
    for nonsense in ("-1", "1201", "x"):
        with pytest.raises(ConfigError, match="keep_months"):
            load_settings(tmp_path / "hub.toml", {"SCHOOLBOX_HUB_KEEP_MONTHS": nonsense}, {})
    assert load_settings(tmp_path / "hub.toml", {}, {"keep_months": "13"}).values.keep_months == 13


def test_a_reader_is_told_from_when_on_everything_is_there_and_a_writer_what_to_do(hub: RunningHub) -> None:
    program = hub.program()
    with hub.client(program) as lrs:
        page = lrs.get("/xapi/statements", params={"ascending": "true"})
        assert "Schoolbox-Floor" not in page.headers
        ids = [one["id"] for one in page.json()["statements"]]
        hub.hub.retention.let_go()
        page = lrs.get("/xapi/statements", params={"ascending": "true", "since": "2025-01-01T00:00:00Z"})
        assert [one["id"] for one in page.json()["statements"]] == ids[-1:]
        assert page.headers["Schoolbox-Floor"] == f"{FLOOR}T00:00:00.000Z"
        gone = lrs.get("/xapi/statements", params={"statementId": ids[0]})
        assert gone.status_code == 404
        assert gone.headers["Schoolbox-Floor"] == f"{FLOOR}T00:00:00.000Z"
        assert "Schoolbox-Floor" not in lrs.get("/xapi/about").headers
        old = said(weeks_ago(OLD))
        refused = lrs.post("/xapi/statements", content=old, headers={"Content-Type": "application/json"})
        assert refused.status_code == 403
        assert refused.json()["error"] == "too-old"
        assert refused.json()["index"] == 0
        assert FLOOR in refused.json()["message"]
        timeless = {**json.loads(old), "id": str(uuid.uuid4())}
        assert lrs.post("/xapi/statements", json=timeless).status_code == 200


def test_what_came_late_stands_on_the_page_until_somebody_decides(hub: RunningHub) -> None:
    hub.hub.retention.let_go()
    late, other = hub.enrol("Drita"), hub.enrol("Agimi")
    for enrolled, pupil in ((late, 5), (other, 6)):
        _send(hub, enrolled.credentials, said(weeks_ago(OLD), pupil), said(weeks_ago(OLD), pupil + 10))
    before = hub.count()
    with hub.client() as ministry:
        sign_in(ministry)
        assert "What could not be stored · 4 wait</a>" in ministry.get("/boxes").text
        page = ministry.get("/refused").text
        assert page.count("2 statements, made on 23 July 2025.") == 2
        assert "The figures have nothing of this school for those days." in page
        assert "The figures have 2 statements of this school for those days." in page
        boxes = dict(zip(("Agimi", "Drita"), re.findall(r'name="box" value="(\w+)"', page)[::2], strict=True))
        assert _press(ministry, boxes["Drita"], "count").status_code == 303
        page = ministry.get("/refused").text
        assert "2 statements count now" in page
        assert "Drita, Gjilan" not in page
        assert hub.count() == before + 2
        assert "2 late statements were counted" in ministry.get(f"/boxes/{boxes['Drita']}").text
        for box, what in ((boxes["Drita"], "count"), ("nobody", "let-go"), (boxes["Agimi"], "both")):
            assert _press(ministry, box, what).status_code == 303
        assert "Agimi, Gjilan" in ministry.get("/refused").text
        assert _press(ministry, boxes["Agimi"], "let-go").status_code == 303
        page = ministry.get("/refused").text
        assert "The hub has let go of 2 statements." in page
        assert "Everything could be stored" in page
        assert "2 late statements were let go of" in ministry.get(f"/boxes/{boxes['Agimi']}").text
    assert hub.count() == before + 2
    assert check(hub.hub.database).problems == ()


def test_late_statements_are_listed_and_counted_by_the_command_too(
    hub: RunningHub, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.hub.retention.let_go()
    box = hub.enrol("Drita")
    _send(hub, box.credentials, said(weeks_ago(OLD), 5))
    words = ["--data", str(hub.folder)]
    assert main(["db", "refused", *words]) == 0
    listed = capsys.readouterr().out
    assert "1 statements: late, made from 2025-07-23 to 2025-07-23 (the figures have 0 of its school then)" in listed
    number = re.search(r"count-late --box (\w+)", listed)
    assert number
    assert main(["db", "count-late", "--box", number[1], *words]) == 0
    assert capsys.readouterr().out.startswith("1 statements count now")
    assert main(["db", "refused", *words]) == 0
    assert "Every statement could be stored." in capsys.readouterr().out


def test_a_hub_that_let_go_of_weeks_moves_to_postgres_with_what_stays_of_them(
    data: Path, postgres: Postgres
) -> None:
    with running_hub(data, HandClock(NOW)) as hub:
        hub.hub.retention.let_go()
        box = hub.enrol("Drita")
        _send(hub, box.credentials, said(weeks_ago(OLD), 5))
    move(data / "hub.db", address := postgres.address(postgres.database()), SystemClock(), lambda _: None)
    with closing(open_database(data / "none.db", address)) as database:
        assert check(database).problems == ()
        with database.read() as db:
            for table, rows in (("past_day", 1), ("past_standing", 2), ("retention", 1), ("void", 1), ("refused", 1)):
                assert db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == rows


def _send(hub: RunningHub, box: Credentials, *raws: bytes) -> None:
    with hub.client(box) as client:
        answer = client.post("/xapi/statements", content=b"[" + b",".join(raws) + b"]",
                             headers={"Content-Type": "application/json"})  # fmt: skip
    assert answer.status_code == 200
    assert answer.json() == [id_of(raw) for raw in raws]


def _press(client: httpx.Client, box: str, what: str) -> httpx.Response:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/orders").text)
    assert token
    return client.post("/refused/late", data={"box": box, "do": what, "csrf_token": token[1]})
