"""The box's tie to its hub: what enrolment gave it, what the last conversations brought, what it says about itself.

Promises: the credentials are in a file of mode 0600, written whole or not at all; the state of the line is in the
database, so that the command line and the technician's page tell the same, whichever process talked last. A heartbeat
names no person.

    uplink.status().waiting
    uplink.remember(enrolment)
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

import schoolbox
from content_packs.clock import Clock
from content_packs.durable import Disk
from schoolbox.db.database import Database
from schoolbox.db.models import Setting
from schoolbox.db.pack_models import Pack
from schoolbox.messages_wire import TABLE
from schoolbox.services.hub_file import HubFacts, HubFile
from schoolbox.services.hub_orders import HubOrders
from schoolbox.services.machine import Machine
from schoolbox.services.outbox import BoxOutbox
from schoolbox.services.people import People
from schoolbox.services.school import School
from schoolbox.services.wall_clock import WallClock
from sync import errors as wire_errors
from sync.ports import Credentials
from sync.statements import Place, utc_text
from sync.wire import BoxStatus, ClassOnBox, CourierKeys, PackOnBox

if TYPE_CHECKING:  # both bring the HTTP client, which takes longer to load than most commands take
    from sync.enrolment import Enrolment
    from sync.session import SyncReport

STATE_KEY = "sync_state"
NO_NAME = "?"
"""What a box without a school calls itself upstream."""


class _State(msgspec.Struct, frozen=True, kw_only=True):
    """How the line was when it was last tried, as the setting row holds it."""

    last_try_at: datetime | None = None
    last_success_at: datetime | None = None
    problem: str = ""
    next_try_monotonic_s: float | None = None
    boot_id: str = ""
    twin: bool = False


class UplinkStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What `sync status` and the technician's page show.

    `problem` is the name of the error of the last try, empty if it went well; `problem_text` is its sentence, a key of
    the catalogues. `next_try_s` is None when no running box has planned one. `twin`: two boxes carry this number.
    """

    enrolled: bool
    hub_url: str
    hub_name: str
    last_try_at: datetime | None
    last_success_at: datetime | None
    problem: str
    problem_text: str
    waiting: int
    quarantined: int
    sent_total: int
    next_try_s: float | None
    twin: bool = False


class UplinkParts(msgspec.Struct, frozen=True, kw_only=True):
    """What a heartbeat is put together from."""

    outbox: BoxOutbox
    school: School
    people: People
    wall_clock: WallClock
    machine: Machine
    public: Callable[[], str | None]
    orders: HubOrders


class Uplink:
    """Keeps credentials and state; implements `sync.ports.StatusSource` and `CredentialSource`."""

    def __init__(
        self, db: Database, parts: UplinkParts, *, file: Path, disk: Disk, clock: Clock, boot_id: str
    ) -> None:
        self._db = db
        self._parts = parts
        self._file = HubFile(file, disk)
        self._clock = clock
        self._boot_id = boot_id
        self._listeners: list[Callable[[], None]] = []
        self._on_heard: list[Callable[[], None]] = []

    def credentials(self) -> Credentials | None:
        """What the box signs in with at its hub; None before enrolment. Read anew each time: another process enrols."""
        hub = self._file.read()
        if hub is None:
            return None
        return Credentials(endpoint=hub.endpoint, key=hub.key, secret=hub.secret, store_only=hub.store_only)

    def courier_keys(self) -> CourierKeys | None:
        """What couriers are sealed for and receipts signed with; None before the hub was heard for the first time."""
        hub = self._file.read()
        return hub.courier if hub else None

    def place(self) -> Place:
        """Where statements say that things happen."""
        hub = self._file.read()
        return Place(box_id=self._parts.school.facts().box_id, school_id=(hub.school_id or None) if hub else None)

    def remember(self, enrolment: "Enrolment") -> None:
        """Keep what the hub gave; a box without a school takes the name that the hub knows."""
        given = enrolment.credentials
        hub = HubFacts(
            endpoint=given.endpoint, key=given.key, secret=given.secret, school_id=enrolment.school_id,
            school=enrolment.school, municipality=enrolment.municipality, hub=enrolment.hub,
            courier=enrolment.courier, pinned=enrolment.courier.receipts if enrolment.courier else None,
        )  # fmt: skip
        self._file.write(hub)
        self._parts.orders.settle()
        if not self._parts.school.facts().name:
            self._parts.school.set(enrolment.school, enrolment.municipality)

    def remember_store(self, credentials: Credentials, name: str) -> None:
        """Keep another Learning Record Store in place of a hub: it gives no school, and is sent statements alone."""
        self._file.write(HubFacts(
            endpoint=credentials.endpoint, key=credentials.key, secret=credentials.secret, school_id="", school="",
            municipality="", hub=name, store_only=True,
        ))  # fmt: skip
        self._parts.orders.settle()

    def box_status(self) -> BoxStatus:
        """Describe the box as it is now, for a heartbeat."""
        counts = self._parts.outbox.counts()
        disk = self._parts.machine.disk()
        facts = self._parts.school.facts()
        return BoxStatus(
            version=schoolbox.__version__,
            waiting=counts.waiting,
            quarantined=counts.quarantined,
            disk_free_bytes=disk.free_bytes,
            disk_total_bytes=disk.total_bytes,
            clock_at=utc_text(self._clock.now()),
            clock_trusted=self._parts.wall_clock.trusted(),
            school=facts.name or NO_NAME,
            municipality=facts.municipality,
            public=self._parts.public(),
            orders=self._parts.orders.number(),
            orders_refused=self._parts.orders.not_followed(),
            boot=self._boot_id,
            machine=self._parts.machine.number(),
            seq=self._parts.outbox.last_seq(),
            temperature_c=self._parts.machine.temperature_c(),
            packs=tuple(self._db.fetch(_pack, Pack.select(Pack.id, Pack.version).order_by(Pack.id))),
            classes=tuple(
                ClassOnBox(id=str(row.id), name=row.name, grade=row.grade, pupils=row.pupils)
                for row in self._parts.people.classes()
            ),
        )

    def report(self, report: "SyncReport", *, next_try_in_s: float | None) -> None:
        """Keep what a conversation with the hub brought."""
        if report.hub_at is not None:
            self._parts.wall_clock.heard(report.hub_at)
        self._learn(report)
        now = self._clock.now()
        next_try = None if next_try_in_s is None else self._clock.monotonic_s() + next_try_in_s
        state = _State(
            last_try_at=now,
            last_success_at=now if report.ok else self._state().last_success_at,
            problem=type(report.error).__name__ if report.error else "",
            next_try_monotonic_s=next_try,
            boot_id=self._boot_id,
            twin=report.twin if report.hub_at else self._state().twin,
        )
        text = msgspec.json.encode(state).decode()
        self._db.write(lambda: self._db.run(Setting.insert(key=STATE_KEY, value=text).on_conflict_replace()))
        if report.ok:
            for listener in self._on_heard:
                listener()

    def _learn(self, report: "SyncReport") -> None:
        """Keep what the hub said: its keys for couriers, the school, if the box moved, and newer orders."""
        hub = self._file.read()
        if hub is None or hub.store_only:
            return
        courier = report.courier or hub.courier
        now = msgspec.structs.replace(
            hub, courier=courier, school_id=report.school_id or hub.school_id,
            pinned=hub.pinned or (courier.receipts if courier else None),
        )  # fmt: skip
        if now != hub:
            self._file.write(now)
        self._parts.outbox.go_on_after(report.seq)
        if report.orders:
            self._parts.orders.came(report.orders.encode())

    def status(self) -> UplinkStatus:
        """How the tie to the hub is, for people."""
        state, hub, counts = self._state(), self._file.read(), self._parts.outbox.counts()
        return UplinkStatus(
            enrolled=hub is not None,
            hub_url=hub.endpoint.removesuffix("xapi/").rstrip("/") if hub else "",
            hub_name=hub.hub if hub else "",
            last_try_at=state.last_try_at,
            last_success_at=state.last_success_at,
            problem=state.problem,
            problem_text=_sentence(state.problem),
            waiting=counts.waiting,
            quarantined=counts.quarantined,
            sent_total=counts.sent_total,
            next_try_s=self._until(state),
            twin=state.twin and hub is not None,
        )

    def when_wanted(self, listener: Callable[[], None]) -> None:
        """Have somebody called when a person wants the hub to be tried at once."""
        self._listeners.append(listener)

    def when_heard(self, listener: Callable[[], None]) -> None:
        """Have somebody called whenever the hub was talked to: the line is there now."""
        self._on_heard.append(listener)

    def trusted_age_s(self, at: datetime) -> float | None:
        """How long ago a time of the wall clock was; None while nobody confirmed that clock, or for what is to come."""
        age_s = (self._clock.now() - at).total_seconds()
        return age_s if age_s >= 0 and self._parts.wall_clock.trusted() else None

    def try_now(self) -> bool:
        """Try the hub at once, in the background; False if nothing is running that could."""
        for listener in self._listeners:
            listener()
        return bool(self._listeners)

    def _state(self) -> _State:
        query = Setting.select(Setting.value).where(Setting.key == STATE_KEY)
        raw = self._db.first(str, query)
        try:
            return msgspec.json.decode(raw, type=_State) if raw else _State()
        except msgspec.DecodeError:
            return _State()

    def _until(self, state: _State) -> float | None:
        """How long until the next try; a plan of another boot says nothing, and one long past was never carried out."""
        if state.next_try_monotonic_s is None or state.boot_id != self._boot_id:
            return None
        left_s = state.next_try_monotonic_s - self._clock.monotonic_s()
        return max(0.0, left_s) if left_s > -60 else None


def _sentence(problem: str) -> str:
    """The first sentence of the table for the name of an error of the wire."""
    kind = getattr(wire_errors, problem, None) if problem else None
    return TABLE[kind].happened if kind in TABLE else ""


def _pack(pack_id: str, version: int) -> PackOnBox:
    return PackOnBox(id=pack_id, version=version)
