"""Transfers that go over the hub, at the school that gives: chosen, sent when the line is there, ended by a receipt.

Promises: what goes up is the sealed file and nothing else; the code stays on paper. The pupil stays on this box until a
receipt comes that passes every check of one that is typed. A file that was made again, or a transfer that was taken
back, is another or none: the hub forgets the older one.

    sendings.find_schools("ditur")
    sendings.ask(17, "a1b2c3d4", by=3)
    sendings.of(17).state           # "waits", "sent", "expired", "refused"
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC

import msgspec

from content_packs.clock import Clock
from content_packs.transfer import read_receipt
from schoolbox.db.database import Database
from schoolbox.db.sending_models import HubSchool, Sending
from schoolbox.db.transfer_models import Departure
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.marks import N_
from schoolbox.services.audit import Audit
from schoolbox.services.departures import Departures
from schoolbox.services.folding import words
from sync.sending_ports import ToSend
from sync.sending_wire import SchoolAt, SendingState

SCHOOLS_SHOWN = 20
NOT_THIS = N_("The receipt that came over the hub is not one for this transfer. Nothing was erased.")
_OVER = """
SELECT s.id FROM sending s LEFT JOIN departure d ON d.id = s.departure_id
WHERE s.hub = ?1 AND (s.state IN ('over', 'expiring') OR d.id IS NULL OR d.ended_at IS NOT NULL) ORDER BY s.id
"""
_DROP_ELSEWHERE = """
DELETE FROM sending WHERE hub <> ?1 AND (state IN ('over', 'expiring')
    OR departure_id NOT IN (SELECT id FROM departure WHERE ended_at IS NULL))
"""
_TO_SEND = "SELECT id FROM sending WHERE hub = ? AND state = 'waits' ORDER BY asked_at, id"
_OF = """
SELECT s.id, s.to_name, s.state, s.have_bytes, s.size_bytes, s.problem, s.hub FROM sending s
JOIN departure d ON d.id = s.departure_id
WHERE d.person_id = ? AND d.ended_at IS NULL AND s.state NOT IN ('over') ORDER BY s.asked_at DESC, s.id LIMIT 1
"""
_STATES = """
SELECT d.person_id, CASE WHEN s.problem <> '' OR s.state IN ('expired', 'expiring', 'refused') THEN 'trouble'
    ELSE s.state END
FROM sending s JOIN departure d ON d.id = s.departure_id WHERE d.ended_at IS NULL AND s.state <> 'over'
"""
_SENT_BY = "SELECT by_id FROM departure WHERE id = ?"


class SendingView(msgspec.Struct, frozen=True):
    """How far a transfer is that goes over the hub; `problem` is a sentence, a key of the catalogues."""

    id: str
    to_name: str
    state: str
    have_bytes: int
    size_bytes: int
    problem: str
    hub: str

    @property
    def percent(self) -> int:
        """How much of it the hub has."""
        return self.have_bytes * 100 // self.size_bytes


class FoundSchool(msgspec.Struct, frozen=True):
    """A school that can be sent to."""

    id: str
    name: str
    municipality: str


class _Row(msgspec.Struct, frozen=True):
    id: str
    departure_id: str
    refused: str


class Sendings:
    """What goes over the hub from here."""

    def __init__(
        self, db: Database, departures: Departures, *, hub: Callable[[], str], audit: Audit, clock: Clock,
        token_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:  # fmt: skip
        """Remember what is needed; `hub` gives the address of the hub of today, empty without one."""
        self._db = db
        self._departures = departures
        self._hub = hub
        self._audit = audit
        self._clock = clock
        self._token_bytes = token_bytes

    # For people.

    def find_schools(self, text: str) -> tuple[list[FoundSchool], int]:
        """Some of the schools that have words with these beginnings in name or municipality, and how many they are."""
        query = HubSchool.select(HubSchool.id, HubSchool.name, HubSchool.municipality).order_by(HubSchool.place)
        for word in words(text)[:6]:
            query = query.where(HubSchool.folded.contains(f" {word}"))
        found = self._db.fetch(FoundSchool, query)
        return found[:SCHOOLS_SHOWN], len(found)

    def of(self, person_id: int) -> SendingView | None:
        """How far the transfer of a pupil is, if it goes over the hub."""
        found = self._db.fetch_sql(SendingView, _OF, (person_id,))
        return found[0] if found else None

    def states(self) -> dict[int, str]:
        """Of every pupil whose transfer goes over the hub: `waits`, `sent`, or `trouble` that somebody must look at."""
        return dict(self._db.fetch_sql(_state, _STATES))

    def ask(self, person_id: int, school_id: str, *, by: int) -> None:
        """Send the file of a pupil to a school, as soon as the line is there; instead of where it was sent before.

        Raises:
            NotFoundError: There is no such file, or no such school.
        """
        hub = self._hub()
        school = self._db.first(
            FoundSchool,
            HubSchool.select(HubSchool.id, HubSchool.name, HubSchool.municipality).where(HubSchool.id == school_id),
        )
        query = Departure.select(Departure.id, Departure.content).where(
            Departure.person_id == person_id, Departure.ended_at.is_null()
        )
        found = self._db.first(_named, query)
        if school is None or found is None or not found[1] or not hub:
            raise NotFoundError(kind="transfer", key=str(person_id))
        row = {
            "id": self._token_bytes(16).hex(), "departure_id": found[0], "hub": hub, "to_school": school.id,
            "to_name": ", ".join(filter(None, (school.name, school.municipality))), "state": "waits",
            "sha256": hashlib.sha256(found[1]).hexdigest(), "size_bytes": len(found[1]),
            "asked_at": self._clock.now().astimezone(UTC).isoformat(timespec="microseconds"),
        }  # fmt: skip

        def keep() -> None:
            self._let_go(found[0])
            self._db.run(Sending.insert(**row))
            self._audit.note(by=by, code="transfer_sent", person_id=person_id)

        self._db.write(keep)

    def take_back(self, person_id: int, *, by: int) -> None:
        """Let the hub forget the file of a pupil; the transfer itself stays.

        Raises:
            NotFoundError: It does not go over the hub.
        """
        query = Departure.select(Departure.id).where(Departure.person_id == person_id, Departure.ended_at.is_null())
        departure_id = self._db.first(str, query)
        if departure_id is None or self.of(person_id) is None:
            raise NotFoundError(kind="transfer", key=str(person_id))

        def keep() -> None:
            self._let_go(departure_id)
            self._audit.note(by=by, code="transfer_not_sent", person_id=person_id)

        self._db.write(keep)

    # For a round with the hub.

    def keep_schools(self, schools: Sequence[SchoolAt]) -> None:
        """Keep the schools that the hub can carry to, in place of the older list."""
        rows = [
            (one.id, place, one.name, one.municipality, f" {' '.join(words(f'{one.name} {one.municipality}'))}")
            for place, one in enumerate(schools)
        ]
        add = "INSERT OR IGNORE INTO hub_school (id, place, name, municipality, folded) VALUES (?, ?, ?, ?, ?)"

        def keep() -> None:
            self._db.run(HubSchool.delete())
            self._db.run_many(add, rows)

        self._db.write(keep)

    def heard(self, mine: Sequence[SendingState]) -> None:
        """Take in how far the own sendings are; what the hub has lost goes up again, and a receipt ends a transfer."""
        hub, known = self._hub(), {one.sending: one for one in mine}
        sent = self._db.fetch(
            str, Sending.select(Sending.id).where(Sending.hub == hub, Sending.state == "sent")
        )
        lost = [sending for sending in sent if sending not in known]
        elsewhere = self._db.fetch_sql(int, "SELECT COUNT(*) FROM sending WHERE hub <> ?", (hub,))[0]
        if lost or elsewhere:
            again = Sending.update(state="waits", have_bytes=0).where(Sending.id.in_(lost))
            self._db.write(lambda: (self._db.run(again), self._db.run_sql(_DROP_ELSEWHERE, (hub,))))
        for one in mine:
            if one.state == "expired":
                self._note(one.sending, only="sent", also="waits", state="expiring", have_bytes=0)
            elif one.state == "answered":
                self._end(one)

    def over(self) -> list[str]:
        """What the hub may forget."""
        return self._db.fetch_sql(str, _OVER, (self._hub(),))

    def forgotten(self, sending: str) -> None:
        """The hub has forgotten it; that one has expired is kept, for people."""

        def keep() -> None:
            self._db.run(Sending.update(state="expired").where(Sending.id == sending, Sending.state == "expiring"))
            self._db.run(Sending.delete().where(Sending.id == sending, Sending.state != "expired"))

        self._db.write(keep)

    def to_send(self) -> list[str]:
        """What is to go up."""
        return self._db.fetch_sql(str, _TO_SEND, (self._hub(),))

    def sending(self, sending: str) -> ToSend | None:
        """A file that is to go up; None where it was made again meanwhile, or is over."""
        query = (
            Sending.select(Sending.to_school, Sending.sha256, Departure.content)
            .join(Departure, on=(Departure.id == Sending.departure_id))
            .where(Sending.id == sending, Sending.state == "waits", Departure.ended_at.is_null())
        )
        found = self._db.first(_file, query)
        if found is None or hashlib.sha256(found[2]).hexdigest() != found[1]:
            return None
        return ToSend(sending, *found)

    def sent(self, state: SendingState) -> None:
        """Keep how much of it the hub has."""
        now = {"taking": "waits", "expired": "expiring"}.get(state.state, "sent")
        self._note(state.sending, only="waits", also="sent", state=now, have_bytes=state.have_bytes, problem="")

    def refused(self, sending: str, word: str) -> None:
        """The hub does not take it."""
        self._note(sending, only="waits", state="refused", problem=word)

    def _end(self, state: SendingState) -> None:
        """End a transfer by its receipt; one that is none, or another's, is kept in mind and not tried again."""
        raw = state.receipt.encode()
        mark = hashlib.sha256(raw).hexdigest()
        query = Sending.select(Sending.id, Sending.departure_id, Sending.refused).where(Sending.id == state.sending)
        row, letter = self._db.first(_Row, query), read_receipt(raw)
        if row is not None and row.refused == mark:
            return
        problem = NOT_THIS
        if letter is not None and (row is None or letter.said.transfer == row.departure_id):
            by = self._db.fetch_sql(int, _SENT_BY, (letter.said.transfer,))
            try:
                self._departures.end("", raw, by=by[0] if by else 0, code="person_departed_hub")
            except BadInputError as exc:
                problem = exc.problem
            else:
                return
        self._note(state.sending, only="sent", also="waits", refused=mark, problem=problem, state="sent")

    def _let_go(self, departure_id: str) -> None:
        """Mark what was sent of a transfer for the hub to forget; inside a write."""
        self._db.run(Sending.update(state="over").where(Sending.departure_id == departure_id))

    def _note(self, sending: str, *, only: str, also: str = "", **fields: str | int) -> None:
        where = (Sending.id == sending) & Sending.state.in_((only, also or only))
        if self._db.first(str, Sending.select(Sending.id).where(where)) is not None:
            self._db.write(lambda: self._db.run(Sending.update(**fields).where(where)))


def _state(person_id: int, state: str) -> tuple[int, str]:
    return person_id, state


def _named(number: str, content: bytes) -> tuple[str, bytes]:
    return number, bytes(content)


def _file(to_school: str, sha256: str, content: bytes) -> tuple[str, str, bytes]:
    return to_school, sha256, bytes(content)
