"""Statements that no hub has acknowledged yet, on the box's database: the box's side of `sync.ports.Outbox`.

Promises: a statement is kept in the same transaction as what it tells about; `seq` only grows, also after rows were
taken out; what is acknowledged is counted once.

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
from schoolbox.services.pace import Pace
from sync.ports import OutboxCounts, OutboxRow
from sync.statements import utc_text

T = TypeVar("T")
SENT_TOTAL = "sent_total"
COUNT_SENT = """
INSERT INTO setting (key, value) VALUES (?, ?)
ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + excluded.value
"""


class BoxOutbox:
    """Implements `sync.ports.Outbox`; `landed` is set when a new statement is on the disk."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock
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

    def put(self, make: Callable[[int], bytes]) -> int:
        """Keep a statement that is made for its own `seq`; only inside `write`."""
        self._puts += 1
        seq = self._db.run(Outbox.insert(statement=b""))
        self._db.run(Outbox.update(statement=make(seq)).where(Outbox.seq == seq))
        return seq

    def pending(self, limit: int) -> list[OutboxRow]:
        """The oldest statements that wait, at most `limit`."""
        query = Outbox.select(Outbox.seq, Outbox.statement).order_by(Outbox.seq).limit(limit)
        return self._db.fetch(_row, query)

    def behind(self, seq: int, limit: int) -> list[OutboxRow]:
        """The oldest statements that wait and stand behind a place in the order, at most `limit`."""
        query = Outbox.select(Outbox.seq, Outbox.statement).where(Outbox.seq > seq).order_by(Outbox.seq).limit(limit)
        return self._db.fetch(_row, query)

    def acknowledge(self, seqs: Sequence[int]) -> None:
        """Take out what the hub has; seqs that are gone already are not counted again."""

        def take_out() -> None:
            gone = self._db.run(Outbox.delete().where(Outbox.seq.in_(list(seqs))))
            self._db.run_sql(COUNT_SENT, (SENT_TOTAL, gone))

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
        return gone, aside

    def _set_aside(self, which: peewee.Expression, reason_of: Callable[[OutboxRow], str]) -> int:
        """Move statements into quarantine for which there is a reason."""
        now, moved = utc_text(self._clock.now()), 0
        for row in self._db.fetch(_row, Outbox.select(Outbox.seq, Outbox.statement).where(which)):
            if reason := reason_of(row):
                values = {"seq": row.seq, "statement": row.statement, "reason": reason, "refused_at": now}
                self._db.run(Quarantine.insert(**values).on_conflict_ignore())
                moved += self._db.run(Outbox.delete().where(Outbox.seq == row.seq))
        return moved

    def counts(self) -> OutboxCounts:
        """How many wait, how many are set aside, how many were sent since the box began."""
        count = peewee.fn.COUNT(peewee.SQL("*"))
        sent = self._db.first(int, Setting.select(Setting.value).where(Setting.key == SENT_TOTAL))
        return OutboxCounts(
            waiting=self._db.fetch(int, Outbox.select(count))[0],
            quarantined=self._db.fetch(int, Quarantine.select(count))[0],
            sent_total=sent or 0,
        )


def _row(seq: int, statement: bytes) -> OutboxRow:
    return OutboxRow(seq, bytes(statement))


class _Id(msgspec.Struct):
    """The part of a statement that the hub names it by."""

    id: str


def _id(row: OutboxRow) -> str:
    return msgspec.json.decode(row.statement, type=_Id).id
