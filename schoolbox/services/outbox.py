"""Statements that no hub has acknowledged yet, on the box's database: the box's side of `sync.ports.Outbox`.

Promises: a statement is kept in the same transaction as what it tells about; `seq` only grows, also after rows were
taken out; what is acknowledged is counted once. Results leave before details, each in the order of `seq` (PROTOCOL
4.8). However much waits, a batch costs the same few questions, each of them by an index.

    outbox.write(lambda: outbox.put(lambda seq: statement_bytes(seq)), by=person_id)
    outbox.landed.wait()
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import msgspec
import peewee

from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.db.models import Outbox, Quarantine, Setting
from schoolbox.services.drain import Backlog, Drain, backlog, drained
from schoolbox.services.pace import Pace
from sync.lanes import DETAILS, RESULTS, lane_of
from sync.ports import OutboxCounts, OutboxRow
from sync.statements import utc_text

T = TypeVar("T")
SENT_TOTAL = "sent_total"
COUNT_SENT = """
INSERT INTO setting (key, value) VALUES (?, ?)
ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + excluded.value
"""


DRAIN_KEY = "sync_drain"
_PUT_BACK = """
INSERT INTO outbox (statement, lane) SELECT statement, lane FROM quarantine WHERE {} ORDER BY seq
"""
_NO_LONGER_ASIDE = "DELETE FROM quarantine WHERE {}"
_OPEN_COUNT = "SELECT count(*) FROM quarantine WHERE kept_at IS NULL"
_LANE_COUNTS = "SELECT lane, count(*) FROM outbox GROUP BY lane"
_LAST_SEQ = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0)"
_NO_SEQ = "DELETE FROM sqlite_sequence WHERE name = 'outbox'"
_SET_SEQ = "INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ?)"
_HAS_ANY = "SELECT EXISTS (SELECT 1 FROM outbox)"


_TO_SEND = (Outbox.seq, Outbox.statement, Outbox.boot)


class _Leaving(msgspec.Struct, frozen=True):
    seq: int
    statement: bytes
    boot: int


class WaitingKinds(msgspec.Struct, frozen=True):
    """What waits, as people tell it apart: results leave first."""

    results: int
    details: int


class BoxOutbox:
    """Implements `sync.ports.Outbox`; `landed` is set when a new statement is on the disk."""

    def __init__(self, db: Database, *, clock: Clock, boot_id: str = "") -> None:
        self._db = db
        self._clock = clock
        self._boot_id = boot_id
        self._pace = Pace(clock)
        self.landed = threading.Event()
        self._puts = 0  # counted on the writer's thread only

    def write(self, work: Callable[[], T], *, by: int | None) -> T:
        """Run a change that may put statements, in one transaction; wake whoever waits for them if it did.

        Args:
            work: The change.
            by: The id of the person whose doing it is; None for what the school does, which nothing slows down.

        Raises:
            ThrottledError: This person does more than a child can; nothing was changed.
            WriteFailedError: It could not be kept; nothing of it is visible.
        """
        if by is not None:
            self._pace.take(by)

        def counted() -> tuple[T, bool]:
            before = self._puts
            result = work()
            return result, self._puts != before

        result, has_put = self._db.write(counted)
        if has_put:
            self.landed.set()
        return result

    def put(self, make: Callable[[int], bytes], *, boot: int = 0) -> int:
        """Keep a statement that is made for its own `seq`; only inside `write`.

        Args:
            make: Makes it.
            boot: The number of the start whose clock is not known to be right (`services.boots`), 0 if it is.
        """
        self._puts += 1
        seq = self._db.run(Outbox.insert(statement=b"", boot=boot))
        statement = make(seq)
        self._db.run(Outbox.update(statement=statement, lane=lane_of(statement)).where(Outbox.seq == seq))
        return seq

    def pending(self, limit: int) -> list[OutboxRow]:
        """The statements that are to leave next, at most `limit`: results first, the oldest of each kind first."""
        return self._given_out(Outbox.select(*_TO_SEND).order_by(Outbox.lane, Outbox.seq).limit(limit))

    def behind(self, seq: int, limit: int) -> list[OutboxRow]:
        """The oldest statements that wait and stand behind a place in the order, at most `limit`."""
        return self._given_out(Outbox.select(*_TO_SEND).where(Outbox.seq > seq).order_by(Outbox.seq).limit(limit))

    def _given_out(self, query: peewee.Query) -> list[OutboxRow]:
        """Read what is to leave. From now on it never changes: whoever gets it twice must find the same."""
        rows = self._db.fetch(_Leaving, query)
        unsettled = [row.seq for row in rows if row.boot]
        if unsettled:  # made since times were put right, a moment ago

            def freeze() -> list[_Leaving]:
                self._db.run(Outbox.update(boot=0).where(Outbox.seq.in_(unsettled)))
                return self._db.fetch(_Leaving, query)

            rows = [row for row in self._db.write(freeze) if not row.boot]
        return [OutboxRow(row.seq, bytes(row.statement)) for row in rows]

    def acknowledge(self, seqs: Sequence[int]) -> None:
        """Take out what the hub has; seqs that are gone already are not counted again."""

        def take_out() -> None:
            gone = self._db.run(Outbox.delete().where(Outbox.seq.in_(list(seqs))))
            self._db.run_sql(COUNT_SENT, (SENT_TOTAL, gone))
            self._note_drain(gone)

        self._db.write(take_out)

    def quarantine(self, seq: int, reason: str) -> None:
        """Put one statement aside with the hub's reason; it stays on the box until a person decides."""
        self._db.write(lambda: self._set_aside(Outbox.seq == seq, lambda _: reason))

    def settle_inside(self, first: int, last: int, refused: Mapping[str, str]) -> tuple[int, int]:
        """Take out what went with one courier and put aside what the hub refused of it; only inside a larger write.

        Args:
            first: The place of the first statement of the courier; nothing was put between its places since.
            last: That of its last.
            refused: Ids of statements, and why the hub refused them.

        Returns:
            How many left because the hub has them, and how many were put aside.
        """
        within = Outbox.seq.between(first, last)
        aside = self._set_aside(within, lambda row: refused.get(_id(row), "")) if refused else 0
        gone = self._db.run(Outbox.delete().where(within))
        self._db.run_sql(COUNT_SENT, (SENT_TOTAL, gone))
        self._note_drain(gone)
        return gone, aside

    def put_back_inside(self, which: str, values: tuple[int, ...] = ()) -> int:
        """Let refused statements wait again, at the end of the line; only inside `write`.

        They get new places: a courier that was written meanwhile does not hold them, and its receipt must not let
        them go. What they say of their own order stays.
        """
        moved = self._db.run_sql(_PUT_BACK.format(which), values)
        self._db.run_sql(_NO_LONGER_ASIDE.format(which), values)
        self._puts += moved
        return moved

    def last_seq(self) -> int:
        """The last place that was given out, also if what stood there has left."""
        return self._db.fetch_sql(int, _LAST_SEQ)[0]

    def go_on_after(self, seq: int) -> None:
        """Give out no place up to this one any more: the hub heard it before this box was set back to an older copy."""
        if seq > self.last_seq():
            self._db.write(lambda: (self._db.run_sql(_NO_SEQ, ()), self._db.run_sql(_SET_SEQ, (seq,))))

    def kinds(self) -> WaitingKinds:
        """How many of each kind wait."""
        found = dict(self._db.fetch_sql(_pair, _LANE_COUNTS))
        return WaitingKinds(results=found.get(RESULTS, 0), details=found.get(DETAILS, 0))

    def drain(self) -> Drain:
        """How the backlog gets on that there is now."""
        raw = self._db.first(str, Setting.select(Setting.value).where(Setting.key == DRAIN_KEY))
        try:
            return msgspec.json.decode(raw, type=Drain) if raw else Drain()
        except msgspec.DecodeError:
            return Drain()

    def backlog(self, waiting: int) -> Backlog | None:
        """How far a large backlog is; None for a small one."""
        return backlog(self.drain(), waiting=waiting)

    def _note_drain(self, gone: int) -> None:
        """Keep how the backlog gets on; once nothing waits, the next one begins anew."""
        if not self._db.fetch_sql(bool, _HAS_ANY)[0]:
            self._db.run(Setting.delete().where(Setting.key == DRAIN_KEY))
        elif gone:
            after = drained(self.drain(), gone, now_s=self._clock.monotonic_s(), boot_id=self._boot_id)
            text = msgspec.json.encode(after).decode()
            self._db.run(Setting.insert(key=DRAIN_KEY, value=text).on_conflict_replace())

    def _set_aside(self, which: peewee.Expression, reason_of: Callable[[OutboxRow], str]) -> int:
        """Move statements into quarantine for which there is a reason."""
        now, moved = utc_text(self._clock.now()), 0
        for row in self._db.fetch(_row, Outbox.select(Outbox.seq, Outbox.statement).where(which)):
            if reason := reason_of(row):
                values = {
                    "seq": row.seq, "statement": row.statement, "lane": lane_of(row.statement), "reason": reason,
                    "refused_at": now,
                }  # fmt: skip
                self._db.run(Quarantine.insert(**values).on_conflict_ignore())
                moved += self._db.run(Outbox.delete().where(Outbox.seq == row.seq))
        return moved

    def counts(self) -> OutboxCounts:
        """How many wait, how many were refused and nobody decided about, how many were sent since the box began."""
        count = peewee.fn.COUNT(peewee.SQL("*"))
        sent = self._db.first(int, Setting.select(Setting.value).where(Setting.key == SENT_TOTAL))
        return OutboxCounts(
            waiting=self._db.fetch(int, Outbox.select(count))[0],
            quarantined=self._db.fetch_sql(int, _OPEN_COUNT)[0],
            sent_total=sent or 0,
        )


def _row(seq: int, statement: bytes) -> OutboxRow:
    return OutboxRow(seq, bytes(statement))


def _pair(lane: int, count: int) -> tuple[int, int]:
    return lane, count


class _Id(msgspec.Struct):
    """The part of a statement that the hub names it by."""

    id: str


def _id(row: OutboxRow) -> str:
    return msgspec.json.decode(row.statement, type=_Id).id
