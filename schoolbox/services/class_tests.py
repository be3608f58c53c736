"""Tests as their teacher holds them: prepared, opened, closed, and the results shown, all by hand.

Promises: a test is held and seen by the teachers of its class only; for anybody else it does not exist. Closing ends
every try in the same transaction, judged by what was answered; nobody answers after it but who is let in again. A pupil
who is let in again goes on with the answers that were kept. Results reach pupils, and count for their progress, only
when the teacher shows them.

    test_id = class_tests.make(teacher_id, class_id, TestWish("mash:kuizi"))
    class_tests.open(teacher_id, test_id)
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC

import msgspec

from content_packs.clock import Clock
from content_packs.errors import PackError
from schoolbox.db.class_test_models import ClassTest
from schoolbox.db.database import Database
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.marks import N_
from schoolbox.services import class_test_rows as rows
from schoolbox.services.attempts import AttemptTable
from schoolbox.services.class_test_rows import PupilMark, TestRow, TestTry, TestWish
from schoolbox.services.classes import Classes
from schoolbox.services.going import Paper
from schoolbox.services.lesson_statements import LessonStatements
from schoolbox.services.outbox import BoxOutbox
from schoolbox.services.people import People
from schoolbox.services.people_rows import ClassRow, PupilRow
from schoolbox.services.progress import ProgressTable
from schoolbox.services.quiz_time import BoxTime, Timing, left_s
from schoolbox.services.quizzes import Quizzes
from schoolbox.services.statements import Statements
from schoolbox.services.texts import write_json

LISTED = 100
EXTRA_MINUTES_MAX = 60
WRONG = """
SELECT n.question_id FROM answer n WHERE n.correct = 0 AND n.attempt_id IN (SELECT max(id) FROM attempt
    WHERE test_id = ? GROUP BY person_id)
"""


class TestLine(msgspec.Struct, frozen=True):
    """One pupil in a test: `tried` None before it was begun; `left_s` None where there is no limit."""

    __test__ = False
    pupil: PupilRow
    tried: TestTry | None
    left_s: float | None
    mark: PupilMark | None

    @property
    def finished(self) -> bool:
        """Whether the last try is over."""
        return self.tried is not None and self.tried.finished


class TestPage(msgspec.Struct, frozen=True):
    """A test as its teacher sees it; `paper` is None if the quiz is no longer on the box.

    `wrong` counts for each question of the quiz who did not know it.
    """

    __test__ = False
    test: TestRow
    school_class: ClassRow
    paper: Paper | None
    lines: tuple[TestLine, ...]
    wrong: Counter[str]

    @property
    def begun(self) -> int:
        """How many have begun."""
        return sum(line.tried is not None for line in self.lines)

    @property
    def handed_in(self) -> int:
        """How many are through."""
        return sum(line.finished for line in self.lines)

    @property
    def let_in(self) -> bool:
        """Whether somebody may answer although it was closed."""
        return self.test.state == "closed" and any(line.mark and line.mark.reopened for line in self.lines)

    @property
    def stamp(self) -> str:
        """Changes when there is something new to see."""
        return f"{self.test.state} " + " ".join(
            f"{line.tried.id}.{line.tried.answered}.{int(line.finished)}" if line.tried else "-" for line in self.lines
        )


class TestParts(msgspec.Struct, frozen=True):
    """What tests are held with."""

    __test__ = False
    classes: Classes
    people: People
    quizzes: Quizzes
    statements: Statements
    outbox: BoxOutbox


class ClassTests:
    """Holds tests for teachers."""

    def __init__(self, db: Database, parts: TestParts, *, clock: Clock, boot_id: str) -> None:
        self._db = db
        self._of = parts
        self._clock = clock
        self._boot_id = boot_id
        self._opened_s = clock.monotonic_s()
        self._progress = ProgressTable(db)
        self._attempts = AttemptTable(db)
        self._lessons = LessonStatements(db, parts.statements)

    def of_class(self, teacher_id: int, class_id: int) -> tuple[ClassRow, tuple[TestRow, ...]]:
        """The tests of a class, the newest first.

        Raises:
            NotFoundError: It is not a class of this teacher.
        """
        return self.class_of(teacher_id, class_id), tuple(
            self._db.fetch_sql(rows.read_test, rows.OF_CLASS, (class_id, LISTED))
        )

    def class_of(self, teacher_id: int, class_id: int) -> ClassRow:
        """A class of this teacher.

        Raises:
            NotFoundError: It is not one.
        """
        found = next((row for row in self._of.classes.of_teacher(teacher_id) if row.id == class_id), None)
        if found is None:
            raise NotFoundError(kind="class", key=str(class_id))
        return found

    def make(self, teacher_id: int, class_id: int, wish: TestWish) -> int:
        """Prepare a test; pupils do not see it yet. Its number.

        Raises:
            NotFoundError: It is not a class of this teacher, or there is no such quiz or pupil.
            BadInputError: Something in the form makes no sense.
        """
        self.class_of(teacher_id, class_id)
        wish = wish.checked()
        paper = self._of.quizzes.paper(wish.item_id, staff=True)
        pupils = {pupil.person_id for pupil in self._of.people.pupils(class_id)} if wish.pupils else set()
        for person_id in wish.pupils:
            if person_id not in pupils:
                raise NotFoundError(kind="pupil", key=str(person_id))
        title = wish.title or next(iter(paper.page.item.title.values()), "")[: rows.TITLE_MAX]
        values = {
            "class_id": class_id, "teacher_id": teacher_id, "item_id": wish.item_id, "title": title,
            "limit_s": wish.minutes * 60, "for_all": int(not wish.pupils), "made_at": self._now(),
        }  # fmt: skip

        def keep() -> int:
            test_id: int = self._db.run(ClassTest.insert(**values))
            for person_id in wish.pupils:
                self._db.run_sql(rows.CHOOSE, (test_id, person_id))
            return test_id

        return self._db.write(keep)

    def open(self, teacher_id: int, test_id: int) -> None:
        """Let the pupils begin.

        Raises:
            NotFoundError: It is not a test of this teacher's class, or its quiz is gone.
            BadInputError: Another test of the class with the same quiz is not over.
        """
        test, _ = self._own(teacher_id, test_id)
        self._of.quizzes.paper(test.item_id, staff=True)
        others = self._db.fetch_sql(rows.read_test, rows.OF_CLASS, (test.class_id, LISTED))
        going_on = any(other.item_id == test.item_id and other.state in ("open", "closed") for other in others)
        if going_on and test.state == "prepared":
            problem = N_("The class has a test with this quiz whose results are not shown yet. Show them first.")
            raise BadInputError(field="test", problem=problem)
        opened = ClassTest.update(opened_at=self._now()).where(ClassTest.id == test.id, ClassTest.opened_at.is_null())
        self._db.write(lambda: self._db.run(opened))

    def close(self, teacher_id: int, test_id: int) -> None:
        """End it for everybody, also for who was let in again; what was answered counts.

        Raises:
            NotFoundError: It is not a test of this teacher's class.
            BadInputError: It was never opened.
        """
        test, _ = self._own(teacher_id, test_id)
        if test.state == "prepared":
            raise BadInputError(field="test", problem=N_("This test was not opened yet."))
        self._close(test, teacher_id)

    def close_all(self, class_ids: Sequence[int], *, by: int) -> None:
        """Close whatever is open in some classes, whose year ends; what was answered counts.

        Raises:
            WriteFailedError: It could not be kept; the tests that were not closed are open as before.
        """
        for test in self._db.fetch_sql(rows.read_test, rows.OPEN_IN, (write_json(class_ids),)):
            self._close(test, by)

    def show(self, teacher_id: int, test_id: int) -> None:
        """Show pupils what was right, and let the result count for their progress and their lessons.

        Raises:
            NotFoundError: It is not a test of this teacher's class.
            BadInputError: It is not closed yet.
        """
        test, _ = self._own(teacher_id, test_id)
        if test.state == "shown":
            return
        if test.state != "closed":
            raise BadInputError(field="test", problem=N_("Close the test first; then you can show the results."))
        self.close(teacher_id, test_id)  # for who was let in again
        tries = self._db.fetch_sql(rows.read_try, rows.TRIES, (test.id,))
        pass_score = self._pass_score(test.item_id)
        now = self._now()

        def show() -> None:
            for tried in tries:
                passed = tried.right / tried.questions + 1e-9 >= pass_score
                self._progress.touch_person(
                    tried.person_id, test.item_id, "done" if passed else "started", now=now
                )
                self._progress.keep_score_of(
                    tried.person_id, test.item_id, correct=tried.right, questions=tried.questions, passed=passed
                )
            self._db.run(ClassTest.update(shown_at=now).where(ClassTest.id == test.id))
            for pupil in self._attempts.ended_in_test(test.id):
                self._lessons.note_done(pupil, test.item_id)

        self._of.outbox.write(show, by=None)

    def delete(self, teacher_id: int, test_id: int) -> int:
        """Delete a test that was not opened. The number of its class.

        Raises:
            NotFoundError: It is not a test of this teacher's class.
            BadInputError: It was opened: what pupils answered hangs on it.
        """
        test, _ = self._own(teacher_id, test_id)
        if test.state != "prepared":
            raise BadInputError(field="test", problem=N_("A test that was opened is kept, with its answers."))
        self._db.write(lambda: self._db.run(ClassTest.delete().where(ClassTest.id == test.id)))
        return test.class_id

    def class_id_of(self, test_id: int) -> int:
        """The number of the class a test is held in; 0 for a test that is gone."""
        return next(iter(self._db.fetch_sql(int, "SELECT class_id FROM class_test WHERE id = ?", (test_id,))), 0)

    def give_time(self, teacher_id: int, test_id: int, person_id: int, minutes: int) -> None:
        """Give one pupil more time.

        Raises:
            NotFoundError: It is not a test of this teacher's class, or not a pupil of it.
            BadInputError: It is no sensible number of minutes.
        """
        test = self._test_of_pupil(teacher_id, test_id, person_id)
        extra_s = _extra_s(minutes)

        def give() -> None:
            self._db.run_sql(rows.MORE_TIME, (test.id, person_id, extra_s))
            self._db.run_sql(rows.MORE_IN_TRY, (extra_s, test.id, person_id))

        self._db.write(give)

    def let_in(self, teacher_id: int, test_id: int, person_id: int, minutes: int) -> None:
        """Let one pupil go on who is through or came too late: with the answers that were kept, and some minutes.

        Raises:
            NotFoundError: It is not a test of this teacher's class, or not a pupil of it.
            BadInputError: It was not opened yet, or its results are shown.
        """
        test = self._test_of_pupil(teacher_id, test_id, person_id)
        if test.state not in ("open", "closed"):
            raise BadInputError(field="test", problem=N_("Nobody can answer this test now."))
        extra_s = _extra_s(minutes)

        def let_in() -> None:
            now = self._now()
            self._db.run_sql(rows.REOPEN, (test.id, person_id))
            tries = self._db.fetch_sql(rows.read_try, rows.TRIES, (test.id,))
            last = next((tried for tried in tries if tried.person_id == person_id), None)
            if last is None or not last.finished:
                return
            self._db.run_sql(rows.END_OTHERS, (now, person_id, test.item_id))
            new = (self._of.statements.new_id(), extra_s, self._boot_id, self._clock.monotonic_s(), now, last.id)
            self._db.run_sql(rows.COPY_TRY, new)
            self._db.run_sql(rows.COPY_ANSWERS, (test.id, person_id, last.id))

        self._db.write(let_in)

    def page(self, teacher_id: int, test_id: int) -> TestPage:
        """A test with everybody who takes part.

        Raises:
            NotFoundError: It is not a test of this teacher's class.
        """
        test, school_class = self._own(teacher_id, test_id)
        self._of.quizzes.close_overdue()
        tries = {tried.person_id: tried for tried in self._db.fetch_sql(rows.read_try, rows.TRIES, (test.id,))}
        marks = {mark.person_id: mark for mark in self._db.fetch_sql(rows.read_mark, rows.PUPILS, (test.id,))}
        now = BoxTime(self._boot_id, self._clock.monotonic_s(), self._opened_s)
        lines = tuple(
            TestLine(pupil, tried, _left_s(tried, now), mark)
            for pupil in self._of.people.pupils(test.class_id)
            for tried, mark in [(tries.get(pupil.person_id), marks.get(pupil.person_id))]
            if test.for_all or tried is not None or (mark is not None and mark.chosen)
        )
        wrong = Counter(self._db.fetch_sql(str, WRONG, (test.id,)))
        return TestPage(test, school_class, self._paper(test.item_id), lines, wrong)

    def _close(self, test: TestRow, by: int) -> None:
        def close() -> None:
            self._db.run_sql("UPDATE class_test_pupil SET reopened = 0 WHERE test_id = ?", (test.id,))
            closed = ClassTest.update(closed_at=self._now())
            self._db.run(closed.where(ClassTest.id == test.id, ClassTest.closed_at.is_null()))

        self._of.quizzes.close_test(test.id, test.item_id, by=by, close=close)

    def _paper(self, item_id: str) -> Paper | None:
        try:
            return self._of.quizzes.paper(item_id, staff=True)
        except (NotFoundError, PackError):
            return None

    def _pass_score(self, item_id: str) -> float:
        paper = self._paper(item_id)
        return paper.quiz.pass_score if paper else 0.6

    def _test_of_pupil(self, teacher_id: int, test_id: int, person_id: int) -> TestRow:
        test, _ = self._own(teacher_id, test_id)
        if person_id not in {pupil.person_id for pupil in self._of.people.pupils(test.class_id)}:
            raise NotFoundError(kind="pupil", key=str(person_id))
        return test

    def _own(self, teacher_id: int, test_id: int) -> tuple[TestRow, ClassRow]:
        found = next(iter(self._db.fetch_sql(rows.read_test, rows.ONE, (test_id,))), None)
        if found is None:
            raise NotFoundError(kind="test", key=str(test_id))
        return found, self.class_of(teacher_id, found.class_id)

    def _now(self) -> str:
        return self._clock.now().astimezone(UTC).isoformat(timespec="seconds")


def _left_s(tried: TestTry | None, now: BoxTime) -> float | None:
    if tried is None or tried.finished:
        return None
    return left_s(Timing(tried.limit_s, tried.used_s, tried.boot_id, tried.since_s), now)


def _extra_s(minutes: int) -> int:
    if not 1 <= minutes <= EXTRA_MINUTES_MAX:
        raise BadInputError(field="minutes", problem=N_("Give 1 to 60 minutes."))
    return minutes * 60
