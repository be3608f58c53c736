"""Copies of the database: whole, private, a few, by number and not by date."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from content_packs.clock import SystemClock
from content_packs.durable import Disk
from content_packs.errors import NotEnoughSpaceError
from schoolbox.db.database import Database
from schoolbox.db.models import Setting
from schoolbox.db.snapshots import KEPT, Snapshots, is_whole
from schoolbox.errors import DamagedDatabaseError


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "box.db", clock=SystemClock())
    opened.open()
    yield opened
    opened.close()


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "snapshots", disk=Disk())


def say(database: Database, value: str) -> None:
    database.write(lambda: database.run(Setting.insert(key="said", value=value).on_conflict_replace()))


def said(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        return str(connection.execute("SELECT value FROM setting WHERE key = 'said'").fetchone()[0])


def test_a_copy_holds_what_was_just_answered_and_only_its_owner_reads_it(
    database: Database, snapshots: Snapshots
) -> None:
    say(database, "first")
    taken = snapshots.take(database.path, keep_bytes=0)
    say(database, "second")
    assert said(taken.file) == "first"
    assert is_whole(taken.file)
    assert stat.S_IMODE(taken.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(taken.file.parent.stat().st_mode) == 0o700
    assert [file.name for file in taken.file.parent.iterdir()] == ["box-000001.db"]


def test_the_newest_stay_by_their_number_whatever_the_clock_said(database: Database, snapshots: Snapshots) -> None:
    for number in range(KEPT + 2):
        say(database, str(number))
        taken = snapshots.take(database.path, keep_bytes=0)
        os.utime(taken.file, (1_000_000 - number, 1_000_000 - number))  # a clock that runs backwards
    there = snapshots.newest_first()
    assert [each.number for each in there] == [7, 6, 5, 4, 3]
    assert said(there[0].file) == str(KEPT + 1)


def test_without_room_the_older_copies_stay(database: Database, snapshots: Snapshots) -> None:
    snapshots.take(database.path, keep_bytes=0)
    with pytest.raises(NotEnoughSpaceError):
        snapshots.take(database.path, keep_bytes=10**18)
    assert [each.number for each in snapshots.newest_first()] == [1]


def test_a_damaged_database_is_not_copied_and_the_older_copies_stay(tmp_path: Path, snapshots: Snapshots) -> None:
    database = Database(tmp_path / "box.db", clock=SystemClock())
    database.open()
    snapshots.take(database.path, keep_bytes=0)
    database.close()
    raw = bytearray(database.path.read_bytes())
    for start in range(4096 * 2, len(raw), 4096):
        raw[start : start + 512] = b"\xff" * 512
    database.path.write_bytes(raw)
    with pytest.raises(DamagedDatabaseError):
        snapshots.take(database.path, keep_bytes=0)
    assert [file.name for file in (tmp_path / "snapshots").iterdir()] == ["box-000001.db"]


@pytest.mark.parametrize("raw", [b"", b"no database", b"SQLite format 3\x00" + bytes(4080)])
def test_what_is_no_database_is_no_good_copy(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "box-000001.db").write_bytes(raw)
    assert not is_whole(tmp_path / "box-000001.db")


def test_a_copy_of_a_newer_program_is_no_good_copy(database: Database, snapshots: Snapshots) -> None:
    taken = snapshots.take(database.path, keep_bytes=0)
    with closing(sqlite3.connect(taken.file)) as connection:
        connection.execute("PRAGMA user_version = 999")
    assert not is_whole(taken.file)
