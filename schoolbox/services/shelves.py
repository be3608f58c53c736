"""Courses gathered the ways pupils look for them: by learning area, by grade, by subject.

    shelves(library.packs(), order=("lang", "math"))
"""

from collections.abc import Iterable, Sequence

import msgspec

from schoolbox.services.outline import PackCard


class AreaShelf(msgspec.Struct, frozen=True):
    """What a learning area has to offer: only what is really there."""

    area: str
    subjects: tuple[str, ...]
    grades: tuple[int, ...]


class SubjectShelf(msgspec.Struct, frozen=True):
    """The courses of one subject."""

    area: str
    subject: str
    packs: tuple[PackCard, ...]


def area_shelves(packs: Sequence[PackCard], order: Sequence[str]) -> list[AreaShelf]:
    """The areas that have courses, in the given order."""
    return [
        AreaShelf(area, _unique(pack.subject for pack in found), all_grades(found))
        for area in order
        if (found := [pack for pack in packs if pack.area == area])
    ]


def subject_shelves(packs: Sequence[PackCard], order: Sequence[str]) -> list[SubjectShelf]:
    """Courses by subject, areas in the given order."""
    return [
        SubjectShelf(area, subject, tuple(pack for pack in found if pack.subject == subject))
        for area in order
        if (found := [pack for pack in packs if pack.area == area])
        for subject in _unique(pack.subject for pack in found)
    ]


def all_grades(packs: Sequence[PackCard]) -> tuple[int, ...]:
    """Every grade that has a course, in order."""
    return tuple(sorted({grade for pack in packs for grade in pack.grades}))


def of_grade(packs: Sequence[PackCard], grade: int | None) -> list[PackCard]:
    """The courses of a grade; all if it is None."""
    return [pack for pack in packs if grade is None or grade in pack.grades]


def _unique(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
