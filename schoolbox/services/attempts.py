"""Goes at quizzes as the database keeps them: one row a go, one row an answer."""

from dataclasses import dataclass

from schoolbox.db.database import Database
from schoolbox.services.texts import read_names, write_json
from schoolbox.services.viewers import Viewer

LAST = """
SELECT id, quiz_sha256, registration, finished_at IS NOT NULL,
    (SELECT COUNT(*) FROM attempt AS a WHERE a.person_id = ?1 AND a.item_id = ?2)
FROM attempt WHERE person_id = ?1 AND item_id = ?2 ORDER BY id DESC LIMIT 1
"""
OPEN = """
INSERT INTO attempt (person_id, item_id, quiz_sha256, questions, registration, started_at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
"""
CLOSE = "UPDATE attempt SET finished_at = ? WHERE person_id = ? AND item_id = ? AND finished_at IS NULL"
GIVE = """
INSERT INTO answer (attempt_id, question_id, response, correct, answered_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
"""
ANSWERS = "SELECT question_id, response, correct FROM answer WHERE attempt_id = ?"
BEFORE = """
SELECT (SELECT COUNT(*) FROM answer WHERE attempt_id = attempt.id AND correct = 1) FROM attempt
WHERE person_id = ? AND item_id = ? AND id < ? AND finished_at IS NOT NULL ORDER BY id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The latest go at a quiz; `go` is how many there were, this one included."""

    id: int
    quiz_sha256: str
    registration: str
    finished: bool
    go: int


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: chosen ids, or the one typed text, and whether it was right."""

    question_id: str
    response: tuple[str, ...]
    right: bool


class AttemptTable:
    """Reads and keeps goes and answers; the keeping is for inside a write."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def last(self, person_id: int, item_id: str) -> Attempt | None:
        """The latest go of a pupil at a quiz."""
        rows = self._db.fetch_sql(_attempt, LAST, (person_id, item_id))
        return rows[0] if rows else None

    def answers(self, attempt_id: int) -> dict[str, Given]:
        """The answers of a go, by question."""
        rows = self._db.fetch_sql(_given, ANSWERS, (attempt_id,))
        return {row.question_id: row for row in rows}

    def right_before(self, viewer: Viewer, item_id: str, attempt_id: int) -> int | None:
        """How many were right in the finished go before this one; None if there was none."""
        rows = self._db.fetch_sql(int, BEFORE, (viewer.person_id, item_id, attempt_id))
        return rows[0] if rows else None

    def begin(self, viewer: Viewer, item_id: str, sha256: str, *, questions: int, registration: str, now: str) -> None:
        """Open a go; one that is already open stays the open one."""
        self._db.run_sql(OPEN, (viewer.person_id, item_id, sha256, questions, registration, now))

    def close(self, viewer: Viewer, item_id: str, *, now: str) -> None:
        """Close the open go."""
        self._db.run_sql(CLOSE, (now, viewer.person_id, item_id))

    def give(self, attempt: Attempt, given: Given, *, now: str) -> bool:
        """Keep an answer; False if this question has one already, which stays."""
        row = (attempt.id, given.question_id, write_json(given.response), int(given.right), now)
        return self._db.run_sql(GIVE, row) == 1


def _attempt(attempt_id: int, sha256: str, registration: str, finished: int, go: int) -> Attempt:
    return Attempt(attempt_id, sha256, registration, bool(finished), go)


def _given(question_id: str, response: str, correct: int) -> Given:
    return Given(question_id, read_names(response), bool(correct))
