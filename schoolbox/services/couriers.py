"""Statements that go to town on a stick or a phone, and the receipts that come back (PROTOCOL section 12).

Promises: a statement leaves the outbox only when a receipt that this box's hub signed names the courier it went with,
or when the line delivered it; whichever comes first, it is counted once. A courier that is lost costs nothing: the next
one carries everything that still waits. On a stick that still holds earlier couriers only what is new is added.

    couriers.write(Path("/media/USB"))
    couriers.read(Path("/media/USB"))
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec
import peewee
from msgspec.structs import replace

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.export.errors import StickError
from content_packs.export.stick import Stick
from content_packs.letter import LETTER_BYTES_MAX
from schoolbox import logs
from schoolbox.db.courier_models import Courier as CourierModel
from schoolbox.db.database import Database
from schoolbox.errors import WriteFailedError
from schoolbox.services.erasure import Erasures
from schoolbox.services.events import Events
from schoolbox.services.hub_orders import HubOrders
from schoolbox.services.outbox import BoxOutbox
from schoolbox.services.school import School
from schoolbox.services.stick_access import Opens, as_it_is
from schoolbox.services.uplink import Uplink
from sync.courier import Body, CourierHeader, Pen, TakenCourier, courier_name, read_receipts, seal, write_courier
from sync.courier_folder import Found, couriers_on, read_receipt, take_off, write_on
from sync.errors import NoCourierKeysError, NotEnrolledError, ReceiptError, SyncError
from sync.statements import utc_text
from sync.wire import ERASURES_MAX, CourierKeys

LOG = logging.getLogger(__name__)
PAGE = 500
_OPEN = """
FROM courier c WHERE c.receipt_at IS NULL
AND EXISTS (SELECT 1 FROM outbox o WHERE o.seq BETWEEN c.first_seq AND c.last_seq)
"""
_AWAITED = f"SELECT EXISTS (SELECT 1 {_OPEN})"
_RECEIPTS_TO = f"SELECT coalesce((SELECT min(c.number) - 1 {_OPEN}), (SELECT max(number) FROM courier), 0)"  # noqa: S608  our own words only
"""A courier whose statements all left otherwise, by the line or with a later one, needs no receipt any more."""


class Made(msgspec.Struct, frozen=True):
    """A courier that is ready to be written: its name and its bytes, and how many statements are in it."""

    number: int
    raw: bytes
    statements: int
    last_seq: int

    @property
    def name(self) -> str:
        """How its file is called."""
        return courier_name(self.number)


class Written(msgspec.Struct, frozen=True):
    """What was written onto a stick; `already` statements were on it from before.

    `settled` is how many the receipt on it let go, `ordered` whether newer orders of the hub came with it;
    `wrong_receipt` that there was one which is not for this box.
    """

    couriers: int
    statements: int
    size_bytes: int
    already: int
    settled: int
    wrong_receipt: bool
    ordered: bool = False


class Settled(msgspec.Struct, frozen=True):
    """What receipts came to: couriers they newly named, statements that left the outbox, those that were refused.

    `ordered`: the hub's orders came with them, newer than those that were followed here.
    """

    couriers: int = 0
    sent: int = 0
    refused: int = 0
    ordered: bool = False


class Standing(msgspec.Struct, frozen=True):
    """How matters stand: the newest courier, and whether one is out whose receipt would settle something."""

    newest: int
    made_at: datetime | None
    is_awaited: bool


class CourierParts(msgspec.Struct, frozen=True, kw_only=True):
    """What couriers are made from; `settle` puts right the times of what waits."""

    outbox: BoxOutbox
    erasures: Erasures
    school: School
    uplink: Uplink
    orders: HubOrders
    events: Events
    pen: Callable[[], Pen]
    settle: Callable[[], None]
    opens: Opens = as_it_is


class Couriers:
    """Writes couriers and reads receipts."""

    def __init__(self, db: Database, parts: CourierParts, *, clock: Clock, disk: Disk) -> None:
        self._db = db
        self._of = parts
        self._clock = clock
        self._disk = disk

    def write(self, folder: Path) -> Written:
        """Write everything that waits onto a stick, after taking in the receipts that are on it.

        Raises:
            NotEnrolledError: This box has no hub.
            NoCourierKeysError: The hub was never heard since it takes couriers.
            StickError: The stick is full, gone or cannot be written; what is on it is whole.
            OddNameError: A link or a file on the stick is where the folder of couriers should be.
            WriteFailedError: The box could not keep what it writes; nothing was written.
        """
        keys = self._keys()
        settled, wrong = self._read_what_is_there(folder)
        self._of.settle()
        there = self._there(folder)
        after = max((row.last_seq for row in there), default=0)
        couriers = statements = size_bytes = 0
        with self._of.opens(folder), Stick(folder, self._disk).opened() as stick:
            while made := self._next(keys, after, is_first=not couriers and not there):
                write_on(stick, self._box_id(), made.name, made.raw)
                couriers, statements = couriers + 1, statements + made.statements
                size_bytes, after = size_bytes + len(made.raw), made.last_seq
        if couriers:
            self._of.events.note("courier_written", couriers=couriers, statements=statements)
        return Written(
            couriers, statements, size_bytes, already=sum(row.statements for row in there), settled=settled.sent,
            wrong_receipt=wrong, ordered=settled.ordered,
        )  # fmt: skip

    def make(self) -> Made | None:
        """Make the next courier to take along on a phone: everything that waits, as far as it fits in one.

        Raises:
            NotEnrolledError, NoCourierKeysError, ReceiptError, WriteFailedError: As for `write`.
        """
        keys = self._keys()
        self._of.settle()
        made = self._next(keys, 0, is_first=True)
        if made:
            self._of.events.note("courier_written", couriers=1, statements=made.statements)
        return made

    def read(self, stick: Path) -> Settled:
        """Take in the receipts on a stick, and take couriers that are settled off it.

        Raises:
            ReceiptError: What lies there is no receipt of this box's hub.
            WriteFailedError: It could not be kept; the receipt stays where it is.
        """
        raw = read_receipt(stick, self._box_id(), limit=LETTER_BYTES_MAX)
        settled = self.settle(raw) if raw is not None else Settled()
        done = [found for found, row in self._known(stick) if row.receipt_at]
        if done:
            self._take_off(stick, done)
        return settled

    def _take_off(self, stick: Path, done: Sequence[Found]) -> None:
        """Take couriers off a stick that are settled; where it can only be read they stay, and do no harm."""
        try:
            with self._of.opens(stick):
                for found in done:
                    take_off(found)
        except StickError as exc:
            LOG.warning(logs.line("couriers_not_taken_off", problem=type(exc).__name__))

    def settle(self, raw: bytes) -> Settled:
        """Take in receipts, however they came.

        Raises:
            NotEnrolledError: This box has no hub.
            ReceiptError: They are none, or not of this box's hub, or for another box; nothing was changed.
            WriteFailedError: It could not be kept; nothing was changed.
        """
        receipts = read_receipts(raw, self._keys().receipts)
        if receipts.box != self._box_id():
            raise ReceiptError(reason="receipt-other-box")
        settled = self._db.write(lambda: self._settle(receipts.couriers))
        if receipts.orders and self._of.orders.came(receipts.orders.encode()):
            settled = replace(settled, ordered=True)
        self._of.erasures.done([actor for each in receipts.couriers for actor in each.erased])
        if settled.couriers:
            LOG.info(logs.line("courier_settled", sent=settled.sent, refused=settled.refused))
        return settled

    def came(self, raw: bytes) -> None:
        """Take in receipts that the line brought; what is wrong with them is logged."""
        try:
            self.settle(raw)
        except (SyncError, WriteFailedError) as exc:
            LOG.warning(logs.line("receipt_not_taken", problem=type(exc).__name__))

    def awaits(self) -> bool:
        """Whether a receipt would let statements go that still wait."""
        return bool(self._db.fetch_sql(int, _AWAITED)[0])

    def standing(self) -> Standing:
        """How matters stand, for pages."""
        newest = self._newest()
        made_at = datetime.fromisoformat(newest.made_at) if newest.made_at else None
        return Standing(newest.number, made_at, self.awaits())

    def _read_what_is_there(self, folder: Path) -> tuple[Settled, bool]:
        """Take in the receipts on a stick; one that is not ours is left, and said."""
        try:
            return self.read(folder), False
        except ReceiptError as exc:
            LOG.warning(logs.line("receipt_not_ours", reason=exc.reason))
            return Settled(), True

    def _keys(self) -> CourierKeys:
        if self._of.uplink.credentials() is None:
            raise NotEnrolledError
        keys = self._of.uplink.courier_keys()
        if keys is None:
            raise NoCourierKeysError
        return keys

    def _box_id(self) -> str:
        return self._of.school.facts().box_id

    def _next(self, keys: CourierKeys, after: int, *, is_first: bool) -> Made | None:
        """Make a courier of what waits behind a place in the outbox, and write down that it was made.

        The first one is made even if no statement waits, for those whom the school erased.
        """
        body, first, last = Body(), 0, after
        while not body.is_full() and (rows := self._of.outbox.behind(last, PAGE)):
            for row in rows:
                if body.is_full():
                    break
                first, last = first or row.seq, row.seq
                body.add(row.statement)
        erasures = tuple(self._of.erasures.waiting()[:ERASURES_MAX]) if is_first else ()
        if not body.statements and not erasures:
            return None
        return self._sealed(keys, body, (first, last), erasures)

    def _sealed(self, keys: CourierKeys, body: Body, places: tuple[int, int], erasures: tuple[str, ...]) -> Made:
        packed, pen, status = body.packed(), self._of.pen(), self._of.uplink.box_status()
        while True:
            newest = self._newest()
            header = CourierHeader(
                box=self._box_id(), number=newest.number + 1, previous=newest.sha256, first=places[0], last=places[1],
                statements=body.statements, made_at=utc_text(self._clock.now()), status=status, erasures=erasures,
                receipts_to=self._db.fetch_sql(int, _RECEIPTS_TO)[0],
            )  # fmt: skip
            plain = write_courier(header, packed, pen)
            raw = seal(plain, keys.recipient)
            row = CourierModel.insert(
                number=header.number, sha256=hashlib.sha256(plain).hexdigest(), first_seq=places[0], last_seq=places[1],
                file_sha256=hashlib.sha256(raw).hexdigest(), statements=body.statements, made_at=header.made_at,
            )  # fmt: skip
            if self._db.write(partial(self._keep, row, newest)):
                return Made(header.number, raw, body.statements, places[1])

    def _keep(self, row: peewee.Query, newest: "_Newest") -> bool:
        """Write down a courier, unless another program of this box has made one meanwhile."""
        if self._newest() != newest:
            return False
        self._db.run(row)
        return True

    def _newest(self) -> "_Newest":
        query = CourierModel.select(CourierModel.number, CourierModel.sha256, CourierModel.made_at)
        return self._db.first(_Newest, query.order_by(CourierModel.number.desc())) or _Newest(0, None, "")

    def _there(self, stick: Path) -> list["_Row"]:
        """The couriers on a stick that are whole and still without a receipt."""
        rows = []
        for found, row in self._known(stick):
            if not row.receipt_at and hashlib.sha256(found.raw()).hexdigest() == row.file_sha256:
                rows.append(row)
        return rows

    def _known(self, stick: Path) -> list[tuple[Found, "_Row"]]:
        """The couriers of this box on a stick, beside what is known of them."""
        known = {row.number: row for row in self._db.fetch(_Row, CourierModel.select(*_COLUMNS))}
        try:
            found = couriers_on(stick, self._box_id())
        except OSError:
            return []
        return [(each, known[each.number]) for each in found if each.number in known]

    def _settle(self, told: tuple[TakenCourier, ...]) -> Settled:
        rows = {row.number: row for row in self._db.fetch(_Row, CourierModel.select(*_COLUMNS))}
        now, couriers, sent, refused = utc_text(self._clock.now()), 0, 0, 0
        for each in told:
            row = rows.get(each.number)
            if row is None or row.sha256 != each.sha256 or row.receipt_at:
                continue
            gone, aside = self._of.outbox.settle_inside(row.first_seq, row.last_seq, dict(each.refused))
            self._db.run(CourierModel.update(receipt_at=now).where(CourierModel.number == each.number))
            couriers, sent, refused = couriers + 1, sent + gone, refused + aside
        if couriers:
            self._of.events.note("courier_settled", couriers=couriers, statements=sent, refused=refused)
        return Settled(couriers, sent, refused)


_COLUMNS: tuple[peewee.Field, ...] = (
    CourierModel.number, CourierModel.sha256, CourierModel.file_sha256, CourierModel.first_seq,
    CourierModel.last_seq, CourierModel.statements, CourierModel.receipt_at,
)  # fmt: skip


class _Row(msgspec.Struct, frozen=True):
    """What the box knows of a courier it wrote."""

    number: int
    sha256: str
    file_sha256: str
    first_seq: int
    last_seq: int
    statements: int
    receipt_at: str | None


class _Newest(msgspec.Struct, frozen=True):
    """The courier that was made last; number 0 before the first."""

    number: int
    sha256: str | None
    made_at: str
