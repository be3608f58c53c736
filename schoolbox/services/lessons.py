"""Lessons as their teacher makes and sees them: items picked from any pack, given to a class, a group or some pupils.

Promises: a lesson is made, seen and changed by the teachers of its class only; for anybody else it does not exist.
Items that are gone stay in the lesson and are told, with what took their place. Ending or deleting a lesson deletes
nothing that pupils did. No clock decides what pupils see.

    lesson_id = lessons.make(teacher_id, class_id, LessonWish(items=("mash:pjeset",)))
    lessons.page(teacher_id, lesson_id).rows
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC

import msgspec
from msgspec.structs import replace

from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.db.models import Lesson, LessonItem, LessonPupil
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.marks import N_
from schoolbox.services import classes_sql
from schoolbox.services import lesson_rows as rows
from schoolbox.services.class_map import Cell, cell, read_stand
from schoolbox.services.classes import Classes
from schoolbox.services.gone_items import GoneItems
from schoolbox.services.groups import Group, Groups
from schoolbox.services.lesson_parts import LessonPart, parts_of
from schoolbox.services.lesson_rows import LessonRow, LessonWish
from schoolbox.services.lesson_statements import LessonStatements
from schoolbox.services.library import Library
from schoolbox.services.outbox import BoxOutbox
from schoolbox.services.outline import Outline, PackCard
from schoolbox.services.people import People
from schoolbox.services.people_rows import ClassRow, PupilRow
from schoolbox.services.texts import write_json

LISTED = 200
"""How many lessons of a class are listed, the newest first."""


class LessonLine(msgspec.Struct, frozen=True):
    """A lesson in a list; `done` counts the pupils who are done with all of it."""

    lesson: LessonRow
    parts: tuple[LessonPart, ...]
    pupils: int
    done: int
    begun: int


class PupilLine(msgspec.Struct, frozen=True):
    """Where one pupil stands with each item of a lesson; `stuck` are the places of items with which help is wanted."""

    pupil: PupilRow
    cells: tuple[Cell, ...]
    stuck: frozenset[int]


class LessonPage(msgspec.Struct, frozen=True):
    """A lesson with everything its teacher may want to know."""

    lesson: LessonRow
    school_class: ClassRow
    parts: tuple[LessonPart, ...]
    pupils: tuple[PupilRow, ...]
    groups: tuple[Group, ...]
    rows: tuple[PupilLine, ...]

    def is_for(self, pupil: PupilRow) -> bool:
        """Whether a pupil of the class was given it."""
        return any(line.pupil == pupil for line in self.rows)


class LessonForm(msgspec.Struct, frozen=True):
    """What a new lesson is chosen from: `outline` is the course that was asked for, None while the box holds none."""

    school_class: ClassRow
    pupils: tuple[PupilRow, ...]
    groups: tuple[Group, ...]
    courses: tuple[PackCard, ...]
    outline: Outline | None


class LessonParts(msgspec.Struct, frozen=True):
    """What lessons are made with."""

    classes: Classes
    people: People
    groups: Groups
    library: Library
    gone: GoneItems
    outbox: BoxOutbox
    told: LessonStatements


class Lessons:
    """Makes and shows lessons for teachers."""

    def __init__(self, db: Database, parts: LessonParts, *, clock: Clock) -> None:
        self._db = db
        self._of = parts
        self._clock = clock

    def form(self, teacher_id: int, class_id: int, pack_id: str = "") -> LessonForm:
        """What a lesson for a class can be made of: one course at a time, first the one the class touched last.

        Raises:
            NotFoundError: It is not a class of this teacher, or there is no such course.
        """
        school_class = self._class(teacher_id, class_id)
        courses = self._of.classes.courses(school_class)
        course = self._of.library.pack(pack_id) if pack_id else next(iter(courses), None)
        outline = self._of.library.outline_of(course, staff=False) if course else None
        pupils, groups = tuple(self._of.people.pupils(class_id)), self._of.groups.of_class(class_id)
        return LessonForm(school_class, pupils, groups, courses, outline)

    def make(self, teacher_id: int, class_id: int, wish: LessonWish, *, given: bool = True) -> int:
        """Give a class a lesson, or only prepare it; its number.

        Raises:
            NotFoundError: It is not a class of this teacher, or there is no such item or pupil.
            BadInputError: No item was chosen, or something in the form makes no sense.
        """
        return self.make_all(teacher_id, class_id, [wish], given=given)[0]

    def make_all(
        self, teacher_id: int, class_id: int, wishes: Sequence[LessonWish], *, given: bool
    ) -> tuple[int, ...]:
        """Make several lessons for a class, all or none; their numbers.

        Raises:
            NotFoundError: It is not a class of this teacher, or there is no such item or pupil.
            BadInputError: No item was chosen, or something in the form makes no sense.
        """
        school_class = self._class(teacher_id, class_id)
        checked = [wish.checked() for wish in wishes]
        for wish in checked:
            if not wish.items:
                raise BadInputError(field="items", problem=N_("Tick at least one item."))
            self._check(school_class, wish)
        now = self._now()
        row: dict[str, str | int | None] = {
            "class_id": class_id, "teacher_id": teacher_id, "made_at": now, "given_at": now if given else None,
        }  # fmt: skip

        def keep() -> tuple[int, ...]:
            made = tuple(self._insert(row, wish) for wish in checked)
            for lesson_id, wish in zip(made, checked, strict=True) if given else ():
                self._tell(lesson_id, school_class, wish.items)
            return made

        return self._of.outbox.write(keep, by=None)

    def give(self, teacher_id: int, lesson_id: int) -> None:
        """Show a prepared lesson to its pupils; nothing happens to one that was given.

        Raises:
            NotFoundError: It is not a lesson of this teacher's class.
        """
        lesson, school_class = self._own(teacher_id, lesson_id)
        items = rows.items_of(self._db, [lesson])[lesson.id]
        given = Lesson.update(given_at=self._now()).where(Lesson.id == lesson.id, Lesson.given_at.is_null())

        def keep() -> None:
            if self._db.run(given):
                self._tell(lesson.id, school_class, items)

        self._of.outbox.write(keep, by=None)

    def change(self, teacher_id: int, lesson_id: int, wish: LessonWish) -> None:
        """Change title, note, day and whom a lesson is for; its items stay.

        Raises:
            NotFoundError: It is not a lesson of this teacher's class, or there is no such pupil.
            BadInputError: Something in the form makes no sense.
        """
        lesson, school_class = self._own(teacher_id, lesson_id)
        wish = replace(wish, items=()).checked()
        self._check(school_class, wish)
        self._db.write(lambda: self._put(lesson.id, wish))

    def add(self, teacher_id: int, lesson_id: int, item_ids: Sequence[str]) -> None:
        """Put items behind those that are there; one that is in the lesson already stays where it is.

        Raises:
            NotFoundError: It is not a lesson of this teacher's class, or there is no such item.
            BadInputError: There would be too many.
        """
        self._change_items(teacher_id, lesson_id, lambda items: [*items, *item_ids], new=item_ids)

    def remove(self, teacher_id: int, lesson_id: int, item_id: str) -> None:
        """Take an item out of a lesson.

        Raises:
            NotFoundError: It is not a lesson of this teacher's class.
            BadInputError: It is the last one.
        """
        self._change_items(teacher_id, lesson_id, lambda items: [each for each in items if each != item_id])

    def move(self, teacher_id: int, lesson_id: int, item_id: str, *, by: int) -> None:
        """Move an item so many places up (below 0) or down; at the ends it stays.

        Raises:
            NotFoundError: It is not a lesson of this teacher's class, or the item is not in it.
        """

        def moved(items: list[str]) -> list[str]:
            if item_id not in items:
                raise NotFoundError(kind="item", key=item_id)
            place = min(max(items.index(item_id) + by, 0), len(items) - 1)
            others = [each for each in items if each != item_id]
            return [*others[:place], item_id, *others[place:]]

        self._change_items(teacher_id, lesson_id, moved)

    def replace(self, teacher_id: int, lesson_id: int, item_id: str) -> None:
        """Put what took the place of an item that is gone in its place.

        Raises:
            NotFoundError: It is not a lesson of this teacher's class, or nothing took its place.
        """
        found = self._of.gone.find(item_id, staff=True)
        if found is None or found.replacement is None:
            raise NotFoundError(kind="item", key=item_id)
        new = found.replacement.item.id
        self._change_items(teacher_id, lesson_id, lambda items: [new if each == item_id else each for each in items])

    def end(self, teacher_id: int, lesson_id: int, *, ended: bool) -> None:
        """Take a lesson off the pupils' pages, or put it back.

        Raises:
            NotFoundError: It is not a lesson of this teacher's class.
        """
        lesson, _ = self._own(teacher_id, lesson_id)
        at = self._now() if ended else None
        self._db.write(lambda: self._db.run(Lesson.update(ended_at=at).where(Lesson.id == lesson.id)))

    def delete(self, teacher_id: int, lesson_id: int) -> int:
        """Delete a lesson; what pupils did stays. Gives the number of its class.

        Raises:
            NotFoundError: It is not a lesson of this teacher's class.
        """
        lesson, _ = self._own(teacher_id, lesson_id)
        self._db.write(lambda: self._db.run(Lesson.delete().where(Lesson.id == lesson.id)))
        return lesson.class_id

    def class_id_of(self, lesson_id: int) -> int:
        """The number of the class a lesson belongs to; 0 for a lesson that is gone."""
        return next(iter(self._db.fetch_sql(int, "SELECT class_id FROM lesson WHERE id = ?", (lesson_id,))), 0)

    def of_class(self, teacher_id: int, class_id: int) -> tuple[ClassRow, tuple[LessonLine, ...]]:
        """The lessons of a class, the newest first, and how far it is with them.

        Raises:
            NotFoundError: It is not a class of this teacher.
        """
        school_class = self._class(teacher_id, class_id)
        found = self._db.fetch_sql(rows.read_lesson, rows.OF_CLASS, (class_id, LISTED))
        parts, chosen = self._parts(found), rows.pupils_of(self._db, found)
        pupils = [pupil.person_id for pupil in self._of.people.pupils(class_id)]
        stands = self._done(class_id, [part.item_id for each in parts.values() for part in each])
        lines = []
        for lesson in found:
            whom = [each for each in pupils if lesson.for_all or each in chosen[lesson.id]]
            items = [part.item_id for part in parts[lesson.id] if part.entry]
            done = sum(bool(items) and all(stands.get((each, item)) for item in items) for each in whom)
            begun = sum(any((each, item) in stands for item in items) for each in whom)
            lines.append(LessonLine(lesson, parts[lesson.id], len(whom), done, begun))
        return school_class, tuple(lines)

    def page(self, teacher_id: int, lesson_id: int) -> LessonPage:
        """A lesson, and where each pupil stands with each item.

        Raises:
            NotFoundError: It is not a lesson of this teacher's class.
        """
        lesson, school_class = self._own(teacher_id, lesson_id)
        parts = self._parts([lesson])[lesson.id]
        chosen = rows.pupils_of(self._db, [lesson])[lesson.id]
        everybody = tuple(self._of.people.pupils(lesson.class_id))
        whom = [pupil for pupil in everybody if lesson.for_all or pupil.person_id in chosen]
        ids = [part.item_id for part in parts]
        found = self._db.fetch_sql(read_stand, classes_sql.STANDS, (lesson.class_id, write_json(ids)))
        stands = {(stand.person_id, stand.item_id): stand for stand in found}
        said = rows.stuck_in(self._db, lesson.id)
        lines = []
        for pupil in whom:
            own = [stands.get((pupil.person_id, item)) for item in ids]
            asks = [(pupil.person_id, item) in said for item in ids]
            stuck = (place for place, stand in enumerate(own) if asks[place] and not (stand and stand.done))
            lines.append(PupilLine(pupil, tuple(cell(stand) for stand in own), frozenset(stuck)))
        groups = self._of.groups.of_class(lesson.class_id)
        return LessonPage(lesson, school_class, parts, everybody, groups, tuple(lines))

    def _change_items(
        self, teacher_id: int, lesson_id: int, change: Callable[[list[str]], list[str]], *, new: Sequence[str] = ()
    ) -> None:
        lesson, school_class = self._own(teacher_id, lesson_id)
        items = list(rows.items_of(self._db, [lesson])[lesson.id])
        wish = LessonWish(items=tuple(change(items))).checked()
        if not wish.items:
            problem = N_("A lesson needs at least one item. Delete the lesson instead.")
            raise BadInputError(field="items", problem=problem)
        self._check(school_class, LessonWish(items=tuple(new)))
        self._db.write(lambda: self._put_items(lesson.id, wish.items))

    def _tell(self, lesson_id: int, school_class: ClassRow, items: Sequence[str]) -> None:
        self._of.told.given(lesson_id, class_id=school_class.id, grade=school_class.grade, items=items)

    def _insert(self, row: Mapping[str, str | int | None], wish: LessonWish) -> int:
        lesson_id: int = self._db.run(Lesson.insert(**row))
        self._put(lesson_id, wish)
        self._put_items(lesson_id, wish.items)
        return lesson_id

    def _now(self) -> str:
        return self._clock.now().astimezone(UTC).isoformat(timespec="seconds")

    def _put(self, lesson_id: int, wish: LessonWish) -> None:
        for_all = not wish.pupils and not wish.group_id
        values: dict[str, str | int | None] = {
            "title": wish.title, "note": wish.note, "due_on": wish.due_on, "for_all": int(for_all),
            "group_id": wish.group_id or None,
        }  # fmt: skip
        self._db.run(Lesson.update(**values).where(Lesson.id == lesson_id))
        self._db.run(LessonPupil.delete().where(LessonPupil.lesson_id == lesson_id))
        for person_id in sorted(set(wish.pupils)):
            self._db.run(LessonPupil.insert(lesson_id=lesson_id, person_id=person_id))

    def _put_items(self, lesson_id: int, items: Sequence[str]) -> None:
        self._db.run(LessonItem.delete().where(LessonItem.lesson_id == lesson_id))
        for position, item_id in enumerate(items):
            self._db.run(LessonItem.insert(lesson_id=lesson_id, position=position, item_id=item_id))

    def _check(self, school_class: ClassRow, wish: LessonWish) -> None:
        """Refuse items that a pupil cannot open, and pupils and groups of other classes."""
        there = self._of.library.entries(wish.items, staff=False) if wish.items else {}
        for item_id in wish.items:
            if item_id not in there:
                raise NotFoundError(kind="item", key=item_id)
        pupils = {pupil.person_id for pupil in self._of.people.pupils(school_class.id)} if wish.pupils else set()
        for person_id in wish.pupils:
            if person_id not in pupils:
                raise NotFoundError(kind="pupil", key=str(person_id))
        groups = {group.id for group in self._of.groups.of_class(school_class.id)} if wish.group_id else {0}
        if wish.group_id not in groups:
            raise NotFoundError(kind="group", key=str(wish.group_id))

    def _parts(self, lessons: Sequence[LessonRow]) -> dict[int, tuple[LessonPart, ...]]:
        items = rows.items_of(self._db, lessons)
        return parts_of(items, self._of.library, self._of.gone)

    def _done(self, class_id: int, item_ids: Sequence[str]) -> dict[tuple[int, str], bool]:
        found = self._db.fetch_sql(read_stand, classes_sql.STANDS, (class_id, write_json(sorted(set(item_ids)))))
        return {(stand.person_id, stand.item_id): stand.done for stand in found}

    def _own(self, teacher_id: int, lesson_id: int) -> tuple[LessonRow, ClassRow]:
        found = next(iter(self._db.fetch_sql(rows.read_lesson, rows.ONE, (lesson_id,))), None)
        if found is None:
            raise NotFoundError(kind="lesson", key=str(lesson_id))
        return found, self._class(teacher_id, found.class_id)

    def _class(self, teacher_id: int, class_id: int) -> ClassRow:
        found = next((row for row in self._of.classes.of_teacher(teacher_id) if row.id == class_id), None)
        if found is None:
            raise NotFoundError(kind="class", key=str(class_id))
        return found
