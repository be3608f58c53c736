"""Finished courses: when a course is finished, and the row that is kept of it.

Promises: the rule is `is_finished`, a function of values: what school, grade or class hide need not be done, and counts
if it was; a row is written in the transaction of the progress that finished the course, with title, publisher and
school as they are then, and stays when the pack is removed or renewed. Better tries later raise its mastery; the date
stays.

    FinishedTable(db).note(person_id, "mash:kuiz")
    FinishedTable(db).of(person_id)[0].title
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from schoolbox.db.database import Database
from schoolbox.services.tailoring_rules import Rule, View, view_of
from schoolbox.services.texts import Texts, read_texts

NO_QUIZ = -1
ITEMS_MIN = 2
"""A pack of one item, such as a teacher's own quiz, is no course."""
STEPS = """
SELECT i.pack_id, i.id, i.unit_position, i.kind, COALESCE(g.state = 'done', 0), COALESCE(g.passed, 0),
    COALESCE(g.best_correct, 0), COALESCE(g.questions, 0)
FROM item AS i JOIN shown_pack AS p ON p.id = i.pack_id
LEFT JOIN progress AS g ON g.item_id = i.id AND g.person_id = ?1
WHERE i.teacher_only = 0 AND i.pack_id IN (SELECT pack_id FROM item WHERE id = ?2 AND teacher_only = 0)
"""
RULES = """
SELECT scope_kind, target_kind, target_id, what, position FROM tailored AS t
WHERE target_kind <> 'pack' AND ((scope_kind = 'school' AND scope_id = 0) OR EXISTS
    (SELECT 1 FROM membership AS m JOIN school_class AS c ON c.id = m.class_id AND c.archived_at IS NULL
     JOIN person AS p ON p.id = m.person_id
     WHERE m.person_id = ? AND ((t.scope_kind = 'class' AND t.scope_id = c.id)
        OR (t.scope_kind = 'grade' AND t.scope_id = COALESCE(p.grade, c.grade)))))
"""
KEEP = """
INSERT INTO finished_course (person_id, pack_id, title, publisher, language, items, mastery, school, municipality,
    finished_at, short)
SELECT ?1, p.id, p.title, p.publisher_name, p.language, ?3, ?4,
    COALESCE((SELECT value FROM setting WHERE key = 'school_name'), ''),
    COALESCE((SELECT value FROM setting WHERE key = 'municipality'), ''),
    (SELECT MAX(g.done_at) FROM progress AS g JOIN item AS i ON i.id = g.item_id
        WHERE g.person_id = ?1 AND i.pack_id = p.id AND i.teacher_only = 0), substr(hex(randomblob(8)), 1, 15)
FROM pack AS p WHERE p.id = ?2
ON CONFLICT DO UPDATE SET mastery = MAX(mastery, excluded.mastery)
"""
COLUMNS = (
    "f.person_id, pack_id, title, publisher, f.language, items, mastery, school, municipality, finished_at, code, short"
)
OF_PERSON = f"""
SELECT {COLUMNS} FROM finished_course AS f WHERE person_id = ? ORDER BY finished_at DESC, pack_id
"""  # noqa: S608 - a constant of this module
BY_SHORT = f"""
SELECT {COLUMNS} FROM finished_course AS f WHERE short = ?
"""  # noqa: S608 - a constant of this module
OF_CLASS = f"""
SELECT {COLUMNS} FROM finished_course AS f JOIN membership AS m ON m.person_id = f.person_id
JOIN person AS p ON p.id = f.person_id
WHERE m.class_id = ? AND p.role = 'pupil' AND p.archived_at IS NULL ORDER BY p.id, pack_id
"""  # noqa: S608 - a constant of this module


class Step(msgspec.Struct, frozen=True):
    """An item of a course for pupils, how far somebody is with it, and whether it is hidden from them."""

    kind: str
    done: bool
    passed: bool
    correct: int
    questions: int
    hidden: bool = False


class Finished(msgspec.Struct, frozen=True):
    """A finished course as it was; `mastery` is per cent, `NO_QUIZ` for a course without quizzes.

    `code` is the certificate that another school signed; empty for what was finished here. `short` are 60 random bits
    in hexadecimal digits, by which this box finds it.
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
    short: str = ""


def is_finished(steps: Sequence[Step]) -> bool:
    """A course is finished when every item that the pupil sees is done, and every quiz passed."""
    steps = counted(steps)
    return len(steps) >= ITEMS_MIN and all(step.done and (step.kind != "quiz" or step.passed) for step in steps)


def counted(steps: Sequence[Step]) -> list[Step]:
    """The items that count: those the pupil sees, and those that are done."""
    return [step for step in steps if step.done or not step.hidden]


def mastery(steps: Sequence[Step]) -> int:
    """How many per cent of the answers were right, in the best try of each quiz; each quiz counts the same."""
    shares = [step.correct / step.questions for step in counted(steps) if step.kind == "quiz" and step.questions]
    return round(100 * sum(shares) / len(shares)) if shares else NO_QUIZ


class FinishedTable:
    """Reads and keeps finished courses; the keeping is for inside a write."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def note(self, person_id: int, item_id: str) -> None:
        """An item is done now: keep every course with it that is finished by that."""
        courses: dict[str, list[_Place]] = defaultdict(list)
        for place in self._db.fetch_sql(_place, STEPS, (person_id, item_id)):
            courses[place.pack_id].append(place)
        view = view_of(self._db.fetch_sql(Rule, RULES, (person_id,)))
        for pack_id, places in courses.items():
            steps = _steps(places, view)
            if is_finished(steps):
                self._db.run_sql(KEEP, (person_id, pack_id, len(counted(steps)), mastery(steps)))

    def of(self, person_id: int) -> list[Finished]:
        """What one person finished, the newest first."""
        return self._db.fetch_sql(_finished, OF_PERSON, (person_id,))

    def by_short(self, short: str) -> list[Finished]:
        """The course with a short code, or none."""
        return self._db.fetch_sql(_finished, BY_SHORT, (short,))

    def of_class(self, class_id: int) -> list[Finished]:
        """What the pupils of a class finished, by surname."""
        return self._db.fetch_sql(_finished, OF_CLASS, (class_id,))


class _Place(msgspec.Struct, frozen=True):
    """Where an item stands, and how far somebody is with it."""

    pack_id: str
    item_id: str
    unit: int
    step: Step


def _place(pack_id: str, item_id: str, unit: int, kind: str, *numbers: int) -> _Place:
    done, passed, correct, questions = numbers
    return _Place(pack_id, item_id, unit, Step(kind, bool(done), bool(passed), correct, questions))


def _steps(places: Sequence[_Place], view: View) -> list[Step]:
    """The steps of a course, with what is hidden; a unit is known by any item in it."""
    units = {place.unit for place in places if place.item_id in view.units}
    return [
        replace(place.step, hidden=place.item_id in view.items or place.unit in units) for place in places
    ]


def _finished(person_id: int, pack_id: str, *row: str) -> Finished:
    title, publisher, language, items, per_cent, school, municipality, finished_at, code, short = row
    return Finished(
        person_id, pack_id, read_texts(title), read_texts(publisher), language, int(items), int(per_cent), school,
        municipality, datetime.fromisoformat(finished_at), code, short,
    )  # fmt: skip
