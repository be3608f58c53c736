"""A school after years of use: pupils in classes, and what they did, put into the database of a box in bulk.

What an event is here: a row of progress, a finished try, an answer or a day of work. Every pupil did the items of the
box and many that are no longer there, as a school that changes its packs has them.

    year = fill(box, pupils=1_500, events=2_000_000)
    year.teacher_id, year.class_id
"""

import functools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from schoolbox.services.people_rows import NewPerson
from schoolbox.wiring import Box
from sync.statements import utc_text
from tests.simulators.seeded import PASSWORD, QUESTIONS, QUIZ, VIDEO

CLASS_SIZE = 30
QUESTIONS_EACH = 6
LAST_DAY = date(2026, 11, 27)
YEAR_DAYS = 190
PERSON = """
INSERT INTO person (id, actor_id, role, given_name, surname, login, secret_kind, secret, created_at)
VALUES (?, ?, 'pupil', ?, ?, ?, 'none', '', '2026-09-01T08:00:00Z')
"""
PROGRESS = """
INSERT INTO progress (person_id, item_id, state, watched_s, segments, best_correct, last_correct, questions, passed,
    attempts, touched_order, touched_at, done_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
ATTEMPT = """
INSERT INTO attempt (id, person_id, item_id, quiz_sha256, questions, registration, started_at, finished_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
ANSWER = "INSERT INTO answer (attempt_id, question_id, response, correct, answered_at) VALUES (?, ?, ?, ?, ?)"
MEMBER = "INSERT INTO membership (class_id, person_id) VALUES (?, ?)"
DAY = "INSERT INTO work_day (day, person_id, minutes, finished, last_minute) VALUES (?, ?, ?, ?, '')"
_FIRST = 1_000_000
"""Numbers of people and tries begin here, above those that the box gave out itself."""
Row = tuple[str | int | float | None, ...]


@dataclass(frozen=True)
class Year:
    """Who looks, at which class and which pupil, and how much there is."""

    teacher_id: int
    login: str
    class_id: int
    person_id: int
    events: int


def fill(box: Box, *, pupils: int, events: int) -> Year:
    """Fill a box that has the sample course; a class of thirty for every thirty pupils, one teacher in the first."""
    chance = random.Random(7)
    count = -(-pupils // CLASS_SIZE)
    classes = [box.people.class_add(f"{1 + n // 8}-{n % 8 + 1}", 1 + n // 8 % 9) for n in range(count)]
    teacher = box.people.add(
        NewPerson("teacher", "Vlora", "Berisha", class_ids=(classes[0],), login="v.berisha", password=PASSWORD)
    )
    sha = box.database.fetch_sql(str, "SELECT sha256 FROM file WHERE item_id = ? AND role = 'quiz'", (QUIZ,))[0]
    people = [_FIRST + n for n in range(pupils)]
    days = [(LAST_DAY - timedelta(days=day)).isoformat() for day in reversed(range(YEAR_DAYS))]
    tries = max(1, events // pupils // (QUESTIONS_EACH + 4))
    for sql, rows in (
        (PERSON, ((n, f"{n:032x}", f"Nxënës{n}", f"Krasniqi{n}", f"n{n}") for n in people)),
        (MEMBER, ((classes[(n - _FIRST) // CLASS_SIZE], n) for n in people)),
        (DAY, ((day, n, chance.randint(1, 50), 2) for day in days for n in people)),
        (PROGRESS, _progress(people, tries, chance)),
        (ATTEMPT, _attempts(people, tries, sha)),
        (ANSWER, _answers(len(people) * tries, tries, chance)),
    ):
        box.database.write(lambda sql=sql, rows=rows: box.database.run_many(sql, rows))  # type: ignore[misc]  # bound
    made = sum(box.database.fetch_sql(int, f"SELECT count(*) FROM {table}")[0] for table in _TABLES)
    return Year(teacher.person_id, "v.berisha", classes[0], people[0], made)


_TABLES = ("progress", "attempt", "answer", "work_day")


@functools.cache
def _at(number: int, of: int) -> str:
    """A moment of the year, in order."""
    last = datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, 9, tzinfo=UTC)
    return utc_text(last - timedelta(days=(YEAR_DAYS - 1) * (of - number) / of))


def _quiz_id(place: int) -> str:
    return QUIZ if place == 0 else f"mash:kuiz-{place}"


def _progress(people: list[int], tries: int, chance: random.Random) -> Iterator[Row]:
    for person in people:
        for place in range(tries):
            at, right = _at(place, tries), chance.randint(0, QUESTIONS_EACH)
            yield (person, _quiz_id(place), "done", 0, "", right, right, QUESTIONS_EACH, int(right > 4), 1,
                   2 * place, at, at)  # fmt: skip
            item, done = VIDEO if place == 0 else f"mash:video-{place}", chance.random() < 0.8
            yield (person, item, "done" if done else "started", 300.0, "0-300", 0, 0, 0, 0, 0, 2 * place + 1, at,
                   at if done else None)  # fmt: skip


def _attempts(people: list[int], tries: int, sha: str) -> Iterator[Row]:
    number = _FIRST
    for person in people:
        for place in range(tries):
            at = _at(place, tries)
            yield number, person, _quiz_id(place), sha, QUESTIONS_EACH, f"r{number}", at, at
            number += 1


def _answers(count: int, tries: int, chance: random.Random) -> Iterator[Row]:
    for number in range(count):
        at = _at(number % tries, tries)
        for question in range(min(QUESTIONS_EACH, QUESTIONS)):
            right = chance.random() < 0.6
            yield _FIRST + number, f"q{question}", '["b"]' if right else '["a"]', int(right), at
