"""The database: pragmas everywhere, a full disk loses nothing, models and schema agree."""

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import peewee
import pytest

from content_packs.clock import SystemClock
from schoolbox.db.database import PRAGMAS, Database
from schoolbox.db.models import TABLES, Setting
from schoolbox.errors import WriteFailedError

SQL_TYPES = {"INT": "INTEGER", "TEXT": "TEXT", "FLOAT": "REAL", "BLOB": "BLOB"}
READS_BACK = {"journal_mode": "wal", "synchronous": 2, "temp_store": 2}
THREADS = 6
MUCH = """
CREATE TABLE much AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
SELECT randomblob(1000) AS raw FROM n
"""


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "box.db", clock=SystemClock())
    made.open()
    yield made
    made.close()


def _put(db: Database, key: str, value: str = "x") -> int:
    return db.write(lambda: db.run(Setting.insert(key=key, value=value)))


def _keys(db: Database) -> list[str]:
    return db.fetch(str, Setting.select(Setting.key).order_by(Setting.key))


def _pragmas(db: Database) -> dict[str, object]:
    return {name: db.fetch_sql(lambda value: value, f"PRAGMA {name}")[0] for name, _ in PRAGMAS}


def test_every_connection_has_every_pragma(db: Database) -> None:
    wanted: dict[str, object] = {name: READS_BACK.get(name, value) for name, value in PRAGMAS}
    barrier = Barrier(THREADS)

    def read() -> dict[str, object]:
        barrier.wait(30)
        try:
            return _pragmas(db)
        finally:
            db.close_thread()

    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        readers = [future.result(30) for future in [pool.submit(read) for _ in range(THREADS)]]

    assert readers == [wanted] * THREADS
    assert db.write(lambda: _pragmas(db)) == wanted


def test_what_was_written_is_read_by_every_thread(db: Database) -> None:
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        list(pool.map(lambda number: _put(db, f"{number:03}"), range(200)))

    assert _keys(db) == [f"{number:03}" for number in range(200)]


def test_nobody_else_on_the_machine_may_read_it(db: Database) -> None:
    _put(db, "x")

    assert {stat.S_IMODE(path.stat().st_mode) for path in db.path.parent.glob("box.db*")} == {0o600}


def test_a_full_disk_is_said_and_takes_nothing_that_was_kept(db: Database) -> None:
    _put(db, "before")
    pages = db.fetch_sql(int, "PRAGMA page_count")[0]
    db.write(lambda: db.run_sql(f"PRAGMA max_page_count={pages}"))

    with pytest.raises(WriteFailedError) as told:
        _put(db, "too much", "y" * 100_000)

    assert "full" in told.value.problem
    assert _keys(db) == ["before"]
    db.write(lambda: db.run_sql("PRAGMA max_page_count=1000000"))
    _put(db, "after", "y" * 100_000)
    assert _keys(db) == ["after", "before"]
    assert db.check() == []


def test_a_job_that_fails_leaves_no_trace(db: Database) -> None:
    def work() -> None:
        db.run(Setting.insert(key="half", value=""))
        db.run(Setting.insert(key="half", value=""))

    with pytest.raises(peewee.IntegrityError):
        db.write(work)

    assert _keys(db) == []


def test_foreign_keys_hold(db: Database) -> None:
    with pytest.raises(peewee.IntegrityError):
        db.write(lambda: db.run_sql("INSERT INTO membership (class_id, person_id) VALUES (1, 1)"))


def test_writing_to_a_closed_database_is_refused(tmp_path: Path) -> None:
    shut = Database(tmp_path / "box.db", clock=SystemClock())

    with pytest.raises(WriteFailedError):
        shut.write(lambda: None)

    shut.open()
    shut.close()
    with pytest.raises(WriteFailedError):
        shut.write(lambda: None)


def test_two_programs_write_to_one_file(db: Database, tmp_path: Path) -> None:
    other = Database(tmp_path / "box.db", clock=SystemClock())
    other.open()
    try:
        with ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(lambda pair: _put(*pair), [(each, f"{n:02}{i}") for n in range(20) for i, each in
                                                     enumerate((db, other))]))  # fmt: skip
        assert len(_keys(other)) == len(_keys(db)) == 40
    finally:
        other.close()


def test_whoever_writes_while_the_file_is_written_anew_waits_and_is_not_refused(db: Database) -> None:
    db.write(lambda: db.run_sql(MUCH))
    db.write(lambda: db.run_sql("PRAGMA busy_timeout = 1"))  # of the writer: SQLite refuses at once what must wait
    with ThreadPoolExecutor(1) as pool:
        anew = pool.submit(db.compact)
        count = 0
        while not anew.done():
            _put(db, f"{count:06}")
            count += 1
        anew.result()
    assert len(_keys(db)) == count > 0


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_the_model_matches_the_schema(db: Database, model: type[peewee.Model]) -> None:
    found = db.fetch_sql(
        lambda name, kind, required, key: (name, kind, bool(required or key), bool(key)),
        f'SELECT name, type, "notnull", pk FROM pragma_table_info(\'{model._meta.table_name}\')',
    )
    fields = model._meta.fields
    keys = set(getattr(model._meta.primary_key, "field_names", ())) | {n for n, f in fields.items() if f.primary_key}
    described = [
        (field.column_name, SQL_TYPES[field.field_type], not field.null or name in keys, name in keys)
        for name, field in fields.items()
    ]

    assert found == described


def test_every_table_has_a_model(db: Database) -> None:
    tables = db.fetch_sql(
        str, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )

    tables = [name for name in tables if not name.startswith("item_words")]
    assert set(tables) == {model._meta.table_name for model in TABLES}
    assert all(model.__doc__ for model in TABLES)
