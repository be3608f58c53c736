"""What is told upstream of lessons: that a class was given one, and that a pupil is done with all of it.

Promises: neither the teacher nor anything the teacher wrote is told; both are told in the transaction of what happened.
A pupil completes a lesson with the last of its items that can be opened; one that comes or goes later completes nothing
by itself. The result of a test counts once its teacher shows it.

    told.given(7, class_id=3, grade=6, items=("mash:pjeset",))
    told.note_done(viewer, "mash:pjeset")
"""

from collections.abc import Sequence

from msgspec.structs import replace

from schoolbox.db.database import Database
from schoolbox.services.statements import Statements
from schoolbox.services.viewers import Viewer
from sync.statements import LessonRef, lesson_assigned, lesson_completed

COMPLETED_NOW = """
SELECT l.id, l.class_id FROM membership AS m JOIN lesson AS l ON l.class_id = m.class_id
JOIN lesson_item AS i ON i.lesson_id = l.id AND i.item_id = ?2
JOIN progress AS now ON now.person_id = m.person_id AND now.item_id = i.item_id AND now.done_at = now.touched_at
WHERE m.person_id = ?1 AND l.given_at IS NOT NULL AND l.ended_at IS NULL AND (l.for_all OR EXISTS
    (SELECT 1 FROM lesson_chosen AS c WHERE c.lesson_id = l.id AND c.person_id = ?1))
AND NOT EXISTS (
    SELECT 1 FROM lesson_item AS other JOIN item ON item.id = other.item_id AND item.teacher_only = 0
    JOIN shown_pack AS p ON p.id = item.pack_id
    LEFT JOIN progress AS g ON g.item_id = other.item_id AND g.person_id = ?1
    WHERE other.lesson_id = l.id AND COALESCE(g.state, '') <> 'done')
ORDER BY l.id
"""
"""An item is done now, and not before, if it was done when it was touched last."""


class LessonStatements:
    """Puts statements about lessons into the outbox; only inside `BoxOutbox.write`."""

    def __init__(self, db: Database, statements: Statements) -> None:
        self._db = db
        self._statements = statements

    def given(self, lesson_id: int, *, class_id: int, grade: int | None, items: Sequence[str]) -> None:
        """A class was given a lesson."""
        lesson = LessonRef(id=lesson_id, items=tuple(items))
        self._statements.put_of_box(class_id, grade, lambda occasion: lesson_assigned(occasion, lesson))

    def note_done(self, viewer: Viewer, item_id: str) -> None:
        """A pupil may just have become done with an item: tell of every lesson that is completed by it."""
        for lesson_id, class_id in self._db.fetch_sql(_pair, COMPLETED_NOW, (viewer.person_id, item_id)):
            self._tell(replace(viewer, class_id=class_id), LessonRef(id=lesson_id))

    def _tell(self, viewer: Viewer, lesson: LessonRef) -> None:
        self._statements.put(viewer, lambda occasion: lesson_completed(occasion, lesson))


def _pair(one: int, other: int) -> tuple[int, int]:
    return one, other
