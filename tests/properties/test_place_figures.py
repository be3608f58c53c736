"""Figures of places: however statements and refreshing alternate, they are what the statements say."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.hub.engines.sqlite import SqliteDatabase, migrate
from sync.hub.reports.figures import Figures
from sync.hub.reports.hiding import together
from sync.hub.reports.places import EVERYTHING, Places
from sync.hub.reports.refresh import EVER, PERIODS_DAYS, Refresher
from sync.hub.rollup import Counted, count
from tests.simulators.clock import HandClock

NOW = datetime(2025, 9, 25, 8, 42, tzinfo=UTC)
TODAY = (NOW - datetime(1970, 1, 1, tzinfo=UTC)).days
HOMES = {1: "Gjilan", 2: "Gjilan", 3: "Prizren"}
TABLES = (
    "place_pack", "place_item", "place_course", "place_course_item", "place_area", "place_day", "place_week",
    "place_course_week", "place_period",
)  # fmt: skip


def opened(path: Path) -> SqliteDatabase:
    migrate(path)
    database = SqliteDatabase(path)
    with database.write() as db:
        for number, home in HOMES.items():
            row = (number, f"s{number}", f"School {number}", home, "2025")
            db.execute("INSERT INTO school (id, public_id, name, municipality, created_at) VALUES (?, ?, ?, ?, ?)", row)
        db.executemany("INSERT INTO term (id, value) VALUES (?, ?)", [(one, f"term {one}") for one in range(1, 40)])
    return database


def some(chance: random.Random) -> Counted:
    pack = chance.randint(1, 2)
    return Counted(
        day=TODAY - chance.choice([0, 1, 6, 8, 40, 400]), school=chance.choice([0, 1, 2, 3]),
        class_term=chance.randint(3, 4), grade=chance.choice([6, 7]), area=chance.choice(["math", "arts"]), pack=pack,
        item=10 * pack + chance.randint(0, 1), verb=5, learner=chance.choice([0, 30, 31, 32, 33]),
        completed=chance.random() < 0.4, score_milli=chance.choice([None, 400, 900]), watched_ms=60_000,
    )  # fmt: skip


def dumped(database: SqliteDatabase) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as db:
        return {table: sorted(db.execute(f"SELECT * FROM {table}").fetchall()) for table in TABLES}


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_figures_made_step_by_step_are_those_made_at_once(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    chance = random.Random(seed)
    database = opened(tmp_path_factory.mktemp("hub") / "hub.db")
    clock = HandClock(NOW - timedelta(days=2))
    refresher, happened = Refresher(database, clock), []
    for _ in range(chance.randint(1, 6)):
        batch = [some(chance) for _ in range(chance.randint(1, 12))]
        happened += batch
        with database.write() as db:
            count(db, batch)
        if chance.random() < 0.6:
            refresher.refresh()
        if chance.random() < 0.3:
            clock.at += timedelta(days=1)
    clock.at = NOW
    refresher.refresh()
    assert not refresher.refresh()
    step_by_step = dumped(database)
    compare(database, happened)
    refresher.rebuild()
    assert dumped(database) == step_by_step
    database.close()


def compare(database: SqliteDatabase, happened: list[Counted]) -> None:
    """Count what happened in the plainest way, and compare."""
    with database.read() as db:
        periods = {(place, days): row for place, days, *row in db.execute("SELECT * FROM place_period")}
    for school in (0, 1, 2, 3):
        here = [one for one in happened if one.school == school]
        for days in (*PERIODS_DAYS, EVER):
            late = [one for one in here if not days or one.day > TODAY - days]
            expected = [
                len({one.learner for one in late if one.learner}), len(late), sum(one.watched_ms for one in late)
            ]  # fmt: skip
            assert periods.get((f"s:{school}", days), [0, 0, 0]) == expected
    for days in (*PERIODS_DAYS, EVER):
        parts = [periods.get((f"s:{school}", days), [0, 0, 0]) for school in (0, 1, 2, 3)]
        towns = [put_together(parts[1:3]), put_together(parts[3:])]
        assert periods["m:Gjilan", days] == towns[0]
        assert periods["", days] == put_together([*towns, parts[0]])


def put_together(parts: list[list[int]]) -> list[int]:
    pupils, *sums = zip(*parts, strict=True)
    return [together(pupils), *map(sum, sums)]


def test_a_day_that_goes_by_makes_the_last_week_older(tmp_path: Path) -> None:
    database, clock = opened(tmp_path / "hub.db"), HandClock(NOW)
    refresher, figures = Refresher(database, clock), Figures(database, clock)
    ones = [
        Counted(
            day=TODAY, school=1, class_term=3, grade=6, area="math", pack=1, item=10, verb=5, learner=20 + number,
            completed=False, score_milli=None, watched_ms=60_000,
        )
        for number in range(6)
    ]  # fmt: skip
    with database.write() as db:
        count(db, ones)
    refresher.refresh()
    assert figures.summary(EVERYTHING, 7).pupils == 6
    assert figures.summary(Places(database).school("s1"), 7).minutes == 6
    clock.at += timedelta(days=7)
    assert refresher.refresh()
    assert figures.summary(EVERYTHING, 7).pupils == 0
    assert figures.summary(EVERYTHING, 30).pupils == 6
    assert figures.summary(Places(database).municipality("Gjilan"), 30).minutes == 6
    database.close()
