"""Whether a quiz is a test for somebody right now: what decides who may answer it, and that nothing of it is shown.

From when a test is opened until its results are shown, its quiz is that test for its pupils and nothing else: they
cannot practise with it meanwhile. Guests cannot try a quiz that is a test for anybody who still answers.

    open_tests.of(person_id, "mash:kuizi")     # OpenTest, or None
"""

import msgspec

from schoolbox.db.database import Database

OF = """
SELECT t.id, t.title, t.limit_s, coalesce(p.extra_s, 0), t.closed_at IS NULL OR coalesce(p.reopened, 0)
FROM class_test t
JOIN membership m ON m.class_id = t.class_id AND m.person_id = ?1
JOIN school_class c ON c.id = t.class_id AND c.archived_at IS NULL
LEFT JOIN class_test_pupil p ON p.test_id = t.id AND p.person_id = ?1
WHERE t.item_id = ?2 AND t.opened_at IS NOT NULL AND t.shown_at IS NULL AND (t.for_all OR coalesce(p.chosen, 0))
ORDER BY t.id DESC LIMIT 1
"""
ANSWERED = """
SELECT count(*) FROM class_test t JOIN school_class c ON c.id = t.class_id AND c.archived_at IS NULL
WHERE t.item_id = ?1 AND t.opened_at IS NOT NULL AND t.shown_at IS NULL
    AND (t.closed_at IS NULL OR EXISTS (SELECT 1 FROM class_test_pupil p WHERE p.test_id = t.id AND p.reopened))
"""


class OpenTest(msgspec.Struct, frozen=True):
    """A test as one pupil has it: `limit_s` is 0 for any time; `can_answer` is over once it was closed."""

    id: int
    title: str
    limit_s: int
    extra_s: int
    can_answer: bool

    @property
    def time_s(self) -> int:
        """The time of this pupil, 0 for any."""
        return self.limit_s + self.extra_s if self.limit_s else 0


class OpenTests:
    """Looks up tests by who answers."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of(self, person_id: int, item_id: str) -> OpenTest | None:
        """The test that a quiz is for somebody."""
        return next(iter(self._db.fetch_sql(_read, OF, (person_id, item_id))), None)

    def is_answered(self, item_id: str) -> bool:
        """Whether anybody may be answering a quiz as a test."""
        return self._db.fetch_sql(int, ANSWERED, (item_id,))[0] > 0


def _read(test_id: int, title: str, limit_s: int, extra_s: int, can_answer: int) -> OpenTest:
    return OpenTest(test_id, title, limit_s, extra_s, bool(can_answer))
