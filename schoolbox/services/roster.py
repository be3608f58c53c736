"""Bringing a school's people in from a file.

Promises: all or nothing, in one change; a dry run changes nothing and finds the same problems. The same file again
changes nothing: a pupil is known by name and class, a teacher by name. Secrets are given out once, for new people only.
The log holds counts, never a name or a PIN.

    report = roster.load(raw, dry_run=False)
    [(slip.login, slip.pin) for slip in report.slips]
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from schoolbox import logs
from schoolbox.db.database import Database
from schoolbox.db.models import SchoolClass
from schoolbox.marks import N_
from schoolbox.services.events import Events
from schoolbox.services.people import NewPerson, People
from schoolbox.services.roster_file import ClassWish, RosterProblem, RosterRow, read_roster

LOG = logging.getLogger(__name__)
_Secret = tuple[str, str]
_KNOWN_SQL = """
SELECT p.id, p.role, p.given_name, p.surname, coalesce(c.name, '') FROM person p
  LEFT JOIN membership m ON m.person_id = p.id LEFT JOIN school_class c ON c.id = m.class_id
 WHERE p.archived_at IS NULL
"""


@dataclass(frozen=True)
class SignInSlip:
    """What a new person needs to sign in; shown once, then nobody knows it."""

    role: str
    name: str
    class_name: str
    login: str
    pin: str | None
    password: str | None


@dataclass(frozen=True)
class RosterReport:
    """What an import did, or would do: with problems it did nothing."""

    added: int
    known: int
    classes_added: int
    slips: tuple[SignInSlip, ...]
    problems: tuple[RosterProblem, ...]


@dataclass(frozen=True)
class _KnownRow:
    person_id: int
    role: str
    given_name: str
    surname: str
    class_name: str


class Roster:
    """Imports rosters."""

    def __init__(self, db: Database, *, people: People, events: Events) -> None:
        self._db = db
        self._people = people
        self._events = events

    def load(self, raw: bytes, *, dry_run: bool) -> RosterReport:
        """Import a roster, or say what importing it would do."""
        file = read_roster(raw)
        problems = (*file.problems, *self._clashes(file.rows))
        rows = _joined(file.rows)
        known = self._known()
        new = [row for row in rows if _find(row, known) is None]
        classes = _wishes(rows)
        missing = set(classes) - set(self._class_grades())
        if problems or dry_run:
            return RosterReport(len(new), len(rows) - len(new), len(missing), (), tuple(problems))
        secrets = {id(row): self._people.staff_secret(_person(row, ())) for row in new}
        slips = self._db.write(lambda: self._keep(rows, classes, secrets))
        LOG.info(logs.line("roster_loaded", added=len(slips), known=len(rows) - len(slips), classes=len(missing)))
        return RosterReport(len(slips), len(rows) - len(slips), len(missing), slips, ())

    def _keep(
        self, rows: Sequence[RosterRow], classes: dict[str, ClassWish], secrets: dict[int, _Secret]
    ) -> tuple[SignInSlip, ...]:
        shifts = {wish.name: row.shift for row in reversed(rows) for wish in row.classes if row.shift}
        ids = {name: self._people.class_add(name, wish.grade, shifts.get(name, "")) for name, wish in classes.items()}
        known = self._known()
        slips: list[SignInSlip] = []
        for row in rows:
            class_ids = tuple(ids[wish.name] for wish in row.classes)
            found = _find(row, known)
            if found is None:
                slips.append(self._add(row, class_ids, secrets.get(id(row))))
                continue
            for class_id in class_ids:
                self._people.join(class_id, found)
        self._events.note("roster_loaded", added=len(slips), known=len(rows) - len(slips))
        return tuple(slips)

    def _add(self, row: RosterRow, class_ids: tuple[int, ...], secret: _Secret | None) -> SignInSlip:
        new = _person(row, class_ids)
        added = self._people.add_hashed(new, *(secret or self._people.staff_secret(new)))
        class_name = ", ".join(wish.name for wish in row.classes)
        name = f"{row.given_name} {row.surname}"
        return SignInSlip(row.role, name, class_name, added.login, added.pin, added.password)

    def _known(self) -> dict[tuple[str, ...], int]:
        rows = self._db.fetch_sql(_KnownRow, _KNOWN_SQL)
        return {_key(row.role, row.given_name, row.surname, row.class_name): row.person_id for row in rows}

    def _class_grades(self) -> dict[str, int]:
        return dict(self._db.fetch(_named_grade, SchoolClass.select(SchoolClass.name, SchoolClass.grade)))

    def _clashes(self, rows: Sequence[RosterRow]) -> list[RosterProblem]:
        """Classes that the box knows with another grade."""
        grades = self._class_grades()
        return [
            RosterProblem(row.line, "grade", N_("the box knows this class with another grade"))
            for row in rows
            for wish in row.classes
            if grades.get(wish.name, wish.grade) != wish.grade
        ]


def _joined(rows: Sequence[RosterRow]) -> list[RosterRow]:
    """Make one row of all rows of a teacher or technician, with all classes."""
    staff: dict[tuple[str, ...], RosterRow] = {}
    joined: list[RosterRow] = []
    for row in rows:
        key = _keys(row)[0]
        if row.role != "pupil" and key in staff:
            staff[key] = replace(staff[key], classes=staff[key].classes + row.classes)
        elif row.role != "pupil":
            staff[key] = row
        else:
            joined.append(row)
    return [*staff.values(), *joined]


def _wishes(rows: Sequence[RosterRow]) -> dict[str, ClassWish]:
    return {wish.name: wish for row in rows for wish in row.classes}


def _keys(row: RosterRow) -> list[tuple[str, ...]]:
    """What somebody is known by: a teacher or technician by name, a pupil by name and class."""
    if row.role != "pupil":
        return [_key(row.role, row.given_name, row.surname, "")]
    return [_key(row.role, row.given_name, row.surname, wish.name) for wish in row.classes]


def _key(role: str, given_name: str, surname: str, class_name: str) -> tuple[str, ...]:
    return role, given_name.casefold(), surname.casefold(), class_name if role == "pupil" else ""


def _find(row: RosterRow, known: Mapping[tuple[str, ...], int]) -> int | None:
    return next((known[key] for key in _keys(row) if key in known), None)


def _person(row: RosterRow, class_ids: tuple[int, ...]) -> NewPerson:
    return NewPerson(row.role, row.given_name, row.surname, class_ids=class_ids, language=row.language)


def _named_grade(name: str, grade: int) -> tuple[str, int]:
    return name, grade
