"""Indexing: rows and roll-ups of batches that were landed, by as many workers as there are.

Promises: each statement is counted once, however often it was landed, whichever workers race, and whenever one is
killed: a batch that waits is claimed, made into rows and marked in one transaction. A statement that cannot be stored
is kept in `refused`. Who was forgotten is left out, and the words of a batch are packed anew without them.

    while indexer.index(): ...
"""

import logging
import threading
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import msgspec
from msgspec import Raw

from sync.hub.errors import DataError, HubError
from sync.hub.forgetting import Forgetting
from sync.hub.landing.claims import Claimed, claim, settle
from sync.hub.landing.counting import count_many
from sync.hub.landing.facts import FACT_COLUMNS, SEQS_A_BATCH, SceneKey, Scenes, as_lines, fact_of, scene_of
from sync.hub.landing.landed import Landings
from sync.hub.landing.ports import Beside, WideDatabase
from sync.hub.landing.refusals import OTHER_STATEMENT, refuse
from sync.hub.lrs.checked import texts_of
from sync.hub.lrs.facts import Facts, facts_of
from sync.hub.lrs.ingest import people_of
from sync.hub.lrs.narrow import Narrow, Narrowing
from sync.hub.lrs.noting import note_activities
from sync.hub.lrs.packing import Words, unpack
from sync.hub.lrs.rules import read_again
from sync.hub.lrs.sameness import is_same
from sync.hub.lrs.voiding import note_voids
from sync.hub.lrs.xapi import StatementRef
from sync.hub.scopes import DEFINE, may
from sync.hub.terms import Terms

AT_ONCE = 20
LOOK_EVERY_S = 0.5
_TERMS_KEPT = 300_000
_CAME = "CREATE TEMP TABLE IF NOT EXISTS came (LIKE fact) ON COMMIT DELETE ROWS"
_INSERT = (
    f"INSERT INTO fact ({FACT_COLUMNS}) SELECT {FACT_COLUMNS} FROM came ORDER BY id, landed"  # noqa: S608  fixed names
    " ON CONFLICT (id) DO NOTHING RETURNING landed, mark & 1023"
)
_THERE = (
    "SELECT c.landed, c.mark & 1023, f.landed, f.mark & 1023 FROM came c JOIN fact f USING (id)"
    " WHERE f.landed <> c.landed OR f.mark & 1023 <> c.mark & 1023"
)
_VOIDED = "SELECT v.target FROM void v JOIN came c ON c.id = v.target"
logger = logging.getLogger(__name__)


class Line(msgspec.Struct, frozen=True):
    """One statement of a claimed batch."""

    batch: Claimed
    number: int
    id: uuid.UUID
    raw: Raw
    facts: Facts
    said_at: datetime | None
    target: bytes | None
    shares: bool

    @property
    def seq(self) -> int:
        """Give its place in the order of all."""
        return self.batch.id * SEQS_A_BATCH + self.number


class _AgainError(Exception):
    """Somebody was forgotten meanwhile: what was prepared may name them."""

    def __init__(self, keys: Collection[str]) -> None:
        self.keys = keys


class Indexer:
    """One worker; several may work on one database."""

    def __init__(self, database: WideDatabase, forgetting: Forgetting) -> None:
        self._database = database
        self._forgetting = forgetting
        self._terms: dict[str, int] = {}
        self._scenes = Scenes()
        self._claimed = 0
        self._skipped: set[int] = set()

    def index(self, *, at_once: int = AT_ONCE) -> int:
        """Make the rows of some batches that wait, the oldest that nobody else has claimed; say of how many."""
        try:
            return self._index(at_once)
        except _AgainError as exc:
            for key in exc.keys:
                self._terms.pop(key, None)
            self._forgetting.unlearn(exc.keys)
            return self.index(at_once=at_once)
        except DataError:
            raise
        except (ValueError, LookupError, HubError):
            if at_once > 1:
                return sum(self.index(at_once=1) for _ in range(at_once))
            logger.exception("batch=%d could not be indexed and is left until the next start", self._claimed)
            self._skipped.add(self._claimed)
            return 1

    def run(self, stop: threading.Event, came: threading.Event) -> None:
        """Index again and again until told to stop; a failure is logged and tried again."""
        while not stop.is_set():
            found = 0
            try:
                found = self.index()
            except Exception:  # the batch still waits, and nothing of it was made
                logger.exception("batches could not be indexed")
                stop.wait(LOOK_EVERY_S)
            if not found:
                came.wait(LOOK_EVERY_S)
                came.clear()

    def _index(self, at_once: int) -> int:
        with self._database.beside() as db:
            batches = claim(db, at_once, self._skipped)
            if batches:
                self._claimed = batches[0].id
                self._make(db, batches)
            return len(batches)

    def _make(self, db: Beside, batches: Sequence[Claimed]) -> None:
        """Make rows beside others, then count alone."""
        lines = [line for batch in batches for line in _lines(batch)]
        people = {one for line in lines for one in people_of(line.facts)}
        forgotten = self._forgetting.among(db, people)
        lines = [line for line in lines if forgotten.isdisjoint(people_of(line.facts))] if forgotten else lines
        narrow = self._narrow(db, lines)
        new = self._insert(db, lines, narrow)
        db.alone()
        if self._forgetting.among(db, people) != forgotten:
            raise _AgainError(people)
        self._count(db, [(line, row) for line, row in zip(lines, narrow, strict=True) if line.seq in new])
        settle(db, batches, new)

    def _narrow(self, db: Beside, lines: Sequence[Line]) -> list[tuple[Narrow, int]]:
        """Learn texts and scenes in a transaction of its own, so that nobody waits for them, and make the rows."""
        if len(self._terms) > _TERMS_KEPT:
            self._terms.clear()
        with self._database.beside() as other:
            terms = Terms(other, self._terms)
            terms.learn(text for line in lines for text in texts_of(line.facts))
        narrowing: dict[int, Narrowing] = {}
        rows: list[Narrow] = []
        keys = []
        wanted: dict[SceneKey, Sequence[int]] = {}
        for line in lines:
            batch = line.batch
            if batch.id not in narrowing:
                narrowing[batch.id] = Narrowing(db, batch.head, terms)
            row = narrowing[batch.id].of(line.id, line.facts, line.said_at, b"")
            mentions = tuple(term for term, _ in row.mentions) if line.shares else ()
            key = scene_of(row, batch.head.sender.owner, mentions)
            wanted[key] = mentions
            keys.append(key)
            rows.append(msgspec.structs.replace(row, mentions=()) if line.shares else row)
        with self._database.beside() as other:
            self._scenes.learn(other, wanted)
        return [(row, self._scenes[key]) for row, key in zip(rows, keys, strict=True)]

    def _insert(self, db: Beside, lines: Sequence[Line], narrow: Sequence[tuple[Narrow, int]]) -> set[int]:
        """Write what is new, and give its places; of the rest say whether it is the same."""
        db.execute(_CAME)
        facts = (
            fact_of(line.batch.id, line.number, row, scene)
            for line, (row, scene) in zip(lines, narrow, strict=True)
        )  # fmt: skip
        db.copy(f"COPY came ({FACT_COLUMNS}) FROM STDIN", as_lines(facts))
        new = {int(landed) * SEQS_A_BATCH + int(number) for landed, number in db.execute(_INSERT)}
        if len(new) < len(lines):
            by_seq = {line.seq: line for line in lines}
            words = Words(db)
            for landed, number, other, there in db.execute(_THERE).fetchall():
                line = by_seq[int(landed) * SEQS_A_BATCH + int(number)]
                if not is_same(line.raw, words.at(int(other), int(there))):
                    refuse(db, line.batch, line.id, line.raw, OTHER_STATEMENT)
        return new

    def _count(self, db: Beside, new: Sequence[tuple[Line, tuple[Narrow, int]]]) -> None:
        """Add what is new to the roll-ups, with what it mentions and names; what voids something is never landed."""
        terms = Terms(db, self._terms)
        db.executemany(
            "INSERT INTO related (term, seq, member) VALUES (?, ?, ?)",
            sorted((term, line.seq, int(member)) for line, (row, _) in new for term, member in row.mentions),
        )
        db.executemany(
            "INSERT INTO reference (target, seq) VALUES (?, ?)",
            [(line.target, line.seq) for line, _ in new if line.target],
        )
        note_activities(db, terms, [line.facts for line, _ in new if may(line.batch.head.sender.scopes, DEFINE)])
        count_many(db, [row.counted for _, (row, _) in new if row.counted.item])
        voided = {bytes(row[0]) for row in db.execute(_VOIDED).fetchall()}
        for line, _ in new:
            if line.id.bytes in voided:
                note_voids(db, [], [line.id.bytes], line.batch.head.sender)


def _lines(batch: Claimed) -> Iterator[Line]:
    """Read the statements of a batch, which were checked when it was landed."""
    for number, raw in enumerate(unpack(batch.packed)):
        read = read_again(raw)
        refers = isinstance(read.object, StatementRef)
        facts = facts_of(read)
        yield Line(
            batch, number, uuid.UUID(str(read.statement.id)), raw, facts, read.said_at,
            uuid.UUID(facts.object).bytes if refers else None, read.surroundings is not None,
        )  # fmt: skip


@contextmanager
def indexing(indexer: Indexer | None, landings: Landings | None) -> Iterator[None]:
    """Index in a thread while the block runs, if this hub lands."""
    if indexer is None or landings is None:
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(target=indexer.run, args=(stop, landings.came), name="indexer", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        landings.came.set()
        thread.join()
