"""The same as `Throttle`, counted in the database: workers beside each other give nobody more tries than one does.

What is counted is known by a keyed hash, so that nobody reads there who tried what, and goes after a quiet while.

    SharedThrottle(database, keyed, clock).check("sign-in 10.0.0.7 drita")
"""

from content_packs.clock import Clock
from sync.hub.keyed import Keyed
from sync.hub.landing.ports import WideDatabase
from sync.hub.moments import micros
from sync.hub.throttle import QUIET_S, Throttle

_FAILED = (
    "INSERT INTO guess (digest, failures, last_us) VALUES (?, 1, ?) ON CONFLICT (digest) DO UPDATE"
    " SET failures = guess.failures + 1, last_us = excluded.last_us"
)


class SharedThrottle(Throttle):
    """Counts wrong tries in a database that several workers share; their clocks may be some seconds apart."""

    def __init__(self, database: WideDatabase, keyed: Keyed, clock: Clock) -> None:
        super().__init__(clock)
        self._database = database
        self._keyed = keyed

    def failed(self, key: str) -> None:
        """Count a wrong try."""
        now_us = micros(self._clock.now())
        with self._database.beside() as db:
            quiet_us = int(QUIET_S * 1_000_000)
            db.execute("DELETE FROM guess WHERE last_us < ? OR last_us > ?", (now_us - quiet_us, now_us + quiet_us))
            db.execute(_FAILED, (self._keyed.digest(key), now_us))

    def succeeded(self, key: str) -> None:
        """Forget the wrong tries of one key."""
        with self._database.beside() as db:
            db.execute("DELETE FROM guess WHERE digest = ?", (self._keyed.digest(key),))

    def _tries_of(self, key: str) -> tuple[int, float] | None:
        """Give how many tries were wrong, and how many seconds ago the last one was."""
        with self._database.read() as db:
            query = "SELECT failures, last_us FROM guess WHERE digest = ?"
            row = db.execute(query, (self._keyed.digest(key),)).fetchone()
        if row is None:
            return None
        ago_s = (micros(self._clock.now()) - int(row[1])) / 1_000_000
        return (int(row[0]), max(0.0, ago_s)) if abs(ago_s) <= QUIET_S else None
