"""How pulling went lately: kept in one row, so that the command line, the background and the page tell the same.

Promises: one write a pull; a pack that is wanted and does not come is counted from the first try on, by tries and not
by the clock alone; a damaged note is forgotten.

    notes.keep(report, wanted)
    notes.status().waiting[0].tries
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec

from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.db.models import Setting
from schoolbox.faults import Fault, fault_of
from schoolbox.services.pull_plan import Wanted
from schoolbox.services.pull_report import PullReport

KEY = "pull_state"
KEPT_MAX = 50
"""How many packs are named; a page has no room for more, and a row should stay small."""
DAMAGED_MAX = 200
REST_MAX = 30
"""How many damaged files are remembered, and for how many pulls one is left alone at most: each try costs the line as
much as if it were whole."""
LONG_TRIES, LONG = 14, timedelta(days=14)
"""After so many tries in so long a time somebody should look why a pack does not come."""


class Waiting(msgspec.Struct, frozen=True):
    """A pack that is wanted and did not come whole; `since` is when it was first tried, as the clock stood then."""

    pack_id: str
    version: int
    tries: int
    since: datetime
    fault: Fault


class Came(msgspec.Struct, frozen=True):
    """A pack of which something new came."""

    pack_id: str
    version: int


class Damaged(msgspec.Struct, frozen=True):
    """A file that came wrong from a place so many times in a row; for `rest` more pulls it is not asked for there."""

    place: str
    sha256: str
    times: int
    rest: int


class _State(msgspec.Struct, frozen=True, kw_only=True):
    """The row."""

    last_try_at: datetime | None = None
    last_whole_at: datetime | None = None
    tried_at_s: float = 0.0
    boot_id: str = ""
    failed_in_a_row: int = 0
    fault: Fault | None = None
    came_at: datetime | None = None
    came: tuple[Came, ...] = ()
    came_count: int = 0
    waiting: tuple[Waiting, ...] = ()
    waiting_count: int = 0
    damaged: tuple[Damaged, ...] = ()


class PullStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the technician's page and the job look at.

    Attributes:
        last_try_at: When it was last tried; None for never.
        last_whole_at: When all that is wanted was last here.
        since_try_s: How long ago it was tried; None if that was before the machine was last started.
        failed_in_a_row: How many pulls in a row were cut short by a line, or by the end of the program.
        fault: What went wrong the last time.
        came_at: When something last came.
        came: What it was, up to a number.
        came_count: How many packs it was.
        waiting: What is wanted and not here, up to a number.
        waiting_count: How many packs that is.
    """

    last_try_at: datetime | None
    last_whole_at: datetime | None
    since_try_s: float | None
    failed_in_a_row: int
    fault: Fault | None
    came_at: datetime | None
    came: tuple[Came, ...]
    came_count: int
    waiting: tuple[Waiting, ...]
    waiting_count: int

    def waiting_long(self, now: datetime, *, clock_is_wrong: bool) -> int:
        """How many packs wait so long that somebody should look; a wrong clock says nothing about days."""
        tried = (each for each in self.waiting if each.tries >= LONG_TRIES)
        return sum(1 for each in tried if clock_is_wrong or now - each.since >= LONG)


class PullNotes:
    """Writes and reads the row."""

    def __init__(self, db: Database, *, clock: Clock, boot_id: str) -> None:
        self._db = db
        self._clock = clock
        self._boot_id = boot_id
        self._listeners: list[Callable[[], None]] = []

    def keep(self, report: PullReport, wanted: Sequence[Wanted]) -> None:
        """Keep how a pull went.

        Args:
            report: Of the pull.
            wanted: What is still wanted after it.

        Raises:
            WriteFailedError: It could not be kept.
        """
        now, before = self._clock.now(), self._state()
        problems = report.problems()
        waiting = _waiting(report, wanted, before, now)
        came = tuple(Came(pack.pack_id, pack.version) for pack in report.came)
        state = _State(
            last_try_at=now,
            last_whole_at=now if report.whole else before.last_whole_at,
            tried_at_s=self._clock.monotonic_s(),
            boot_id=self._boot_id,
            failed_in_a_row=before.failed_in_a_row + 1 if report.cut_short else 0,
            fault=fault_of(problems[0]) if problems else None,
            came_at=now if came else before.came_at,
            came=came[:KEPT_MAX] if came else before.came,
            came_count=len(came) if came else before.came_count,
            waiting=waiting[:KEPT_MAX],
            waiting_count=len(waiting),
            damaged=_damaged(report, before.damaged)[:DAMAGED_MAX],
        )
        text = msgspec.json.encode(state).decode()
        self._db.write(lambda: self._db.run(Setting.insert(key=KEY, value=text).on_conflict_replace()))

    def status(self) -> PullStatus:
        """How it went."""
        state = self._state()
        since_s = self._clock.monotonic_s() - state.tried_at_s if state.boot_id == self._boot_id else None
        return PullStatus(
            last_try_at=state.last_try_at, last_whole_at=state.last_whole_at, since_try_s=since_s,
            failed_in_a_row=state.failed_in_a_row, fault=state.fault, came_at=state.came_at, came=state.came,
            came_count=state.came_count, waiting=state.waiting, waiting_count=state.waiting_count,
        )  # fmt: skip

    def avoided(self, place: str) -> frozenset[str]:
        """SHA-256 of files that the box does not ask a place for by itself, because they came wrong from there."""
        return frozenset(each.sha256 for each in self._state().damaged if each.place == place and each.rest)

    def when_wanted(self, listener: Callable[[], None]) -> None:
        """Have somebody called when a person wants packs to be taken at once."""
        self._listeners.append(listener)

    def try_now(self) -> bool:
        """Take packs at once, in the background; False if nothing is running that could."""
        for listener in self._listeners:
            listener()
        return bool(self._listeners)

    def _state(self) -> _State:
        raw = self._db.first(str, Setting.select(Setting.value).where(Setting.key == KEY))
        try:
            return msgspec.json.decode(raw, type=_State) if raw else _State()
        except msgspec.DecodeError:
            return _State()


def _waiting(
    report: PullReport, wanted: Sequence[Wanted], before: _State, now: datetime
) -> tuple[Waiting, ...]:
    """What did not come; a pull that was told to stop is no try."""
    known = {each.pack_id: each for each in before.waiting}
    errors = {pack.pack_id: pack.error or next(iter(pack.missing)).error for pack in report.packs
              if pack.error or pack.missing}  # fmt: skip
    worst = next(iter(report.problems()), None)
    waiting = []
    for each in wanted:
        old, error = known.get(each.pack_id), errors.get(each.pack_id) or worst
        tries = (old.tries if old else 0) + (0 if report.stopped else 1)
        fault = fault_of(error) if error else old.fault if old else Fault("")
        waiting.append(Waiting(each.pack_id, each.version, tries, old.since if old else now, fault))
    return tuple(waiting)


def _damaged(report: PullReport, before: Sequence[Damaged]) -> tuple[Damaged, ...]:
    """Remember what came wrong, longer each time; what was not asked for waits one pull less, the rest is forgotten."""
    known = {(each.place, each.sha256): each for each in before}
    wrong = [(place.source.key, sha256) for place in report.places for sha256 in sorted(place.gave_wrong)]
    again = []
    for place, sha256 in wrong:
        times = known[place, sha256].times + 1 if (place, sha256) in known else 1
        again.append(Damaged(place, sha256, times, min(2**times - 1, REST_MAX)))
    waiting = [each for each in before if each.rest and (each.place, each.sha256) not in wrong]
    return (*again, *(Damaged(each.place, each.sha256, each.times, each.rest - 1) for each in waiting))
