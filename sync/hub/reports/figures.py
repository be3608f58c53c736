"""What was learnt, in numbers for pages: read from the figures of one place, with small groups hidden.

Rule: a number of pupils that is not shown (`hiding`), and any mean over fewer than five of them, is `None`.

    figures.summary(EVERYTHING, days=30)
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from content_packs.clock import Clock
from sync import iris
from sync.hub.database import Reads, Sql
from sync.hub.errors import NotFoundError
from sync.hub.moments import micros
from sync.hub.reports.hiding import percent, shown, together
from sync.hub.reports.places import Place, key_of_municipality, key_of_school, place_of_school
from sync.hub.reports.sources import languages_of, publisher_of, subjects_of
from sync.hub.reports.weeks import first_week, monday, weeks_shown
from sync.hub.rollup import week_of

UNFINISHED_PUPILS_MIN = 20
"""An item fewer began tells little about the item."""
UNFINISHED_SHOWN = 10
_DAY_US = 86_400_000_000
_AT_ONCE = 500


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A place in one look; `None` is a number of pupils that is not shown."""

    pupils: int | None
    enrolled: int | None
    minutes: int
    statements: int
    mastered_percent: int | None


class ItemFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What was learnt from one item."""

    title: dict[str, str]
    started: int | None
    completed: int | None
    quiz_percent: int | None


class Unfinished(msgspec.Struct, frozen=True, kw_only=True):
    """An item that many began and few finished, and its course; the share is in steps of ten per cent."""

    title: dict[str, str]
    started: int
    completed_percent: int
    course_id: str
    course: dict[str, str]


class _CourseKind(NamedTuple):
    """Of which subject a course is, and in which language."""

    subject: str
    language: str


class CourseFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What was learnt from one course; an empty subject or language is one that no statement named."""

    id: str
    title: dict[str, str]
    area: str
    subject: str
    language: str
    pupils: int | None
    mastered_percent: int | None

    @property
    def publisher(self) -> str:
        """Who published it."""
        return publisher_of(self.id)


class Square(msgspec.Struct, frozen=True):
    """One area in one grade where it is taught: the share of started items that are mastered; None if hidden."""

    area: str
    grade: int
    percent: int | None


class PlaceFigures(msgspec.Struct, frozen=True):
    """One place and its numbers."""

    place: Place
    summary: Summary


class Week(msgspec.Struct, frozen=True):
    """One week from its Monday on; `pupils` None is hidden."""

    monday: date
    minutes: int
    pupils: int | None


class Choice(msgspec.Struct, frozen=True):
    """Which part of what was learnt is asked for; by itself all of it."""

    grade: int | None = None
    area: str = ""
    language: str = ""
    publisher: str = ""
    subject: str = ""

    @property
    def asked(self) -> dict[str, str]:
        """Give what stands behind the ? of an address that asks for the same."""
        words = {"grade": "" if self.grade is None else str(self.grade), "area": self.area,
                 "subject": self.subject, "language": self.language, "publisher": self.publisher}  # fmt: skip
        return {name: word for name, word in words.items() if word}

    def takes(self, pack_id: str, kind: _CourseKind) -> bool:
        """Say whether a course is of the subject, the language and the publisher that are asked for."""
        is_kind = self.subject in {"", kind.subject} and self.language in {"", kind.language}
        return is_kind and self.publisher in {"", publisher_of(pack_id)}

    @property
    def values(self) -> tuple[int, int, str]:
        """What stands for the marks of `grade BETWEEN ? AND ? AND ? IN ('', area)`."""
        return (self.grade, self.grade, self.area) if self.grade is not None else (-1, 1000, self.area)


_ALL = Choice()


_SUMS = """
SELECT place, coalesce(sum(CASE WHEN days = ? THEN learners END), 0),
coalesce(sum(CASE WHEN days = 0 THEN learners END), 0), coalesce(sum(CASE WHEN days = ? THEN statements END), 0),
coalesce(sum(CASE WHEN days = ? THEN watched_ms END), 0) FROM place_period WHERE place IN ({marks}) GROUP BY place
"""
_MASTERED = "SELECT place, sum(started), sum(completed) FROM place_area WHERE place IN ({marks}) GROUP BY place"
_ENROLLED = """
SELECT s.id, s.municipality, sum(c.pupils) FROM box_class c JOIN box b ON b.id = c.box JOIN school s ON s.id = b.school
GROUP BY s.id, s.municipality
"""
_PACKS = """
SELECT p.pack, max(p.area), sum(p.grouped), max(c.learners) FROM place_pack p
JOIN place_course c ON c.place = p.place AND c.pack = p.pack
WHERE p.place = ? AND p.pack <> 0 AND p.grade BETWEEN ? AND ? AND ? IN ('', p.area) GROUP BY p.pack
"""
_SHARES = """
SELECT pack, sum(learners), sum(completed) FROM place_item
WHERE place = ? AND grade BETWEEN ? AND ? AND ? IN ('', area) GROUP BY pack
"""
_ITEMS = """
SELECT item, learners, completed, scored, results, score_milli FROM place_course_item WHERE place = ? AND pack = ?
"""
_UNFINISHED = """
SELECT item, pack, sum(grouped), 1.0 * sum(completed) / sum(learners) FROM place_item
WHERE place = ? AND pack <> 0 AND grade BETWEEN ? AND ? AND ? IN ('', area) GROUP BY item, pack
HAVING sum(grouped) >= ? AND 2 * sum(completed) < sum(learners)
ORDER BY 4, item
"""
_TITLES = """
SELECT t.id, t.value, coalesce(n.language, ''), coalesce(n.text, '') FROM term t LEFT JOIN title n ON n.term = t.id
WHERE t.id IN ({marks})
"""


class Figures:
    """Reads the figures of places."""

    def __init__(self, database: Reads, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def made_at(self) -> datetime | None:
        """Say when the figures were last made."""
        with self._database.read() as db:
            row = db.execute("SELECT at FROM refreshed").fetchone()
        return datetime.fromisoformat(row[0]) if row else None

    def summary(self, place: Place, days: int) -> Summary:
        """Sum up the last days of a place; what is mastered, since ever."""
        with self._database.read() as db:
            return _summaries(db, [place], days)[0]

    def below(self, place: Place, days: int) -> list[PlaceFigures]:
        """Give what a place is made of, by name: municipalities, or the schools if there is only one municipality."""
        if place.school_id:
            return []
        with self._database.read() as db:
            rows = db.execute(
                "SELECT id, municipality, public_id, name FROM school WHERE ? IN ('', municipality)",
                (place.municipality,),
            ).fetchall()
            schools = sorted((place_of_school(*row) for row in rows), key=lambda one: _in_order(one.school))
            towns = sorted({school.municipality for school in schools}, key=_in_order)
            parts = schools if len(towns) <= 1 else [Place(key_of_municipality(name), name) for name in towns]
            return [PlaceFigures(*each) for each in zip(parts, _summaries(db, parts, days), strict=True)]

    def squares(self, place: Place) -> list[Square]:
        """Say for every area and grade that was taught what share of started items is mastered."""
        with self._database.read() as db:
            rows = db.execute(
                "SELECT area, grade, learners, started, completed FROM place_area WHERE place = ?", (place.key,)
            ).fetchall()
        return [
            Square(str(area), int(grade), percent(completed, started, pupils=pupils))
            for area, grade, pupils, started, completed in sorted(rows)
        ]

    def weeks(self, place: Place) -> list[Week]:
        """Say for each of the last 52 weeks, the oldest first, how long was watched and how many learnt."""
        today = micros(self._clock.now()) // _DAY_US
        first = first_week(today)
        with self._database.read() as db:
            watched: dict[int, int] = {}
            query = "SELECT day, sum(watched_ms) FROM place_day WHERE place = ? AND day >= ? GROUP BY day"
            for day, watched_ms in db.execute(query, (place.key, 7 * first - 3)):
                watched[week_of(day)] = watched.get(week_of(day), 0) + int(watched_ms)
            query = "SELECT week, learners FROM place_week WHERE place = ? AND week >= ?"
            pupils = {int(week): int(count) for week, count in db.execute(query, (place.key, first))}
        return [
            Week(monday(week), watched.get(week, 0) // 60_000, shown(pupils.get(week, 0)))
            for week in weeks_shown(first)
        ]

    def courses(self, place: Place, choice: Choice = _ALL) -> list[CourseFigures]:
        """Say what was learnt from every course that anybody began."""
        where = (place.key, *choice.values)
        with self._database.read() as db:
            packs = db.execute(_PACKS, where).fetchall()
            shares = {pack: (int(begun), int(done)) for pack, begun, done in db.execute(_SHARES, where)}
            names = _names(db, (row[0] for row in packs))
            kinds = _kinds(db)
        courses = [
            _course(
                names[pack], area, kinds[pack],
                int(everybody if choice.grade is None else grouped), shares.get(pack, (0, 0)),
            )
            for pack, area, grouped, everybody in packs
            if choice.takes(names[pack].id, kinds[pack])
        ]  # fmt: skip
        return sorted(courses, key=lambda course: (course.area, sorted(course.title.items())))

    def course(self, place: Place, pack_id: str) -> tuple[CourseFigures, list[ItemFigures]]:
        """Say what was learnt from one course, and from each of its items.

        Raises:
            NotFoundError: Nobody of this place began it.
        """
        found = next((course for course in self.courses(place) if course.id == pack_id), None)
        if found is None:
            raise NotFoundError("Nobody here began this course.")
        with self._database.read() as db:
            pack = db.execute("SELECT id FROM term WHERE value = ?", (iris.PACK + pack_id,)).fetchone()[0]
            rows = db.execute(_ITEMS, (place.key, pack)).fetchall()
            names = _names(db, (row[0] for row in rows))
        items = [_item(names[row[0]], row[1:]) for row in rows]
        return found, sorted(items, key=lambda item: sorted(item.title.items()))

    def unfinished(self, place: Place, choice: Choice = _ALL) -> list[Unfinished]:
        """Name the items that many began and fewest finished."""
        with self._database.read() as db:
            kinds = _kinds(db)
            rows = db.execute(_UNFINISHED, (place.key, *choice.values, UNFINISHED_PUPILS_MIN)).fetchall()
            packs = _names(db, (row[1] for row in rows))
            rows = [row for row in rows if choice.takes(packs[row[1]].id, kinds[row[1]])][:UNFINISHED_SHOWN]
            names = _names(db, (row[0] for row in rows))
        return [
            Unfinished(
                title=names[item].title, started=int(started), completed_percent=10 * round(10 * share),
                course_id=packs[pack].id, course=packs[pack].title,
            )
            for item, pack, started, share in rows
        ]  # fmt: skip


def _in_order(name: str) -> str:
    """What names are put in order by: Ç stands with C, ë with e."""
    return unicodedata.normalize("NFD", name.casefold())


class _Name(msgspec.Struct, frozen=True):
    """What a pack or an item is called; one without a title is called by its id."""

    id: str
    title: dict[str, str]


def _summaries(db: Sql, places: Sequence[Place], days: int) -> list[Summary]:
    """Sum up places in three queries."""
    if not places:
        return []
    keys = [place.key for place in places]
    marks = ", ".join("?" * len(keys))
    sums = {row[0]: row[1:] for row in db.execute(_SUMS.format(marks=marks), (days, days, days, *keys))}
    shares = {row[0]: row[1:] for row in db.execute(_MASTERED.format(marks=marks), keys)}
    enrolled = _enrolled(db)
    return [
        _summary(sums.get(key, (0, 0, 0, 0)), shares.get(key, (0, 0)), enrolled=enrolled.get(key, 0)) for key in keys
    ]


def _summary(sums: tuple[int, int, int, int], share: tuple[int, int], *, enrolled: int) -> Summary:
    """Put a summary together, with small numbers hidden."""
    pupils, ever, statements, watched_ms = sums
    started, completed = share
    return Summary(
        pupils=shown(pupils), enrolled=shown(enrolled), minutes=int(watched_ms) // 60_000, statements=int(statements),
        mastered_percent=percent(completed, started, pupils=ever),
    )  # fmt: skip


def _enrolled(db: Sql) -> dict[str, int]:
    """Count who stands in class lists, by place."""
    homes: dict[str, list[int]] = {}
    enrolled: dict[str, int] = {}
    for school, municipality, pupils in db.execute(_ENROLLED):
        enrolled[key_of_school(school)] = int(pupils)
        homes.setdefault(key_of_municipality(municipality), []).append(int(pupils))
    towns = {key: together(schools) for key, schools in homes.items()}
    return {**enrolled, **towns, "": together(towns.values())}


def _names(db: Sql, terms: Iterable[int]) -> dict[int, _Name]:
    """Say what packs and items are called, in every language."""
    names: dict[int, _Name] = {}
    wanted = sorted(set(terms))
    for start in range(0, len(wanted), _AT_ONCE):
        chunk = wanted[start : start + _AT_ONCE]
        for term, iri, language, text in db.execute(_TITLES.format(marks=", ".join("?" * len(chunk))), chunk):
            short = str(iri).removeprefix(iris.ITEM).removeprefix(iris.PACK)
            names.setdefault(term, _Name(short, {})).title[str(language)] = str(text) or short
    return names


def _kinds(db: Sql) -> Mapping[int, _CourseKind]:
    """Say of which subject and in which language courses are; both empty for one of which nothing is known."""
    subjects, languages = subjects_of(db), languages_of(db)
    known = {pack: _CourseKind(subjects.get(pack, ""), languages.get(pack, "")) for pack in {*subjects, *languages}}
    return defaultdict(lambda: _CourseKind("", ""), known)


def _course(name: _Name, area: str, kind: _CourseKind, pupils: int, share: tuple[int, int]) -> CourseFigures:
    """Put one course together; without a group that is large enough its pupils are hidden."""
    started, completed = share
    return CourseFigures(
        id=name.id, title=name.title, area=area, subject=kind.subject, language=kind.language,
        pupils=shown(pupils) or None, mastered_percent=percent(completed, started, pupils=pupils),
    )  # fmt: skip


def _item(name: _Name, sums: Sequence[int]) -> ItemFigures:
    """Put one item together from learners, completed and scored as they may be shown, and the results of all."""
    started, completed, scored, results, score_milli = (int(value) for value in sums)
    return ItemFigures(
        title=name.title, started=shown(started), completed=shown(completed),
        quiz_percent=percent(score_milli, 1000 * results, pupils=scored),
    )  # fmt: skip
