"""A pupil's passport: what was learnt as a signed file to take along, and what such a file says (FORMAT 12).

Promises: a passport is made of the pupil's own record alone, for the pupil and for teachers of the pupil's class; it is
signed when it is taken, and nothing of it is kept. Whoever checks one is told whether it is whole, whether this box
knows the school that signed it, and the same of each certificate in it; nothing of what was checked is kept or logged.

    passports.own(person_id).content
    passports.check(raw).state          # "known", "unknown", "broken" or "none"
"""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from content_packs.clock import Clock
from content_packs.letter import is_letter
from content_packs.passport import (
    COURSES_MAX,
    KIND,
    NAME_LENGTH_MAX,
    PASSPORT_BYTES_MAX,
    STEPS_MAX,
    Course,
    Passport,
    Step,
    read_passport,
)
from schoolbox.db.database import Database
from schoolbox.errors import NotFoundError
from schoolbox.services.academy import Academy
from schoolbox.services.certificates import Certificates, State
from schoolbox.services.classes import Classes
from schoolbox.services.finished import Finished
from schoolbox.services.library import Library
from schoolbox.services.people import People
from schoolbox.services.school import School
from schoolbox.services.school_days import local_day
from schoolbox.services.signers import Signer, Signers
from schoolbox.services.texts import Texts

WHO = """
SELECT p.given_name, p.surname, p.login, p.language, COALESCE(p.grade, c.grade, -1), COALESCE(c.name, '')
FROM person AS p LEFT JOIN membership AS m ON m.person_id = p.id
LEFT JOIN school_class AS c ON c.id = m.class_id AND c.archived_at IS NULL
WHERE p.id = ? AND p.role = 'pupil' ORDER BY c.grade DESC LIMIT 1
"""
STEPS = """
SELECT item_id, state = 'done', watched_s, best_correct, questions, passed, touched_at FROM progress
WHERE person_id = ? ORDER BY touched_order DESC LIMIT ?
"""


class PassportFile(msgspec.Struct, frozen=True):
    """The file, and what it is called."""

    name: str
    content: bytes


class CheckedCourse(msgspec.Struct, frozen=True):
    """A course in a passport, and what its own certificate is worth; `course` says what that does, unless broken.

    With `other_name` it is genuine and for another name than the passport's: somebody else's, or an earlier one.
    """

    course: Course
    state: State
    academy: str = ""
    signer: Signer | None = None
    other_name: str = ""


class CheckedPassport(msgspec.Struct, frozen=True):
    """What a check found; `signer` is the school that signed, if this box knows it.

    `titles` are those of the items that this box has, too.
    """

    state: State
    passport: Passport | None = None
    academy: str = ""
    signer: Signer | None = None
    courses: tuple[CheckedCourse, ...] = ()
    titles: Mapping[str, Texts] = msgspec.field(default_factory=dict)


class PassportParts(msgspec.Struct, frozen=True):
    """What passports need of the rest of the box."""

    academy: Academy
    certificates: Certificates
    signers: Signers
    school: School
    classes: Classes


class _Who(msgspec.Struct, frozen=True):
    given_name: str
    surname: str
    login: str
    language: str
    grade: int
    class_name: str


class Passports:
    """Writes and checks passports."""

    def __init__(
        self, db: Database, parts: PassportParts, *, people: People, library: Library, clock: Clock
    ) -> None:
        self._db = db
        self._parts = parts
        self._people = people
        self._library = library
        self._clock = clock

    def own(self, person_id: int) -> PassportFile:
        """The passport of a pupil.

        Raises:
            NotFoundError: There is no such pupil.
            ConfigError: The school's key cannot be used.
        """
        who, steps = self._who(person_id), self._steps(person_id)
        raw = self._write(who, person_id, steps)
        while len(raw) > PASSPORT_BYTES_MAX and steps:
            steps = steps[: len(steps) // 2]
            raw = self._write(who, person_id, steps)
        return PassportFile(f"passport-{who.login}.txt", raw)

    def of_pupil(self, teacher_id: int, class_id: int, person_id: int) -> PassportFile:
        """The passport of a pupil, for a teacher of the class.

        Raises:
            NotFoundError: It is not a class of this teacher, or not a pupil of it.
            ConfigError: The school's key cannot be used.
        """
        own = {row.id for row in self._parts.classes.of_teacher(teacher_id)}
        if class_id not in own or person_id not in {row.person_id for row in self._people.pupils(class_id)}:
            raise NotFoundError(kind="pupil", key=str(person_id))
        return self.own(person_id)

    def record(self, person_id: int) -> Passport:
        """What a passport says, without the single items.

        Raises:
            NotFoundError: There is no such pupil.
            ConfigError: The school's key cannot be used.
        """
        return self._said(self._who(person_id), person_id, [])

    def check(self, raw: bytes) -> CheckedPassport:
        """Check the bytes of a passport file."""
        if not is_letter(raw, KIND):
            return CheckedPassport("none")
        letter = read_passport(raw)
        if letter is None:
            return CheckedPassport("broken")
        signer = self._parts.signers.of(letter.academy, letter.public)
        entries = self._library.entries([step.item for step in letter.said.steps], staff=False)
        return CheckedPassport(
            "known" if signer else "unknown", letter.said, letter.academy, signer, self.courses(letter.said),
            {item_id: entry.item.title for item_id, entry in entries.items()},
        )  # fmt: skip

    def courses(self, passport: Passport) -> tuple[CheckedCourse, ...]:
        """What each certificate in a passport is worth."""
        return tuple(self._checked(course, passport.name) for course in passport.courses)

    def _checked(self, course: Course, name: str) -> CheckedCourse:
        found = course.certified(name)
        if found is None:
            return CheckedCourse(course, "broken")
        signer = self._parts.signers.of(found.academy, found.public)
        return CheckedCourse(
            found.course, "known" if signer else "unknown", found.academy, signer, found.other_name
        )

    def _who(self, person_id: int) -> _Who:
        found = self._db.fetch_sql(_Who, WHO, (person_id,))
        if not found:
            raise NotFoundError(kind="pupil", key=str(person_id))
        return found[0]

    def _steps(self, person_id: int) -> list[Step]:
        return self._db.fetch_sql(_step, STEPS, (person_id, STEPS_MAX))

    def _write(self, who: _Who, person_id: int, steps: list[Step]) -> bytes:
        return self._parts.academy.write_letter(KIND, self._said(who, person_id, steps))

    def _said(self, who: _Who, person_id: int, steps: list[Step]) -> Passport:
        school = self._parts.school.facts()
        finished = self._parts.certificates.all_of(person_id)[:COURSES_MAX]
        return Passport(
            who.given_name[:NAME_LENGTH_MAX], who.surname[:NAME_LENGTH_MAX], who.language, who.grade, who.class_name,
            school.name[:NAME_LENGTH_MAX], school.municipality[:NAME_LENGTH_MAX],
            self._clock.now().astimezone().date(), tuple(_course(row, code) for row, code in finished), tuple(steps),
        )  # fmt: skip


def _course(row: Finished, code: str) -> Course:
    return Course(
        row.pack_id, dict(row.title), dict(row.publisher), row.language, row.items, row.mastery,
        row.school[:NAME_LENGTH_MAX], row.municipality[:NAME_LENGTH_MAX], row.finished_at.astimezone(UTC), code,
    )  # fmt: skip


def _step(item_id: str, done: int, watched_s: float, *rest: int | str) -> Step:
    best, questions, passed, touched_at = rest
    day = local_day(datetime.fromisoformat(str(touched_at)))
    return Step(item_id, bool(done), round(watched_s), int(best), int(questions), bool(passed), day)
