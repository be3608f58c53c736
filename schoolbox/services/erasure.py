"""Erasing one person everywhere on the box, and asking the hub to do the same.

Promises: everything in one transaction: all rows of `personal_tables`, statements that wait or were refused, and a note
for the hub with the random number alone, as well as one for the identity office if it was ever asked for them; then the
database is written anew without what was deleted, since free pages may still hold text of before, and its copies are
replaced by a new one. A mark in that transaction says that this is still to be done; whatever is in the way (a power
cut, a full disk), the box does it after its next start. What stays are numbers that lead to nobody.
`PRAGMA secure_delete`, which every connection has, would not do alone: it does not reach what a version before it left.

    erasures.erase(person_id)
    erasures.waiting()        # whom the hub must still forget
"""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC

import msgspec

from content_packs.clock import Clock
from schoolbox import logs
from schoolbox.db.database import Database
from schoolbox.db.models import Person, Setting
from schoolbox.db.privacy_models import Erasure
from schoolbox.errors import BadInputError, NotFoundError, WriteFailedError
from schoolbox.marks import N_
from schoolbox.services.audit import Audit
from schoolbox.services.national_addresses import ERASE_THERE

LOG = logging.getLogger(__name__)
MOVING = N_(
    "A transfer to another school waits for its receipt. Enter the receipt, which erases here, or take the transfer "
    "back first. Nothing was erased."
)
OWED_KEY = "erasure_owed"
_OF_ACTOR = "DELETE FROM {} WHERE instr(statement, CAST(? AS BLOB))"
_MOVING = "SELECT 1 FROM departure WHERE person_id = ?"
_LAST_TECHNICIAN = "SELECT COUNT(*) FROM person WHERE role = 'technician' AND archived_at IS NULL AND id <> ?"


class _Whom(msgspec.Struct, frozen=True):
    id: int
    actor_id: str
    role: str


def owe_traces(db: Database) -> None:
    """Keep, inside a write that erased something, that the file and its copies still hold traces of it."""
    db.run(Setting.insert(key=OWED_KEY, value="1").on_conflict_replace())


class Erasures:
    """Erases people."""

    def __init__(
        self, db: Database, *, clock: Clock, audit: Audit, on_erased: Callable[[], bool], needs_hub: Callable[[], bool]
    ) -> None:
        self._db = db
        self._clock = clock
        self._audit = audit
        self._on_erased = on_erased
        self._needs_hub = needs_hub

    def erase(self, person_id: int, *, by: int) -> None:
        """Erase somebody; `by` is who does it, 0 for the command line.

        Raises:
            NotFoundError: There is no such person, or it is the last technician, without whom nobody can look after
                the box.
            BadInputError: A transfer of theirs to another school waits: the hub would forget what goes on there.
            WriteFailedError: It could not be kept; nothing was erased.
        """
        whom = self._whom(person_id)
        if whom.role == "technician" and not self._db.fetch_sql(int, _LAST_TECHNICIAN, (whom.id,))[0]:
            raise NotFoundError(kind="person", key=str(person_id))
        if self._db.fetch_sql(int, _MOVING, (whom.id,)):
            raise BadInputError(field="person", problem=MOVING)
        self._db.write(lambda: self._erase(whom, by))
        LOG.info(logs.line("person_erased", person=person_id, by=by))
        self.finish()

    def erase_inside(self, person_id: int, *, by: int, goes_on: bool) -> None:
        """Erase a pupil inside a larger write, who goes on at another school; `finish` comes after it.

        With `goes_on` the learner keeps the number there: the hub keeps what it has, and gets what still waits for it.

        Raises:
            NotFoundError: There is no such person.
        """
        self._erase(self._whom(person_id), by, goes_on=goes_on)

    def finish(self) -> None:
        """Take what was erased out of the file and its copies too, if that is still to be done."""
        owed = Setting.select(Setting.key).where(Setting.key == OWED_KEY)
        if self._db.first(str, owed) is None:
            return
        try:
            self._db.compact()
            if self._on_erased():
                self._db.write(lambda: self._db.run(Setting.delete().where(Setting.key == OWED_KEY)))
        except WriteFailedError as exc:
            LOG.warning(logs.line("erasure_not_finished", problem=exc.problem))

    def waiting(self) -> list[str]:
        """The random numbers that the hub must still forget, in the order of their erasure."""
        return self._db.fetch(str, Erasure.select(Erasure.actor_id).order_by(Erasure.erased_at, Erasure.actor_id))

    def done(self, actor_ids: Sequence[str]) -> None:
        """The hub has forgotten these: so does the box."""
        self._db.write(lambda: self._db.run(Erasure.delete().where(Erasure.actor_id.in_(list(actor_ids)))))

    def _whom(self, person_id: int) -> _Whom:
        query = Person.select(Person.id, Person.actor_id, Person.role).where(Person.id == person_id)
        whom = self._db.first(_Whom, query)
        if whom is None:
            raise NotFoundError(kind="person", key=str(person_id))
        return whom

    def _erase(self, whom: _Whom, by: int, *, goes_on: bool = False) -> None:
        has_hub = self._needs_hub()
        now = self._clock.now().astimezone(UTC).isoformat(timespec="seconds")
        if not goes_on:
            self._db.run_sql(ERASE_THERE, (now, whom.id))
        for table in () if goes_on and has_hub else ("outbox", "quarantine"):
            self._db.run_sql(_OF_ACTOR.format(table), (whom.actor_id,))
        self._db.run(Person.delete().where(Person.id == whom.id))  # everything else goes with it (ON DELETE)
        if has_hub and not goes_on:
            self._db.run(Erasure.insert(actor_id=whom.actor_id, erased_at=now).on_conflict_ignore())
        owe_traces(self._db)
        self._audit.note(by=by, code="person_erased", person_id=whom.id)
