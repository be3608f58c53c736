"""What a pupil has learnt so far: the numbers and courses of "My progress"; never compared with anybody."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from schoolbox.db.database import Database
from schoolbox.services.learning import Learning
from schoolbox.services.library import Library
from schoolbox.services.outline import ItemCard, Outline
from schoolbox.services.progress import ItemProgress

BY_PACK = """
SELECT p.id, SUM(g.state = 'done'), SUM(g.passed), SUM(g.watched_s) FROM progress AS g
JOIN item AS i ON i.id = g.item_id JOIN shown_pack AS p ON p.id = i.pack_id
WHERE g.person_id = ? AND i.teacher_only = 0 GROUP BY p.id ORDER BY MAX(g.touched_order) DESC
"""
TESTS = """
SELECT t.id, t.title, t.shown_at, a.questions,
    (SELECT count(*) FROM answer AS n WHERE n.attempt_id = a.id AND n.correct),
    EXISTS (SELECT 1 FROM membership AS m JOIN school_class AS c ON c.id = m.class_id AND c.archived_at IS NULL
        WHERE m.person_id = ?1 AND m.class_id = t.class_id)
FROM class_test AS t JOIN attempt AS a ON a.id =
    (SELECT max(b.id) FROM attempt AS b WHERE b.test_id = t.id AND b.person_id = ?1)
WHERE t.shown_at IS NOT NULL ORDER BY t.shown_at DESC, t.id DESC LIMIT ?2
"""
TESTS_MAX = 50
COURSES_MAX = 20
"""Most courses shown with their items; the numbers count all."""


class CourseProgress(msgspec.Struct, frozen=True):
    """How far a pupil is in one course."""

    outline: Outline
    of_items: Mapping[str, ItemProgress]

    @property
    def done(self) -> int:
        """How many items are done."""
        return sum(1 for item in self.outline.items if item.id in self.of_items and self.of_items[item.id].done)

    @property
    def next_item(self) -> ItemCard | None:
        """What to go on with: the first item begun, else the first not begun; None if all is done."""
        items = self.outline.items
        started = [item for item in items if item.id in self.of_items and not self.of_items[item.id].done]
        new = [item for item in items if item.id not in self.of_items]
        return next(iter((*started, *new)), None)

    @property
    def quizzes(self) -> list[tuple[ItemCard, ItemProgress]]:
        """The quizzes that were finished at least once, with their scores."""
        return [
            (item, self.of_items[item.id])
            for item in self.outline.items
            if item.kind == "quiz" and item.id in self.of_items and self.of_items[item.id].attempts
        ]


class TestResult(msgspec.Struct, frozen=True):
    """What was right in a test whose results the teacher shows; a page tells more of it while one is in its class."""

    __test__ = False
    id: int
    title: str
    shown_at: datetime
    questions: int
    right: int
    has_page: bool


class Achieved(msgspec.Struct, frozen=True):
    """The whole page: items done, quizzes passed, seconds watched, the courses and the tests, latest first."""

    done: int
    passed: int
    watched_s: float
    courses: tuple[CourseProgress, ...]
    tests: tuple[TestResult, ...]


class Achievements:
    """Adds up what a pupil has done."""

    def __init__(self, db: Database, *, library: Library, learning: Learning) -> None:
        self._db = db
        self._library = library
        self._learning = learning

    def of(self, person_id: int) -> Achieved:
        """What one pupil has done."""
        rows = self._db.fetch_sql(_numbers, BY_PACK, (person_id,))
        courses = [self.course(person_id, pack_id) for pack_id, *_ in rows[:COURSES_MAX]]
        return Achieved(
            done=sum(done for _, done, _, _ in rows),
            passed=sum(passed for _, _, passed, _ in rows),
            watched_s=sum(watched_s for _, _, _, watched_s in rows),
            courses=tuple(courses),
            tests=tuple(self._db.fetch_sql(_test, TESTS, (person_id, TESTS_MAX))),
        )

    def done_by_pack(self, person_id: int) -> dict[str, int]:
        """How many items a pupil has done of each course ever begun."""
        rows = self._db.fetch_sql(_numbers, BY_PACK, (person_id,))
        return {pack_id: done for pack_id, done, _, _ in rows}

    def course(self, person_id: int, pack_id: str) -> CourseProgress:
        """How far one pupil is in one course.

        Raises:
            NotFoundError: There is no such course.
        """
        return self.within(person_id, self._library.outline(pack_id, staff=False))

    def within(self, person_id: int, outline: Outline) -> CourseProgress:
        """How far one pupil is in a course that was read before."""
        return CourseProgress(outline, self._learning.progress(person_id, [item.id for item in outline.items]))


def _test(*row: int | str) -> TestResult:
    test_id, title, shown_at, questions, right, has_page = row
    when = datetime.fromisoformat(str(shown_at))
    return TestResult(int(test_id), str(title), when, int(questions), int(right), bool(has_page))


def _numbers(pack_id: str, done: int, passed: int, watched_s: float) -> tuple[str, int, int, float]:
    return pack_id, int(done), int(passed), float(watched_s)
