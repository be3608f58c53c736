"""Giving lessons again: one to another class, or many of last year's at once.

Promises: a copy has the same words and items, with what took the place of those that are gone, and no day. Many copies
come prepared, so that pupils do not find a whole year on their page; the teacher gives them one by one. A lesson of a
group goes to the group of that name in the other class. Where there is none, and where single pupils were ticked, the
copy is for the whole class, and prepared: the teacher chooses whom it is for before anybody sees it.

    copies.several(teacher_id, class_id, [3, 4], to=other_class_id).made
"""

from collections.abc import Sequence

import msgspec

from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.marks import N_
from schoolbox.services.folding import fold
from schoolbox.services.groups import Groups
from schoolbox.services.lesson_parts import LessonPart
from schoolbox.services.lesson_rows import LessonRow, LessonWish
from schoolbox.services.lessons import Lessons


class Copied(msgspec.Struct, frozen=True):
    """How many lessons were prepared, how many had nothing left that could be opened, how many are now for all."""

    made: int
    empty: int
    widened: int


class Copy(msgspec.Struct, frozen=True):
    """A copy of one lesson; `widened` says that it was for some pupils and is prepared for the whole class."""

    lesson_id: int
    group: str
    widened: bool


class LessonCopies:
    """Copies lessons for their teachers."""

    def __init__(self, lessons: Lessons, *, groups: Groups) -> None:
        self._lessons = lessons
        self._groups = groups

    def one(self, teacher_id: int, lesson_id: int, class_id: int) -> Copy:
        """Give a class the same lesson.

        Raises:
            NotFoundError: One of the two classes is not this teacher's, or nothing of the lesson is left.
        """
        page = self._lessons.page(teacher_id, lesson_id)
        pupils = tuple(line.pupil.person_id for line in page.rows) if _is_for_ticked(page.lesson) else ()
        wish, widened = self._wish(page.lesson, page.parts, class_id, pupils)
        if not wish.items:
            raise NotFoundError(kind="item", key=page.parts[0].item_id)
        made = self._lessons.make(teacher_id, class_id, wish, given=not widened)
        return Copy(made, page.lesson.group if wish.group_id else "", widened)

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
        wishes = [self._wish(line.lesson, line.parts, to) for line in chosen]
        full = [(wish, widened) for wish, widened in wishes if wish.items]
        made = self._lessons.make_all(teacher_id, to, [wish for wish, _ in full], given=False)
        return Copied(len(made), len(wishes) - len(made), sum(widened for _, widened in full))

    def _wish(
        self, lesson: LessonRow, parts: Sequence[LessonPart], to: int, pupils: Sequence[int] = ()
    ) -> tuple[LessonWish, bool]:
        """The same lesson for a class, and whether it was for some and is for everybody now."""
        same, group = lesson.class_id == to, lesson.group
        groups = self._groups.of_class(to) if group else ()
        group_id = next((one.id for one in groups if fold(one.name) == fold(group)), 0)
        wish = LessonWish(
            lesson.title, lesson.note, items=tuple(part.today.item.id for part in parts if part.today),
            group_id=group_id, pupils=tuple(pupils) if same else (),
        )  # fmt: skip
        return wish, not lesson.for_all and not group_id and not wish.pupils


def _is_for_ticked(lesson: LessonRow) -> bool:
    return not lesson.for_all and not lesson.group_id
