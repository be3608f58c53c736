"""What a teacher sees: own classes, the map of a class in one course, who is stuck, what one child did.

Promises: a class is shown to its own teachers only, a pupil only through a class of theirs; anything else does not
exist for them. Names are short, because this page is often on the projector; the whole name stands on a child's own
page. "Connected" is by the monotonic clock of this boot. A new PIN is shown once.

    classes.overview(teacher_id, class_id, "mash:thyesat-6").rows
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from threading import Lock

import msgspec

from content_packs.clock import Clock
from content_packs.errors import PackError
from content_packs.quiz import Question
from schoolbox.db.database import Database
from schoolbox.errors import NotFoundError
from schoolbox.services import classes_sql as sql
from schoolbox.services.class_map import Cell, ClassWork, Stand, Stuck, cell, read_stand, stuck
from schoolbox.services.going import Paper
from schoolbox.services.library import Library
from schoolbox.services.outline import Entry, ItemCard, PackCard
from schoolbox.services.people import People
from schoolbox.services.people_rows import ClassRow, PupilRow
from schoolbox.services.quizzes import Quizzes
from schoolbox.services.responses import right_response
from schoolbox.services.texts import read_names, write_json

CONNECTED_S = 5 * 60.0
QUIZZES_SHOWN = 8
DONE_SHOWN = 200
_SLIPS_MAX = 500


class MapRow(msgspec.Struct, frozen=True):
    """One pupil's line of the map."""

    pupil: PupilRow
    cells: tuple[Cell, ...]


class StuckRow(msgspec.Struct, frozen=True):
    """A pupil to look after."""

    pupil: PupilRow
    stuck: Stuck


class ClassPage(msgspec.Struct, frozen=True):
    """A class and its work in one course; `course` is None while the box holds none."""

    school_class: ClassRow
    pupils: tuple[PupilRow, ...]
    connected: tuple[PupilRow, ...]
    courses: tuple[PackCard, ...]
    course: PackCard | None
    items: tuple[ItemCard, ...]
    rows: tuple[MapRow, ...]
    done: tuple[int, ...]
    begun: int
    stuck: tuple[StuckRow, ...]

    @property
    def missing(self) -> tuple[PupilRow, ...]:
        """Who is not connected."""
        return tuple(row for row in self.pupils if row not in self.connected)


class DoneItem(msgspec.Struct, frozen=True):
    """Something a pupil began or finished."""

    entry: Entry
    cell: Cell
    watched_s: float
    touched_at: datetime


class WrongAnswer(msgspec.Struct, frozen=True):
    """A question of the last finished try that was not right: what was said, and what would have been."""

    question: Question
    given: tuple[str, ...]

    @property
    def right(self) -> tuple[str, ...]:
        """The answer that would have been right."""
        return right_response(self.question)


class WrongAnswers(msgspec.Struct, frozen=True):
    """The wrong answers of one quiz; `wrong` counts them, also those whose question a newer version replaced."""

    paper: Paper
    wrong: int
    answers: tuple[WrongAnswer, ...]


class PupilPage(msgspec.Struct, frozen=True):
    """What one child did; `grade` is an own one in a class of several."""

    school_class: ClassRow
    person_id: int
    given_name: str
    surname: str
    seen_at: datetime | None
    connected: bool
    done: tuple[DoneItem, ...]
    wrong: tuple[WrongAnswers, ...]
    grade: int | None = None


class SecretsPage(msgspec.Struct, frozen=True):
    """How a class signs in, `pin` or `pictures`; `new` are pairs of a short name and a secret to be shown once."""

    school_class: ClassRow
    kind: str
    new: tuple[tuple[str, str], ...]


class Classes:
    """Reads a class's work for its teachers."""

    def __init__(
        self,
        db: Database,
        *,
        boot_id: str,
        clock: Clock,
        people: People,
        library: Library,
        quizzes: Quizzes,
    ) -> None:
        self._db = db
        self._boot_id = boot_id
        self._clock = clock
        self._people = people
        self._library = library
        self._quizzes = quizzes
        self._lock = Lock()
        self._slips: dict[tuple[int, int], str] = {}

    def of_teacher(self, person_id: int) -> list[ClassRow]:
        """The classes of a teacher, by grade and name."""
        own = set(self._db.fetch_sql(int, sql.CLASSES_OF, (person_id,)))
        return [row for row in self._people.classes() if row.id in own]

    def grades(self) -> list[int]:
        """The grades that have a class."""
        return sorted({row.grade for row in self._people.classes()})

    def overview(self, teacher_id: int, class_id: int, pack_id: str = "") -> ClassPage:
        """A class and its work in one course: the one asked for, else the one it touched last.

        Raises:
            NotFoundError: It is not a class of this teacher, or there is no such course.
        """
        school_class = self._own(teacher_id, class_id)
        self._quizzes.close_overdue()
        pupils = self._people.pupils(class_id)
        connected = self._connected(class_id)
        courses = self.courses(school_class)
        course = self._library.pack(pack_id) if pack_id else next(iter(courses), None)
        items = self._library.outline_of(course, staff=False).items if course else ()
        work = ClassWork([row.person_id for row in pupils], items, self._stands(class_id, items), self._seen(class_id))
        by_id = {row.person_id: row for row in pupils}
        return ClassPage(
            school_class, tuple(pupils), tuple(row for row in pupils if row.person_id in connected), courses, course,
            items, _rows(work, pupils), tuple(work.done_by[item.id] for item in items),
            len(work.begun),
            tuple(StuckRow(by_id[one.person_id], one) for one in stuck(work)) if course else (),
        )  # fmt: skip

    def pupil(self, teacher_id: int, class_id: int, person_id: int) -> PupilPage:
        """What one pupil of a class did, newest first, and what the last tries at quizzes got wrong.

        Raises:
            NotFoundError: It is not a class of this teacher, or not a pupil of it.
        """
        school_class = self._own(teacher_id, class_id)
        self._check_member(class_id, person_id)
        self._quizzes.close_overdue()
        given_name, surname, seen_at, grade = self._db.fetch_sql(_name, sql.PUPIL, (person_id,))[0]
        rows = self._db.fetch_sql(_touched, sql.DONE, (person_id, DONE_SHOWN))
        entries = self._library.entries([stand.item_id for stand, *_ in rows], staff=True)  # tests, too, once shown
        done = tuple(
            DoneItem(entries[stand.item_id], cell(stand), watched_s, touched_at)
            for stand, watched_s, touched_at in rows
            if stand.item_id in entries
        )
        return PupilPage(
            school_class, person_id, given_name, surname, seen_at, person_id in self._connected(class_id), done,
            tuple(self._wrong(person_id)), grade,
        )  # fmt: skip

    def give_new_pin(self, teacher_id: int, class_id: int, person_id: int) -> None:
        """Give a pupil of a class a new PIN, to be fetched once with `take_new_pin`.

        Raises:
            NotFoundError: It is not a class of this teacher, or not a pupil of it.
        """
        self._own(teacher_id, class_id)
        self._check_member(class_id, person_id)
        pin = self._people.new_pin(person_id)
        with self._lock:
            self._slips[teacher_id, person_id] = pin
            while len(self._slips) > _SLIPS_MAX:
                del self._slips[next(iter(self._slips))]

    def take_new_pin(self, teacher_id: int, person_id: int) -> str:
        """The PIN that this teacher has just given a pupil; empty the second time."""
        with self._lock:
            return self._slips.pop((teacher_id, person_id), "")

    def has_several_grades(self, class_id: int) -> bool:
        """Whether pupils of a class have a grade of their own."""
        return bool(self._db.fetch_sql(int, sql.GRADES, (class_id,)))

    def courses(self, school_class: ClassRow) -> tuple[PackCard, ...]:
        """The courses a class touched, the last first; then those for its grades; then the others."""
        grades = {school_class.grade, *self._db.fetch_sql(int, sql.GRADES, (school_class.id,))}
        in_order = self._db.fetch_sql(str, sql.TOUCHED, (school_class.id,))
        touched = {pack_id: place for place, pack_id in enumerate(in_order)}
        packs = enumerate(self._library.packs())
        ranked = sorted(
            packs, key=lambda pair: (touched.get(pair[1].id, 10_000), grades.isdisjoint(pair[1].grades), pair[0])
        )
        return tuple(pack for _, pack in ranked)

    def choose_sign_in(self, teacher_id: int, class_id: int, kind: str) -> None:
        """Let a class sign in with `pin` or `pictures`; the new secrets are fetched once with `secrets_page`.

        Raises:
            NotFoundError: It is not a class of this teacher.
            BadInputError: There is no such kind.
        """
        self._own(teacher_id, class_id)
        made = self._people.choose_sign_in(class_id, kind)
        with self._lock:
            self._slips.update({(teacher_id, person_id): pin for person_id, pin in made.items()})
            while len(self._slips) > _SLIPS_MAX:
                del self._slips[next(iter(self._slips))]

    def secrets_page(self, teacher_id: int, class_id: int) -> SecretsPage:
        """How a class signs in, and the secrets this teacher has just given out, this once.

        Raises:
            NotFoundError: It is not a class of this teacher.
        """
        school_class = self._own(teacher_id, class_id)
        names = {row.person_id: row.short_name for row in self._people.pupils(class_id)}
        fresh = {name: self.take_new_pin(teacher_id, person_id) for person_id, name in names.items()}
        new = tuple((name, secret) for name, secret in fresh.items() if secret)
        return SecretsPage(school_class, self._people.class_sign_in(class_id), new)

    def _own(self, teacher_id: int, class_id: int) -> ClassRow:
        found = next((row for row in self.of_teacher(teacher_id) if row.id == class_id), None)
        if found is None:
            raise NotFoundError(kind="class", key=str(class_id))
        return found

    def _check_member(self, class_id: int, person_id: int) -> None:
        if person_id not in {row.person_id for row in self._people.pupils(class_id)}:
            raise NotFoundError(kind="pupil", key=str(person_id))

    def _connected(self, class_id: int) -> set[int]:
        since_s = self._clock.monotonic_s() - CONNECTED_S
        return set(self._db.fetch_sql(int, sql.CONNECTED, (class_id, self._boot_id, since_s)))

    def _stands(self, class_id: int, items: Sequence[ItemCard]) -> dict[tuple[int, str], Stand]:
        rows = self._db.fetch_sql(read_stand, sql.STANDS, (class_id, write_json([item.id for item in items])))
        return {(row.person_id, row.item_id): row for row in rows}

    def _seen(self, class_id: int) -> dict[int, datetime]:
        return dict(self._db.fetch_sql(_seen, sql.SEEN, (class_id,)))

    def _wrong(self, person_id: int) -> list[WrongAnswers]:
        """The wrong answers of the last finished try of each quiz, the newest quizzes first."""
        tries: dict[tuple[str, str], dict[str, tuple[str, ...]]] = defaultdict(dict)
        for item_id, sha256, question_id, response in self._db.fetch_sql(_wrong, sql.WRONG, (person_id, person_id)):
            tries[item_id, sha256][question_id] = response
        found: list[WrongAnswers] = []
        for (item_id, sha256), given in list(tries.items())[:QUIZZES_SHOWN]:
            try:
                paper = self._quizzes.paper(item_id, staff=True)
            except (NotFoundError, PackError):
                continue  # the quiz is no longer on this box; its score still is
            questions = paper.quiz.questions if paper.sha256 == sha256 else ()
            answers = tuple(WrongAnswer(one, given[one.id]) for one in questions if one.id in given)
            found.append(WrongAnswers(paper, len(given), answers))
        return found


def _rows(work: ClassWork, pupils: Sequence[PupilRow]) -> tuple[MapRow, ...]:
    return tuple(
        MapRow(row, tuple(cell(work.stands.get((row.person_id, item.id))) for item in work.items)) for row in pupils
    )


def _name(
    given_name: str, surname: str, seen_at: str | None, grade: int | None
) -> tuple[str, str, datetime | None, int | None]:
    return given_name, surname, datetime.fromisoformat(seen_at) if seen_at else None, grade


def _touched(watched_s: float, touched_at: str, *row: int) -> tuple[Stand, float, datetime]:
    return read_stand(*row), watched_s, datetime.fromisoformat(touched_at)


def _seen(person_id: int, seen_at: str) -> tuple[int, datetime]:
    return person_id, datetime.fromisoformat(seen_at)


def _wrong(item_id: str, sha256: str, question_id: str, response: str) -> tuple[str, str, str, tuple[str, ...]]:
    return item_id, sha256, question_id, read_names(response)
