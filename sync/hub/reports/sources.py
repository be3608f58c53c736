"""What was watched and learnt by subject, by language and by publisher, week by week.

A course is of the publisher before the colon of its id, of the subject that the statements about it say, and in the
language that most of its items are taught in, as those about them say. Minutes and things learnt are sums over
everybody of a place and not hidden.

    sources.of(EVERYTHING, "language")[0].weeks
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

import msgspec

from content_packs.clock import Clock
from sync import iris
from sync.hub.database import Reads, Sql
from sync.hub.moments import micros
from sync.hub.reports.hiding import percent
from sync.hub.reports.places import Place
from sync.hub.reports.weeks import first_week, monday, weeks_shown

Kind = Literal["subject", "language", "publisher"]
_DAY_US = 86_400_000_000

_WEEKS = """
SELECT week, pack, statements, watched_ms FROM place_course_week WHERE place = ? AND week >= ?
"""
_SHARES = """
SELECT i.pack, max(c.learners), sum(i.learners), sum(i.completed) FROM place_item i
JOIN place_course c ON c.place = i.place AND c.pack = i.pack WHERE i.place = ? AND i.pack <> 0 GROUP BY i.pack
"""
_LANGUAGES = "SELECT pack, language, count(*) FROM item_language GROUP BY pack, language"
_SUBJECTS = "SELECT pack, subject FROM pack_subject"
_PUBLISHERS = "SELECT id, value FROM term WHERE id IN (SELECT pack FROM place_course WHERE place = ?)"


class SourceWeek(msgspec.Struct, frozen=True):
    """One week from its Monday on."""

    monday: date
    minutes: int
    statements: int


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One subject, language or publisher; sums are of the weeks, the share is since ever."""

    name: str
    courses: int
    minutes: int
    statements: int
    mastered_percent: int | None
    weeks: tuple[SourceWeek, ...]


class _Sum(msgspec.Struct):
    """What is added up of one source."""

    courses: int = 0
    pupils: int = 0
    started: int = 0
    completed: int = 0
    watched_ms: int = 0
    weeks: dict[int, tuple[int, int]] = msgspec.field(default_factory=dict)


class Sources:
    """Reads what the figures of places say of subjects, languages and publishers."""

    def __init__(self, database: Reads, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def of(self, place: Place, kind: Kind) -> list[Source]:
        """Say of each of a kind what was done with its courses, the most watched first."""
        first = first_week(micros(self._clock.now()) // _DAY_US)
        with self._database.read() as db:
            names = _named(db, place, kind)
            sums: dict[str, _Sum] = {}
            for pack, pupils, started, completed in db.execute(_SHARES, (place.key,)):
                _add_share(sums.setdefault(names.get(pack, ""), _Sum()), int(pupils), int(started), int(completed))
            for week, pack, statements, watched_ms in db.execute(_WEEKS, (place.key, first)):
                _add_week(sums.setdefault(names.get(pack, ""), _Sum()), int(week), int(statements), int(watched_ms))
        found = [_source(name, one, first) for name, one in sums.items()]
        return sorted(found, key=lambda source: (-source.minutes, -source.statements, source.name))


def languages_of(db: Sql) -> dict[int, str]:
    """Say in which language each course is: that of most of its items; of two, the first of the alphabet."""
    best: dict[int, tuple[int, str]] = {}
    for pack, language, items in db.execute(_LANGUAGES):
        best[pack] = min(best.get(pack, (0, "")), (-int(items), str(language)))
    return {pack: language for pack, (_, language) in best.items()}


def subjects_of(db: Sql) -> dict[int, str]:
    """Say of which subject each course is."""
    return {int(pack): str(subject) for pack, subject in db.execute(_SUBJECTS)}


def publisher_of(pack_id: str) -> str:
    """Name the publisher of a course: what stands before the colon of its id."""
    return pack_id.partition(":")[0]


def _named(db: Sql, place: Place, kind: Kind) -> dict[int, str]:
    """Say what each course counts for."""
    if kind == "publisher":
        return _publishers(db, place)
    return languages_of(db) if kind == "language" else subjects_of(db)


def _publishers(db: Sql, place: Place) -> dict[int, str]:
    rows = db.execute(_PUBLISHERS, (place.key,))
    return {int(term): publisher_of(str(iri).removeprefix(iris.PACK)) for term, iri in rows}


def _add_share(one: _Sum, pupils: int, started: int, completed: int) -> None:
    one.courses += 1
    one.pupils = max(one.pupils, pupils)
    one.started += started
    one.completed += completed


def _add_week(one: _Sum, week: int, statements: int, watched_ms: int) -> None:
    said, watched = one.weeks.get(week, (0, 0))
    one.weeks[week] = (said + statements, watched + watched_ms)


def _source(name: str, one: _Sum, first: int) -> Source:
    """Put one source together."""
    weeks = tuple(_weeks(one.weeks, weeks_shown(first)))
    return Source(
        name=name, courses=one.courses, minutes=sum(watched for _, watched in one.weeks.values()) // 60_000,
        statements=sum(week.statements for week in weeks),
        mastered_percent=percent(one.completed, one.started, pupils=one.pupils), weeks=weeks,
    )  # fmt: skip


def _weeks(done: Mapping[int, tuple[int, int]], weeks: Iterable[int]) -> Iterable[SourceWeek]:
    for week in weeks:
        statements, watched_ms = done.get(week, (0, 0))
        yield SourceWeek(monday(week), watched_ms // 60_000, statements)
