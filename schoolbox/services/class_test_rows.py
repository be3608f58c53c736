"""Tests as the database holds them, and how they are read: rows and queries without decisions."""

from datetime import datetime
from typing import Literal

import msgspec

from schoolbox.errors import BadInputError
from schoolbox.marks import N_

TITLE_MAX = 100
MINUTES_MAX = 240
State = Literal["prepared", "open", "closed", "shown"]
_COLUMNS = """
t.id, t.class_id, coalesce(t.teacher_id, 0), t.item_id, t.title, t.limit_s, t.for_all,
CASE WHEN t.opened_at IS NULL THEN 'prepared' WHEN t.closed_at IS NULL THEN 'open' WHEN t.shown_at IS NULL
     THEN 'closed' ELSE 'shown' END, t.made_at
"""
ONE = f"SELECT {_COLUMNS} FROM class_test t WHERE t.id = ?"  # noqa: S608 - a constant of this module
OF_CLASS = f"SELECT {_COLUMNS} FROM class_test t WHERE t.class_id = ? ORDER BY t.id DESC LIMIT ?"  # noqa: S608 - as above
OPEN_IN = f"""
SELECT {_COLUMNS} FROM class_test t WHERE t.class_id IN (SELECT value FROM json_each(?)) AND t.opened_at IS NOT NULL
    AND (t.closed_at IS NULL OR EXISTS (SELECT 1 FROM class_test_pupil p WHERE p.test_id = t.id AND p.reopened))
"""  # noqa: S608 - as above
_OF_PUPIL = """
class_test t JOIN membership m ON m.class_id = t.class_id AND m.person_id = ?1
  JOIN school_class c ON c.id = t.class_id AND c.archived_at IS NULL
  LEFT JOIN class_test_pupil p ON p.test_id = t.id AND p.person_id = ?1
 WHERE t.opened_at IS NOT NULL AND (t.for_all OR coalesce(p.chosen, 0))
"""
OF_PUPIL = f"""
SELECT {_COLUMNS}, coalesce(p.reopened, 0), coalesce(p.seen, 0),
    (SELECT a.finished_at IS NOT NULL FROM attempt a WHERE a.test_id = t.id AND a.person_id = ?1
     ORDER BY a.id DESC LIMIT 1)
FROM {_OF_PUPIL} ORDER BY t.id DESC LIMIT ?2
"""  # noqa: S608 - as above
PUPILS = "SELECT person_id, chosen, extra_s, reopened FROM class_test_pupil WHERE test_id = ?"
TRIES = """
SELECT a.id, a.person_id, a.seed, a.quiz_sha256, a.questions, a.finished_at IS NOT NULL, a.limit_s, a.used_s, a.boot_id,
    a.since_s, (SELECT count(*) FROM answer n WHERE n.attempt_id = a.id),
    (SELECT count(*) FROM answer n WHERE n.attempt_id = a.id AND n.correct)
FROM attempt a WHERE a.test_id = ?1 AND a.id = (SELECT max(b.id) FROM attempt b WHERE b.test_id = ?1
    AND b.person_id = a.person_id)
"""
CHOOSE = """
INSERT INTO class_test_pupil (test_id, person_id, chosen) VALUES (?, ?, 1)
ON CONFLICT DO UPDATE SET chosen = 1
"""
MORE_TIME = """
INSERT INTO class_test_pupil (test_id, person_id, extra_s) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET extra_s = extra_s + excluded.extra_s
"""
MORE_IN_TRY = """
UPDATE attempt SET limit_s = limit_s + ? WHERE test_id = ? AND person_id = ? AND finished_at IS NULL AND limit_s > 0
"""
REOPEN = """
INSERT INTO class_test_pupil (test_id, person_id, reopened) VALUES (?, ?, 1)
ON CONFLICT DO UPDATE SET reopened = 1
"""
END_OTHERS = "UPDATE attempt SET finished_at = ? WHERE person_id = ? AND item_id = ? AND finished_at IS NULL"
COPY_TRY = """
INSERT INTO attempt (person_id, item_id, quiz_sha256, questions, registration, seed, limit_s, used_s, boot_id, since_s,
    test_id, started_at)
SELECT person_id, item_id, quiz_sha256, questions, ?, seed, CASE WHEN limit_s THEN used_s + ? ELSE 0 END, used_s, ?, ?,
    test_id, ? FROM attempt WHERE id = ?
"""
COPY_ANSWERS = """
INSERT INTO answer (attempt_id, turn, question_id, response, correct, hints, answered_at)
SELECT (SELECT max(id) FROM attempt WHERE test_id = ?1 AND person_id = ?2), turn, question_id, response, correct, hints,
    answered_at FROM answer WHERE attempt_id = ?3
"""
SEEN = """
INSERT INTO class_test_pupil (test_id, person_id, seen) VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET seen = 1
"""
_STATES: dict[str, State] = {"prepared": "prepared", "open": "open", "closed": "closed", "shown": "shown"}


class TestRow(msgspec.Struct, frozen=True):
    """One test; `teacher_id` is 0 where the teacher is gone, `limit_s` 0 for any time."""

    __test__ = False
    id: int
    class_id: int
    teacher_id: int
    item_id: str
    title: str
    limit_s: int
    for_all: bool
    state: State
    made_at: datetime


class PupilMark(msgspec.Struct, frozen=True):
    """What is different for one pupil."""

    person_id: int
    chosen: bool
    extra_s: int
    reopened: bool


class TestTry(msgspec.Struct, frozen=True):
    """The last try of one pupil at a test, with the number of answers and of right ones."""

    __test__ = False
    id: int
    person_id: int
    seed: str
    quiz_sha256: str
    questions: int
    finished: bool
    limit_s: int
    used_s: float
    boot_id: str
    since_s: float
    answered: int
    right: int


class TestWish(msgspec.Struct, frozen=True):
    """What a teacher filled in; no `pupils` means the whole class."""

    __test__ = False
    item_id: str
    title: str = ""
    minutes: int = 0
    pupils: tuple[int, ...] = ()

    def checked(self) -> "TestWish":
        """The same without needless spaces.

        Raises:
            BadInputError: The title is too long, or the time no time.
        """
        title = " ".join(self.title.split())
        if len(title) > TITLE_MAX or not title.isprintable():
            problem = N_("The text is too long, or has signs that cannot be shown.")
            raise BadInputError(field="title", problem=problem)
        if not 0 <= self.minutes <= MINUTES_MAX:
            raise BadInputError(field="minutes", problem=N_("A test has at most 240 minutes."))
        return TestWish(self.item_id, title, self.minutes, tuple(dict.fromkeys(self.pupils)))


def read_test(*row: int | str) -> TestRow:
    """Make a test of its columns."""
    number, class_id, teacher_id, item_id, title, limit_s, for_all, state, made_at = row
    return TestRow(
        int(number), int(class_id), int(teacher_id), str(item_id), str(title), int(limit_s), bool(for_all),
        _STATES[str(state)], datetime.fromisoformat(str(made_at)),
    )  # fmt: skip


def read_mark(person_id: int, chosen: int, extra_s: int, reopened: int) -> PupilMark:
    """Make a mark of its columns."""
    return PupilMark(person_id, bool(chosen), extra_s, bool(reopened))


def read_try(*row: float | str) -> TestTry:
    """Make a try of its columns."""
    number, person_id, seed, sha256, questions, finished, limit_s, used_s, boot_id, since_s, answered, right = row
    return TestTry(
        int(number), int(person_id), str(seed), str(sha256), int(questions), bool(finished), int(limit_s),
        float(used_s), str(boot_id), float(since_s), int(answered), int(right),
    )  # fmt: skip
