"""Small groups stay hidden: whoever has every number that is shown cannot tell how large a hidden group is."""

import itertools
import random
import sqlite3
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync import iris
from sync.hub.reports.figures import Choice, Figures
from sync.hub.reports.hiding import LEFT_OUT, shown, together, together_sql
from sync.hub.reports.places import EVERYTHING, Places
from sync.hub.reports.refresh import Refresher
from sync.hub.rollup import Counted, count
from tests.properties.test_place_figures import HOMES, NOW, TODAY, opened
from tests.simulators.clock import HandClock

Group = tuple[int, int]
World = Mapping[Group, int]
"""How many pupils a school (1, 2, 3) has in a grade."""
HIDDEN_MOST = 5
"""Every way to fill so many hidden groups is tried: 4 to the power of it."""
GRADES = (6, 7, 8)
GROUPS = [(school, grade) for school in HOMES for grade in GRADES]
SIZES = st.one_of(st.integers(0, 4), st.integers(0, 40))


def homes() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for school, home in HOMES.items():
        found.setdefault(home, []).append(school)
    return found


def told(world: World) -> dict[str, int | None]:
    """Every number of pupils that pages show of one course: of each place, in all grades and in each."""
    schools = {school: together(world.get((school, grade), 0) for grade in GRADES) for school in HOMES}
    towns = {home: together(schools[one] for one in below) for home, below in homes().items()}
    numbers: dict[str, int | None] = {f"s{school}": shown(pupils) for school, pupils in schools.items()}
    numbers |= {home: shown(pupils) for home, pupils in towns.items()} | {"": shown(together(towns.values()))}
    for grade in GRADES:
        large = {school: world[school, grade] for school in HOMES if world.get((school, grade), 0) >= 5}
        numbers |= {f"{school} in {grade}": pupils for school, pupils in large.items()}
        numbers |= {f"{home} in {grade}": sum(large.get(one, 0) for one in below) for home, below in homes().items()}
        numbers[f"in {grade}"] = sum(large.values())
    return numbers


def other_worlds(world: World, hidden: list[Group]) -> Iterator[World]:
    for sizes in itertools.product(range(1, 5), repeat=len(hidden)):
        yield {**world, **dict(zip(hidden, sizes, strict=True))}


@settings(max_examples=40, deadline=None)
@given(sizes=st.lists(SIZES, min_size=len(GROUPS), max_size=len(GROUPS)))
def test_every_hidden_group_could_be_of_another_size(sizes: list[int]) -> None:
    world = dict(zip(GROUPS, sizes, strict=True))
    hidden = [group for group, pupils in world.items() if 0 < pupils < 5]
    for group in hidden[HIDDEN_MOST:]:
        world[group] = 0
    hidden = hidden[:HIDDEN_MOST]
    seen = told(world)
    possible = [other for other in other_worlds(world, hidden) if told(other) == seen]
    assert all(len({other[group] for other in possible}) > 1 for group in hidden)


def test_one_small_school_is_not_what_is_left_of_a_sum() -> None:
    plain = sum([24, 6, 3])
    assert plain - 24 - 6 == 3, "a plain sum gives it away"
    assert together([24, 6, 3]) == 30
    assert together([24, 4, 3]) == 31
    assert together([24, 4, 4]) == 31, "that both have four is not said"
    assert together([1, 1, 1, 1, 1]) == 6, "that each has one is not said"
    assert together([3]) == 3
    assert together([2, 2]) == LEFT_OUT
    assert together([0, 0]) == 0
    assert [shown(pupils) for pupils in (LEFT_OUT, 0, 1, 4, 5)] == [None, 0, None, None, 5]


@given(parts=st.lists(st.integers(-1, 9), min_size=1, max_size=8))
def test_the_database_puts_numbers_together_as_the_rule_says(parts: list[int]) -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE part (pupils INTEGER)")
    db.executemany("INSERT INTO part VALUES (?)", [(part,) for part in parts])
    [found] = db.execute(f"SELECT {together_sql('pupils')} FROM part").fetchone()
    db.close()
    assert found == together(parts)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_pages_show_what_the_rule_says_and_nothing_else(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    chance = random.Random(seed)
    world = {group: chance.choice([0, 1, 2, 3, 4, 5, 9]) for group in GROUPS}
    database = opened(tmp_path_factory.mktemp("hub") / "hub.db")
    with database.write() as db:
        db.execute("UPDATE term SET value = ? WHERE id = 1", (f"{iris.PACK}mash:thyesat-6",))
        count(db, list(learning(world)))
        for school in HOMES:
            box = (f"b{school}", school)
            db.execute("INSERT INTO box (id, school, enrolled_at, version) VALUES (?, ?, '2025', '1')", box)
            classes = [(box[0], f"c{grade}", "", grade, world[school, grade]) for grade in GRADES]
            db.executemany("INSERT INTO box_class VALUES (?, ?, ?, ?, ?)", classes)
    clock = HandClock(NOW)
    Refresher(database, clock).refresh()
    figures, places = Figures(database, clock), Places(database)
    by_name = {"": EVERYTHING, **{home: places.municipality(home) for home in homes()}}
    by_name |= {f"s{school}": places.school(f"s{school}") for school in HOMES}
    seen = told(world)
    of_schools = {school: sum(world[school, grade] for grade in GRADES) for school in HOMES}
    towns = {home: together(of_schools[one] for one in below) for home, below in homes().items()}
    sums = {**{f"s{one}": pupils for one, pupils in of_schools.items()}, **towns, "": together(towns.values())}
    for name, place in by_name.items():
        assert [course.pupils for course in figures.courses(place)] == ([seen[name]] if sums[name] else [])
        if sums[name]:
            assert [item.started for item in figures.course(place, "mash:thyesat-6")[1]] == [seen[name]]
        for grade in GRADES:
            found = [course.pupils or 0 for course in figures.courses(place, Choice(grade))]
            expected = seen.get(f"{name.removeprefix('s')} in {grade}".strip(), 0)
            assert sum(found) == expected
        summary = figures.summary(place, 30)
        assert (summary.pupils, summary.enrolled) == (shown(sums[name]), shown(sums[name]))
        assert figures.weeks(place)[-1].pupils == shown(sums[name])
    database.close()


def learning(world: World) -> Iterator[Counted]:
    """As many pupils of each group as it has begin the same item today."""
    learners = itertools.count(100)
    for (school, grade), pupils in world.items():
        for _ in range(pupils):
            yield Counted(
                day=TODAY, school=school, class_term=grade, grade=grade, area="math", pack=1, item=10, verb=5,
                learner=next(learners), completed=False, score_milli=None, watched_ms=60_000,
            )  # fmt: skip
