"""What boxes say about themselves: heartbeats in, records for pages and commands out.

    boxes.heard(sender, status)
    boxes.all()
"""

from datetime import datetime

import msgspec

from content_packs.clock import Clock
from sync.hub.accounts import Sender
from sync.hub.database import Database, Sql
from sync.hub.errors import ForbiddenError, NotFoundError
from sync.hub.orders import OrderBook
from sync.hub.reports.places import Place
from sync.hub.twins import note_start
from sync.statements import utc_text
from sync.wire import BoxStatus, CourierKeys, StatusAnswer


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """A box as the hub knows it; `label` is what people call it, `successor` the box that took its place."""

    id: str
    label: str
    successor: str | None
    withdrawn: bool
    school_id: str
    school: str
    municipality: str
    enrolled_at: datetime
    heard_at: datetime | None
    reported_at: datetime | None
    version: str
    waiting: int
    quarantined: int
    disk_free_bytes: int
    disk_total_bytes: int
    clock_at: datetime | None
    clock_trusted: bool
    packs: int
    pupils: int
    twin_at: datetime | None
    couriers: int
    temperature_c: float | None
    clock_error_s: int | None


class PackOnShelf(msgspec.Struct, frozen=True):
    """A pack on a box, and the newest version any box has."""

    id: str
    version: int
    newest: int


class Boxes:
    """Every box of one hub."""

    def __init__(self, database: Database, clock: Clock, courier: CourierKeys, orders: OrderBook) -> None:
        self._database = database
        self._clock = clock
        self._courier = courier
        self._orders = orders

    def heard(self, sender: Sender, status: BoxStatus, *, over_line: bool = True) -> StatusAnswer:
        """Keep a heartbeat, and answer with orders if there are newer ones.

        Args:
            sender: The box.
            status: What it says of itself.
            over_line: It speaks now; what a courier brings was said some time ago, at whichever start that was.

        Raises:
            ForbiddenError: Only boxes have one.
        """
        box = sender.box
        if box is None:
            raise ForbiddenError("Only a box has a status.")
        moment = self._clock.now()
        now, error = utc_text(moment), datetime.fromisoformat(status.clock_at) - moment
        with self._database.write() as db:
            db.execute(
                "UPDATE box SET heard_at = ?, reported_at = ?, version = ?, waiting = ?, quarantined = ?,"
                " disk_free_bytes = ?, disk_total_bytes = ?, clock_at = ?, clock_trusted = ?, temperature_c = ?,"
                " clock_error_s = ?, public = coalesce(?, public) WHERE id = ?",
                (
                    now, now, status.version, status.waiting, status.quarantined, status.disk_free_bytes,
                    status.disk_total_bytes, status.clock_at, int(status.clock_trusted), status.temperature_c,
                    round(error.total_seconds()), status.public, box,
                ),
            )  # fmt: skip
            db.execute("DELETE FROM box_pack WHERE box = ?", (box,))
            db.executemany(
                "INSERT INTO box_pack (box, pack, version) VALUES (?, ?, ?)"
                " ON CONFLICT (box, pack) DO UPDATE SET version = excluded.version",
                [(box, pack.id, pack.version) for pack in status.packs],
            )
            db.execute("DELETE FROM box_class WHERE box = ?", (box,))
            db.executemany(
                "INSERT INTO box_class (box, class, name, grade, pupils) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (box, class) DO UPDATE SET name = excluded.name, grade = excluded.grade,"
                " pupils = excluded.pupils",
                [(box, one.id, one.name, one.grade, one.pupils) for one in status.classes],
            )
            if over_line:
                note_start(db, box, status, at=moment)
            row = db.execute(_TOLD, (box,)).fetchone()
        orders = (self._orders.for_box(box, status) or b"").decode()
        return StatusAnswer(
            hub_at=now, school_id=str(row[0]), courier=self._courier, orders=orders, twin=row[1] is not None,
            seq=int(row[2]),
        )  # fmt: skip

    def public(self, box_id: str) -> str | None:
        """Give the public key a box signs couriers with; None while it is not known."""
        with self._database.read() as db:
            row = db.execute("SELECT public FROM box WHERE id = ?", (box_id,)).fetchone()
        return row[0] if row else None

    def all(self) -> list[Box]:
        """Give every box, by municipality and school; dead ones that were replaced, too."""
        return self._those("1 = 1")

    def within(self, place: Place) -> list[Box]:
        """Give the boxes of a place that were not replaced, by municipality and school."""
        where = "? IN ('', s.municipality) AND ? IN ('', s.public_id) AND b.successor IS NULL"
        return self._those(where, place.municipality, place.school_id)

    def _those(self, where: str, *values: str) -> list[Box]:
        with self._database.read() as db:
            rows = db.execute(f"{_BOX} WHERE {where} ORDER BY s.municipality, s.name, b.id", values).fetchall()
        return [_box(row) for row in rows]

    def one(self, box_id: str) -> Box:
        """Give one box.

        Raises:
            NotFoundError: There is none with this number.
        """
        with self._database.read() as db:
            row = db.execute(f"{_BOX} WHERE b.id = ?", (box_id,)).fetchone()
        if row is None:
            raise NotFoundError("There is no such box.")
        return _box(row)

    def packs(self, box_id: str) -> list[PackOnShelf]:
        """Give the packs of one box."""
        with self._database.read() as db:
            rows = db.execute(
                "SELECT pack, version, (SELECT max(version) FROM box_pack o WHERE o.pack = p.pack)"
                " FROM box_pack p WHERE box = ? ORDER BY pack",
                (box_id,),
            ).fetchall()
        return [PackOnShelf(str(row[0]), int(row[1]), int(row[2])) for row in rows]


_TOLD = "SELECT s.public_id, b.twin_at, b.seq FROM box b JOIN school s ON s.id = b.school WHERE b.id = ?"
_BOX = (
    "SELECT b.id, s.public_id, s.name, s.municipality, b.enrolled_at, b.heard_at, b.reported_at, b.version, b.waiting,"
    " b.quarantined, b.disk_free_bytes, b.disk_total_bytes, b.clock_at, b.clock_trusted,"
    " (SELECT count(*) FROM box_pack p WHERE p.box = b.id),"
    " (SELECT coalesce(sum(pupils), 0) FROM box_class c WHERE c.box = b.id), b.twin_at,"
    " (SELECT coalesce(max(number), 0) FROM courier c WHERE c.box = b.id), b.temperature_c, b.clock_error_s,"
    " b.label, b.successor,"
    " NOT EXISTS (SELECT 1 FROM credential c WHERE c.box = b.id AND c.revoked_at IS NULL)"
    " FROM box b JOIN school s ON s.id = b.school"
)


def note_heard(db: Sql, box: str, at: datetime) -> None:
    """Keep that a box was heard from, though it sent no heartbeat."""
    db.execute("UPDATE box SET heard_at = ? WHERE id = ?", (utc_text(at), box))


def _box(row: tuple[str | int | float | None, ...]) -> Box:
    """Read a row of `_BOX`."""
    return Box(
        id=str(row[0]), school_id=str(row[1]), school=str(row[2]), municipality=str(row[3]),
        enrolled_at=datetime.fromisoformat(str(row[4])), heard_at=_time(row[5]), reported_at=_time(row[6]),
        version=str(row[7]), waiting=_number(row[8]), quarantined=_number(row[9]), disk_free_bytes=_number(row[10]),
        disk_total_bytes=_number(row[11]), clock_at=_time(row[12]), clock_trusted=bool(row[13]),
        packs=_number(row[14]), pupils=_number(row[15]), twin_at=_time(row[16]), couriers=_number(row[17]),
        temperature_c=float(row[18]) if row[18] is not None else None,
        clock_error_s=int(row[19]) if row[19] is not None else None,
        label=str(row[20]), successor=str(row[21]) if row[21] else None, withdrawn=bool(row[22]),
    )  # fmt: skip


def _time(value: str | float | None) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def _number(value: str | float | None) -> int:
    return value if isinstance(value, int) else 0
