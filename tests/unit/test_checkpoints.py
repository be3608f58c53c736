"""What was committed moves into the database file beside the writer, and nothing depends on it."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from content_packs.clock import SystemClock
from schoolbox.db.checkpoints import COMMITS, Checkpoints
from schoolbox.db.database import Database
from schoolbox.db.models import Setting
from tests.simulators.waiting import eventually


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "box.db", clock=SystemClock())
    made.open()
    yield made
    made.close()


def _put(db: Database, key: str) -> None:
    db.write(lambda: db.run(Setting.insert(key=key, value="x")))


def _in_the_file_alone(path: Path) -> int:
    """How many settings the file holds without its log; 0 while it is being written."""
    alone = path.with_name("alone.db")
    shutil.copyfile(path, alone)
    connection = sqlite3.connect(alone)
    try:
        return int(connection.execute("SELECT count(*) FROM setting WHERE value = 'x'").fetchone()[0])
    except sqlite3.DatabaseError:
        return 0
    finally:
        connection.close()


def test_after_enough_commits_the_file_itself_holds_them(db: Database) -> None:
    for number in range(COMMITS - 1):
        _put(db, f"a{number}")
    assert _in_the_file_alone(db.path) == 0
    _put(db, "last")
    eventually(lambda: _in_the_file_alone(db.path) == COMMITS, saying="the log was not moved into the file")


def test_a_checkpoint_that_cannot_be_leaves_the_box_alone(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "gone.db")
    for _ in range(3 * COMMITS):
        checkpoints.note_commit()
    checkpoints.close()
    assert list(tmp_path.iterdir()) == []


def test_a_closed_database_leaves_no_thread_and_no_log(tmp_path: Path) -> None:
    made = Database(tmp_path / "box.db", clock=SystemClock())
    made.open()
    for number in range(COMMITS):
        _put(made, f"a{number}")
    mine = [each for each in threading.enumerate() if each.name == "checkpoints"]
    made.close()
    assert mine
    assert not any(each.is_alive() for each in mine)
    assert not (tmp_path / "box.db-wal").exists()
