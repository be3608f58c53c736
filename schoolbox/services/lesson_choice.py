"""To which lessons an item can be added: what a teacher chooses among who stands before an item and wants to give it.

    choice.of(teacher_id, "mash:pjeset").classes
"""

import msgspec

from schoolbox.db.database import Database
from schoolbox.services import lesson_rows as rows
from schoolbox.services.classes import Classes
from schoolbox.services.gone_items import GoneItems
from schoolbox.services.lesson_parts import LessonPart, parts_of
from schoolbox.services.lesson_rows import LessonRow
from schoolbox.services.library import Library
from schoolbox.services.outline import ItemPage
from schoolbox.services.people_rows import ClassRow

LISTED = 60


class Candidate(msgspec.Struct, frozen=True):
    """A lesson that is open or prepared; `has` says that the item is in it already, `full` that it has no room."""

    lesson: LessonRow
    parts: tuple[LessonPart, ...]
    has: bool
    full: bool


class LessonChoice(msgspec.Struct, frozen=True):
    """The item, and for each of the teacher's classes the lessons that are not ended."""

    page: ItemPage
    classes: tuple[tuple[ClassRow, tuple[Candidate, ...]], ...]


class LessonChoices:
    """Looks up what a teacher can add an item to."""

    def __init__(self, db: Database, *, classes: Classes, library: Library, gone: GoneItems) -> None:
        self._db = db
        self._classes = classes
        self._library = library
        self._gone = gone

    def of(self, teacher_id: int, item_id: str) -> LessonChoice:
        """The lessons of a teacher's classes, the newest first.

        Raises:
            NotFoundError: There is no such item for pupils.
        """
        page = self._library.item(item_id, staff=False)
        found = self._db.fetch_sql(rows.read_lesson, rows.OF_TEACHER, (teacher_id, LISTED))
        items = rows.items_of(self._db, found)
        parts = parts_of(items, self._library, self._gone)
        candidates = [
            Candidate(each, parts[each.id], item_id in items[each.id], len(items[each.id]) >= rows.ITEMS_MAX)
            for each in found
        ]
        return LessonChoice(
            page,
            tuple(
                (row, tuple(one for one in candidates if one.lesson.class_id == row.id))
                for row in self._classes.of_teacher(teacher_id)
            ),
        )
