"""What a report is read from: one moment of one database, a replica where there is one.

Promises: everything that is read within `at_one_moment` is of the same moment, also if it asks for one moment again; a
replica that is away, or fails in the middle, is left alone for a while, and the main database answers, from the
beginning. An error of the main database is no fault of the replica, and nothing is begun anew for it.

    moments = Moments(database, replica, clock)
    page = moments.at_one_moment(lambda: figures.summary(EVERYTHING, days=30))
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import msgspec

from content_packs.clock import Clock
from sync.hub.database import Database, LaggingDatabase, Sql
from sync.hub.errors import ReplicaError

R = TypeVar("R")
TRIED_AGAIN_AFTER_S = 30.0
_log = logging.getLogger(__name__)


class _Moment(msgspec.Struct, frozen=True):
    db: Sql
    behind_s: float


class Moments:
    """The database of reports, for many threads."""

    def __init__(self, main: Database, replica: LaggingDatabase | None, clock: Clock) -> None:
        self._main = main
        self._replica = replica
        self._clock = clock
        self._left_alone_until_s = 0.0
        self._held = threading.local()

    def close(self) -> None:
        """Close connections to the replica."""
        if self._replica:
            self._replica.close()

    @contextmanager
    def read(self) -> Iterator[Sql]:
        """Look at the moment that this thread holds, or else at one of the main database."""
        moment = self._moment
        if moment:
            yield moment.db
            return
        with self._main.read() as db:
            yield db

    @property
    def behind_s(self) -> float:
        """Say how many seconds the moment that this thread holds is behind the main database."""
        return self._moment.behind_s if self._moment else 0.0

    def at_one_moment(self, work: Callable[[], R]) -> R:
        """Do something that only reads; it may be begun twice."""
        if self._moment:
            return work()
        if self._replica and self._clock.monotonic_s() >= self._left_alone_until_s:
            try:
                with self._replica.read() as db:
                    return self._hold(_Moment(db, self._replica.behind_s(db)), work)
            except ReplicaError as exc:
                self._left_alone_until_s = self._clock.monotonic_s() + TRIED_AGAIN_AFTER_S
                _log.warning("replica failed, the main database answers said=%s", exc.message)
        with self._main.read() as db:
            return self._hold(_Moment(db, 0.0), work)

    @property
    def _moment(self) -> _Moment | None:
        return getattr(self._held, "moment", None)

    def _hold(self, moment: _Moment, work: Callable[[], R]) -> R:
        self._held.moment = moment
        try:
            return work()
        finally:
            self._held.moment = None
