"""Which grade the pupils of a list are in, where several grades learn in one class, as in a village school.

Rules: a class has several grades if the box knows that of it; or if a list gives its pupils several and its name says
none, as `Kombinuar`; or if a quarter of its pupils, two at least, are in another grade than most. In such a class the
column of the grade says the pupil's own; anywhere else a grade that differs is a mistake, and told. The class itself
keeps the grade that the box knows; a new one has that of its name, else the lowest of its pupils.

    several([RosterRow(...), ...])    # {"kombinuar"}
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from schoolbox.services.roster_class import class_of

if TYPE_CHECKING:
    from schoolbox.services.roster_file import RosterRow

OTHERS_MIN = 2
MOST_PER_OTHER = 4


class KnownClass(msgspec.Struct, frozen=True):
    """A class of the box; `several` says that pupils in it have a grade of their own."""

    id: int
    name: str
    grade: int
    shift: str
    several: int


def several(rows: Sequence["RosterRow"]) -> frozenset[str]:
    """The classes, by key, that have several grades by what a list says."""
    names = {wish.key: wish.name for row in rows for wish in row.classes}
    return frozenset(key for key, grades in _said(rows).items() if has_several(names[key], grades))


def class_grades(rows: Sequence["RosterRow"], known: Mapping[str, KnownClass]) -> dict[str, int]:
    """The grade of every class of a list, by key."""
    grades = {key: one.grade for key, one in known.items()}
    mixed, said = several(rows), _said(rows)
    for row in rows:
        for wish in row.classes:
            lowest = min(said[wish.key], default=wish.grade) if wish.key in mixed else wish.grade
            named = class_of(wish.name).grade if wish.key in mixed else None
            grades.setdefault(wish.key, lowest if named is None else named)
    return grades


def own_grade(row: "RosterRow", now: int | None, grades: Mapping[str, int], *, moves: bool) -> int | None:
    """A pupil's own grade after a row: None where it is that of the class; where the row says nothing it stays.

    Args:
        row: What the list says.
        now: The own grade so far.
        grades: What `class_grades` gave.
        moves: Whether the pupil leaves a class by this row, and its grade with it.
    """
    if row.role != "pupil" or row.grade is None or len(row.classes) != 1:
        return None if moves else now
    return None if grades[row.classes[0].key] == row.grade else row.grade


def has_several(name: str, grades: Counter[int]) -> bool:
    """Whether several grades learn in a class of this name with so many pupils in each grade."""
    others = grades.total() - max(grades.values())
    if class_of(name).grade is None:
        return others > 0
    return others >= OTHERS_MIN and MOST_PER_OTHER * others >= grades.total()


def _said(rows: Sequence["RosterRow"]) -> dict[str, Counter[int]]:
    """How many pupils of each class the column of the grade puts into which grade."""
    said: dict[str, Counter[int]] = defaultdict(Counter)
    for row in rows:
        if row.role == "pupil" and row.grade is not None and len(row.classes) == 1:
            said[row.classes[0].key][row.grade] += 1
    return said
