"""Goes at quizzes as the database keeps them: one row a go, one row an answer, one row for hints at a question."""

import msgspec

from schoolbox.db.database import Database
from schoolbox.services.quiz_time import Timing
from schoolbox.services.texts import read_names, write_json
from schoolbox.services.viewers import Viewer

LATELY = 200
"""How many turns of a practice are looked at, the last ones."""
LAST = """
SELECT id, quiz_sha256, registration, seed, finished_at IS NOT NULL,
    (SELECT COUNT(*) FROM attempt AS a WHERE a.person_id = ?1 AND a.item_id = ?2),
    (SELECT COUNT(*) FROM attempt AS a WHERE a.person_id = ?1 AND a.item_id = ?2 AND a.quiz_sha256 = b.quiz_sha256
        AND a.test_id IS b.test_id),
    limit_s, used_s, boot_id, since_s, coalesce(test_id, 0)
FROM attempt AS b WHERE person_id = ?1 AND item_id = ?2 ORDER BY id DESC LIMIT 1
"""
OPEN = """
INSERT INTO attempt (person_id, item_id, quiz_sha256, questions, registration, seed, limit_s, boot_id, since_s,
    test_id, started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
"""
CLOSE = "UPDATE attempt SET finished_at = ? WHERE person_id = ? AND item_id = ? AND finished_at IS NULL"
CLOCK = "UPDATE attempt SET used_s = ?, boot_id = ?, since_s = ? WHERE id = ?"
GIVE = """
INSERT INTO answer (attempt_id, turn, question_id, response, correct, hints, answered_at) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
"""
CHANGE = """
INSERT INTO answer (attempt_id, turn, question_id, response, correct, hints, answered_at) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET response = excluded.response, correct = excluded.correct, hints = excluded.hints,
    answered_at = excluded.answered_at
"""
ANSWERS = """
SELECT question_id, response, correct, turn, hints FROM answer WHERE attempt_id = ? ORDER BY turn DESC LIMIT ?
"""
TAKE_HINT = """
INSERT INTO hint (attempt_id, turn, question_id, taken) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET taken = MAX(taken, excluded.taken)
"""
HINTS = "SELECT turn, question_id, taken FROM hint WHERE attempt_id = ? ORDER BY turn DESC LIMIT ?"
BEFORE = """
SELECT (SELECT COUNT(*) FROM answer WHERE attempt_id = attempt.id AND correct = 1) FROM attempt
WHERE person_id = ? AND item_id = ? AND id < ? AND finished_at IS NOT NULL AND test_id IS NULL
ORDER BY id DESC LIMIT 1
"""
_TRIES = """
SELECT a.item_id, a.limit_s, a.used_s, a.boot_id, a.since_s, p.id, p.actor_id, p.given_name, p.language,
    c.id, c.name, coalesce(p.grade, c.grade)
FROM attempt a JOIN person p ON p.id = a.person_id AND p.archived_at IS NULL AND p.role = 'pupil'
LEFT JOIN school_class c ON c.id = (SELECT min(m.class_id) FROM membership m JOIN school_class d ON d.id = m.class_id
    WHERE m.person_id = p.id AND d.archived_at IS NULL)
WHERE a.finished_at IS {}
"""
TIMED = f"{_TRIES.format('NULL')} AND a.limit_s > 0 ORDER BY a.id"
OF_TEST = f"{_TRIES.format('NULL')} AND a.test_id = ? ORDER BY a.id"
ENDED_IN_TEST = f"{_TRIES.format('NOT NULL')} AND a.test_id = ? GROUP BY p.id ORDER BY a.id"


class Attempt(msgspec.Struct, frozen=True):
    """The latest go at a quiz; `go` is how many there were, `same` how many at this very version.

    Both with this one; tries of a test and others are counted apart in `same`.
    """

    id: int
    quiz_sha256: str
    registration: str
    seed: str
    finished: bool
    go: int
    same: int
    timing: Timing
    test_id: int | None = None


class NewAttempt(msgspec.Struct, frozen=True):
    """What a go begins with."""

    sha256: str
    questions: int
    registration: str
    seed: str
    timing: Timing
    test_id: int | None = None


class Given(msgspec.Struct, frozen=True):
    """An answer as it is kept, and whether it was right; `hints` were taken before, `turn` is 0 outside a practice."""

    question_id: str
    response: tuple[str, ...]
    right: bool
    turn: int = 0
    hints: int = 0

    @property
    def clean(self) -> bool:
        """Right, and without a hint."""
        return self.right and not self.hints


class Kept(msgspec.Struct, frozen=True):
    """What is kept of a go: answers and hints, each by turn and question."""

    given: dict[tuple[int, str], Given] = msgspec.field(default_factory=dict)
    hints: dict[tuple[int, str], int] = msgspec.field(default_factory=dict)


class AttemptTable:
    """Reads and keeps goes and answers; the keeping is for inside a write."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def last(self, person_id: int, item_id: str) -> Attempt | None:
        """The latest go of a pupil at a quiz."""
        rows = self._db.fetch_sql(_attempt, LAST, (person_id, item_id))
        return rows[0] if rows else None

    def kept(self, attempt_id: int, *, hints: bool) -> Kept:
        """The answers of a go (of a practice the last ones), by turn; hints only if the quiz has any."""
        given = self._db.fetch_sql(_given, ANSWERS, (attempt_id, LATELY))
        taken = self._db.fetch_sql(_taken, HINTS, (attempt_id, LATELY)) if hints else []
        return Kept({(one.turn, one.question_id): one for one in given}, dict(taken))

    def right_before(self, viewer: Viewer, item_id: str, attempt_id: int) -> int | None:
        """How many were right in the finished go before this one; None if there was none."""
        rows = self._db.fetch_sql(int, BEFORE, (viewer.person_id, item_id, attempt_id))
        return rows[0] if rows else None

    def timed(self) -> list[tuple[Viewer, str, Timing]]:
        """Every open go with a time limit: whose, at which quiz, its clock."""
        return self._db.fetch_sql(_timed, TIMED, ())

    def open_in_test(self, test_id: int) -> list[Viewer]:
        """Whose go at a test is still open."""
        return [viewer for viewer, _, _ in self._db.fetch_sql(_timed, OF_TEST, (test_id,))]

    def ended_in_test(self, test_id: int) -> list[Viewer]:
        """Whose go at a test is over; who has left the school since is not told of any more."""
        return [viewer for viewer, _, _ in self._db.fetch_sql(_timed, ENDED_IN_TEST, (test_id,))]

    def begin(self, viewer: Viewer, item_id: str, new: NewAttempt, *, now: str) -> None:
        """Open a go; one that is already open stays the open one."""
        clock = new.timing
        self._db.run_sql(OPEN, (
            viewer.person_id, item_id, new.sha256, new.questions, new.registration, new.seed, clock.limit_s,
            clock.boot_id, clock.since_s, new.test_id, now,
        ))  # fmt: skip

    def close(self, viewer: Viewer, item_id: str, *, now: str) -> None:
        """Close the open go."""
        self._db.run_sql(CLOSE, (now, viewer.person_id, item_id))

    def keep_time(self, attempt: Attempt, timing: Timing) -> None:
        """Write down how much of its time a go has used."""
        self._db.run_sql(CLOCK, (timing.used_s, timing.boot_id, timing.since_s, attempt.id))

    def give(self, attempt: Attempt, given: Given, *, now: str, instead: bool = False) -> bool:
        """Keep an answer; False if this question has one already, which stays unless `instead` says otherwise."""
        row = (
            attempt.id, given.turn, given.question_id, write_json(given.response), int(given.right), given.hints, now,
        )  # fmt: skip
        return self._db.run_sql(CHANGE if instead else GIVE, row) == 1

    def take_hint(self, attempt: Attempt, turn: int, question_id: str, taken: int) -> None:
        """Keep how many hints were taken at a question."""
        self._db.run_sql(TAKE_HINT, (attempt.id, turn, question_id, taken))


def _attempt(
    attempt_id: int, sha256: str, registration: str, seed: str, finished: int, *rest: float | str
) -> Attempt:
    go, same, limit_s, used_s, boot_id, since_s, test_id = rest
    timing = Timing(int(limit_s), float(used_s), str(boot_id), float(since_s))
    return Attempt(
        attempt_id, sha256, registration, seed or registration, bool(finished), int(go), int(same), timing,
        int(test_id) or None,
    )  # fmt: skip


def _given(question_id: str, response: str, correct: int, turn: int, hints: int) -> Given:
    return Given(question_id, read_names(response), bool(correct), turn, hints)


def _taken(turn: int, question_id: str, taken: int) -> tuple[tuple[int, str], int]:
    return (turn, question_id), taken


def _timed(
    item_id: str, limit_s: int, used_s: float, boot_id: str, since_s: float, *who: str
) -> tuple[Viewer, str, Timing]:
    person_id, actor_id, given_name, language, class_id, class_name, grade = who
    viewer = Viewer(
        int(person_id), "pupil", given_name, given_name, actor_id, language,
        None if class_id is None else int(class_id), class_name or "", None if grade is None else int(grade),
    )  # fmt: skip
    return viewer, item_id, Timing(limit_s, used_s, boot_id, since_s)
