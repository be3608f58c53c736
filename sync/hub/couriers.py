"""Take couriers in, and give receipts (PROTOCOL section 12).

Promises: what a receipt names is on the disk, each statement once, however often a courier is read; one that was cut
off, changed, made by a stranger or meant for another hub changes nothing. A hub that is killed in the middle of one
goes on where it was when it is read again.

    taken = couriers.take(path.read_bytes())
    couriers.receipts(taken.box)
"""

import uuid
from collections.abc import Sequence
from itertools import islice

import msgspec
from msgspec import Raw

from content_packs.clock import Clock
from sync.courier import RECEIPTS_MAX, REFUSED_MAX, Courier, Receipts, TakenCourier, read_courier
from sync.errors import CourierError
from sync.hub.accounts import Accounts, Sender
from sync.hub.boxes import Boxes
from sync.hub.courier_keys import CourierKeys
from sync.hub.database import Database, Sql
from sync.hub.errors import ConflictError, CourierRefusedError, NotFoundError, StatementRefusedError
from sync.hub.forgetting import Forgetting
from sync.hub.lrs.ingest import Intake
from sync.hub.orders import OrderBook
from sync.statements import utc_text
from sync.wire import decode_json

BATCH_SIZE = 500
_NEWEST = "SELECT told FROM courier WHERE box = ? AND number > ? ORDER BY number DESC, taken_at DESC LIMIT ?"


class Taken(msgspec.Struct, frozen=True):
    """What one courier brought: `new` statements of `statements`, and whose it was. `again`: it was taken before."""

    box: str
    number: int
    sha256: str
    statements: int
    new: int
    refused: int
    again: bool
    twin: bool


class CourierParts(msgspec.Struct, frozen=True):
    """What couriers are taken in with."""

    database: Database
    keys: CourierKeys
    accounts: Accounts
    boxes: Boxes
    intake: Intake
    forgetting: Forgetting
    orders: OrderBook


class _Id(msgspec.Struct):
    """The part of a statement by which a box finds it again."""

    id: str


class Couriers:
    """The door for statements that come on a stick or a phone."""

    def __init__(self, parts: CourierParts, clock: Clock) -> None:
        self._of = parts
        self._clock = clock

    def take(self, raw: bytes) -> Taken:
        """Take one courier, as it lies on the stick.

        Raises:
            CourierRefusedError: It is none, not for this hub, not of a box it knows, or something of it was changed.
        """
        try:
            courier = read_courier(self._of.keys.unseal(raw))
            sender = self._sender(courier)
            before = self._before(courier)
            if before is not None:
                header = courier.header
                return Taken(header.box, header.number, courier.sha256, before, 0, 0, again=True, twin=False)
            return self._land(courier, sender)
        except CourierError as exc:
            raise CourierRefusedError(reason=exc.reason) from exc

    def receipts(self, box: str) -> bytes:
        """Give a box the receipts it may not have yet, signed: of the newest couriers, the oldest of them first.

        With them go the orders that it has not confirmed yet.
        """
        with self._of.database.read() as db:
            known = db.execute("SELECT coalesce(max(receipts_to), 0) FROM courier WHERE box = ?", (box,)).fetchone()[0]
            rows = db.execute(_NEWEST, (box, known, RECEIPTS_MAX)).fetchall()
        told = tuple(msgspec.json.decode(row[0], type=TakenCourier) for row in reversed(rows))
        orders = (self._of.orders.unconfirmed(box) or b"").decode()
        now = utc_text(self._clock.now())
        return self._of.keys.receipt(Receipts(box=box, hub_at=now, couriers=told, orders=orders))

    def receipts_for(self, box: str, sha256: str) -> bytes:
        """Give receipts to whoever brought a courier and so knows what it hashes to.

        Raises:
            NotFoundError: No such courier of this box was taken.
        """
        with self._of.database.read() as db:
            row = db.execute("SELECT 1 FROM courier WHERE box = ? AND sha256 = ?", (box, sha256)).fetchone()
        if row is None:
            raise NotFoundError("There is no receipt for this.")
        return self.receipts(box)

    def _sender(self, courier: Courier) -> Sender:
        """Find the box that signed.

        Raises:
            CourierError: `unknown-box`, `withdrawn-box`, or `forged`: another key than the box's.
        """
        public = self._of.boxes.public(courier.header.box)
        if public is None:
            raise CourierError(reason="unknown-box")
        if public != courier.public:
            raise CourierError(reason="forged")
        sender = self._of.accounts.sender_of_box(courier.header.box)
        if sender is None:
            raise CourierError(reason="withdrawn-box")
        return sender

    def _before(self, courier: Courier) -> int | None:
        """How many statements it had, if this very courier was taken before."""
        with self._of.database.read() as db:
            row = db.execute(
                "SELECT statements FROM courier WHERE box = ? AND number = ? AND sha256 = ?",
                (courier.header.box, courier.header.number, courier.sha256),
            ).fetchone()
        return int(row[0]) if row else None

    def _land(self, courier: Courier, sender: Sender) -> Taken:
        """Take the statements, then write the receipt down."""
        landing = _Landing(self._of.intake, sender)
        lines = courier.statements()
        while batch := list(islice(lines, BATCH_SIZE)):
            landing.take(batch)
        header = courier.header
        if header.erasures:
            self._of.forgetting.forget(sender, header.erasures)
        told = TakenCourier(
            number=header.number, sha256=courier.sha256, statements=header.statements, refused=tuple(landing.refused),
            erased=header.erasures,
        )  # fmt: skip
        now = utc_text(self._clock.now())
        with self._of.database.write() as db:
            newest = db.execute("SELECT max(number) FROM courier WHERE box = ?", (header.box,)).fetchone()[0]
            twin = _is_twin(db, courier)
            if twin:
                db.execute("UPDATE box SET twin_at = coalesce(twin_at, ?) WHERE id = ?", (now, header.box))
            db.execute(
                "INSERT INTO courier (box, number, sha256, previous, taken_at, statements, receipts_to, told)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (
                    header.box, header.number, courier.sha256, header.previous, now, header.statements,
                    header.receipts_to, msgspec.json.encode(told),
                ),
            )  # fmt: skip
        if newest is None or header.number > newest:
            self._of.boxes.heard(sender, header.status, over_line=False)
        return Taken(
            header.box, header.number, courier.sha256, header.statements, landing.new, len(landing.refused),
            again=False, twin=twin,
        )  # fmt: skip


class _Landing:
    """Takes batches of one courier, leaving out what the hub would refuse."""

    def __init__(self, intake: Intake, sender: Sender) -> None:
        self._intake = intake
        self._sender = sender
        self.new = 0
        self.refused: list[tuple[str, str]] = []

    def take(self, lines: Sequence[bytes]) -> None:
        """Take statements; each that is refused is put aside, and the others are tried again without it.

        Raises:
            CourierError: `damaged`: one is not even JSON with an id, or more are refused than a receipt can name.
        """
        ready = [(_id(line), Raw(line)) for line in lines]
        while ready:
            try:
                self.new += self._intake.take([raw for _, raw in ready], self._sender).new
            except (StatementRefusedError, ConflictError) as exc:
                name, _ = ready.pop(exc.index)
                self.refused.append((name, exc.message[:500]))
                if len(self.refused) > REFUSED_MAX:
                    raise CourierError(reason="damaged") from exc
            else:
                return


def _id(line: bytes) -> str:
    """Read the id of a statement.

    Raises:
        CourierError: `damaged`: it has none.
    """
    try:
        return str(uuid.UUID(decode_json(line, _Id).id))
    except ValueError as exc:  # msgspec's errors are ValueErrors
        raise CourierError(reason="damaged") from exc


def _is_twin(db: Sql, courier: Courier) -> bool:
    """Whether another courier had this number, or the one before it was another than it says: two boxes are one."""
    header = courier.header
    rows = db.execute(
        "SELECT number, sha256 FROM courier WHERE box = ? AND number IN (?, ?)",
        (header.box, header.number, header.number - 1),
    ).fetchall()
    same = {sha256 for number, sha256 in rows if number == header.number}
    before = {sha256 for number, sha256 in rows if number == header.number - 1}
    return bool(same) or (bool(before) and header.previous not in before)
