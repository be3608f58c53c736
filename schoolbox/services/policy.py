"""What the school allows: watching as a guest, pupils changing their PIN, sending records, teachers keeping classes.

Promises: kept in the database, read at most every half minute by each program, so that a page costs no query. Until
somebody decides otherwise, everybody may look at lessons, PINs are given by teachers, and these add pupils to their
classes and correct names, but put nobody away.

    policy.allowed().guests_watch    # True
"""

import threading
from dataclasses import asdict, dataclass

from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.db.models import Setting
from schoolbox.services.events import Events

KEPT_S = 30.0


@dataclass(frozen=True, slots=True)
class Allowed:
    """What is allowed."""

    guests_watch: bool = True
    pupils_change_pin: bool = False
    consent_first: bool = False
    teachers_add_pupils: bool = True
    teachers_put_away: bool = False


class Policy:
    """Reads and sets what is allowed."""

    def __init__(self, db: Database, *, clock: Clock, events: Events) -> None:
        self._db = db
        self._clock = clock
        self._events = events
        self._lock = threading.Lock()
        self._kept: tuple[float, Allowed] | None = None

    def allowed(self) -> Allowed:
        """What is allowed now."""
        with self._lock:
            now_s = self._clock.monotonic_s()
            if self._kept is None or now_s - self._kept[0] > KEPT_S:
                self._kept = (now_s, self._read())
            return self._kept[1]

    def set(self, allowed: Allowed, *, by: int) -> None:
        """Decide what is allowed from now on; `by` is who decides."""
        values = {key: int(value) for key, value in asdict(allowed).items()}

        def keep() -> None:
            for key, value in values.items():
                self._db.run(Setting.insert(key=key, value=str(value)).on_conflict_replace())
            self._events.note("policy_set", by=by, **values)

        self._db.write(keep)
        with self._lock:
            self._kept = None

    def _read(self) -> Allowed:
        query = Setting.select(Setting.key, Setting.value).where(Setting.key.in_(list(asdict(Allowed()))))
        return Allowed(**dict(self._db.fetch(_decided, query)))


def _decided(key: str, value: str) -> tuple[str, bool]:
    return key, value == "1"
