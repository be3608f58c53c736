"""What happened lately, for the technician: a code and its facts, never a name.

    events.note("pack_installed", pack="mash:thyesat-6", version=3)
    events.latest(20)

A note may be part of a larger change: inside `Database.write` it is kept or lost together with it. The newest
`KEPT` notes stay, by their order and not by their date, so that a wrong clock deletes nothing.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec
import peewee

from content_packs.clock import Clock
from schoolbox import logs
from schoolbox.db.database import Database
from schoolbox.db.models import Event
from schoolbox.errors import WriteFailedError

LOG = logging.getLogger(__name__)
KEPT = 1_000
ABOUT_PACK = """
(json_extract(facts, '$.pack') = ? OR instr(' ' || json_extract(facts, '$.ids') || ' ', ?) > 0)
"""
COLUMNS = (Event.id, Event.happened_at, Event.code, Event.facts)
Fact = str | int


class EventRow(msgspec.Struct, frozen=True):
    """One thing that happened; `code` is looked up in `event_texts`, `facts` fill its sentence.

    Facts that others look for: `by` is the number of the person who did it, `pack` the id of the pack it was done with,
    `ids` those of several, with spaces between.
    """

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

    def note_done(self, code: str, *, by: int | None = None, **facts: Fact) -> None:
        """Write down what was done, and by whom if it was a person.

        It is done already: a note that cannot be kept is logged, and nobody is told that it failed.
        """
        try:
            self.note(code, **facts, **({} if by is None else {"by": by}))
        except WriteFailedError as exc:
            LOG.warning(logs.line("not_noted", code=code, problem=exc.problem))

    def latest(self, limit: int) -> list[EventRow]:
        """The newest notes, newest first."""
        return self._db.fetch(_row, Event.select(*COLUMNS).order_by(Event.id.desc()).limit(limit))

    def of(self, codes: Sequence[str], limit: int, *, pack_id: str = "") -> list[EventRow]:
        """The newest notes of some kinds, newest first; if a pack is named, those about it, alone or among others."""
        query = Event.select(*COLUMNS).where(Event.code.in_(codes))
        if pack_id:
            query = query.where(peewee.SQL(ABOUT_PACK, (pack_id, f" {pack_id} ")))
        return self._db.fetch(_row, query.order_by(Event.id.desc()).limit(limit))


def _row(number: int, happened_at: str, code: str, facts: str) -> EventRow:
    return EventRow(number, datetime.fromisoformat(happened_at), code, msgspec.json.decode(facts, type=dict[str, Fact]))
