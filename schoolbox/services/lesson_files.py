"""Lessons as files: taken along, prepared at home, brought back and looked over before a class has them.

Promises: a file says neither who made a lesson nor for whom, and nothing in it is done: what it names is looked up on
this box, and only what pupils of this box can open comes into a lesson. What a teacher brought is kept for that teacher
alone, also over a restart of the box, until it is taken or put away; for how long at most, `brought_files` says.

    files.take(raw, name="java-12.schoolbox-lesson", by=3)
    files.looked_over(by=3)[0].parts[1].today is None      # the box does not have the second item
    files.keep(by=3, class_id=1, chosen={0: "2026-12-01"})
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from content_packs import lesson_file
from content_packs.lesson_errors import LessonFileError
from content_packs.lesson_file import FileItem, FileLesson
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.marks import N_
from schoolbox.services.brought_files import BroughtFile, BroughtFiles
from schoolbox.services.folding import words
from schoolbox.services.gone_items import GoneItems
from schoolbox.services.lesson_parts import LessonPart, parts_of
from schoolbox.services.lesson_rows import LessonRow, LessonWish
from schoolbox.services.lessons import Lessons
from schoolbox.services.library import Library
from schoolbox.services.outline import Entry, ItemCard, PackCard
from schoolbox.services.texts import Texts

NAME_LENGTH_MAX = 80
_FILE_NAME_WORDS = 6

Said = Callable[[Texts, str], str]
"""Chooses the words for whoever reads, of texts per language and the language of instruction."""


class WrittenFile(msgspec.Struct, frozen=True):
    """A file to hand out."""

    name: str
    content: bytes


class Draft(msgspec.Struct, frozen=True):
    """What a teacher brought; without lessons `refusal` says why."""

    name: str
    lessons: tuple[FileLesson, ...] = ()
    refusal: LessonFileError | None = None


class BroughtPart(msgspec.Struct, frozen=True):
    """One item of a lesson that was brought: what the file says of it, and what the box has."""

    told: FileItem
    part: LessonPart

    @property
    def today(self) -> Entry | None:
        """What can be opened here: the item, or what took its place."""
        return self.part.today


class BroughtLesson(msgspec.Struct, frozen=True):
    """A lesson that was brought, as it stands before this box."""

    title: str
    note: str
    parts: tuple[BroughtPart, ...]

    @property
    def items(self) -> tuple[str, ...]:
        """The items that pupils here can open."""
        return tuple(dict.fromkeys(part.today.item.id for part in self.parts if part.today))


class LessonFiles:
    """Writes lessons as files, and takes in those that teachers bring."""

    def __init__(self, lessons: Lessons, *, library: Library, gone: GoneItems, brought: BroughtFiles) -> None:
        self._lessons = lessons
        self._library = library
        self._gone = gone
        self._brought = brought

    def one(self, teacher_id: int, lesson_id: int, said: Said) -> WrittenFile:
        """Write a lesson as a file.

        Raises:
            NotFoundError: It is not a lesson of this teacher's class.
        """
        page = self._lessons.page(teacher_id, lesson_id)
        return _written([_told(page.lesson, page.parts, said)])

    def several(self, teacher_id: int, class_id: int, lesson_ids: Sequence[int], said: Said) -> WrittenFile:
        """Write some lessons of a class as one file, the oldest first.

        Raises:
            NotFoundError: It is not a class of this teacher.
            BadInputError: None of its lessons was ticked, or more than a file holds.
        """
        school_class, lines = self._lessons.of_class(teacher_id, class_id)
        chosen = [line for line in reversed(lines) if line.lesson.id in set(lesson_ids)]
        if not chosen:
            raise BadInputError(field="lesson", problem=N_("Tick at least one lesson."))
        name = school_class.name if len(chosen) > 1 else ""
        try:
            return _written([_told(line.lesson, line.parts, said) for line in chosen], name=name)
        except LessonFileError as exc:
            raise BadInputError(field="lesson", problem=N_("These are too many for one file. Tick fewer.")) from exc

    def course(self, pack_id: str, said: Said) -> WrittenFile:
        """Write a course as a file, to prepare lessons of it at home: each unit is one lesson, with all its items.

        What a file cannot hold is left out at its end.

        Raises:
            NotFoundError: There is no such course, or pupils see nothing of it.
        """
        outline = self._library.outline(pack_id, staff=False)
        if not outline.items:
            raise NotFoundError(kind="course", key=pack_id)
        lessons = [
            FileLesson(
                title=said(unit.title, outline.pack.language)[: lesson_file.TITLE_LENGTH_MAX].strip(),
                items=tuple(_item(item, outline.pack, said) for item in unit.items[: lesson_file.ITEMS_MAX]),
            )
            for unit in outline.units if unit.items
        ]  # fmt: skip
        lessons = lessons[: lesson_file.LESSONS_MAX]
        while len(lessons) > 1:
            try:
                return _written(lessons, name=said(outline.pack.title, outline.pack.language))
            except LessonFileError:
                lessons = lessons[: len(lessons) * 3 // 4]
        return _written(lessons, name=said(outline.pack.title, outline.pack.language))

    def take(self, raw: bytes, *, name: str, by: int) -> Draft:
        """Read what a teacher brought; what cannot be read is kept with the reason.

        Raises:
            DiskError: It could not be kept; nothing was changed.
        """
        shown = "".join(letter for letter in name if letter.isprintable())[-NAME_LENGTH_MAX:]
        self._brought.forget_more()
        return _draft(self._brought.keep(raw, name=shown, by=by))

    def draft(self, by: int) -> Draft | None:
        """What a teacher brought and did not take or put away yet."""
        file = self._brought.find(by)
        return _draft(file) if file else None

    def looked_over(self, by: int) -> tuple[BroughtLesson, ...]:
        """The lessons that a teacher brought, and what this box has of them.

        Raises:
            NotFoundError: There are none.
        """
        draft = self.draft(by)
        if draft is None or not draft.lessons:
            raise NotFoundError(kind="lesson_file", key="")
        wanted = {place: tuple(item.item for item in each.items) for place, each in enumerate(draft.lessons)}
        found = parts_of(wanted, self._library, self._gone)
        return tuple(
            BroughtLesson(
                each.title, each.note,
                tuple(BroughtPart(told, part) for told, part in zip(each.items, found[place], strict=True)),
            )
            for place, each in enumerate(draft.lessons)
        )  # fmt: skip

    def keep(self, *, by: int, class_id: int, chosen: Mapping[int, str]) -> tuple[int, ...]:
        """Prepare some of the lessons for a class; pupils do not see them yet.

        Args:
            by: The teacher.
            class_id: For which class.
            chosen: Places in the file, from 0, to the day until which (ISO 8601) or nothing.

        Raises:
            NotFoundError: There is no file, or it is not a class of this teacher.
            BadInputError: No lesson was ticked, nothing of it is here, or a day is none.
        """
        lessons = self.looked_over(by)
        ticked = [(lessons[place], due_on) for place, due_on in sorted(chosen.items()) if 0 <= place < len(lessons)]
        if not ticked:
            raise BadInputError(field="lesson", problem=N_("Tick at least one lesson."))
        wishes = [LessonWish(each.title, each.note, due_on, items=each.items) for each, due_on in ticked]
        made = self._lessons.make_all(by, class_id, wishes, given=False)
        self.put_away(by)
        return made

    def put_away(self, by: int) -> None:
        """Forget what a teacher brought."""
        self._brought.forget(by)


def _draft(file: BroughtFile) -> Draft:
    try:
        return Draft(file.name, lessons=lesson_file.read_lessons(file.raw))
    except LessonFileError as exc:
        return Draft(file.name, refusal=exc)


def _written(lessons: Sequence[FileLesson], *, name: str = "") -> WrittenFile:
    first = lessons[0]
    chosen = name or first.title or first.items[0].title or "lesson"
    return WrittenFile(
        f"{'-'.join(words(chosen)[:_FILE_NAME_WORDS])[:60] or 'lesson'}{lesson_file.ENDING}",
        lesson_file.write_lessons(lessons),
    )


def _told(lesson: LessonRow, parts: Sequence[LessonPart], said: Said) -> FileLesson:
    return FileLesson(title=lesson.title, note=lesson.note, items=tuple(_of_part(part, said) for part in parts))


def _of_part(part: LessonPart, said: Said) -> FileItem:
    if part.entry:
        return _item(part.entry.item, part.entry.pack, said)
    gone = part.gone
    course = gone.course if gone else None
    return FileItem(
        item=part.item_id, title=said(gone.title, "") if gone else "", pack=course.id if course else "",
        pack_title=said(course.title, course.language) if course else "",
    )  # fmt: skip


def _item(item: ItemCard, pack: PackCard, said: Said) -> FileItem:
    return FileItem(
        item=item.id, title=said(item.title, item.language), pack=pack.id, pack_title=said(pack.title, pack.language)
    )
