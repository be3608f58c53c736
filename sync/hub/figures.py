"""What was learnt, in numbers for pages: read from the roll-ups, with small groups hidden.

Rule: a number of pupils from 1 to 4, and any mean over fewer than 5 of them, is `None`; pages say "under 5".

    figures.overview(school_id=None, days=30)
"""

import sqlite3

import msgspec

from content_packs.clock import Clock
from sync import iris
from sync.hub.database import Database
from sync.hub.errors import NotFoundError
from sync.hub.lrs.ingest import micros

PUPILS_MIN = 5


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A place in one look; `None` is a number of pupils below five."""

    pupils: int | None
    enrolled: int
    minutes: int
    statements: int
    mastered_percent: int | None


class ItemFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What was learnt from one item."""

    title: dict[str, str]
    started: int | None
    completed: int | None
    quiz_percent: int | None


class CourseFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What was learnt from one course, and from each of its items."""

    title: dict[str, str]
    area: str
    pupils: int | None
    mastered_percent: int | None
    items: tuple[ItemFigures, ...]


class Square(msgspec.Struct, frozen=True):
    """One area in one grade where it is taught: the share of started items that are mastered; None if hidden."""

    area: str
    grade: int
    percent: int | None


class SchoolFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One school and its numbers."""

    id: str
    name: str
    municipality: str
    summary: Summary


class _ItemRow(msgspec.Struct, frozen=True):
    """Sums over all classes for one item of one pack in one area."""

    area: str
    pack: int
    item: int
    started: int
    completed: int
    scored: int
    score_milli: int


def shown(pupils: int) -> int | None:
    """Give a number of pupils unless it is small enough to point at somebody."""
    return None if 0 < pupils < PUPILS_MIN else pupils


def percent(part: float, whole: float, *, pupils: int) -> int | None:
    """Give a share in per cent unless too few pupils stand behind it."""
    return round(100 * part / whole) if whole and pupils >= PUPILS_MIN else None


_SUMMARY = (
    "SELECT coalesce(sum(watched_ms), 0) / 60000, coalesce(sum(statements), 0) FROM daily"
    " WHERE (:school IS NULL OR school = :school) AND day > :since"
)
_ACTIVE = (
    "SELECT count(*) FROM cell_learner l JOIN cell c ON c.id = l.cell"
    " WHERE c.level = 0 AND (:school IS NULL OR c.school = :school) AND l.last_day > :since"
)
_EVER = "SELECT coalesce(sum(learners), 0) FROM cell WHERE level = 0 AND (:school IS NULL OR school = :school)"
_ENROLLED = (
    "SELECT coalesce(sum(c.pupils), 0) FROM box_class c JOIN box b ON b.id = c.box"
    " WHERE (:school IS NULL OR b.school = :school)"
)
_PACKS = (
    "SELECT area, pack, sum(learners) FROM cell WHERE level = 2 AND (:school IS NULL OR school = :school)"
    " GROUP BY area, pack"
)
_ITEMS = (
    "SELECT area, pack, item, sum(learners), sum(completed), sum(scored), sum(score_milli) FROM cell"
    " WHERE level = 3 AND (:school IS NULL OR school = :school) GROUP BY area, pack, item"
)
_SHARES = (
    "SELECT area, grade, sum(learners), sum(completed) FROM cell"
    " WHERE level = 3 AND (:school IS NULL OR school = :school) GROUP BY area, grade"
)
_GRADES = (
    "SELECT area, grade, sum(learners) FROM cell"
    " WHERE level = 1 AND (:school IS NULL OR school = :school) GROUP BY area, grade"
)
_TITLES = (
    "SELECT t.id, coalesce(n.language, ''), coalesce(n.text, t.value)"
    " FROM (SELECT pack AS id FROM cell WHERE level = 2 UNION SELECT item FROM cell WHERE level = 3) u"
    " JOIN term t ON t.id = u.id LEFT JOIN title n ON n.term = t.id"
)


class Figures:
    """Reads roll-ups; a school by its public id, None for all."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def summary(self, school_id: str | None, days: int) -> Summary:
        """Sum up the last days of a school or of all; what is mastered, since ever."""
        with self._database.read() as db:
            where = {"school": _school(db, school_id), "since": micros(self._clock.now()) // 86_400_000_000 - days}
            minutes, statements = db.execute(_SUMMARY, where).fetchone()
            pupils, ever, enrolled = (int(db.execute(q, where).fetchone()[0]) for q in (_ACTIVE, _EVER, _ENROLLED))
            rows = _items(db, where)
        started, completed = sum(row.started for row in rows), sum(row.completed for row in rows)
        return Summary(
            pupils=shown(pupils), enrolled=enrolled, minutes=int(minutes), statements=int(statements),
            mastered_percent=percent(completed, started, pupils=ever),
        )  # fmt: skip

    def courses(self, school_id: str | None) -> list[CourseFigures]:
        """Say what was learnt from every course that anybody began."""
        with self._database.read() as db:
            where = {"school": _school(db, school_id)}
            rows = _items(db, where)
            packs = db.execute(_PACKS, where).fetchall()
            titles = _titles(db)
        courses = []
        for area, pack, pupils in packs:
            mine = [row for row in rows if (row.area, row.pack) == (area, pack)]
            courses.append(_course(str(area), titles.get(int(pack), {}), int(pupils), mine, titles))
        return sorted(courses, key=lambda course: (course.area, sorted(course.title.items())))

    def squares(self, school_id: str | None) -> list[Square]:
        """Say for every area and grade that was taught what share of started items is mastered."""
        with self._database.read() as db:
            where = {"school": _school(db, school_id)}
            pupils = {(str(area), int(grade)): int(count) for area, grade, count in db.execute(_GRADES, where)}
            shares = db.execute(_SHARES, where).fetchall()
        return [
            Square(str(area), int(grade), percent(completed, started, pupils=pupils.get((area, grade), 0)))
            for area, grade, started, completed in sorted(shares)
        ]

    def schools(self, days: int) -> list[SchoolFigures]:
        """Give every school with its numbers, by municipality and name."""
        with self._database.read() as db:
            rows = db.execute("SELECT public_id, name, municipality FROM school ORDER BY municipality, name").fetchall()
        return [
            SchoolFigures(id=str(one), name=str(name), municipality=str(municipality), summary=self.summary(one, days))
            for one, name, municipality in rows
        ]

    def school(self, school_id: str, days: int) -> SchoolFigures:
        """Give one school with its numbers.

        Raises:
            NotFoundError: There is none with this id.
        """
        with self._database.read() as db:
            row = db.execute("SELECT name, municipality FROM school WHERE public_id = ?", (school_id,)).fetchone()
        if row is None:
            raise NotFoundError("There is no such school.")
        return SchoolFigures(
            id=school_id, name=str(row[0]), municipality=str(row[1]), summary=self.summary(school_id, days)
        )


def _school(db: sqlite3.Connection, school_id: str | None) -> int | None:
    """Find a school's number; an unknown one has no numbers."""
    if school_id is None:
        return None
    row = db.execute("SELECT id FROM school WHERE public_id = ?", (school_id,)).fetchone()
    return int(row[0]) if row else -1


def _items(db: sqlite3.Connection, where: dict[str, int | None]) -> list[_ItemRow]:
    """Sum every item over its classes."""
    rows = db.execute(_ITEMS, where)
    return [_ItemRow(str(row[0]), *(int(value) for value in row[1:])) for row in rows]


def _titles(db: sqlite3.Connection) -> dict[int, dict[str, str]]:
    """Give the titles of items and packs; one without a title is called by its id."""
    titles: dict[int, dict[str, str]] = {}
    for term, language, text in db.execute(_TITLES):
        name = str(text).removeprefix(iris.ITEM).removeprefix(iris.PACK)
        titles.setdefault(int(term), {})[str(language)] = name
    return titles


def _course(
    area: str, title: dict[str, str], pupils: int, rows: list[_ItemRow], titles: dict[int, dict[str, str]]
) -> CourseFigures:
    """Put one course together."""
    items = tuple(
        ItemFigures(
            title=titles.get(row.item, {}), started=shown(row.started), completed=shown(row.completed),
            quiz_percent=percent(row.score_milli, 1000 * row.scored, pupils=row.scored),
        )
        for row in rows
    )  # fmt: skip
    started, completed = sum(row.started for row in rows), sum(row.completed for row in rows)
    return CourseFigures(
        title=title, area=area, pupils=shown(pupils),
        mastered_percent=percent(completed, started, pupils=pupils),
        items=tuple(sorted(items, key=lambda item: sorted(item.title.items()))),
    )  # fmt: skip
