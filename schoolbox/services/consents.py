"""What parents agreed to, with date and paper, and what follows from it.

There is one kind today: `upstream`, that learning records go to the hub under a random number. A school that does this
as its public task asks nobody: records go until somebody objects. With the setting `consent_first` they go only once
somebody has agreed. Taking it back stops new records and drops those that still wait, and the identity office is asked
to erase name and address; what the child does on the box goes on as before.

    consents.record([person_id], "upstream", given=False, by=3, note="Folder 2026, letter of 4 May")
    consents.may_send(person_id)     # False
"""

from collections.abc import Collection
from datetime import UTC, datetime

import msgspec

from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.db.privacy_models import Consent
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.marks import N_
from schoolbox.services.audit import Audit
from schoolbox.services.folding import fold
from schoolbox.services.national_addresses import ERASE_THERE
from schoolbox.services.policy import Policy
from schoolbox.services.texts import write_json

KINDS = ("upstream",)
NOTE_LENGTH_MAX = 200
_LATEST = "SELECT given FROM consent WHERE person_id = ? AND kind = ? ORDER BY id DESC LIMIT 1"
_DROP = "DELETE FROM {} WHERE instr(statement, CAST((SELECT actor_id FROM person WHERE id = ?) AS BLOB))"
_HISTORY = """
SELECT c.kind, c.given, c.recorded_at, coalesce(p.given_name || ' ' || p.surname, ''), c.note
  FROM consent c LEFT JOIN person p ON p.id = c.by_id WHERE c.person_id = ? ORDER BY c.id DESC
"""
_KNOWN = "SELECT id FROM person WHERE id IN (SELECT value FROM json_each(?))"
_CLASS = "SELECT name FROM school_class WHERE id = ? AND archived_at IS NULL"
_OF_CLASS = """
SELECT p.id, p.given_name, p.surname, n.given, coalesce(n.recorded_at, '') FROM membership m
  JOIN person p ON p.id = m.person_id AND p.role = 'pupil' AND p.archived_at IS NULL
  LEFT JOIN consent n ON n.id = (SELECT max(id) FROM consent WHERE person_id = p.id AND kind = ?2)
 WHERE m.class_id = ?1
"""


class ConsentRow(msgspec.Struct, frozen=True):
    """One thing that was agreed to or taken back; `by` is empty for the command line and for who is gone."""

    kind: str
    given: bool
    recorded_at: datetime
    by: str
    note: str


class PupilConsent(msgspec.Struct, frozen=True):
    """What was said last for one pupil; `given` and `recorded_at` are None where nobody has said anything."""

    person_id: int
    given_name: str
    surname: str
    given: bool | None
    recorded_at: datetime | None


class ClassConsents(msgspec.Struct, frozen=True):
    """A class and its pupils by surname."""

    class_id: int
    name: str
    pupils: tuple[PupilConsent, ...]


class Consents:
    """Keeps consents and answers whether something may be done."""

    def __init__(self, db: Database, *, clock: Clock, policy: Policy, audit: Audit) -> None:
        self._db = db
        self._clock = clock
        self._policy = policy
        self._audit = audit

    def may_send(self, person_id: int) -> bool:
        """Whether what this person learns may go to the hub."""
        given = self._db.fetch_sql(int, _LATEST, (person_id, "upstream"))
        return bool(given[0]) if given else not self._policy.allowed().consent_first

    def record(self, people: Collection[int], kind: str, *, given: bool, by: int, note: str = "") -> None:
        """Keep that parents agreed or took it back, for all of them or for none; what waits for the hub goes then.

        Raises:
            BadInputError: There is no such kind, nobody was named, or the note is too long.
            NotFoundError: There is no such person.
        """
        text = " ".join(note.split())
        if kind not in KINDS:
            raise BadInputError(field="kind", problem=f"it is none of {', '.join(KINDS)}")
        if len(text) > NOTE_LENGTH_MAX or not text.isprintable():
            raise BadInputError(field="note", problem=N_("The text is too long, or has signs that cannot be shown."))
        if not people:
            raise BadInputError(field="pupil", problem=N_("Nobody was chosen. Tick at least one pupil."))
        known = self._db.fetch_sql(int, _KNOWN, (write_json(sorted(people)),))
        for missing in sorted(set(people) - set(known)):
            raise NotFoundError(kind="person", key=str(missing))

        def keep() -> None:
            for one in known:
                self._keep(one, kind, given=given, by=by, note=text)

        self._db.write(keep)

    def of(self, person_id: int) -> list[ConsentRow]:
        """What was recorded of a person, the newest first."""
        return self._db.fetch_sql(_row, _HISTORY, (person_id,))

    def of_class(self, class_id: int, kind: str) -> ClassConsents:
        """What was said last for each pupil of a class.

        Raises:
            NotFoundError: There is no such class.
        """
        names = self._db.fetch_sql(str, _CLASS, (class_id,))
        if not names:
            raise NotFoundError(kind="class", key=str(class_id))
        pupils = self._db.fetch_sql(_pupil, _OF_CLASS, (class_id, kind))
        pupils.sort(key=lambda one: (fold(one.surname), fold(one.given_name), one.person_id))
        return ClassConsents(class_id, names[0], tuple(pupils))

    def _keep(self, person_id: int, kind: str, *, given: bool, by: int, note: str) -> None:
        now = self._clock.now().astimezone(UTC).isoformat(timespec="seconds")
        row = {"person_id": person_id, "kind": kind, "given": int(given), "recorded_at": now, "by_id": by, "note": note}
        self._db.run(Consent.insert(**row))
        if not given:
            for table in ("outbox", "quarantine"):
                self._db.run_sql(_DROP.format(table), (person_id,))
            self._db.run_sql(ERASE_THERE, (now, person_id))
            self._db.run_sql("DELETE FROM national_address WHERE person_id = ?", (person_id,))
        self._audit.note(by=by, code="consent_given" if given else "consent_withdrawn", person_id=person_id)


def _row(kind: str, given: int, recorded_at: str, by: str, note: str) -> ConsentRow:
    return ConsentRow(kind, bool(given), datetime.fromisoformat(recorded_at), by, note)


def _pupil(person_id: int, given_name: str, surname: str, given: int | None, recorded_at: str) -> PupilConsent:
    at = datetime.fromisoformat(recorded_at) if recorded_at else None
    return PupilConsent(person_id, given_name, surname, None if given is None else bool(given), at)
