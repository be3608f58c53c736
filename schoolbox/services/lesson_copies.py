"""Giving lessons again: one to another class, or many of last year's at once.

Promises: a copy has the same words and items, with what took the place of those that are gone, and no day. Many copies
come prepared, so that pupils do not find a whole year on their page; the teacher gives them one by one.

    copies.several(teacher_id, class_id, [3, 4], to=other_class_id).made
"""

from collections.abc import Sequence
from dataclasses import dataclass

from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.marks import N_
from schoolbox.services.lesson_parts import LessonPart
from schoolbox.services.lesson_rows import LessonRow, LessonWish
from schoolbox.services.lessons import Lessons


@dataclass(frozen=True, slots=True)
class Copied:
    """How many lessons were prepared, and how many had nothing left that could be opened."""

    made: int
    empty: int


class LessonCopies:
    """Copies lessons for their teachers."""

    def __init__(self, lessons: Lessons) -> None:
        self._lessons = lessons

    def one(self, teacher_id: int, lesson_id: int, class_id: int) -> int:
        """Give a class the same lesson; its number.

        Raises:
            NotFoundError: One of the two classes is not this teacher's, or nothing of the lesson is left.
        """
        page = self._lessons.page(teacher_id, lesson_id)
        wish = _wish(page.lesson, page.parts)
        if not wish.items:
            raise NotFoundError(kind="item", key=page.parts[0].item_id)
        return self._lessons.make(teacher_id, class_id, wish)

    def several(self, teacher_id: int, class_id: int, lesson_ids: Sequence[int], *, to: int) -> Copied:
        """Prepare copies of some lessons of a class for another class, or the same one, the oldest first.

        Raises:
            NotFoundError: One of the two classes is not this teacher's.
            BadInputError: None of its lessons was ticked.
        """
        _, lines = self._lessons.of_class(teacher_id, class_id)
        chosen = [line for line in reversed(lines) if line.lesson.id in set(lesson_ids)]
        if not chosen:
            raise BadInputError(field="lesson", problem=N_("Tick at least one lesson."))
        wishes = [_wish(line.lesson, line.parts) for line in chosen]
        made = self._lessons.make_all(teacher_id, to, [wish for wish in wishes if wish.items], given=False)
        return Copied(len(made), len(wishes) - len(made))


def _wish(lesson: LessonRow, parts: Sequence[LessonPart]) -> LessonWish:
    return LessonWish(lesson.title, lesson.note, items=tuple(part.today.item.id for part in parts if part.today))
