"""The roll-over of classes in which several grades learn together: each pupil goes up in an own grade.

Rules: such a class keeps its name, its grade and its teachers; of its pupils those of the chosen grades go up by one,
or leave after the last grade. Nobody goes up beside pupils who did not: who would come into a grade that stays behind
in the same room would be taken up once more with it. A class of one grade in which a single pupil has another goes up
as classes do, and that pupil by one grade, too; `roster_grades.has_several` tells the two apart. A class of which only
pupils of other grades are left stays such a class. A pupil of two classes goes up once: with the class of several
grades, else with that of the own grade; a club takes nobody along.

    lines = of_several([one], [4, 5], ends=5)     # GradeLine(grade=5, leaves=True), GradeLine(grade=4, leaves=False)
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import msgspec

from schoolbox.db.database import Database
from schoolbox.services.folding import alphabetical
from schoolbox.services.people import GRADE_MAX
from schoolbox.services.people_desk import DeskClass
from schoolbox.services.roster_grades import has_several
from schoolbox.services.texts import write_json

_PUPILS = """
SELECT c.id, p.id, coalesce(p.grade, c.grade), p.grade IS NULL
  FROM school_class c JOIN membership m ON m.class_id = c.id
  JOIN person p ON p.id = m.person_id AND p.role = 'pupil' AND p.archived_at IS NULL
 WHERE c.archived_at IS NULL ORDER BY c.id, p.id
"""
_STRAYS = """
SELECT p.id, p.grade, p.given_name, p.surname,
       max(CASE WHEN c.id IN (SELECT value FROM json_each(?1)) THEN c.name ELSE '' END)
  FROM membership m JOIN person p ON p.id = m.person_id
       JOIN school_class c ON c.id = m.class_id AND c.archived_at IS NULL
 WHERE p.role = 'pupil' AND p.archived_at IS NULL AND p.grade IS NOT NULL
 GROUP BY p.id
HAVING max(c.id IN (SELECT value FROM json_each(?1)))
   AND (min(c.id IN (SELECT value FROM json_each(?1)))
        OR max(c.grade = p.grade AND c.id IN (SELECT value FROM json_each(?1))))
"""
_OWN = """
SELECT p.id, p.grade, count(*) = 1 FROM person p JOIN membership m ON m.person_id = p.id
       JOIN school_class c ON c.id = m.class_id AND c.archived_at IS NULL
 WHERE p.id IN (SELECT value FROM json_each(?)) GROUP BY p.id, p.grade
"""
HIGHEST = "SELECT coalesce(max(grade), 0) FROM person"
SET = "UPDATE person SET grade = ?2 WHERE id = ?1 AND grade IS ?3"


class _Pupil(msgspec.Struct, frozen=True):
    """A pupil in a class; `as_class` says that the grade is the class's."""

    class_id: int
    person_id: int
    grade: int
    as_class: bool


class SeveralGrades(msgspec.Struct, frozen=True):
    """A class with pupils of several grades; `pupils` has each pupil's grade."""

    school_class: DeskClass
    pupils: Mapping[int, int]

    @property
    def grades(self) -> frozenset[int]:
        """The grades that learn in it."""
        return frozenset(self.pupils.values())


class GradeLine(msgspec.Struct, frozen=True):
    """What becomes of the pupils of one grade of such a class; `held` says that the next grade stays behind in it."""

    school_class: DeskClass
    grade: int
    people: tuple[int, ...]
    leaves: bool
    held: bool = False

    @property
    def reaches_class(self) -> bool:
        """Whether going up brings them into the grade of the class itself."""
        return self.grade + 1 == self.school_class.grade


class Stray(msgspec.Struct, frozen=True):
    """A single pupil of another grade in a class that goes up or leaves; `leaves` after the last grade, or with it."""

    person_id: int
    name: str
    class_name: str
    grade: int
    leaves: bool
    is_last: bool

    @property
    def too_early(self) -> bool:
        """Whether the pupil leaves with a class although the own grade is not the last."""
        return self.leaves and not self.is_last


class Step(msgspec.Struct, frozen=True):
    """A pupil's own grade before and after; None for that of the class."""

    person_id: int
    before: int | None
    after: int | None


def several_grades(db: Database, classes: Collection[DeskClass]) -> list[SeveralGrades]:
    """The classes of today in which several grades learn.

    Who has no own grade counts in the class of one grade that goes up with them, and not in a club beside it.
    """
    pupils = db.fetch_sql(_pupil, _PUPILS)
    mixed = {one.school_class.id for one in _mixed(classes, pupils)}
    own_class = {one.person_id for one in pupils if one.as_class and one.class_id not in mixed}
    return _mixed(classes, [
        one for one in pupils if one.class_id not in mixed or not one.as_class or one.person_id not in own_class
    ])  # fmt: skip


def _mixed(classes: Collection[DeskClass], pupils: Sequence[_Pupil]) -> list[SeveralGrades]:
    found: dict[int, dict[int, int]] = {}
    for one in pupils:
        found.setdefault(one.class_id, {})[one.person_id] = one.grade
    own = {one.class_id for one in pupils if not one.as_class}
    return [
        SeveralGrades(row, found[row.id])
        for row in classes
        if row.id in own and _is_mixed(row, Counter(found[row.id].values()))
    ]


def of_several(classes: Sequence[SeveralGrades], grades: Collection[int], *, ends: int) -> tuple[GradeLine, ...]:
    """What becomes of the pupils of some grades, the highest first; a pupil of two such classes counts in the first."""
    lines: list[GradeLine] = []
    seen: set[int] = set()
    for one in classes:
        for grade in sorted(one.grades.intersection(grades), reverse=True):
            people = tuple(person_id for person_id, own in one.pupils.items() if own == grade and person_id not in seen)
            seen.update(people)
            leaves = grade >= ends
            held = not leaves and grade + 1 in one.grades and grade + 1 not in grades
            if people:
                lines.append(GradeLine(one.school_class, grade, people, leaves, held))
    return tuple(lines)


def steps(db: Database, lines: Sequence[GradeLine]) -> list[Step]:
    """The own grades of those who go up; who has come to that of their only class needs none."""
    going = {person_id: line for line in lines if not line.leaves for person_id in line.people}
    return [
        Step(person_id, own, None if alone and going[person_id].reaches_class else going[person_id].grade + 1)
        for person_id, own, alone in db.fetch_sql(_own, _OWN, (write_json(sorted(going)),))
    ]


def strays(
    db: Database, class_ids: Collection[int], lines: Sequence[GradeLine], *, leaving: bool, ends: int
) -> tuple[Stray, ...]:
    """Single pupils of another grade in classes that go up, or leave, as a whole; not those whose own class does not.

    Args:
        db: Where they are.
        class_ids: The classes.
        lines: Who goes up with a class of several grades.
        leaving: Whether the classes leave the school.
        ends: The grade after which pupils leave.
    """
    known = {person_id for line in lines for person_id in line.people}
    found = db.fetch_sql(lambda *row: row, _STRAYS, (write_json(sorted(class_ids)),))
    return tuple(
        Stray(person_id, f"{given_name} {surname}".strip(), class_name, own, leaving or own >= ends, own >= ends)
        for person_id, own, given_name, surname, class_name in sorted(found, key=_by_name)
        if person_id not in known
    )


def steps_of_strays(found: Sequence[Stray]) -> list[Step]:
    """The own grades of those who go up."""
    return [Step(one.person_id, one.grade, min(one.grade + 1, GRADE_MAX)) for one in found if not one.leaves]


def _is_mixed(row: DeskClass, grades: Counter[int]) -> bool:
    """Whether several grades learn in a class, or only others than its own: nobody in it would go up with it."""
    return row.grade not in grades or has_several(row.name, grades)


def _own(person_id: int, grade: int | None, alone: int) -> tuple[int, int | None, bool]:
    return person_id, grade, bool(alone)


def _by_name(row: tuple[int, int, str, str, str]) -> tuple[str, str, int]:
    person_id, _, given_name, surname, _ = row
    return alphabetical(surname, given_name, person_id)


def _pupil(class_id: int, person_id: int, grade: int, as_class: int) -> _Pupil:
    return _Pupil(class_id, person_id, grade, bool(as_class))
