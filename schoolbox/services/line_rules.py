"""How much of the line the box may fill, and when it leaves it to the pupils: for statements and packs alike.

Rules: what the hub set holds where nobody refused it here, else what a technician decided on the page; until then the
settings file does (`send_kbit`, `pull_kbit`, `quiet_hours`). None of it binds a person who says "send now", nor a
courier. In quiet hours a box only says that it is there (PROTOCOL 4.9).

    rules.rules().send_kbit
    rules.quiet_s()        # 0.0
"""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.db.models import Setting
from schoolbox.errors import BadInputError
from schoolbox.services.events import Events
from sync.orders import KBIT_MAX, PULL, QUIET, SEND
from sync.quiet_hours import Hours, left_s, read_hours, write_hours

KEPT_S = 30.0


class Rules(msgspec.Struct, frozen=True):
    """The most that may go out and come in, in kbit/s (0: no limit), and the quiet hours by the clock on the wall."""

    send_kbit: int = 0
    pull_kbit: int = 0
    quiet: Hours = ()

    @property
    def quiet_text(self) -> str:
        """The quiet hours as they are typed."""
        return write_hours(self.quiet)


class LineRules:
    """Reads and sets the rules; `local_now` gives the local time, None while nobody knows whether it is right."""

    def __init__(
        self,
        db: Database,
        defaults: Rules,
        *,
        ordered: Callable[[], Mapping[str, str]],
        clock: Clock,
        events: Events,
        local_now: Callable[[], datetime | None],
    ) -> None:
        self._db = db
        self._defaults = defaults
        self._ordered = ordered
        self._clock = clock
        self._events = events
        self._local_now = local_now
        self._lock = threading.Lock()
        self._kept: tuple[float, dict[str, str]] | None = None

    def rules(self) -> Rules:
        """What holds now."""
        return self._rules({**self._decided(), **self._ordered()})

    def decided_here(self) -> Rules:
        """What holds where the hub sets nothing."""
        return self._rules(self._decided())

    def quiet_s(self) -> float:
        """For how long the line still belongs to the pupils; 0 if it does not now."""
        rules = self.rules()
        return left_s(rules.quiet, self._local_now()) if rules.quiet else 0.0

    def knows_time(self) -> bool:
        """Whether quiet hours can be kept."""
        return self._local_now() is not None

    def decide(self, *, send_kbit: str, pull_kbit: str, quiet: str, by: int) -> None:
        """Read what a person typed, and let it hold from now on.

        Raises:
            BadInputError: One of them makes no sense; nothing was changed.
        """
        try:
            hours = read_hours(quiet)
        except ValueError as exc:
            raise BadInputError(field=QUIET, problem="07:30-13:30") from exc
        values: dict[str, int | str] = {
            SEND: _kbit(SEND, send_kbit), PULL: _kbit(PULL, pull_kbit), QUIET: write_hours(hours),
        }  # fmt: skip

        def keep() -> None:
            for key, value in values.items():
                self._db.run(Setting.insert(key=key, value=str(value)).on_conflict_replace())
            self._events.note("line_rules_set", by=by, **values)

        self._db.write(keep)
        with self._lock:
            self._kept = None

    def _decided(self) -> Mapping[str, str]:
        """What was decided here; read at most every half minute by each program."""
        with self._lock:
            now_s = self._clock.monotonic_s()
            if self._kept is None or now_s - self._kept[0] > KEPT_S:
                query = Setting.select(Setting.key, Setting.value).where(Setting.key.in_((SEND, PULL, QUIET)))
                self._kept = (now_s, dict(self._db.fetch(_pair, query)))
            return self._kept[1]

    def _rules(self, values: Mapping[str, str]) -> Rules:
        return Rules(
            int(values.get(SEND, self._defaults.send_kbit)), int(values.get(PULL, self._defaults.pull_kbit)),
            read_hours(values[QUIET]) if QUIET in values else self._defaults.quiet,
        )  # fmt: skip


def _kbit(field: str, raw: str) -> int:
    text = raw.strip() or "0"
    if not text.isascii() or not text.isdigit() or len(text) > len(str(KBIT_MAX)) or int(text) > KBIT_MAX:
        raise BadInputError(field=field, problem=f"0-{KBIT_MAX}")
    return int(text)


def _pair(key: str, value: str) -> tuple[str, str]:
    return key, value
