"""The roll-over into a new school year, grade by grade, since grades end on different days.

Promises: a plan says what would happen and changes nothing; carrying it out is one transaction; no clock has a say. A
class goes up by one grade and keeps its pupils, teachers and everything they did: 6/2 becomes 7/2, whatever follows the
number stays. Classes of the grade in which this school ends are put away with their pupils, as `people_desk` does.
Lessons that are open end; tests that are open are closed just before, and stay so. Where several grades learn in one
class, it stays and its pupils go up (`year_grades`).
What the plan cannot do by itself it says: a name that is taken by a class that stays.
Until classes change again, `undo` takes the last roll-over back, lessons included: the state before is kept in one
setting. A copy of the database would take back what pupils did since, too.

    plan = year.plan([6, 7])
    year.roll([6, 7], by=3)
"""

import re
from collections.abc import Sequence
from datetime import UTC
from typing import Protocol

import msgspec

from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.db.models import Lesson, Person, SchoolClass, Setting
from schoolbox.errors import BadInputError
from schoolbox.marks import N_
from schoolbox.services.audit import Audit
from schoolbox.services.people import GRADE_MAX
from schoolbox.services.people_desk import DeskClass, PeopleDesk
from schoolbox.services.year_grades import (
    HIGHEST,
    SET,
    GradeLine,
    SeveralGrades,
    Stray,
    of_several,
    several_grades,
    steps,
    steps_of_strays,
    strays,
)

UNDO_KEY = "year_undo"
_OPEN_LESSONS = """
SELECT id FROM lesson WHERE ended_at IS NULL AND given_at IS NOT NULL
   AND class_id IN (SELECT value FROM json_each(?))
"""
_ALONE = """
SELECT DISTINCT p.id FROM membership m JOIN person p ON p.id = m.person_id
 WHERE m.class_id IN (SELECT value FROM json_each(?1)) AND p.role = 'pupil' AND p.archived_at IS NULL AND NOT EXISTS
       (SELECT 1 FROM membership n JOIN school_class c ON c.id = n.class_id
         WHERE n.person_id = p.id AND c.archived_at IS NULL AND n.class_id NOT IN (SELECT value FROM json_each(?1)))
"""


class CloseTests(Protocol):
    """Closes what is open in some classes."""

    def __call__(self, class_ids: Sequence[int], /, *, by: int) -> None:
        """Close it; `by` is who ends the year."""


class YearLine(msgspec.Struct, frozen=True):
    """What becomes of one class: its new name and grade, or none where it leaves; `clash` names a class in the way."""

    school_class: DeskClass
    name: str
    grade: int
    leaves: bool
    clash: str = ""


class YearPlan(msgspec.Struct, frozen=True):
    """What would happen; it can be carried out while nothing clashes and nobody is held.

    `own` are the pupils of classes in which several grades learn, `strays` single ones in the others who have an own
    grade.
    """

    lines: tuple[YearLine, ...]
    own: tuple[GradeLine, ...] = ()
    strays: tuple[Stray, ...] = ()

    @property
    def clashes(self) -> tuple[YearLine, ...]:
        """What is in the way."""
        return tuple(line for line in self.lines if line.clash)

    @property
    def held(self) -> tuple[GradeLine, ...]:
        """Pupils who would come into a grade that stays behind in their class."""
        return tuple(line for line in self.own if line.held)


class _Before(msgspec.Struct, frozen=True):
    """A class before the roll-over, and what it became."""

    id: int
    name: str
    grade: int
    became: str
    left: bool


class _Step(msgspec.Struct, frozen=True):
    """A pupil's own grade before the roll-over, and after it."""

    id: int
    before: int | None
    after: int | None


class _Undo(msgspec.Struct, frozen=True):
    """What takes the last roll-over back."""

    classes: tuple[_Before, ...]
    people: tuple[int, ...]
    lessons: tuple[int, ...]
    stamp: str
    steps: tuple[_Step, ...] = ()


class SchoolYear:
    """Plans and carries out the roll-over."""

    def __init__(
        self, db: Database, *, clock: Clock, desk: PeopleDesk, audit: Audit, close_tests: CloseTests
    ) -> None:
        self._db = db
        self._close_tests = close_tests
        self._clock = clock
        self._desk = desk
        self._audit = audit

    def grades(self) -> list[int]:
        """The grades that have classes or pupils today."""
        several = self._several(self._today())
        mixed = {one.school_class.id for one in several}
        of_classes = {row.grade for row in self._today() if row.id not in mixed}
        return sorted(of_classes.union(*(one.grades for one in several)))

    def ends(self) -> int:
        """The grade after which pupils leave if nobody says another: the highest this school ever had.

        Not the highest of today: once grade 12 has left in May, grade 11 is that, and would leave in June.
        """
        grades = [row.grade for row in self._desk.classes()]
        return max(*grades, *self._db.fetch_sql(int, HIGHEST)) if grades else GRADE_MAX

    def plan(self, grades: Sequence[int], *, last: int | None = None) -> YearPlan:
        """What rolling some grades over would do.

        Args:
            grades: Those that go up.
            last: The grade after which pupils leave this school; `ends` if it is not said.
        """
        today = self._today()
        ends = self.ends() if last is None else last
        several = self._several(today)
        mixed = {one.school_class.id for one in several}
        going = [row for row in today if row.grade in set(grades) and row.id not in mixed]
        staying = {row.name for row in today if row not in going}
        lines: list[YearLine] = []
        new: set[str] = set()
        for row in sorted(going, key=lambda one: (-one.grade, one.name)):
            leaves = row.grade >= ends or row.grade >= GRADE_MAX
            name = row.name if leaves else _next_name(row.name, row.grade)
            clash = name if not leaves and (name in staying or name in new) else ""
            new |= set() if leaves else {name}
            lines.append(YearLine(row, name, row.grade + (not leaves), leaves, clash))
        own = of_several(several, set(grades), ends=min(ends, GRADE_MAX))
        away, up = ([line.school_class.id for line in lines if line.leaves is leaves] for leaves in (True, False))
        single = strays(self._db, up, own, leaving=False, ends=ends)
        return YearPlan(tuple(lines), own, single + strays(self._db, away, own, leaving=True, ends=ends))

    def roll(self, grades: Sequence[int], *, by: int, last: int | None = None) -> YearPlan:
        """Carry it out.

        Raises:
            BadInputError: No grade was chosen, a name is taken, or a grade stays behind; nothing was changed.
        """
        self._close_tests(self._ending(self._sound_plan(grades, last)), by=by)

        def work() -> YearPlan:
            plan = self._sound_plan(grades, last)  # once more: now nobody else writes
            self._roll(plan, by)
            return plan

        done: YearPlan = self._db.write(work)
        return done

    def can_undo(self) -> bool:
        """Whether the last roll-over can be taken back: its classes are as it left them, their old names are free."""
        undo = self._undo()
        if undo is None:
            return False
        now = {row.id: (row.name, row.archived) for row in self._desk.classes()}
        rolled = {one.id for one in undo.classes}
        others = {name for class_id, (name, archived) in now.items() if class_id not in rolled and not archived}
        return all(now.get(one.id) == (one.became, one.left) and one.name not in others for one in undo.classes)

    def undo(self, *, by: int) -> None:
        """Take the last roll-over back.

        Raises:
            BadInputError: There is none, or classes were changed since.
        """

        def work() -> None:
            undo = self._undo()
            if undo is None or not self.can_undo():
                problem = N_("Classes were changed since; this can no longer be undone.")
                raise BadInputError(field="year", problem=problem)
            self._take_back(undo, by)

        self._db.write(work)

    def _sound_plan(self, grades: Sequence[int], last: int | None) -> YearPlan:
        """A plan that can be carried out.

        Raises:
            BadInputError: It cannot; the text says why.
        """
        plan = self.plan(grades, last=last)
        if not plan.lines and not plan.own:
            raise BadInputError(field="grade", problem=N_("Tick at least one grade that has classes."))
        if plan.clashes:
            raise BadInputError(field="grade", problem=N_("A name is taken. Nothing was changed."))
        if plan.held:
            problem = N_("A grade of the same class stays behind. Nothing was changed.")
            raise BadInputError(field="grade", problem=problem)
        return plan

    def _roll(self, plan: YearPlan, by: int) -> None:
        now = self._clock.now().astimezone(UTC).isoformat(timespec="microseconds")
        ids = self._ending(plan)
        leaving = [line.school_class.id for line in plan.lines if line.leaves]
        people = self._db.fetch_sql(int, _ALONE, (_json(leaving),))
        leaving_alone = [each for line in plan.own if line.leaves for each in line.people]
        leaving_alone += [stray.person_id for stray in plan.strays if stray.leaves]
        people += sorted(set(leaving_alone).difference(people))
        moves = [*steps(self._db, plan.own), *steps_of_strays(plan.strays)]
        taken = tuple(_Step(step.person_id, step.before, step.after) for step in moves)
        lessons = self._db.fetch_sql(int, _OPEN_LESSONS, (_json(ids),))
        before = tuple(
            _Before(line.school_class.id, line.school_class.name, line.school_class.grade, line.name, line.leaves)
            for line in plan.lines
        )
        self._db.run(Lesson.update(ended_at=now).where(Lesson.id.in_(lessons)))
        self._desk.put_people_away(people, now)
        for one in before:
            if one.left:
                self._desk.put_class_away(one.id, one.name, now)
        self._rename({one.id: (one.became, one.grade + 1) for one in before if not one.left})
        self._db.run_many(SET, [(step.id, step.after, step.before) for step in taken])
        text = msgspec.json.encode(_Undo(before, tuple(people), tuple(lessons), now, taken)).decode()
        self._db.run(Setting.insert(key=UNDO_KEY, value=text).on_conflict_replace())
        self._audit.note(by=by, code="year_rolled")

    def _take_back(self, undo: _Undo, by: int) -> None:
        left = [one.id for one in undo.classes if one.left]
        self._db.run(SchoolClass.update(archived_at=None).where(SchoolClass.id.in_(left)))
        self._rename({one.id: (one.name, one.grade) for one in undo.classes})
        people = Person.update(archived_at=None).where(Person.id.in_(undo.people), Person.archived_at == undo.stamp)
        self._db.run(people)
        self._db.run_many(SET, [(step.id, step.before, step.after) for step in undo.steps])
        self._db.run(Lesson.update(ended_at=None).where(Lesson.id.in_(undo.lessons), Lesson.ended_at == undo.stamp))
        self._db.run(Setting.delete().where(Setting.key == UNDO_KEY))
        self._audit.note(by=by, code="year_undone")

    def _rename(self, names: dict[int, tuple[str, int]]) -> None:
        """Give classes new names in two steps, since one takes the name that another gives up."""
        for class_id in names:
            self._db.run(SchoolClass.update(name=f"#{class_id}").where(SchoolClass.id == class_id))
        for class_id, (name, grade) in names.items():
            self._db.run(SchoolClass.update(name=name, grade=grade).where(SchoolClass.id == class_id))

    def _several(self, today: Sequence[DeskClass]) -> list[SeveralGrades]:
        return several_grades(self._db, today)

    def _ending(self, plan: YearPlan) -> list[int]:
        """The classes whose year ends for everybody."""
        return [line.school_class.id for line in plan.lines] + self._wholly(plan.own)

    def _wholly(self, lines: Sequence[GradeLine]) -> list[int]:
        """The classes of several grades of which everybody goes up or leaves: their lessons end."""
        going = {person_id for line in lines for person_id in line.people}
        several = self._several([line.school_class for line in lines])
        return [one.school_class.id for one in several if going.issuperset(one.pupils)]

    def _today(self) -> list[DeskClass]:
        return [row for row in self._desk.classes() if not row.archived]

    def _undo(self) -> _Undo | None:
        raw = self._db.first(str, Setting.select(Setting.value).where(Setting.key == UNDO_KEY))
        try:
            return msgspec.json.decode(raw, type=_Undo) if raw else None
        except msgspec.DecodeError:
            return None


def _next_name(name: str, grade: int) -> str:
    """The name one grade up: the number of the grade in it grows, whatever stands around it; else it stays."""
    return re.sub(rf"^{grade}(?!\d)", str(grade + 1), name)


def _json(ids: Sequence[int]) -> str:
    return msgspec.json.encode(list(ids)).decode()
