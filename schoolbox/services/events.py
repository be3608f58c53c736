"""What happened lately, for the technician: a code and its facts, never a name.

    events.note("pack_installed", pack="mash:thyesat-6", version=3)
    events.latest(20)

A note may be part of a larger change: inside `Database.write` it is kept or lost together with it. The newest
`KEPT` notes stay, by their order and not by their date, so that a wrong clock deletes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
import peewee

from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.db.models import Event

KEPT = 1_000
COLUMNS = (Event.id, Event.happened_at, Event.code, Event.facts)
Fact = str | int


@dataclass(frozen=True)
class EventRow:
    """One thing that happened; `code` is looked up in `event_texts`, `facts` fill its sentence."""

    id: int
    happened_at: datetime
    code: str
    facts: Mapping[str, Fact]


class Events:
    """Writes and reads the notes."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def note(self, code: str, **facts: Fact) -> None:
        """Write down that something happened, inside or outside a larger change."""
        happened_at = self._clock.now().astimezone(UTC).isoformat(timespec="seconds")
        text = msgspec.json.encode(facts).decode()

        def keep() -> None:
            newest = self._db.run(Event.insert(happened_at=happened_at, code=code, facts=text))
            self._db.run(Event.delete().where(Event.id <= newest - KEPT))

        self._db.write(keep)

    def latest(self, limit: int) -> list[EventRow]:
        """The newest notes, newest first."""
        return self._db.fetch(_row, Event.select(*COLUMNS).order_by(Event.id.desc()).limit(limit))

    def of(self, codes: Sequence[str], limit: int, *, pack_id: str = "") -> list[EventRow]:
        """The newest notes of some kinds, newest first; of one pack, if it is named."""
        query = Event.select(*COLUMNS).where(Event.code.in_(codes))
        if pack_id:
            query = query.where(peewee.fn.json_extract(Event.facts, "$.pack") == pack_id)
        return self._db.fetch(_row, query.order_by(Event.id.desc()).limit(limit))


def _row(number: int, happened_at: str, code: str, facts: str) -> EventRow:
    return EventRow(number, datetime.fromisoformat(happened_at), code, msgspec.json.decode(facts, type=dict[str, Fact]))
