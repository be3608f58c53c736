"""Landing: a batch of a box is answered when it is on the disk as it came; its rows are made later (`indexer`).

Promises: what was landed is durable when `land` returns; batches become visible in the order of their numbers, since
each commits before the next one gets its own; when too much waits, boxes are asked to come later.

    landings.land(batch, sender)
"""

import threading
import zlib

from content_packs.clock import Clock
from sync.hub.accounts import Sender
from sync.hub.boxes import note_heard
from sync.hub.errors import BusyError
from sync.hub.landing.facts import LANDING, insert_landed
from sync.hub.landing.ports import WideDatabase
from sync.hub.lrs.checked import Batch
from sync.hub.lrs.narrow import Head
from sync.hub.lrs.packing import pack
from sync.hub.lrs.versions import ONE
from sync.hub.moments import micros

LOOK_EVERY_S = 1.0
RETRY_AFTER_S, SPREAD_S = 30, 60
"""Boxes that are sent away come again after half a minute to one and a half, each always at its own moment."""
CLOCKS_APART_US = 5_000_000
"""So far apart the clocks of workers may be: what one lands now may be stored a little before another's now."""
NOBODY_LANDS = "SELECT pg_try_advisory_xact_lock_shared(7353012)"
_LAST = "SELECT stored_us FROM landed ORDER BY id DESC LIMIT 1"


class Landings:
    """The door of boxes at a large hub; `came` is set when there is something to index."""

    def __init__(self, database: WideDatabase, clock: Clock, *, waiting_max: int) -> None:
        self._database = database
        self._clock = clock
        self._waiting_max = waiting_max
        self._looked_s: float | None = None
        self._is_full = False
        self.came = threading.Event()

    def land(self, batch: Batch, sender: Sender) -> None:
        """Store a batch as it is, durably.

        Raises:
            BusyError: Too many batches wait for their rows.
        """
        self._refuse_rush(sender)
        packed = batch.packed or pack(one.read.raw for one in batch.ready)
        with self._database.beside() as db:
            db.execute(LANDING)
            last = db.execute(_LAST).fetchone()
            now = self._clock.now()
            stored_us = max(micros(now), int(last[0]) + 1 if last else 0)
            head = Head(sender, stored_us, 1 if batch.version == ONE else 2)
            insert_landed(db, head, packed, len(batch.ready), waits=True)
            if sender.box:
                note_heard(db, sender.box, now)
        self.came.set()

    def settled_us(self) -> int:
        """Say up to when everything that was stored, by whichever worker, is found by whoever reads after this answer.

        Where nothing comes in it goes on with the clock: a program may be waiting for it.
        """
        now_us = micros(self._clock.now())
        with self._database.beside() as db:
            is_quiet = bool(db.execute(NOBODY_LANDS).fetchone()[0])
            waits, last = db.execute(
                f"SELECT (SELECT min(stored_us) FROM landed WHERE waits = 1), ({_LAST})"  # noqa: S608  fixed text
            ).fetchone()
        if waits is not None:
            return int(waits) - 1
        return max(int(last or 0), now_us - CLOCKS_APART_US if is_quiet else 0)

    def _refuse_rush(self, sender: Sender) -> None:
        """Ask to come later while too much waits; looked at once a second.

        Raises:
            BusyError: Too much waits.
        """
        now_s = self._clock.monotonic_s()
        if self._looked_s is None or now_s - self._looked_s >= LOOK_EVERY_S:
            self._looked_s = now_s
            with self._database.read() as db:
                query = "SELECT count(*) FROM (SELECT 1 FROM landed WHERE waits = 1 LIMIT ?) AS waiting"
                self._is_full = int(db.execute(query, (self._waiting_max,)).fetchone()[0]) >= self._waiting_max
        if self._is_full:
            raise BusyError(retry_after_s=RETRY_AFTER_S + zlib.crc32(sender.key.encode()) % SPREAD_S)
