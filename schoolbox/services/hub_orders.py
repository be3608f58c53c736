"""What the hub of the ministry has set on this box, and the notices that it shows (PROTOCOL section 14).

Promises: orders are believed if the hub that took this box in signed them, for this box, with a greater number than any
before; they say all that holds, so the newest replace all others, in one step. A technician may refuse a setting: the
box then does what was decided here, and tells the hub. Orders of another hub than today's hold no longer. The name of
the school takes hold in the same step as what names it, or takes that back.

    orders.came(raw)
    orders.settings().get("send_kbit")       # "64", unless it is refused
"""

import logging
import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType

import msgspec

from content_packs.clock import Clock
from schoolbox import logs
from schoolbox.db.database import Database
from schoolbox.db.models import Setting
from schoolbox.db.notice_models import NoticeDismissed
from schoolbox.errors import BadInputError, WriteFailedError
from schoolbox.services.events import Events
from schoolbox.services.school import School
from schoolbox.services.school_called import call_school
from schoolbox.services.viewers import Viewer
from sync.orders import ALL_SETTINGS, SCHOOL, Notice, Orders, read_orders, tidy_value

LOG = logging.getLogger(__name__)
KEPT_S = 30.0
ORDERS, REFUSED = "hub_orders", "hub_orders_refused"


class _Taken(msgspec.Struct, frozen=True):
    """The newest orders, and the key that signed them."""

    key: str
    orders: Orders


class _Known(msgspec.Struct, frozen=True):
    """What holds: `settings` are those of the hub that this program can read, `refused` what a technician refused."""

    number: int = 0
    settings: Mapping[str, str] = MappingProxyType({})
    unfit: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()


class OrderedSetting(msgspec.Struct, frozen=True):
    """A setting of the hub, for pages."""

    name: str
    value: str
    is_refused: bool


class HubOrders:
    """Takes orders in and says what follows from them; `pinned` is the key they must be signed with, or empty."""

    def __init__(
        self, db: Database, *, clock: Clock, events: Events, pinned: Callable[[], str], school: School
    ) -> None:
        self._db = db
        self._clock = clock
        self._events = events
        self._pinned = pinned
        self._school = school
        self._lock = threading.Lock()
        self._kept: tuple[float, _Known] | None = None

    def came(self, raw: bytes) -> bool:
        """Take orders in, however they came; what is not of this hub, not for this box or not newer changes nothing."""
        pinned = self._pinned()
        orders = read_orders(raw, pinned, self._school.facts().box_id) if pinned else None
        if orders is None:
            LOG.warning(logs.line("orders_not_taken"))
            return False
        try:
            is_new = self._db.write(lambda: self._take(_Taken(pinned, orders)))
        except WriteFailedError as exc:  # the hub sends them again: the box has not said that it follows them
            LOG.warning(logs.line("orders_not_kept", problem=exc.problem))
            return False
        self._forget_kept()
        return is_new

    def settle(self) -> None:
        """Let hold what today's hub ordered, and nothing of another one: the box was taken in, or sent away."""
        self._db.write(self._call_school)
        self._forget_kept()

    def number(self) -> int:
        """The number of the orders that this box follows."""
        return self._known().number

    def not_followed(self) -> tuple[str, ...]:
        """The settings of the hub that do not hold here: refused, or nothing that this program can set."""
        known = self._known()
        return tuple(sorted({*(name for name in known.refused if name in known.settings), *known.unfit}))

    def settings(self) -> Mapping[str, str]:
        """The settings of the hub that hold here."""
        known = self._known()
        return {name: value for name, value in known.settings.items() if name not in known.refused}

    def ordered(self) -> list[OrderedSetting]:
        """Every setting of the hub, for pages."""
        known = self._known()
        return [OrderedSetting(name, value, name in known.refused) for name, value in known.settings.items()]

    def refuse(self, name: str, *, by: int) -> None:
        """Do here what was decided here, whatever the hub sets.

        Raises:
            BadInputError: A hub cannot set this.
        """
        self._decide(name, by=by, is_refused=True)

    def follow(self, name: str, *, by: int) -> None:
        """Let the hub set this again.

        Raises:
            BadInputError: A hub cannot set this.
        """
        self._decide(name, by=by, is_refused=False)

    def notices(self, viewer: Viewer | None) -> list[Notice]:
        """The notices that somebody of the staff has not put away yet, the newest first."""
        known = self._known()
        if viewer is None or viewer.role == "pupil" or not known.notices:
            return []
        today = self._clock.now().astimezone().date().isoformat()
        mine = [each for each in known.notices if each.audience in ("staff", f"{viewer.role}s") and each.until >= today]
        query = NoticeDismissed.select(NoticeDismissed.notice_id).where(NoticeDismissed.person_id == viewer.person_id)
        gone = set(self._db.fetch(int, query)) if mine else set()
        return [each for each in mine if each.id not in gone]

    def dismiss(self, notice_id: int, *, by: int) -> None:
        """Show a notice to this person no longer; what the hub does not show any more is forgotten with it."""
        shown = [each.id for each in self._known().notices]

        def keep() -> None:
            mine = NoticeDismissed.person_id == by
            self._db.run(NoticeDismissed.delete().where(mine & NoticeDismissed.notice_id.not_in(shown)))
            if notice_id in shown:
                self._db.run(NoticeDismissed.insert(person_id=by, notice_id=notice_id).on_conflict_ignore())

        self._db.write(keep)

    def _take(self, taken: _Taken) -> bool:
        before = self._taken()
        if before is not None and before.key == taken.key and before.orders.number >= taken.orders.number:
            return False
        text = msgspec.json.encode(taken).decode()
        self._db.run(Setting.insert(key=ORDERS, value=text).on_conflict_replace())
        self._call_school()
        if before is None or before.orders.settings != taken.orders.settings:
            self._events.note("hub_orders_taken", settings=", ".join(sorted(taken.orders.settings)) or "-")
        return True

    def _decide(self, name: str, *, by: int, is_refused: bool) -> None:
        if name not in ALL_SETTINGS:
            raise BadInputError(field="setting", problem="a hub cannot set this")

        def keep() -> None:
            names = {*self._refused(), name} if is_refused else {*self._refused()} - {name}
            self._db.run(Setting.insert(key=REFUSED, value=" ".join(sorted(names))).on_conflict_replace())
            self._call_school()
            self._events.note("hub_setting_refused" if is_refused else "hub_setting_followed", by=by, setting=name)

        self._db.write(keep)
        self._forget_kept()

    def _call_school(self) -> None:
        """Let the hub's name of the school hold, or not, within a write."""
        known = self._read()
        call_school(self._db, None if SCHOOL in known.refused else known.settings.get(SCHOOL))

    def _forget_kept(self) -> None:
        with self._lock:
            self._kept = None
        self._school.refresh()

    def _known(self) -> _Known:
        """What holds now; read at most every half minute by each program."""
        with self._lock:
            now_s = self._clock.monotonic_s()
            if self._kept is None or now_s - self._kept[0] > KEPT_S:
                self._kept = (now_s, self._read())
            return self._kept[1]

    def _read(self) -> _Known:
        taken = self._taken()
        if taken is None or taken.key != self._pinned():
            return _Known()
        settings, unfit = {}, []
        for name, value in sorted(taken.orders.settings.items()):
            try:
                settings[name] = tidy_value(name, value)
            except ValueError:
                unfit.append(name)
        return _Known(taken.orders.number, settings, tuple(unfit), self._refused(), taken.orders.notices)

    def _taken(self) -> _Taken | None:
        raw = self._db.first(str, Setting.select(Setting.value).where(Setting.key == ORDERS))
        try:
            return msgspec.json.decode(raw, type=_Taken) if raw else None
        except msgspec.DecodeError:
            return None

    def _refused(self) -> tuple[str, ...]:
        return tuple((self._db.first(str, Setting.select(Setting.value).where(Setting.key == REFUSED)) or "").split())
