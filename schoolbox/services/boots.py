"""The starts of this machine, and the times of statements that were made while its clock was not known to be right.

Promises: a statement is put right before it leaves the box, over a line or with a courier, and never changed later, so
that a hub which has it already takes it silently (PROTOCOL 2.10, 3.4). The hub's time counts more than that of a
teacher's device. Every start is remembered with what was known when it began; the order of events never changes.

    boots.told(hub_at, by="hub")
    boots.settle()
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias, cast

import msgspec

from content_packs.clock import Clock
from schoolbox import logs
from schoolbox.db.boot_models import Boot
from schoolbox.db.database import Database
from schoolbox.db.models import Outbox
from schoolbox.errors import BadInputError, WriteFailedError
from schoolbox.services.clock_rules import Start, Zero, right_zeros
from schoolbox.services.events import Events
from schoolbox.services.wall_clock import WallClock
from sync import iris
from sync.statements import utc_text

By = Literal["device", "hub"]
_Json: TypeAlias = "dict[str, _Json] | list[_Json] | str | int | float | bool | None"
LOG = logging.getLogger(__name__)
EARLIEST, LATEST = datetime(2025, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
PAGE = 500
STARTS_KEPT = 200
_NEWEST_RELEASE = "SELECT max(released_at) FROM pack"
_ENDS = """
SELECT boot, min(seq), max(seq) FROM outbox WHERE boot > 0 GROUP BY boot
"""
_TELL = """
UPDATE boot SET told_zero_at = ?, told_by = ? WHERE id = ? AND (told_by <> 'hub' OR ? = 'hub')
"""
_FORGET = """
DELETE FROM boot WHERE number < ? AND number NOT IN (SELECT boot FROM outbox WHERE boot > 0)
"""


class Moment(msgspec.Struct, frozen=True):
    """What time it is, whether that is known to be right, and if not the number of this start, else 0."""

    at: datetime
    is_right: bool
    boot: int


class _Row(msgspec.Struct, frozen=True):
    number: int
    wall_zero_at: datetime
    at_least: datetime | None
    told_zero_at: datetime | None
    told_by: str


class Boots:
    """Remembers starts, and puts times right; implements `sync.ports.TimeDesk`."""

    def __init__(
        self, db: Database, *, clock: Clock, boot_id: str, wall_clock: WallClock, events: Events
    ) -> None:
        self._db = db
        self._events = events
        self._clock = clock
        self._boot_id = boot_id
        self._wall = wall_clock
        self._number = 0
        self._told_by = ""

    def open(self) -> None:
        """Write this start down if no program of this box did, and learn what was told since."""
        if self._mine() is None:
            newest = self._db.fetch_sql(_text, _NEWEST_RELEASE)[0]
            row = Boot.insert(id=self._boot_id, wall_zero_at=utc_text(self._zero()), at_least=_sane(newest))
            try:
                self._db.write(lambda: self._db.run(row.on_conflict_ignore()))
            except WriteFailedError as exc:  # a full disk keeps nothing else either, and the box must start
                LOG.warning(logs.line("start_not_noted", problem=exc.problem))
        self._look()

    def moment(self) -> Moment:
        """Say what time it is, as well as it is known; what only a device told, the hub may still put right."""
        at, is_right = self._wall.best()
        return Moment(at, is_right, 0 if self._told_by == "hub" and is_right else self._number)

    def told_by(self) -> str:
        """Who told this program the time since the machine was started: `hub`, `device`, or nobody."""
        return self._told_by

    def wants_device(self) -> bool:
        """Whether a device of the staff should say what time it is; asks nothing, for every page wants to know."""
        return bool(self._number) and not self._told_by

    def told_by_device(self, at: datetime, *, by: int) -> None:
        """Take the time of a device at which somebody of the staff has signed in; nothing if somebody told already.

        Raises:
            BadInputError: That time cannot be: it was past when the newest pack was signed, or is far ahead.
        """
        self._look()
        if self._told_by:
            return
        newest = _time(_sane(self._db.fetch_sql(_text, _NEWEST_RELEASE)[0]))
        if not (newest or EARLIEST) <= at <= LATEST:
            raise BadInputError(field="at", problem="that time cannot be")
        self.told(at, by="device")
        self._events.note_done("clock_told", by=by)

    def wants_time(self) -> bool:
        """Whether no hub told the time since this machine was started."""
        self._look()
        return self._told_by != "hub"

    def told(self, at: datetime, *, by: By = "hub") -> None:
        """Somebody whose clock is right says what time it is."""
        zero = utc_text(at - timedelta(seconds=self._clock.monotonic_s()))
        self._db.write(lambda: self._db.run_sql(_TELL, (zero, by, self._boot_id, by)))
        self._look()

    def settle(self) -> None:
        """Put right the times of everything that waits, page by page; what cannot be known is the best guess."""
        self._look()
        ends = self._db.fetch_sql(_three, _ENDS)
        if not ends:
            return
        zeros = right_zeros(self._starts(ends))
        for number, _first, _last in ends:
            self._settle_start(number, zeros.get(number))
        self._db.write(lambda: self._db.run_sql(_FORGET, (self._number - STARTS_KEPT,)))

    def _settle_start(self, number: int, zero: Zero | None) -> None:
        query = Outbox.select(Outbox.seq, Outbox.statement).where(Outbox.boot == number).order_by(Outbox.seq)

        def settle_page() -> bool:
            rows = self._db.fetch(_pair, query.limit(PAGE))
            for seq, statement in rows:
                right = statement if zero is None else with_time(statement, zero)
                self._db.run(Outbox.update(statement=right, boot=0).where(Outbox.seq == seq))
            return len(rows) == PAGE

        while self._db.write(settle_page):
            pass

    def _starts(self, ends: Sequence[tuple[int, int, int]]) -> list[Start]:
        """Every start that is remembered, with where its events begin and end."""
        seqs = [seq for _, *both in ends for seq in both]
        query = Outbox.select(Outbox.seq, Outbox.statement).where(Outbox.seq.in_(seqs))
        at_s = {seq: _monotonic_s(statement) for seq, statement in self._db.fetch(_pair, query)}
        of = {number: (at_s[first], at_s[last]) for number, first, last in ends}
        return [
            Start(
                number=row.number, wall_zero=row.wall_zero_at, told_zero=row.told_zero_at, at_least=row.at_least,
                first_s=of.get(row.number, (0.0, 0.0))[0], last_s=of.get(row.number, (0.0, 0.0))[1],
            )
            for row in self._db.fetch(_row, Boot.select(*_COLUMNS).order_by(Boot.number))
        ]  # fmt: skip

    def _look(self) -> None:
        """Learn what any program of this box was told since the machine was started."""
        mine = self._mine()
        if mine is None:
            return
        self._number = mine.number
        if mine.told_zero_at is not None and mine.told_by != self._told_by:
            self._wall.heard(mine.told_zero_at + timedelta(seconds=self._clock.monotonic_s()))
        self._told_by = mine.told_by

    def _mine(self) -> _Row | None:
        return self._db.first(_row, Boot.select(*_COLUMNS).where(Boot.id == self._boot_id))

    def _zero(self) -> datetime:
        return self._clock.now() - timedelta(seconds=self._clock.monotonic_s())


_COLUMNS = (Boot.number, Boot.wall_zero_at, Boot.at_least, Boot.told_zero_at, Boot.told_by)


def with_time(statement: bytes, zero: Zero) -> bytes:
    """Write a statement anew with the time that is right; what cannot be read stays as it is."""
    said = _read(statement)
    event = _event(said)
    monotonic_s = event.get("monotonic_s")
    if not isinstance(monotonic_s, int | float):
        return statement
    said["timestamp"] = utc_text(zero.at + timedelta(seconds=monotonic_s))
    event["clock_trusted"] = zero.is_exact
    return msgspec.json.encode(said)


def _monotonic_s(statement: bytes) -> float:
    found = _event(_read(statement)).get("monotonic_s")
    return float(found) if isinstance(found, int | float) else 0.0


def _read(statement: bytes) -> dict[str, _Json]:
    try:
        found = cast("_Json", msgspec.json.decode(statement))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _event(said: dict[str, _Json]) -> dict[str, _Json]:
    """The part of a statement that says where it stands in the order of the box."""
    context = said.get("context")
    extensions = context.get("extensions") if isinstance(context, dict) else None
    event = extensions.get(iris.EXT_EVENT) if isinstance(extensions, dict) else None
    return event if isinstance(event, dict) else {}


def _row(number: int, wall_zero_at: str, at_least: str | None, told_zero_at: str | None, told_by: str) -> _Row:
    return _Row(number, datetime.fromisoformat(wall_zero_at), _time(at_least), _time(told_zero_at), told_by)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _sane(released_at: str | None) -> str | None:
    """The time of a release; one that makes no sense proves nothing."""
    try:
        found = _time(released_at)
    except ValueError:
        return None
    return utc_text(found) if found is not None and found.tzinfo is not None else None


def _text(value: str | None) -> str | None:
    return value


def _pair(seq: int, statement: bytes) -> tuple[int, bytes]:
    return seq, bytes(statement)


def _three(number: int, first: int, last: int) -> tuple[int, int, int]:
    return number, first, last
