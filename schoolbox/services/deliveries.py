"""Transfers that come over the hub, at the school that takes: sealed files that wait for their code, and receipts back.

Promises: what lies here is sealed, and goes when the pupil was taken in or the hub no longer has it; the receipt goes
back when the line is there, and only once the arrival is on the disk. A hub keeps no box busy: at most so many files,
each of at most the size of a transfer.

    deliveries.waiting()            # those whose code is asked for
    deliveries.file("0f3a...")
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date
from typing import get_args

import msgspec

from schoolbox.db.database import Database
from schoolbox.db.sending_models import Delivery
from schoolbox.errors import NotFoundError
from sync.sending_ports import ToFetch, Told, ToTell
from sync.sending_wire import SENDINGS_MAX, SendingForMe

KEPT_TOLD = 200
_WAITING = """
SELECT id, school, municipality, begun_on, last_day, length(content), size_bytes FROM delivery
WHERE arrival_id = '' ORDER BY begun_on, id
"""
_FETCH = "SELECT id, size_bytes, length(content) FROM delivery WHERE hub = ? AND arrival_id = '' ORDER BY begun_on, id"
_TELL = """
SELECT d.id, a.receipt FROM delivery d JOIN arrival a ON a.id = d.arrival_id
WHERE d.hub = ? AND d.receipt = 'waits' ORDER BY d.id
"""
_SWEEP = """
DELETE FROM delivery WHERE receipt IN ('told', 'late', 'twice') AND id NOT IN
    (SELECT id FROM delivery WHERE receipt IN ('told', 'late', 'twice') ORDER BY begun_on DESC, id LIMIT ?)
"""


class Waiting(msgspec.Struct, frozen=True):
    """A sealed file that waits for its code, or is still coming."""

    id: str
    school: str
    municipality: str
    begun_on: date
    last_day: date
    have_bytes: int
    size_bytes: int

    @property
    def is_here(self) -> bool:
        """Whether all of it is here."""
        return self.have_bytes >= self.size_bytes

    @property
    def percent(self) -> int:
        """How much of it is here."""
        return self.have_bytes * 100 // self.size_bytes


class Deliveries:
    """What comes over the hub."""

    def __init__(self, db: Database, *, hub: Callable[[], str]) -> None:
        self._db = db
        self._hub = hub

    # For people.

    def waiting(self) -> list[Waiting]:
        """The files whose pupil was not taken in, the oldest first."""
        return self._db.fetch_sql(_waiting, _WAITING)

    def file(self, sending: str) -> bytes:
        """A sealed file that is here whole.

        Raises:
            NotFoundError: It is not.
        """
        query = Delivery.select(Delivery.content, Delivery.size_bytes)
        found = self._db.first(_content, query.where(Delivery.id == sending, Delivery.arrival_id == ""))
        if found is None or len(found[0]) < found[1]:
            raise NotFoundError(kind="transfer", key=sending)
        return found[0]

    def receipt_of(self, arrival_id: str) -> str:
        """How far the receipt of an arrival is: `waits` or as in `Told`; empty if the file came otherwise."""
        return self._db.first(str, Delivery.select(Delivery.receipt).where(Delivery.arrival_id == arrival_id)) or ""

    def taken_in(self, sha256: str, arrival_id: str) -> None:
        """Somebody was taken in with this file: its content goes, and the receipt is to go back; inside a write."""
        change = Delivery.update(content=b"", arrival_id=arrival_id, receipt="waits")
        self._db.run(change.where(Delivery.sha256 == sha256, Delivery.arrival_id == ""))

    def known(self, sha256: str, arrival_id: str) -> None:
        """The pupil of this file was taken in before: the receipt is to go this way, too."""
        query = Delivery.select(Delivery.id).where(Delivery.sha256 == sha256, Delivery.arrival_id == "")
        if self._db.first(str, query) is not None:
            self._db.write(lambda: self.taken_in(sha256, arrival_id))

    # For a round with the hub.

    def heard(self, for_me: Sequence[SendingForMe]) -> None:
        """Take in what waits for this school: new ones are noted, and what the hub no longer has goes.

        Where it waits again for a receipt that the hub was told, it has lost that, and is told once more.
        """
        hub = self._hub()
        here = set(self._db.fetch(str, Delivery.select(Delivery.id)))
        new = [one for one in for_me[:SENDINGS_MAX] if one.sending not in here]
        listed = [one.sending for one in for_me]
        gone = Delivery.select(Delivery.id).where(
            Delivery.arrival_id == "", Delivery.id.not_in(listed) | (Delivery.hub != hub)
        )
        stale = Delivery.select(Delivery.id).where(Delivery.receipt == "waits", Delivery.hub != hub)
        untold = Delivery.select(Delivery.id).where(Delivery.id.in_(listed), Delivery.receipt.in_(get_args(Told)))
        names, late, again = (self._db.fetch(str, query) for query in (gone, stale, untold))
        if not (new or names or late or again):
            return

        def keep() -> None:
            self._db.run(Delivery.update(receipt="waits").where(Delivery.id.in_(again)))
            self._db.run(Delivery.delete().where(Delivery.id.in_(names)))
            self._db.run(Delivery.update(receipt="late").where(Delivery.id.in_(late)))
            for one in new:
                self._db.run(Delivery.insert(**_row(one, hub)).on_conflict_ignore())

        self._db.write(keep)

    def to_fetch(self) -> list[ToFetch]:
        """What is to come down."""
        found = self._db.fetch_sql(ToFetch, _FETCH, (self._hub(),))
        return [one for one in found if one.have_bytes < one.size_bytes]

    def fetched(self, sending: str, begins: int, raw: bytes) -> int:
        """Keep a piece; a whole file that is not what was announced is thrown away, to be fetched anew."""
        query = Delivery.select(Delivery.content, Delivery.size_bytes, Delivery.sha256)
        found = self._db.first(_known, query.where(Delivery.id == sending, Delivery.arrival_id == ""))
        if found is None or len(found[0]) != begins:
            return begins
        content = found[0] + raw
        if len(content) >= found[1] and hashlib.sha256(content).hexdigest() != found[2]:
            content = b""
        keep = Delivery.update(content=content).where(Delivery.id == sending, Delivery.arrival_id == "")
        self._db.write(lambda: self._db.run(keep))
        return len(content)

    def gone(self, sending: str) -> None:
        """The hub no longer has it."""
        self._db.write(
            lambda: self._db.run(Delivery.delete().where(Delivery.id == sending, Delivery.arrival_id == ""))
        )

    def to_tell(self) -> list[ToTell]:
        """The receipts that are to go back."""
        return self._db.fetch_sql(ToTell, _TELL, (self._hub(),))

    def told(self, sending: str, how: Told) -> None:
        """The receipt is at the hub, or must be told by people; of the oldest nothing is kept."""

        def keep() -> None:
            self._db.run(Delivery.update(receipt=how).where(Delivery.id == sending))
            self._db.run_sql(_SWEEP, (KEPT_TOLD,))

        self._db.write(keep)


def _row(one: SendingForMe, hub: str) -> dict[str, str | int]:
    return {
        "id": one.sending, "hub": hub, "school": one.school, "municipality": one.municipality,
        "size_bytes": one.size_bytes, "sha256": one.sha256, "begun_on": one.begun_on.isoformat(),
        "last_day": one.last_day.isoformat(),
    }  # fmt: skip


def _waiting(number: str, school: str, municipality: str, begun_on: str, last_day: str, *sizes: int) -> Waiting:
    have, size = sizes
    return Waiting(number, school, municipality, date.fromisoformat(begun_on), date.fromisoformat(last_day), have, size)


def _content(content: bytes, size: int) -> tuple[bytes, int]:
    return bytes(content), size


def _known(content: bytes, size: int, sha256: str) -> tuple[bytes, int, str]:
    return bytes(content), size, sha256
