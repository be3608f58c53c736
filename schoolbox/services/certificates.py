"""Certificates: signed by the school for courses that were finished, and checked for whoever holds a paper.

Promises: a certificate is given of a course of the record only, to the pupil and to teachers of the pupil's class; it
is signed when it is printed, and nothing of it is kept. Whoever checks one is told whether it is whole, and whether
this box knows the school whose key signed it; nothing of what was checked is kept or logged.

    certificates.own(person_id, "mash:thyesat-6")
    certificates.check(text).state          # "known", "unknown", "broken" or "none"
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Literal

import msgspec

from content_packs.certificate import Certificate, looks_like_code, read_code, shortened
from schoolbox.db.database import Database
from schoolbox.errors import NotFoundError
from schoolbox.services.academy import Academy
from schoolbox.services.classes import Classes
from schoolbox.services.codes import number_of, spelled
from schoolbox.services.finished import Finished, FinishedTable
from schoolbox.services.folding import alphabetical
from schoolbox.services.people_rows import ClassRow
from schoolbox.services.school import School
from schoolbox.services.signers import Signer, Signers
from schoolbox.services.texts import Texts, write_json
from sync.languages import best_text, reading, spoken

WHO = "SELECT id, given_name, surname, language FROM person WHERE id IN (SELECT value FROM json_each(?))"
State = Literal["known", "unknown", "broken", "none", "absent"]
SHORT_SIGNS = 12


class Issued(msgspec.Struct, frozen=True):
    """A certificate to print: what it says, the signed text, and the language of the paper.

    `short` is the code by which the box that printed it finds it.
    """

    certificate: Certificate
    finished_on: date
    code: str
    language: str
    short: str


class Checked(msgspec.Struct, frozen=True):
    """What a check found; `signer` is the school that signed, if this box knows it."""

    state: State
    certificate: Certificate | None = None
    academy: str = ""
    signer: Signer | None = None


class CourseOfClass(msgspec.Struct, frozen=True):
    """A course that pupils of a class finished."""

    pack_id: str
    title: Texts
    language: str
    pupils: tuple[str, ...]


class ClassPage(msgspec.Struct, frozen=True):
    """The courses a class finished, the one with most pupils first."""

    school_class: ClassRow
    courses: tuple[CourseOfClass, ...]


class _Who(msgspec.Struct, frozen=True):
    id: int
    given_name: str
    surname: str
    language: str


class Certificates:
    """Gives and checks certificates."""

    def __init__(
        self, db: Database, *, academy: Academy, signers: Signers, school: School, classes: Classes,
        language: Callable[[], str],
    ) -> None:  # fmt: skip
        self._db = db
        self._academy = academy
        self._signers = signers
        self._school = school
        self._classes = classes
        self._language = language
        self._table = FinishedTable(db)

    def record(self, person_id: int) -> list[Finished]:
        """What somebody finished, the newest first."""
        return self._table.of(person_id)

    def all_of(self, person_id: int) -> list[tuple[Finished, str]]:
        """What somebody finished with the texts of the certificates, the newest first.

        Raises:
            ConfigError: The school's key cannot be used.
        """
        rows = self._table.of(person_id)
        issued = self._issue(rows, "") if rows else []
        return [(row, one.code) for row, one in zip(rows, issued, strict=True)]

    def own(self, person_id: int, pack_id: str) -> list[Issued]:
        """The certificate of somebody's own course.

        Raises:
            NotFoundError: They have not finished such a course.
            ConfigError: The school's key cannot be used.
        """
        return self._issue([row for row in self._table.of(person_id) if row.pack_id == pack_id], pack_id)

    def of_pupil(self, teacher_id: int, class_id: int, person_id: int, pack_id: str) -> list[Issued]:
        """The certificate of a pupil, for a teacher of the class.

        Raises:
            NotFoundError: It is not a class of this teacher, not a pupil of it, or not finished.
            ConfigError: The school's key cannot be used.
        """
        rows = [row for row in self._of_class(teacher_id, class_id)[1] if row.person_id == person_id]
        return self._issue([row for row in rows if row.pack_id == pack_id], pack_id)

    def of_course(self, teacher_id: int, class_id: int, pack_id: str) -> list[Issued]:
        """The certificates of all pupils of a class who finished a course.

        Raises:
            NotFoundError: It is not a class of this teacher, or nobody in it has finished such a course.
            ConfigError: The school's key cannot be used.
        """
        rows = self._of_class(teacher_id, class_id)[1]
        return self._issue([row for row in rows if row.pack_id == pack_id], pack_id)

    def of_class(self, teacher_id: int, class_id: int) -> ClassPage:
        """What the pupils of a class finished.

        Raises:
            NotFoundError: It is not a class of this teacher.
        """
        school_class, rows = self._of_class(teacher_id, class_id)
        names = self._names([row.person_id for row in rows])
        by_pack: dict[str, list[Finished]] = {}
        for row in rows:
            by_pack.setdefault(row.pack_id, []).append(row)
        courses = [
            CourseOfClass(
                pack_id, some[-1].title, some[-1].language,
                tuple(f"{names[row.person_id].given_name} {names[row.person_id].surname}" for row in some),
            )
            for pack_id, some in by_pack.items()
        ]  # fmt: skip
        return ClassPage(school_class, tuple(sorted(courses, key=lambda one: (-len(one.pupils), one.pack_id))))

    def check(self, text: str) -> Checked:
        """Check the text of a certificate, an address that ends in one, or a short code that this box gave."""
        short = number_of(text.rpartition("/")[2], SHORT_SIGNS)
        if short is not None:
            found = self._table.by_short(f"{short:015X}")
            return self.check(self._issue(found, found[0].pack_id)[0].code) if found else Checked("absent")
        if not looks_like_code(text):
            return Checked("none")
        code = read_code(text)
        if code is None:
            return Checked("broken")
        signer = self._signers.of(code.academy, code.public)
        return Checked("known" if signer else "unknown", code.certificate, code.academy, signer)

    def _of_class(self, teacher_id: int, class_id: int) -> tuple[ClassRow, list[Finished]]:
        own = next((row for row in self._classes.of_teacher(teacher_id) if row.id == class_id), None)
        if own is None:
            raise NotFoundError(kind="class", key=str(class_id))
        rows = self._table.of_class(class_id)
        names = self._names([row.person_id for row in rows])
        by_name = {one.id: alphabetical(one.surname, one.given_name, one.id) for one in names.values()}
        return own, sorted(rows, key=lambda row: (by_name[row.person_id], row.pack_id))

    def _names(self, person_ids: Sequence[int]) -> dict[int, _Who]:
        rows = self._db.fetch_sql(_Who, WHO, (write_json(person_ids),))
        return {row.id: row for row in rows}

    def _issue(self, rows: Sequence[Finished], pack_id: str) -> list[Issued]:
        if not rows:
            raise NotFoundError(kind="certificate", key=pack_id)
        names, school = self._names([row.person_id for row in rows]), self._school.facts()
        of_school = self._language()
        languages = [spoken(names[row.person_id].language, of_school) for row in rows]
        made = [
            Certificate(
                shortened(f"{names[row.person_id].given_name} {names[row.person_id].surname}"),
                shortened(best_text(row.title, reading(language, row.language))),
                shortened(best_text(row.publisher, reading(language, row.language))),
                shortened(row.school or school.name),
                shortened(row.municipality or school.municipality),
                row.finished_at.astimezone().date().isoformat(), row.mastery, row.pack_id,
            )
            for row, language in zip(rows, languages, strict=True)
        ]  # fmt: skip
        codes = self._academy.certify(made)
        return [
            _brought(row, language) or Issued(one, row.finished_at.astimezone().date(), code, language, _short(row))
            for one, row, code, language in zip(made, rows, codes, languages, strict=True)
        ]


def _brought(row: Finished, language: str) -> Issued | None:
    """The certificate of another school, which goes on speaking for itself; None for a course finished here."""
    code, day = read_code(row.code) if row.code else None, row.finished_at.astimezone().date()
    return Issued(code.certificate, day, row.code, language, _short(row)) if code else None


def _short(row: Finished) -> str:
    return spelled(int(row.short, 16), SHORT_SIGNS) if row.short else ""
