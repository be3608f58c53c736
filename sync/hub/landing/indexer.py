"""Indexing: rows and roll-ups of batches that were landed, by as many workers as there are.

Promises: each statement is counted once, however often it was landed, whichever workers race, and whenever one is
killed: a batch that waits is claimed, made into rows and marked in one transaction. A statement that cannot be stored
is kept in `refused`, a batch that cannot be read is set aside (`aside`). Who was forgotten is left out, and the words
of a batch are packed anew without them.

    while indexer.index(): ...
"""

import logging
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import groupby
from operator import attrgetter

from sync.hub.accounts import Sender
from sync.hub.database import Sql
from sync.hub.errors import DataError
from sync.hub.forgetting import Forgetting
from sync.hub.landing.aside import set_aside
from sync.hub.landing.claims import Claimed, claim, settle
from sync.hub.landing.counting import Sums
from sync.hub.landing.inserting import insert
from sync.hub.landing.landed import Landings
from sync.hub.landing.learning import Learning
from sync.hub.landing.lines import Line
from sync.hub.landing.naming import note_names
from sync.hub.landing.ports import Beside, WideDatabase
from sync.hub.landing.reading import Reader, SchoolOf
from sync.hub.lrs.narrow import school_of
from sync.hub.lrs.voiding import note_voids
from sync.hub.retention.sieve import sift

AT_ONCE = 20
HANDS = 2
LOOK_EVERY_S = 0.5
_NOT_WAITED_FOR = "SET LOCAL synchronous_commit = off"
"""Rows, roll-ups and that the batch waits no longer are durable together, or none of them is and it waits still."""
_VOIDED = "SELECT DISTINCT target FROM void WHERE target BETWEEN ? AND ?"
_BATCH, _PEOPLE = attrgetter("batch.id"), attrgetter("people")
logger = logging.getLogger(__name__)


class _AgainError(Exception):
    """Somebody was forgotten meanwhile: what was prepared may name them."""

    def __init__(self, keys: Collection[str]) -> None:
        self.keys = keys


class Indexer:
    """One worker, for several threads; several workers may work on one database."""

    def __init__(self, database: WideDatabase, forgetting: Forgetting) -> None:
        self._database = database
        self._forgetting = forgetting
        self._reader = Reader()
        self._learning = Learning(database)

    def index(self, *, at_once: int = AT_ONCE) -> int:
        """Make the rows of some batches that wait, the oldest that nobody else has claimed; say of how many."""
        claimed: list[int] = []
        try:
            return self._index(at_once, claimed)
        except _AgainError as exc:
            self._reader.forget()
            self._learning.forget(exc.keys)
            self._forgetting.unlearn(exc.keys)
            return self.index(at_once=at_once)
        except DataError:
            raise
        except Exception as exc:  # whatever it is, others must not wait for this batch
            if not claimed:
                raise
            if at_once > 1:
                return sum(self.index(at_once=1) for _ in range(at_once))
            logger.exception("batch=%d could not be indexed and is set aside", claimed[0])
            with self._database.beside() as db:
                db.alone(())
                set_aside(db, claimed[0], reason=type(exc).__name__, among=self._forgetting.among)
            return 1

    def run(self, stop: threading.Event, came: threading.Event) -> None:
        """Index until told to stop, with as many hands as there are: one reads while the database works for another."""
        hands = [threading.Thread(target=self._work, args=(stop, came), name="indexer") for _ in range(HANDS - 1)]
        for hand in hands:
            hand.start()
        self._work(stop, came)
        for hand in hands:
            hand.join()

    def finish(self, *, at_once: int = AT_ONCE) -> int:
        """Index with all hands until nothing waits that nobody has; say of how many batches."""
        with ThreadPoolExecutor(HANDS, "indexer") as hands:
            return sum(hands.map(self._all, [at_once] * HANDS))

    def _all(self, at_once: int) -> int:
        batches = 0
        while found := self.index(at_once=at_once):
            batches += found
        return batches

    def _work(self, stop: threading.Event, came: threading.Event) -> None:
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

    def _index(self, at_once: int, claimed: list[int]) -> int:
        forgotten: Collection[str] = ()
        with self._database.beside() as db:
            db.execute(_NOT_WAITED_FOR)
            batches = claim(db, at_once)
            if batches:
                claimed += (batch.id for batch in batches)
                forgotten = self._make(db, batches)
        if forgotten:  # a worker that was killed may have learnt them just before they were forgotten
            self._forgetting.unlearn(forgotten)
        return len(batches)

    def _make(self, db: Beside, batches: Sequence[Claimed]) -> Collection[str]:
        """Make rows beside others, then count what belongs to their schools, alone; say who was left out."""
        lines = self._reader.read(batches, _schools(db))
        people = self._forgetting.digests(frozenset().union(*set(map(_PEOPLE, lines))))
        before = self._forgetting.count(db)
        forgotten = self._forgetting.among_digests(db, people)
        if forgotten:
            lines = [line for line in lines if forgotten.isdisjoint(line.people)]
        lines = sift(db, lines)
        numbers = self._learning.learn(lines)
        known = insert(db, lines)
        new = [line for line in lines if line.seq not in known] if known else lines
        sums = Sums(new)
        sums.send(db)
        db.alone(sums.schools)
        if self._forgetting.count(db) != before and self._forgetting.among_digests(db, people) != forgotten:
            raise _AgainError(people.values())
        _note(db, new, numbers)
        sums.add(db)
        self._void(db, new)
        settle(db, batches, {batch: [line.number for line in some] for batch, some in groupby(new, _BATCH)})
        return forgotten

    def _void(self, db: Beside, new: Sequence[Line]) -> None:
        """Apply voidings that came before what they void."""
        if not new:
            return
        first, last = min(line.id for line in new), max(line.id for line in new)
        voided = {bytes(row[0]) for row in db.execute(_VOIDED, (first, last))}
        for line in (line for line in new if line.id in voided) if voided else ():
            note_voids(db, [], [line.id], line.batch.head.sender)


def _note(db: Beside, new: Sequence[Line], numbers: Mapping[str, int]) -> None:
    """Note what statements mention and name; what voids something is never landed."""
    own = [line for line in new if line.own.mentions or line.own.target]
    db.executemany(
        "INSERT INTO related (term, seq, member) VALUES (?, ?, ?)",
        sorted(
            (numbers[text], line.seq, int(text in line.own.members)) for line in own for text in line.own.mentions
        ),
    )
    db.executemany(
        "INSERT INTO reference (target, seq) VALUES (?, ?)",
        [(line.own.target, line.seq) for line in own if line.own.target],
    )
    note_names(db, numbers, new)


def _schools(db: Sql) -> SchoolOf:
    """Find schools by their public ids, each once for a sender and a transaction."""
    known: dict[tuple[str, int], int] = {}

    def find(public_id: str, sender: Sender) -> int:
        key = (public_id, sender.credential)
        if key not in known:
            known[key] = school_of(db, public_id, sender)
        return known[key]

    return find


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
