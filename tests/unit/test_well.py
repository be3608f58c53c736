"""Systemd hears that the box is well only after its database answered and its server turned."""

import logging
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from content_packs.clock import SystemClock
from schoolbox.db.database import Database
from schoolbox.jobs.well import WellJob
from tests.simulators.waiting import eventually

SOON_S = 0.05


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "box.db", clock=SystemClock())
    made.open()
    yield made
    made.close()


class Watched:
    """A job on its thread, with everything it said."""

    def __init__(self, db: Database) -> None:
        self.said, self.serving, self.stop = 0, True, threading.Event()
        self.job = WellJob(db, serves=lambda: self.serving, every_s=SOON_S, say=self._say)
        self.thread = threading.Thread(target=self.job.run, args=(self.stop,))

    def _say(self) -> None:
        self.said += 1

    def __enter__(self) -> "Watched":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.job.wake()
        self.thread.join(45)


def test_it_says_again_and_again_that_all_is_well(db: Database) -> None:
    with Watched(db) as watched:
        eventually(lambda: watched.said > 3, saying="nothing was said")


def test_while_the_writer_hangs_nothing_is_said(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    hang = threading.Event()
    hanging = threading.Thread(target=db.write, args=(lambda: hang.wait(45),))
    hanging.start()
    with caplog.at_level(logging.ERROR), Watched(db) as watched:
        eventually(lambda: "database_silent" in caplog.text, saying="nobody noticed")
        assert watched.said == 0
        hang.set()
        eventually(lambda: watched.said > 0, saying="it did not recover")
    hanging.join(45)


def test_while_the_server_does_not_turn_nothing_is_said(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    watched = Watched(db)
    watched.serving = False
    with caplog.at_level(logging.ERROR), watched:
        eventually(lambda: "server_silent" in caplog.text, saying="nobody noticed")
        assert watched.said == 0


def test_asking_writes_nothing_onto_the_card(db: Database) -> None:
    def files() -> dict[str, tuple[int, int]]:
        found = [(path.name, path.stat()) for path in db.path.parent.iterdir() if path.suffix != ".db-shm"]
        return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in found}

    db.write(lambda: db.run_sql("CREATE TABLE much (raw)"))
    before = files()
    assert db.answers(within_s=45)
    assert files() == before


def test_a_database_that_others_hold_still_reads_and_that_is_an_answer(tmp_path: Path) -> None:
    made = Database(tmp_path / "box.db", clock=SystemClock())
    made.open()
    made.fetch_sql(int, "PRAGMA busy_timeout=1")
    made.write(lambda: made.fetch_sql(int, "PRAGMA busy_timeout=1"))
    other = sqlite3.connect(tmp_path / "box.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # to the writer as a disk that is full or read-only: it refuses
    assert made.answers(within_s=45)
    other.close()
    made.close()


def test_a_database_that_is_not_open_is_no_answer(tmp_path: Path) -> None:
    assert not Database(tmp_path / "box.db", clock=SystemClock()).answers(within_s=1)


def test_a_damaged_database_is_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "box.db"
    made = Database(path, clock=SystemClock())
    made.open()
    with path.open("r+b") as file:
        file.write(b"something else" * 400)
    made.close_thread()  # what is asked now is read from the disk
    answers: list[bool] = []
    asking = threading.Thread(target=lambda: answers.append(made.answers(within_s=45)))
    asking.start()
    asking.join(45)
    made.close()
    assert answers == [False]


def test_compacting_takes_as_long_as_it_takes(db: Database) -> None:
    with db._gate:  # what compacting holds; a real one is over before anybody could ask
        db._compacting = True
        assert db.answers(within_s=SOON_S)
        db._compacting = False
        assert not db.answers(within_s=SOON_S)
    assert db.answers(within_s=45)
