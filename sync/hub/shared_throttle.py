"""The same as `Throttle`, counted in the database: workers beside each other give nobody more tries than one does.

What is counted is known by a keyed hash, so that nobody reads there who tried what, and goes after a quiet while.
Whoever counts changes one row, and whoever sweeps waits for none: nobody waits in a circle.

    SharedThrottle(database, keyed, clock).check("sign-in 10.0.0.7 drita")
"""

from content_packs.clock import Clock
from sync.hub.keyed import Keyed
from sync.hub.landing.ports import WideDatabase
from sync.hub.moments import micros
from sync.hub.throttle import QUIET_S, WAIT_MAX_S, Throttle, Tries

_QUIET_US = int(QUIET_S * 1_000_000)
_FAILED = (
    "INSERT INTO guess (digest, failures, last_us) VALUES (?, 1, ?) ON CONFLICT (digest) DO UPDATE SET failures ="
    " CASE WHEN guess.last_us BETWEEN ? AND ? THEN guess.failures + 1 ELSE 1 END, last_us = excluded.last_us"
)
_SWEEP = (
    "DELETE FROM guess WHERE digest IN (SELECT digest FROM guess WHERE last_us < ? OR last_us > ? LIMIT 1000"
    " FOR UPDATE SKIP LOCKED)"
)
_TURN = "UPDATE guess SET last_us = ? WHERE digest = ? AND failures = ? AND last_us = ?"


class SharedThrottle(Throttle):
    """Counts wrong tries in a database that several workers share; their clocks may be some seconds apart."""

    def __init__(self, database: WideDatabase, keyed: Keyed, clock: Clock) -> None:
        super().__init__(clock)
        self._database = database
        self._keyed = keyed

    def failed(self, key: str) -> None:
        """Count a wrong try."""
        now_us = micros(self._clock.now())
        bounds = now_us - _QUIET_US, now_us + _QUIET_US
        with self._database.beside() as db:
            db.execute(_FAILED, (self._keyed.digest(key), now_us, *bounds))
        with self._database.beside() as db:
            db.execute(_SWEEP, bounds)

    def succeeded(self, key: str) -> None:
        """Forget the wrong tries of one key."""
        with self._database.beside() as db:
            db.execute("DELETE FROM guess WHERE digest = ?", (self._keyed.digest(key),))

    def harmless(self, key: str) -> None:
        """Let the next try not wait for one that was let through and was not wrong; wrong ones stay counted."""
        waited_us = micros(self._clock.now()) - WAIT_MAX_S * 1_000_000
        with self._database.beside() as db:
            db.execute("UPDATE guess SET last_us = ? WHERE digest = ?", (waited_us, self._keyed.digest(key)))

    def _tries_of(self, key: str) -> Tries | None:
        """Give what was wrong of late; None if that is too long ago."""
        with self._database.read() as db:
            query = "SELECT failures, last_us FROM guess WHERE digest = ?"
            row = db.execute(query, (self._keyed.digest(key),)).fetchone()
        if row is None:
            return None
        ago_s = (micros(self._clock.now()) - int(row[1])) / 1_000_000
        return Tries(int(row[0]), int(row[1]), max(0.0, ago_s)) if abs(ago_s) <= QUIET_S else None

    def _has_turn(self, key: str, seen: Tries) -> bool:
        """Take the one try that a wait gives, if nobody took it since `seen`; the next wait begins now."""
        with self._database.beside() as db:
            values = (micros(self._clock.now()), self._keyed.digest(key), seen.failures, int(seen.last))
            return db.execute(_TURN, values).rowcount == 1
