"""Migrations: up to date or exactly as it was."""

import contextlib
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from content_packs.clock import SystemClock
from schoolbox.db import migrate
from schoolbox.db.database import Database
from schoolbox.errors import DamagedDatabaseError, NewerDatabaseError

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
GOLDEN = Path(__file__).parent.parent / "data" / "schema1.sql"
NEXT = "CREATE TABLE parent (id INTEGER PRIMARY KEY) ; ALTER TABLE setting ADD COLUMN note TEXT NOT NULL DEFAULT '';"


def _schema(path: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
    connection.close()
    return [(str(name), str(sql)) for name, sql in rows]


def _rows(path: Path, table: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(f"SELECT * FROM {table}").fetchall()
    finally:
        connection.close()


def _version(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def _golden(path: Path) -> Path:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(GOLDEN.read_text(encoding="utf-8"))
    connection.close()
    return path


@pytest.fixture
def with_next(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """The list of migrations with one more at its end, as a later version of the program would have it."""
    known = [*migrate.migrations(), (migrate.migrations()[-1][0] + 1, NEXT)]
    monkeypatch.setattr(migrate, "migrations", lambda: known)
    return known


def test_migrations_are_numbered_without_a_gap() -> None:
    numbers = [number for number, _ in migrate.migrations()]

    assert numbers == list(range(1, len(numbers) + 1))


def test_a_new_file_gets_the_whole_schema(tmp_path: Path) -> None:
    migrate.bring_up_to_date(tmp_path / "box.db", now=NOW)

    assert _version(tmp_path / "box.db") == migrate.migrations()[-1][0]
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".db"] == ["box.db"]


def test_every_table_passes_the_check_of_sqlite_with_a_row_in_it(tmp_path: Path) -> None:
    """SQLite 3.40 reads some whole rows of tables WITHOUT ROWID as NULL, if the key is not in front: looks damaged."""
    migrate.bring_up_to_date(tmp_path / "box.db", now=NOW)
    with contextlib.closing(sqlite3.connect(tmp_path / "box.db")) as db:
        db.execute("PRAGMA foreign_keys=0")
        db.execute("PRAGMA ignore_check_constraints=1")
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'item_words%'"
        for (table,) in db.execute(tables).fetchall():
            kinds = [row[2] for row in db.execute(f"PRAGMA table_info({table})").fetchall()]
            values = [{"INTEGER": 7, "REAL": 1.5, "BLOB": b"x"}.get(kind, "x") for kind in kinds]
            marks = ", ".join("?" for _ in values)
            db.execute(f"INSERT INTO {table} VALUES ({marks})", values)
        db.execute("PRAGMA ignore_check_constraints=0")
        found = {str(row[0]) for row in db.execute("PRAGMA quick_check").fetchall()}
    assert not {line for line in found if line.startswith("NULL value")}


def test_doing_it_again_changes_nothing(tmp_path: Path) -> None:
    migrate.bring_up_to_date(tmp_path / "box.db", now=NOW)
    before = _schema(tmp_path / "box.db")

    migrate.bring_up_to_date(tmp_path / "box.db", now=NOW)

    assert _schema(tmp_path / "box.db") == before


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "box.db"
    migrate.bring_up_to_date(path, now=NOW)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    before = path.read_bytes()

    with pytest.raises(NewerDatabaseError) as told:
        migrate.bring_up_to_date(path, now=NOW)

    assert told.value.found == 99
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "box.db"
    path.write_bytes(b"this is a text, not a database" * 200)

    with pytest.raises(DamagedDatabaseError):
        Database(path, clock=SystemClock()).open()

    assert path.read_bytes() == b"this is a text, not a database" * 200


def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    path = _golden(tmp_path / "box.db")
    raw = bytearray(path.read_bytes())
    for start in range(4096 * 2, len(raw), 4096):
        raw[start : start + 512] = b"\xff" * 512
    path.write_bytes(raw)

    with pytest.raises(DamagedDatabaseError):
        Database(path, clock=SystemClock()).open()

    assert path.read_bytes() == bytes(raw)


def test_the_released_schema_is_what_its_migration_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = migrate.migrations()[:1]
    monkeypatch.setattr(migrate, "migrations", lambda: first)
    migrate.bring_up_to_date(tmp_path / "fresh.db", now=NOW)

    assert _schema(_golden(tmp_path / "golden.db")) == _schema(tmp_path / "fresh.db"), f"{GOLDEN} says how to renew it"


def test_a_released_database_opens_with_all_it_holds(tmp_path: Path) -> None:
    path = _golden(tmp_path / "box.db")
    schema = [(name, sql) for name, sql in _schema(path) if not name.startswith("item_words")]
    tables = [name for name, sql in schema if sql.startswith("CREATE TABLE") and not name.startswith("sqlite_")]
    before = {table: _rows(path, table) for table in tables}
    assert all(before.values()), "the golden database has a row in every table"

    migrate.bring_up_to_date(path, now=NOW)
    migrate.bring_up_to_date(tmp_path / "fresh.db", now=NOW)

    for table in tables:  # later columns come behind those of the release
        assert [new[: len(old)] for new, old in zip(_rows(path, table), before[table], strict=True)] == before[table]
    assert _schema(path) == _schema(tmp_path / "fresh.db")


def test_a_change_keeps_every_row_and_makes_a_copy_first(tmp_path: Path, with_next: list[tuple[int, str]]) -> None:
    path = _golden(tmp_path / "box.db")
    people = _rows(path, "person")

    migrate.bring_up_to_date(path, now=NOW)

    copy = tmp_path / "box-schema1-20260901T080000.db"
    assert _version(path) == with_next[-1][0]
    assert [new[: len(old)] for new, old in zip(_rows(path, "person"), people, strict=True)] == people
    assert _version(copy) == 1
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert _rows(copy, "person") == people


def test_a_change_that_fails_half_way_leaves_the_file_as_it_was(
    tmp_path: Path, with_next: list[tuple[int, str]]
) -> None:
    path = _golden(tmp_path / "box.db")
    before = _schema(path)
    with_next[-1] = (with_next[-1][0], NEXT + "INSERT INTO no_such_table VALUES (1);")

    with pytest.raises(sqlite3.OperationalError):
        migrate.bring_up_to_date(path, now=NOW)

    assert (_schema(path), _version(path)) == (before, 1)


def test_a_change_that_leaves_an_orphan_is_taken_back(tmp_path: Path, with_next: list[tuple[int, str]]) -> None:
    path = _golden(tmp_path / "box.db")
    with_next[-1] = (with_next[-1][0], "DELETE FROM person;")

    with pytest.raises(DamagedDatabaseError):
        migrate.bring_up_to_date(path, now=NOW)

    assert _version(path) == 1
    assert _rows(path, "person")


def test_a_migration_that_fails_at_every_start_leaves_no_heap_of_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _golden(tmp_path / "box.db")
    known = [*migrate.migrations(), (migrate.migrations()[-1][0] + 1, "CREATE TABLE setting (x);")]
    monkeypatch.setattr(migrate, "migrations", lambda: known)
    for second in range(3):
        with pytest.raises(sqlite3.OperationalError):
            migrate.bring_up_to_date(path, now=NOW.replace(second=second))
    assert _version(path) == 1
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("box-schema")] == []


def test_the_copy_before_a_migration_is_whole_and_for_the_box_alone(
    tmp_path: Path, with_next: list[tuple[int, str]]
) -> None:
    path = _golden(tmp_path / "box.db")
    assert len(with_next) > 2
    (tmp_path / f"box-schema1-{NOW:%Y%m%dT%H%M%S}.part").write_bytes(b"half of an earlier one")
    migrate.bring_up_to_date(path, now=NOW)
    [copy] = tmp_path.glob("box-schema*")
    assert copy.stat().st_mode & 0o077 == 0
    assert _version(copy) == 1
