"""Finished courses: when a course is finished, and the row that is kept of it.

Promises: the rule is `is_finished`, a function of values; a row is written in the transaction of the progress that
finished the course, with title, publisher and school as they are then, and stays when the pack is removed or renewed.
Better tries later raise its mastery; the date stays.

    FinishedTable(db).note(person_id, "mash:kuiz")
    FinishedTable(db).of(person_id)[0].title
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from schoolbox.db.database import Database
from schoolbox.services.texts import Texts, read_texts

NO_QUIZ = -1
ITEMS_MIN = 2
"""A pack of one item, such as a teacher's own quiz, is no course."""
STEPS = """
SELECT i.pack_id, i.kind, COALESCE(g.state = 'done', 0), COALESCE(g.passed, 0), COALESCE(g.best_correct, 0),
    COALESCE(g.questions, 0)
FROM item AS i JOIN shown_pack AS p ON p.id = i.pack_id
LEFT JOIN progress AS g ON g.item_id = i.id AND g.person_id = ?1
WHERE i.teacher_only = 0 AND i.pack_id IN (SELECT pack_id FROM item WHERE id = ?2 AND teacher_only = 0)
"""
KEEP = """
INSERT INTO finished_course (person_id, pack_id, title, publisher, language, items, mastery, school, municipality,
    finished_at)
SELECT ?1, p.id, p.title, p.publisher_name, p.language, ?3, ?4,
    COALESCE((SELECT value FROM setting WHERE key = 'school_name'), ''),
    COALESCE((SELECT value FROM setting WHERE key = 'municipality'), ''),
    (SELECT MAX(g.done_at) FROM progress AS g JOIN item AS i ON i.id = g.item_id
        WHERE g.person_id = ?1 AND i.pack_id = p.id AND i.teacher_only = 0)
FROM pack AS p WHERE p.id = ?2
ON CONFLICT DO UPDATE SET mastery = MAX(mastery, excluded.mastery)
"""
COLUMNS = "f.person_id, pack_id, title, publisher, f.language, items, mastery, school, municipality, finished_at, code"
OF_PERSON = f"""
SELECT {COLUMNS} FROM finished_course AS f WHERE person_id = ? ORDER BY finished_at DESC, pack_id
"""  # noqa: S608 - a constant of this module
OF_CLASS = f"""
SELECT {COLUMNS} FROM finished_course AS f JOIN membership AS m ON m.person_id = f.person_id
JOIN person AS p ON p.id = f.person_id
WHERE m.class_id = ? AND p.role = 'pupil' AND p.archived_at IS NULL ORDER BY p.surname, p.given_name, p.id, pack_id
"""  # noqa: S608 - a constant of this module


@dataclass(frozen=True, slots=True)
class Step:
    """An item of a course that pupils see, and how far somebody is with it."""

    kind: str
    done: bool
    passed: bool
    correct: int
    questions: int


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished course as it was; `mastery` is per cent, `NO_QUIZ` for a course without quizzes.

    `code` is the certificate that another school signed; empty for what was finished here.
    """

    person_id: int
    pack_id: str
    title: Texts
    publisher: Texts
    language: str
    items: int
    mastery: int
    school: str
    municipality: str
    finished_at: datetime
    code: str = ""


def is_finished(steps: Sequence[Step]) -> bool:
    """A course is finished when every item that pupils see is done, and every quiz passed."""
    return len(steps) >= ITEMS_MIN and all(step.done and (step.kind != "quiz" or step.passed) for step in steps)


def mastery(steps: Sequence[Step]) -> int:
    """How many per cent of the answers were right, in the best try of each quiz; each quiz counts the same."""
    shares = [step.correct / step.questions for step in steps if step.kind == "quiz" and step.questions]
    return round(100 * sum(shares) / len(shares)) if shares else NO_QUIZ


class FinishedTable:
    """Reads and keeps finished courses; the keeping is for inside a write."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def note(self, person_id: int, item_id: str) -> None:
        """An item is done now: keep every course with it that is finished by that."""
        courses: dict[str, list[Step]] = defaultdict(list)
        for pack_id, step in self._db.fetch_sql(_step, STEPS, (person_id, item_id)):
            courses[pack_id].append(step)
        for pack_id, steps in courses.items():
            if is_finished(steps):
                self._db.run_sql(KEEP, (person_id, pack_id, len(steps), mastery(steps)))

    def of(self, person_id: int) -> list[Finished]:
        """What one person finished, the newest first."""
        return self._db.fetch_sql(_finished, OF_PERSON, (person_id,))

    def of_class(self, class_id: int) -> list[Finished]:
        """What the pupils of a class finished, by surname."""
        return self._db.fetch_sql(_finished, OF_CLASS, (class_id,))


def _step(pack_id: str, kind: str, *numbers: int) -> tuple[str, Step]:
    done, passed, correct, questions = numbers
    return pack_id, Step(kind, bool(done), bool(passed), correct, questions)


def _finished(person_id: int, pack_id: str, *row: str) -> Finished:
    title, publisher, language, items, per_cent, school, municipality, finished_at, code = row
    return Finished(
        person_id, pack_id, read_texts(title), read_texts(publisher), language, int(items), int(per_cent), school,
        municipality, datetime.fromisoformat(finished_at), code,
    )  # fmt: skip
