"""Newer programs for this box: offered by sticks and the hub, brought when a technician says so, or by night.

Promises: no page waits for a stick or a line; the box only brings and asks: whether a program is taken is decided by
root's updater, which checks all of it anew (UPDATES 5.1). Where no updater is installed, or no root of programs came
with the system, nothing is offered.

    programs.look()                                    # when a stick came or went
    programs.ask("hub", "0.2.0", by=3)
    programs.work(stop)                                # on a thread of its own
"""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

import msgspec
from msgspec.structs import replace

from content_packs.errors import NotAShelfError, PackError
from content_packs.programs.base import SHELF_FOLDER
from content_packs.programs.errors import OlderProgramError
from content_packs.shelf import DirectoryShelf, Shelf, is_shelf
from schoolbox import __version__, logs
from schoolbox.db.database import Database
from schoolbox.db.models import Setting
from schoolbox.errors import BoxError, NotFoundError
from schoolbox.faults import Fault, fault_of
from schoolbox.services.events import Events
from schoolbox.services.program_shelf import Offered, ProgramShelf
from schoolbox.services.sticks import Stick, Sticks
from schoolbox.updater.state import Last

LOG = logging.getLogger(__name__)
HUB = "hub"
AT_NIGHT, TOLD = "programs_at_night", "program_told"
NIGHT = range(1, 5)
"""The hours in which the box brings programs by itself, if it is allowed to and knows what time it is."""
ASK_EVERY_S = 20 * 3600.0
LOOK_EVERY_S = 600.0
_OUTCOMES = {
    "taken": "program_taken", "back": "program_went_back", "crashed": "program_went_back", "stays": "program_ill",
    "refused": "program_refused",
}  # fmt: skip


class ProgramOffer(msgspec.Struct, frozen=True, kw_only=True):
    """What a stick or the hub has: a newer program, or a reason why what it has is not taken.

    `failed` says that this version was tried here and was not well.
    """

    key: str
    label: str
    version: str = ""
    news: dict[str, str] = {}
    size_bytes: int = 0
    failed: bool = False
    fault: Fault | None = None


class Bringing(msgspec.Struct, frozen=True, kw_only=True):
    """A program that is being copied, or was: `ended` once the updater was asked, `fault` if it came to nothing."""

    key: str
    label: str
    version: str
    again: bool = False
    done_bytes: int = 0
    all_bytes: int = 0
    ended: bool = False
    fault: Fault | None = None

    @property
    def going(self) -> bool:
        """Whether it goes on."""
        return not self.ended and self.fault is None

    @property
    def share(self) -> int:
        """How far it is, of a hundred."""
        return int(100 * self.done_bytes / self.all_bytes) if self.all_bytes else 0


class ProgramPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the technician sees; `last` is how the last update went, None if there was none."""

    installed: bool
    version: str
    of_base: bool
    last: Last | None
    offers: tuple[ProgramOffer, ...]
    bringing: Bringing | None
    at_night: bool
    has_hub: bool


class ProgramParts(msgspec.Struct, frozen=True, kw_only=True):
    """What this stands on; `open_hub` opens the hub's shelf of programs, None without a hub."""

    db: Database
    own: ProgramShelf
    sticks: Sticks
    events: Events
    open_hub: Callable[[], "tuple[str, Callable[[], AbstractContextManager[Shelf]]] | None"]
    local_now: Callable[[], datetime | None]
    monotonic_s: Callable[[], float]


class Programs:
    """Looks, brings, asks; `look` and `work` are for one thread, the rest for all."""

    def __init__(self, parts: ProgramParts) -> None:
        self._of = parts
        self._lock = threading.Lock()
        self._offers: dict[str, ProgramOffer] = {}
        self._bringing: Bringing | None = None
        self._ask_hub = False
        self._asked_at_s: float | None = None
        self._wake: Callable[[], None] = _nothing

    def installed(self) -> bool:
        """Whether programs can be taken here at all."""
        return self._of.own.state() is not None

    def page(self) -> ProgramPage:
        """What there is to see."""
        state = self._of.own.state()
        with self._lock:
            offers, bringing = tuple(self._offers.values()), self._bringing
        return ProgramPage(
            installed=state is not None, version=__version__, of_base=not (state and state.current),
            last=state.last if state else None, offers=offers, bringing=bringing, at_night=self.at_night(),
            has_hub=self._of.open_hub() is not None,
        )  # fmt: skip

    def offer_of(self, stick: Stick) -> ProgramOffer | None:
        """What a stick has, as far as it was looked at."""
        with self._lock:
            return self._offers.get(stick.drive)

    def stamp(self) -> str:
        """What would make a page another one, in short."""
        with self._lock:
            told = [(each.key, each.version, each.fault.name if each.fault else "") for each in self._offers.values()]
            going = self._bringing
        offers = ["-".join(each) for each in sorted(told)]
        return ".".join([*offers, f"{going.version}{going.going}" if going else ""])

    def at_night(self) -> bool:
        """Whether the box brings programs from the hub by itself."""
        rows = self._of.db.fetch(str, Setting.select(Setting.value).where(Setting.key == AT_NIGHT))
        return rows == ["1"]

    def set_at_night(self, *, wished: bool, by: int) -> None:
        """Decide whether it does."""

        def keep() -> None:
            self._of.db.run(Setting.insert(key=AT_NIGHT, value=str(int(wished))).on_conflict_replace())
            self._of.events.note("program_nights_set", by=by, wished=int(wished))

        self._of.db.write(keep)
        self._wake()

    def look_at_hub(self) -> None:
        """Ask the hub soon what it has."""
        self._ask_hub = True
        self._wake()

    def ask(self, key: str, version: str, *, by: int) -> None:
        """Have a program that is offered brought and taken; one that failed before is tried once more.

        Raises:
            NotFoundError: Nothing of this version is offered there any more.
        """
        with self._lock:
            offer = self._offers.get(key)
            if offer is None or offer.version != version or offer.fault:
                raise NotFoundError(kind="program", key=version)
            if self._bringing is None or not self._bringing.going:
                self._bringing = Bringing(
                    key=key, label=offer.label, version=version, again=offer.failed, all_bytes=offer.size_bytes
                )
        self._of.events.note("program_asked", version=version, by=by)
        self._wake()

    def when_asked(self, wake: Callable[[], None]) -> None:
        """Say how to have work done now."""
        self._wake = wake
        self._of.sticks.when_changed(wake)

    def work(self, stop: threading.Event) -> None:
        """Do what there is to do: tell how the last update went, look, bring."""
        if not self.installed():
            return
        self._tell()
        self.look()
        self._renew_wish()
        with self._lock:
            bringing = self._bringing
        if bringing and bringing.going:
            self._bring(bringing, stop)

    def look(self) -> None:
        """See what sticks have, and the hub when that is due."""
        found: dict[str, ProgramOffer] = {}
        for stick in self._of.sticks.present():
            folder = stick.place.folder / SHELF_FOLDER
            if stick.owner is None and is_shelf(folder):
                offer = self._offer(stick.drive, stick.label, DirectoryShelf(folder))
                if offer:
                    found[stick.drive] = offer
        by_itself = self._is_due()
        if by_itself or self._ask_hub:
            self._look_at_hub(found, take=by_itself)
        elif HUB in self._offers:
            found[HUB] = self._offers[HUB]
        with self._lock:
            self._offers = found

    def _look_at_hub(self, found: dict[str, ProgramOffer], *, take: bool) -> None:
        """Ask the hub; by night what it has is brought at once, unless it failed here before."""
        self._ask_hub = False
        if take:  # what a person asks for by day is no reason to leave out the night
            self._asked_at_s = self._of.monotonic_s()
        hub = self._of.open_hub()
        if hub is None:
            return
        name, opened = hub
        with opened() as shelf:
            offer = self._offer(HUB, name, shelf)
        if offer is None:
            return
        found[HUB] = offer
        with self._lock:
            if take and not offer.failed and not offer.fault and not (self._bringing and self._bringing.going):
                self._bringing = Bringing(key=HUB, label=name, version=offer.version, all_bytes=offer.size_bytes)

    def _is_due(self) -> bool:
        """Whether the hub is to be asked without anybody's word."""
        now = self._of.local_now()
        if now is None or now.hour not in NIGHT or not self.at_night():
            return False
        return self._asked_at_s is None or self._of.monotonic_s() - self._asked_at_s > ASK_EVERY_S

    def _offer(self, key: str, label: str, shelf: Shelf) -> ProgramOffer | None:
        """What one shelf has; what is not newer is no reason for a word (UPDATES 5.2)."""
        try:
            offered = self._of.own.offered(shelf)
        except OlderProgramError:
            return None
        except PackError as exc:
            if key == HUB and isinstance(exc, NotAShelfError):
                return None  # most hubs publish packs alone
            LOG.warning(logs.line("program_not_offered", place=key, error=type(exc).__name__))
            self._forgive(key, exc)
            return ProgramOffer(key=key, label=label, fault=fault_of(exc))
        if offered is None:
            return None
        state = self._of.own.state()
        program = offered.program
        return ProgramOffer(
            key=key, label=label, version=program.version, news=dict(program.news), size_bytes=offered.size_bytes,
            failed=bool(state and program.version in state.failed),
        )  # fmt: skip

    def _bring(self, bringing: Bringing, stop: threading.Event) -> None:
        """Copy what was asked for, then ask the updater."""
        try:
            with self._opened(bringing.key) as shelf:
                offered = self._of.own.offered(shelf)
                if offered is None or offered.program.version != bringing.version:
                    raise NotFoundError(kind="program", key=bringing.version)
                self._copy(shelf, offered, stop)
            self._of.own.want(bringing.version, again=bringing.again)
        except _StoppedError:
            return
        except (PackError, BoxError) as exc:
            LOG.warning(logs.line("program_not_brought", version=bringing.version, error=type(exc).__name__))
            self._forgive(bringing.key, exc)
            self._set(fault=fault_of(exc))
            return
        LOG.info(logs.line("program_brought", version=bringing.version))
        self._set(ended=True)

    def _forgive(self, key: str, error: PackError | BoxError) -> None:
        """Ask the hub again at the next look of the same night, where it was only the line."""
        if key == HUB and error.transient:
            self._asked_at_s = None

    def _copy(self, shelf: Shelf, offered: Offered, stop: threading.Event) -> None:
        done = 0

        def on_bytes(gained: int) -> None:
            nonlocal done
            done += gained
            self._set(done_bytes=done)
            if stop.is_set():
                raise _StoppedError

        self._of.own.bring(shelf, offered, on_bytes)

    def _opened(self, key: str) -> AbstractContextManager[Shelf]:
        """Open the shelf that an offer came from.

        Raises:
            NotFoundError: It is not in any more.
        """
        if key == HUB and (hub := self._of.open_hub()):
            return hub[1]()
        stick = next((each for each in self._of.sticks.present() if each.drive == key), None)
        if stick is None:
            raise NotFoundError(kind="stick", key=key)
        return nullcontext(DirectoryShelf(stick.place.folder / SHELF_FOLDER))

    def _set(self, **what: object) -> None:
        with self._lock:
            if self._bringing:
                self._bringing = replace(self._bringing, **what)

    def _renew_wish(self) -> None:
        """Ask once more where the power went after the box had asked and before the updater said anything."""
        wanted, state = self._of.own.wanted(), self._of.own.state()
        if wanted is None or state is None or self._bringing is not None:
            return
        if wanted.version not in (state.current, state.last.version if state.last else "", *state.failed):
            self._of.own.want(wanted.version, again=wanted.again)
            self._bringing = Bringing(key="", label="", version=wanted.version, ended=True)

    def _tell(self) -> None:
        """Note once among the events how the last update went."""
        state = self._of.own.state()
        if state is None or state.last is None:
            return
        last, text = state.last, msgspec.json.encode(state.last).decode()
        if self._of.db.fetch(str, Setting.select(Setting.value).where(Setting.key == TOLD)) == [text]:
            return

        def keep() -> None:
            self._of.db.run(Setting.insert(key=TOLD, value=text).on_conflict_replace())
            self._of.events.note(_OUTCOMES[last.outcome], version=last.version, reason=last.reason or "-")

        self._of.db.write(keep)
        with self._lock:
            if self._bringing and self._bringing.version == last.version:
                self._bringing = None


class _StoppedError(Exception):
    """The box is stopping; what was copied is kept."""


def _nothing() -> None:
    """Nobody works by itself: a command does not."""
