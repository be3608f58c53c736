"""Lessons as a pupil sees them: the newest first, until the teacher ends them; what is done, and "I am stuck".

    mine = my_lessons.of(viewer)
    mine[0].next          # the first item that is not done, None if all is
"""

from datetime import UTC

import msgspec

from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.db.models import LessonStuck
from schoolbox.errors import NotFoundError
from schoolbox.services import lesson_rows as rows
from schoolbox.services.gone_items import GoneItems
from schoolbox.services.learning import Learning
from schoolbox.services.lesson_parts import LessonPart, parts_of
from schoolbox.services.lesson_rows import LessonRow
from schoolbox.services.library import Library
from schoolbox.services.outline import Entry
from schoolbox.services.people import People
from schoolbox.services.progress import ItemProgress
from schoolbox.services.viewers import Viewer

SHOWN = 20


class MyLesson(msgspec.Struct, frozen=True):
    """A lesson of one pupil; `stuck` are the items with which help is wanted."""

    lesson: LessonRow
    teacher: str
    parts: tuple[LessonPart, ...]
    progress: dict[str, ItemProgress]
    stuck: frozenset[str] = frozenset()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What can be opened."""
        return tuple(part.entry for part in self.parts if part.entry)

    @property
    def done(self) -> int:
        """How many of these are done."""
        return sum(self._is_done(entry) for entry in self.entries)

    @property
    def next(self) -> Entry | None:
        """The first one that is not done."""
        return next((entry for entry in self.entries if not self._is_done(entry)), None)

    def _is_done(self, entry: Entry) -> bool:
        known = self.progress.get(entry.item.id)
        return known is not None and known.done


class MyLessonParts(msgspec.Struct, frozen=True):
    """Where a pupil's lessons are looked up."""

    people: People
    library: Library
    learning: Learning
    gone: GoneItems


class MyLessons:
    """Shows pupils their lessons."""

    def __init__(self, db: Database, parts: MyLessonParts, *, clock: Clock) -> None:
        self._db = db
        self._of = parts
        self._clock = clock

    def of(self, viewer: Viewer) -> tuple[MyLesson, ...]:
        """The lessons that a pupil was given and that were not ended, the newest first."""
        found = self._db.fetch_sql(rows.read_lesson, rows.OF_PUPIL, (viewer.person_id, SHOWN))
        if not found:
            return ()
        parts = parts_of(rows.items_of(self._db, found), self._of.library, self._of.gone)
        ids = sorted({part.item_id for each in parts.values() for part in each})
        progress = self._of.learning.progress(viewer.person_id, ids)
        teachers = self._of.people.names({lesson.teacher_id for lesson in found})
        return tuple(
            MyLesson(lesson, teachers.get(lesson.teacher_id, ""), parts[lesson.id], progress) for lesson in found
        )

    def one(self, viewer: Viewer, lesson_id: int) -> MyLesson:
        """One of them, with what the pupil is stuck with.

        Raises:
            NotFoundError: It was not given to this pupil, or it was ended.
        """
        found = next((mine for mine in self.of(viewer) if mine.lesson.id == lesson_id), None)
        if found is None:
            raise NotFoundError(kind="lesson", key=str(lesson_id))
        stuck = {item for person_id, item in rows.stuck_in(self._db, lesson_id) if person_id == viewer.person_id}
        return MyLesson(found.lesson, found.teacher, found.parts, found.progress, frozenset(stuck))

    def say_stuck(self, viewer: Viewer, lesson_id: int, item_id: str, *, stuck: bool) -> None:
        """Ask for help with an item of a lesson, or take that back.

        Raises:
            NotFoundError: It is not in a lesson of this pupil.
        """
        mine = self.one(viewer, lesson_id)
        if item_id not in {part.item_id for part in mine.parts}:
            raise NotFoundError(kind="item", key=item_id)
        said_at = self._clock.now().astimezone(UTC).isoformat(timespec="seconds")
        row = {"lesson_id": lesson_id, "person_id": viewer.person_id, "item_id": item_id}
        own = (LessonStuck.lesson_id == lesson_id) & (LessonStuck.person_id == viewer.person_id)

        def keep() -> None:
            self._db.run(LessonStuck.delete().where(own & (LessonStuck.item_id == item_id)))
            if stuck:
                self._db.run(LessonStuck.insert(**row, said_at=said_at))

        self._db.write(keep)
