"""While its program is tried a box answers the updater alone; then it opens by itself (UPDATES 6.5)."""

import sqlite3
from pathlib import Path

import httpx
import pytest

from schoolbox import __version__
from schoolbox.db.database import Database
from sync.languages import LANGUAGES
from tests.simulators.clock import HandClock
from tests.simulators.programs import Program, ready
from tests.simulators.waiting import eventually


def tried(data: Path, settings: Path) -> Program:
    """A box with a file of settings."""
    words = ("--host", "127.0.0.1", "--port", "0", "--announce", "no")
    return ready(Program.start(["schoolbox", "--config", settings, "--data", data, "--json", "serve", *words]))


def test_a_box_that_is_tried_answers_nobody_else_until_the_note_is_gone(tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "trying.json").write_text("{}")
    settings = tmp_path / "box.toml"
    settings.write_text(f'app = "{app}"\n')
    box = tried(tmp_path / "data", settings)
    try:
        health = httpx.get(f"{box.url}/health", trust_env=False)
        page = httpx.get(f"{box.url}/", trust_env=False)

        assert health.json() == {"ok": True, "version": __version__, "trial": True}
        assert (page.status_code, page.headers["retry-after"]) == (503, "10")
        assert all(f'lang="{tag}"' in page.text for tag in LANGUAGES)
        assert "set-cookie" not in page.headers
        assert not (tmp_path / "data" / "snapshots").exists()

        (app / "trying.json").unlink()

        eventually(lambda: httpx.get(f"{box.url}/", trust_env=False).status_code == 200)
        assert "trial" not in httpx.get(f"{box.url}/health", trust_env=False).json()
        (app / "trying.json").write_text("{}")
        assert httpx.get(f"{box.url}/", trust_env=False).status_code == 200
    finally:
        box.stop()
    assert "Traceback" not in box.said()


def test_a_box_that_is_tried_stops_when_it_is_told_to(tmp_path: Path) -> None:
    (tmp_path / "trying.json").write_text("{}")
    settings = tmp_path / "box.toml"
    settings.write_text(f'app = "{tmp_path}"\n')
    box = tried(tmp_path / "data", settings)

    assert box.stop(within_s=45.0) == 0
    assert "Traceback" not in box.said()


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """An open database."""
    database = Database(tmp_path / "box.db", clock=HandClock())
    database.open()
    return database


def test_a_database_that_takes_a_write_shows_nothing_of_it(database: Database, tmp_path: Path) -> None:
    before = sqlite3.connect(tmp_path / "box.db").execute("SELECT count(*) FROM sqlite_schema").fetchone()

    assert database.takes_a_write()
    assert database.takes_a_write()

    assert sqlite3.connect(tmp_path / "box.db").execute("SELECT count(*) FROM sqlite_schema").fetchone() == before
    database.close()


def test_one_that_takes_none_says_so(database: Database) -> None:
    database.close()

    assert not database.takes_a_write()
