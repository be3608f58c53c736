"""What a hub's database promises, whichever engine keeps it: one suite, SQLite and PostgreSQL."""

import threading
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sync.hub.check import check
from sync.hub.database import Database
from sync.hub.engines.opening import make_database, open_database, refuse_second
from sync.hub.errors import DataError
from sync.hub.school_names import rename, school_called
from sync.hub.terms import Terms, find_term

SCHOOL = "INSERT INTO school (public_id, name, municipality, created_at) VALUES (?, ?, ?, '')"
DAILY = "INSERT INTO daily VALUES (?, 1, 0, 6, 'm', 7, 8, 9, ?, ?)"


class _HaltError(Exception):
    """Leaves a block."""


@pytest.fixture
def place(tmp_path: Path, new_database: Callable[[], str]) -> tuple[Path, str]:
    made = tmp_path / "hub.db", new_database()
    make_database(*made)
    return made


@pytest.fixture
def database(place: tuple[Path, str]) -> Iterator[Database]:
    opened = open_database(*place)
    yield opened
    opened.close()


def schools(database: Database) -> list[str]:
    with database.read() as db:
        return [str(row[0]) for row in db.execute("SELECT name FROM school ORDER BY name")]


def add_school(database: Database, name: str) -> None:
    with database.write() as db:
        db.execute(SCHOOL, (name, name, "Gjilan"))


def test_a_second_hub_is_refused_and_opening_again_changes_nothing(place: tuple[Path, str], database: Database) -> None:
    add_school(database, "Agimi")
    with pytest.raises(DataError, match="already"):
        refuse_second(*place)
    again = open_database(*place)
    assert schools(again) == ["Agimi"]
    again.close()


def test_where_none_was_made_is_none(tmp_path: Path, new_database: Callable[[], str]) -> None:
    with pytest.raises(DataError, match="There is no hub"):
        open_database(tmp_path / "hub.db", new_database())


def test_what_an_error_leaves_behind_is_nothing(database: Database) -> None:
    def half() -> None:
        with database.write() as db:
            db.execute(SCHOOL, ("1", "Agimi", "Gjilan"))
            raise _HaltError

    with pytest.raises(_HaltError):
        half()
    assert schools(database) == []
    add_school(database, "Agimi")
    assert schools(database) == ["Agimi"]


def test_a_reader_sees_one_moment_and_does_not_stop_a_writer(database: Database) -> None:
    add_school(database, "Agimi")
    with database.read() as db:
        assert db.execute("SELECT count(*) FROM school").fetchone()[0] == 1
        add_school(database, "Drita")
        assert db.execute("SELECT count(*) FROM school").fetchone()[0] == 1
    assert schools(database) == ["Agimi", "Drita"]


def test_writers_of_two_workers_take_turns(place: tuple[Path, str], database: Database) -> None:
    other = open_database(*place)
    barrier = threading.Barrier(4)

    def take_numbers(mine: Database) -> None:
        barrier.wait(30)
        for _ in range(10):
            with mine.write() as db:
                last = int(db.execute("SELECT coalesce(max(day), 0) FROM daily").fetchone()[0])
                db.execute(DAILY, (last + 1, 1, 1000))

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(take_numbers, mine) for mine in (database, other, database, other)]:
            done.result(60)
    other.close()
    with database.read() as db:
        days = [int(row[0]) for row in db.execute("SELECT day FROM daily ORDER BY day")]
    assert days == list(range(1, 41))


def test_numbers_come_back_as_whole_numbers_and_are_64_bits_wide(database: Database) -> None:
    large = 2**62
    with database.write() as db:
        db.executemany(DAILY, [(1, 1, large), (2, 3, 5)])
    with database.read() as db:
        query = "SELECT sum(statements), max(watched_ms), count(*), sum(CASE WHEN day = ? THEN 1 END) FROM daily"
        row = db.execute(query, (2,)).fetchone()
        assert tuple(row) == (4, large, 2, 1)
        assert [type(value) for value in row] == [int] * 4
        assert db.execute("SELECT day FROM daily WHERE watched_ms = ?", (large,)).fetchall() == [(1,)]


def test_contents_come_back_as_they_were(database: Database) -> None:
    raw = bytes(range(256)) * 100
    with database.write() as db:
        db.execute("INSERT INTO forgotten (digest, forgotten_at) VALUES (?, ?)", (raw[:32], "x"))
        made = db.execute(
            "INSERT INTO enrolment_request (sha256, box, public, raw, came_at) VALUES ('a', 'b', 'c', ?, 'd')"
            " RETURNING raw",
            (raw,),
        ).fetchone()
    assert bytes(made[0]) == raw
    with database.read() as db:
        assert db.execute("SELECT answer FROM enrolment_request").fetchone()[0] is None
        assert db.execute("SELECT 1 FROM forgotten WHERE digest = ?", (raw[:32],)).fetchone() == (1,)


def test_names_stand_in_the_order_of_their_bytes(database: Database) -> None:
    names = ["a", "B", "Ç", "ë", "Z", "Школа", "%", "ß", "aa", "a b", "'?'"]
    for name in names:
        add_school(database, name)
    assert schools(database) == sorted(names, key=str.encode)
    with database.read() as db:
        found = db.execute("SELECT name FROM school WHERE name = ? OR name LIKE 'a%' ORDER BY name", ("%",)).fetchall()
    assert [row[0] for row in found] == ["%", "a", "a b", "aa"]


def test_a_term_has_one_number_however_long_it_is(database: Database) -> None:
    long, longer = "https://x.example/" + "ë" * 5000, "https://x.example/" + "ë" * 5001
    with database.write() as db:
        terms = Terms(db)
        terms.learn([long, longer, "b", "a", ""])
        numbers = [terms[text] for text in (long, longer, "a", "b", "")]
    with database.write() as db:
        terms = Terms(db)
        terms.learn([longer, long, "a", "c"])
        assert [terms[text] for text in (long, longer, "a")] == numbers[:3]
        assert find_term(db, long) == numbers[0]
        assert find_term(db, "b") == numbers[3]
        assert find_term(db, "d") is None
    assert len(set(numbers)) == 5
    assert numbers[4] == 0


def test_a_change_says_how_many_rows_it_changed(database: Database) -> None:
    for name in ("Agimi", "Drita"):
        add_school(database, name)
    with database.write() as db:
        assert db.execute("UPDATE school SET municipality = 'Viti'").rowcount == 2
        assert db.execute("DELETE FROM school WHERE name = ?", ("nobody",)).rowcount == 0
        assert db.execute(f"{SCHOOL} ON CONFLICT DO NOTHING", ("Agimi", "x", "y")).rowcount == 0


def test_the_files_of_a_whole_database_have_no_problems(database: Database) -> None:
    assert database.problems() == []


def test_what_is_tried_is_seen_by_nobody_keeps_nobody_waiting_and_goes(database: Database) -> None:
    with database.write() as db:
        db.execute(DAILY, (1, 5, 6))
    with database.trying(["daily", "cell", "cell_learner"]) as trial:
        assert trial.sql.execute("SELECT count(*) FROM daily").fetchone()[0] == 0
        trial.sql.execute(DAILY, (2, 5, 6))
        trial.sql.execute("DELETE FROM cell_learner")
        add_school(database, "Agimi")
        assert trial.sql.execute("SELECT count(*) FROM school").fetchone()[0] == 0
        assert trial.sql.execute(f"SELECT day FROM {trial.kept}.daily").fetchall() == [(1,)]
    with database.read() as db:
        assert db.execute("SELECT day FROM daily").fetchall() == [(1,)]


def test_a_check_holds_a_country_s_roll_ups_in_no_memory_of_its_own(database: Database) -> None:
    """50,000 rows of a roll-up took 20 MB, before and after; a country has a thousand times as many."""
    many = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 50000)"
    with database.write() as db:
        db.execute(f"{many} INSERT INTO daily SELECT i, 1, 0, 6, 'm', 7, 8, 9, 1, 2 FROM n")
        db.execute(f"{many} INSERT INTO active (school, week, learner) SELECT 1, 2, i FROM n")
    tracemalloc.start()
    try:
        assert check(database).problems == ("the roll-up daily differs", "the roll-up active differs")
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_a_school_is_found_by_the_names_that_it_had_until_another_one_has_them(database: Database) -> None:
    for name in ("Agimi", "Drita"):
        add_school(database, name)
    with database.write() as db:
        first, second = (school_called(db, name, "Gjilan") for name in ("Agimi", "Drita"))
        assert first is not None
        assert second is not None
        for name in ("Agimi i ri", "Agimi i tretë"):
            rename(db, first, name, "Gjilan")
        assert {school_called(db, name, "Gjilan") for name in ("Agimi", "Agimi i ri", "Agimi i tretë")} == {first}
        rename(db, second, "Agimi", "Gjilan")
        assert {school_called(db, name, "Gjilan") for name in ("Agimi", "Drita")} == {second}
        assert school_called(db, "Agimi i ri", "Gjilan") == first
        rename(db, second, "Drita", "Gjilan")
        assert [school_called(db, name, "Gjilan") for name in ("Agimi", "Drita")] == [second, second]
        assert school_called(db, "Agimi", "Prizren") is None
        renamed = db.execute("SELECT name FROM school WHERE renamed = 1 ORDER BY name").fetchall()
        assert [str(row[0]) for row in renamed] == ["Agimi i tretë", "Drita"]
