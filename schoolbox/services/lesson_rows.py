"""Lessons as the database holds them, and what a lesson is made of: a form that is checked, rows that are read."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec

from schoolbox.db.database import Database
from schoolbox.errors import BadInputError
from schoolbox.marks import N_
from schoolbox.services.texts import write_json

ITEMS_MAX = 40
TITLE_LENGTH_MAX = 100
NOTE_LENGTH_MAX = 500

_COLUMNS = """
l.id, l.class_id, coalesce(l.teacher_id, 0), l.title, l.note, l.due_on, l.for_all,
CASE WHEN l.given_at IS NULL THEN 'prepared' WHEN l.ended_at IS NULL THEN 'open' ELSE 'ended' END,
coalesce(l.group_id, 0), coalesce((SELECT name FROM class_group g WHERE g.id = l.group_id), '')
"""
ONE = f"SELECT {_COLUMNS} FROM lesson l WHERE l.id = ?"  # noqa: S608 - a constant of this module
OF_CLASS = f"SELECT {_COLUMNS} FROM lesson l WHERE l.class_id = ? ORDER BY l.id DESC LIMIT ?"  # noqa: S608 - as above
OF_TEACHER = f"""
SELECT {_COLUMNS} FROM lesson l JOIN membership m ON m.class_id = l.class_id AND m.person_id = ?
 WHERE l.ended_at IS NULL ORDER BY l.id DESC LIMIT ?
"""  # noqa: S608 - as above
OF_PUPIL = f"""
SELECT {_COLUMNS} FROM lesson l JOIN membership m ON m.class_id = l.class_id AND m.person_id = ?1
  JOIN school_class c ON c.id = l.class_id AND c.archived_at IS NULL
 WHERE l.given_at IS NOT NULL AND l.ended_at IS NULL AND (l.for_all OR EXISTS
       (SELECT 1 FROM lesson_chosen p WHERE p.lesson_id = l.id AND p.person_id = ?1))
 ORDER BY l.id DESC LIMIT ?2
"""  # noqa: S608 - as above
ITEMS = """
SELECT lesson_id, item_id FROM lesson_item WHERE lesson_id IN (SELECT value FROM json_each(?))
 ORDER BY lesson_id, position
"""
PUPILS = "SELECT lesson_id, person_id FROM lesson_chosen WHERE lesson_id IN (SELECT value FROM json_each(?))"
STUCK = "SELECT person_id, item_id FROM lesson_stuck WHERE lesson_id = ?"

State = Literal["prepared", "open", "ended"]
_STATES: Mapping[str, State] = {"prepared": "prepared", "open": "open", "ended": "ended"}


class LessonRow(msgspec.Struct, frozen=True):
    """One lesson; `due_on` is None where no day was named, `teacher_id` 0 where the teacher is gone.

    Pupils see it while its `state` is `open`. `group_id` is 0 where it is for no group, whose name is `group`.
    """

    id: int
    class_id: int
    teacher_id: int
    title: str
    note: str
    due_on: date | None
    for_all: bool
    state: State
    group_id: int = 0
    group: str = ""


class LessonWish(msgspec.Struct, frozen=True):
    """What a teacher filled in; no `pupils` and no group mean the whole class, no `items` that they stay."""

    title: str = ""
    note: str = ""
    due_on: str = ""
    pupils: tuple[int, ...] = ()
    items: tuple[str, ...] = ()
    group_id: int = 0

    def checked(self) -> "LessonWish":
        """The same without needless spaces.

        Raises:
            BadInputError: A text is too long, the day is none, or there are too many items.
        """
        title, note = " ".join(self.title.split()), self.note.strip().replace("\r\n", "\n")
        for field, text, most in (("title", title, TITLE_LENGTH_MAX), ("note", note, NOTE_LENGTH_MAX)):
            if len(text) > most or not text.replace("\n", "").isprintable():
                raise BadInputError(field=field, problem=N_("The text is too long, or has signs that cannot be shown."))
        if len(self.items) > ITEMS_MAX:
            raise BadInputError(field="items", problem=N_("A lesson has at most 40 items."))
        items = tuple(dict.fromkeys(self.items))
        return LessonWish(title, note, _day(self.due_on), self.pupils, items, self.group_id)


def read_lesson(*row: int | str) -> LessonRow:
    """Make a lesson of its columns."""
    number, class_id, teacher_id, title, note, due_on, for_all, state, group_id, group = row
    return LessonRow(
        int(number), int(class_id), int(teacher_id), str(title), str(note),
        date.fromisoformat(str(due_on)) if due_on else None, bool(for_all), _STATES[str(state)], int(group_id),
        str(group),
    )  # fmt: skip


def items_of(db: Database, lessons: Sequence[LessonRow]) -> dict[int, tuple[str, ...]]:
    """The ids of the items of some lessons, in order."""
    found: dict[int, list[str]] = {lesson.id: [] for lesson in lessons}
    for lesson_id, item_id in db.fetch_sql(_pair, ITEMS, (write_json([lesson.id for lesson in lessons]),)):
        found[lesson_id].append(item_id)
    return {lesson_id: tuple(items) for lesson_id, items in found.items()}


def pupils_of(db: Database, lessons: Sequence[LessonRow]) -> dict[int, frozenset[int]]:
    """Whom lessons are for, where it is not the whole class."""
    found: dict[int, set[int]] = {lesson.id: set() for lesson in lessons}
    for lesson_id, person_id in db.fetch_sql(_numbers, PUPILS, (write_json([lesson.id for lesson in lessons]),)):
        found[lesson_id].add(person_id)
    return {lesson_id: frozenset(people) for lesson_id, people in found.items()}


def stuck_in(db: Database, lesson_id: int) -> frozenset[tuple[int, str]]:
    """Who said to be stuck with which item of a lesson."""
    return frozenset(db.fetch_sql(_pair, STUCK, (lesson_id,)))


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as exc:
        raise BadInputError(field="due_on", problem=N_("This is no day.")) from exc


def _pair(number: int, text: str) -> tuple[int, str]:
    return number, text


def _numbers(one: int, other: int) -> tuple[int, int]:
    return one, other
