"""Sealed transfers that wait at the hub for the box of another school (PROTOCOL section 11).

Promises: what was answered for is on the disk. A box sees its own sendings and those for its own school, nobody else's;
a sealed file goes with its receipt, everything of it when the box that sent it has the receipt or lets it go, and the
file alone on its last day. The hub holds no code and cannot open anything.

    sendings.begin(sender, sending_id, SendingAsked(...))
    sendings.take_piece(sender, sending_id, 0, raw).have_bytes
"""

import hashlib
from datetime import UTC, date, datetime, timedelta

import msgspec

from content_packs.clock import Clock
from content_packs.transfer import read_receipt
from sync.hub.accounts import Sender
from sync.hub.database import Database, Sql
from sync.hub.errors import (
    BadRequestError,
    ForbiddenError,
    NotFoundError,
    SendingAnsweredError,
    SendingConflictError,
    SendingsFullError,
)
from sync.hub.reports.places import Place
from sync.sending_wire import (
    PIECE_BYTES,
    SCHOOLS_MAX,
    SENDINGS_MAX,
    SchoolAt,
    Schools,
    SendingAsked,
    SendingForMe,
    Sendings,
    SendingState,
)

GOOD_DAYS = 60
"""For how long a sealed file waits: less than the 90 days for which it can be taken in."""
KNOWN_DAYS = 365
"""For how long it is told that one has expired, to a box that does not come."""
_LIVE = "EXISTS (SELECT 1 FROM credential c WHERE c.box = b.id AND c.revoked_at IS NULL)"
_SCHOOLS = f"""
SELECT DISTINCT s.public_id, s.name, s.municipality FROM school s JOIN box b ON b.school = s.id
JOIN sending_box a ON a.box = b.id WHERE b.id <> ? AND {_LIVE} ORDER BY s.municipality, s.name LIMIT ?
"""  # noqa: S608  our own words
_MINE = "SELECT id, state, have_bytes, receipt FROM sending WHERE from_box = ? ORDER BY begun_on, id LIMIT ?"
_FOR_ME = """
SELECT x.id, s.name, s.municipality, x.size_bytes, x.sha256, x.begun_on, x.last_day
FROM sending x JOIN box b ON b.id = x.from_box JOIN school s ON s.id = b.school
WHERE x.to_school = ? AND x.from_box <> ? AND x.state = 'waiting'
ORDER BY row_number() OVER (PARTITION BY x.from_box ORDER BY x.begun_on, x.id), x.begun_on, x.id LIMIT ?
"""
"""In turn of the boxes that send: none of them can hide what another sends behind forty of its own."""
_ONE = "SELECT id, from_box, to_school, size_bytes, sha256, have_bytes, state, receipt FROM sending WHERE id = ?"
_OVER = "SELECT 1 FROM sending WHERE last_day < ? AND state IN ('taking', 'waiting') OR last_day < ? LIMIT 1"
_SEEN = """
SELECT f.public_id, f.name, f.municipality, t.public_id, t.name, t.municipality, x.state, x.begun_on, x.last_day
FROM sending x JOIN box b ON b.id = x.from_box JOIN school f ON f.id = b.school JOIN school t ON t.id = x.to_school
WHERE (? IN ('', f.municipality) AND ? IN ('', f.public_id)) OR (? IN ('', t.municipality) AND ? IN ('', t.public_id))
ORDER BY x.begun_on, x.id LIMIT ?
"""
SEEN_MAX = 500
_NO_SUCH = "There is no such sending, or it is not for this box."


class _Row(msgspec.Struct, frozen=True):
    id: str
    from_box: str
    to_school: int
    size_bytes: int
    sha256: str
    have_bytes: int
    state: str
    receipt: str

    @property
    def told(self) -> SendingState:
        """What the box that sends it is told."""
        return msgspec.convert(
            {"sending": self.id, "state": self.state, "have_bytes": self.have_bytes, "receipt": self.receipt},
            SendingState,
        )


class SendingSeen(msgspec.Struct, frozen=True, array_like=True):
    """A sending as people of the ministry see it: which schools, how far, until when, and nothing of whom."""

    from_id: str
    from_school: str
    from_municipality: str
    to_id: str
    to_school: str
    to_municipality: str
    state: str
    begun_on: date
    last_day: date


class Carrier:
    """Carries sendings."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def schools(self, sender: Sender, known: str) -> Schools:
        """The schools that can be sent to; only their mark where the box knows that list.

        Raises:
            ForbiddenError: The sender is not a box.
        """
        with self._database.read() as db:
            rows = db.execute(_SCHOOLS, (_box(sender), SCHOOLS_MAX)).fetchall()
        schools = tuple(SchoolAt(str(row[0]), str(row[1]), str(row[2])) for row in rows)
        mark = hashlib.sha256(msgspec.json.encode(schools)).hexdigest()[:16]
        return Schools(mark=mark, schools=None if known == mark else schools)

    def all_of(self, sender: Sender) -> Sendings:
        """What is carried for a box; from then on its school can be sent to.

        Raises:
            ForbiddenError: The sender is not a box.
        """
        box = _box(sender)
        self._sweep()
        with self._database.read() as db:
            is_known = db.execute("SELECT 1 FROM sending_box WHERE box = ?", (box,)).fetchone()
            mine = db.execute(_MINE, (box, SENDINGS_MAX)).fetchall()
            for_me = db.execute(_FOR_ME, (sender.school, box, SENDINGS_MAX)).fetchall()
        if not is_known:
            with self._database.write() as db:
                db.execute("INSERT INTO sending_box (box) VALUES (?) ON CONFLICT DO NOTHING", (box,))
        return Sendings(
            mine=tuple(
                SendingState(sending=row[0], state=row[1], have_bytes=int(row[2]), receipt=row[3]) for row in mine
            ),
            for_me=tuple(
                SendingForMe(
                    sending=row[0], school=row[1], municipality=row[2], size_bytes=int(row[3]), sha256=row[4],
                    begun_on=date.fromisoformat(row[5]), last_day=date.fromisoformat(row[6]),
                )
                for row in for_me
            ),
        )  # fmt: skip

    def seen(self, place: Place) -> list[SendingSeen]:
        """What is on its way from or to the schools of a place, what waits for longest first."""
        self._sweep()
        ours = (place.municipality, place.school_id)
        with self._database.read() as db:
            rows = db.execute(_SEEN, (*ours, *ours, SEEN_MAX)).fetchall()
        return [msgspec.convert(tuple(row), SendingSeen) for row in rows]

    def begin(self, sender: Sender, sending: str, asked: SendingAsked) -> SendingState:
        """Take a sending on, or say how far it is.

        Raises:
            ForbiddenError: The sender is not a box.
            NotFoundError: No box of such a school can be sent to.
            SendingConflictError: This number stands for something else.
            SendingsFullError: The box has as many on their way as a hub carries for one.
        """
        box, today = _box(sender), self._today()
        with self._database.write() as db:
            school = _school_id(db, box, asked.to)
            found = _find(db, sending)
            if found is None:
                if db.execute("SELECT count(*) FROM sending WHERE from_box = ?", (box,)).fetchone()[0] >= SENDINGS_MAX:
                    raise SendingsFullError(f"A box may have {SENDINGS_MAX} sendings on their way.")
                db.execute(
                    "INSERT INTO sending (id, from_box, to_school, size_bytes, sha256, have_bytes, begun_on, last_day,"
                    " state) VALUES (?, ?, ?, ?, ?, 0, ?, ?, 'taking')",
                    (sending, box, school, asked.size_bytes, asked.sha256, today.isoformat(),
                     (today + timedelta(days=GOOD_DAYS)).isoformat()),
                )  # fmt: skip
                return SendingState(sending=sending, state="taking", have_bytes=0)
        if (found.from_box, found.to_school, found.size_bytes, found.sha256) != (
            box, school, asked.size_bytes, asked.sha256,
        ):  # fmt: skip
            raise SendingConflictError("This number stands for another sending.")
        return found.told

    def take_piece(self, sender: Sender, sending: str, begins: int, raw: bytes) -> SendingState:
        """Keep a piece, if it is the next one; the last one is kept only if the whole is what was announced.

        Raises:
            ForbiddenError: The sender is not a box.
            NotFoundError: It is not this box's.
            BadRequestError: The piece is empty, or more than was announced.
        """
        with self._database.write() as db:
            found = _of_sender(db, _box(sender), sending)
            if found.state != "taking" or begins != found.have_bytes:
                return found.told
            have = begins + len(raw)
            if not raw or have > found.size_bytes:
                raise BadRequestError("This piece is empty, or more than was announced.")
            db.execute("INSERT INTO sending_piece (sending, begins, bytes) VALUES (?, ?, ?)", (sending, begins, raw))
            is_whole = have == found.size_bytes
            if is_whole and hashlib.sha256(_whole(db, sending)).hexdigest() != found.sha256:
                db.execute("DELETE FROM sending_piece WHERE sending = ?", (sending,))
                have, is_whole = 0, False
            state = "waiting" if is_whole else "taking"
            db.execute("UPDATE sending SET have_bytes = ?, state = ? WHERE id = ?", (have, state, sending))
            return _of_sender(db, found.from_box, sending).told

    def piece(self, sender: Sender, sending: str, begins: int) -> bytes:
        """A piece of a file that waits for the school of a box.

        Raises:
            ForbiddenError: The sender is not a box.
            NotFoundError: It is not for this box, or does not wait any more.
        """
        box = _box(sender)
        with self._database.read() as db:
            found = _for_school(db, sender, box, sending)
            if found.state != "waiting":
                raise NotFoundError(_NO_SUCH)
            return _whole(db, sending)[begins : begins + PIECE_BYTES]

    def take_receipt(self, sender: Sender, sending: str, receipt: str) -> None:
        """Keep the receipt for the box that sent; the sealed file is no longer needed. Of one box the last counts.

        Raises:
            ForbiddenError: The sender is not a box.
            NotFoundError: It is not for this box, or is over.
            BadRequestError: It is no receipt.
            SendingAnsweredError: Another box of the school took the same file in before.
        """
        box, letter = _box(sender), read_receipt(receipt.encode())
        if letter is None:
            raise BadRequestError("This is no receipt, or something in it was changed.")
        with self._database.write() as db:
            found = _for_school(db, sender, box, sending)
            if found.state not in ("waiting", "answered"):
                raise NotFoundError(_NO_SUCH)
            before = read_receipt(found.receipt.encode())
            if before is not None and before.academy != letter.academy:
                raise SendingAnsweredError("Another box of this school has taken the same file in before.")
            db.execute("UPDATE sending SET state = 'answered', receipt = ? WHERE id = ?", (receipt, sending))
            db.execute("DELETE FROM sending_piece WHERE sending = ?", (sending,))

    def let_go(self, sender: Sender, sending: str) -> None:
        """Forget a sending, because the box that sent it has its receipt, or takes it back; fine if it is gone.

        Raises:
            ForbiddenError: The sender is not a box.
        """
        with self._database.write() as db:
            db.execute("DELETE FROM sending WHERE id = ? AND from_box = ?", (sending, _box(sender)))

    def _sweep(self) -> None:
        """Let go of files whose last day has passed, and of what nobody asks for any more."""
        today = self._today().isoformat()
        long_ago = (self._today() - timedelta(days=KNOWN_DAYS)).isoformat()
        with self._database.read() as db:
            if db.execute(_OVER, (today, long_ago)).fetchone() is None:
                return
        with self._database.write() as db:
            db.execute("DELETE FROM sending WHERE last_day < ?", (long_ago,))
            db.execute(
                "UPDATE sending SET state = 'expired', have_bytes = 0"
                " WHERE last_day < ? AND state IN ('taking', 'waiting')",
                (today,),
            )
            db.execute(
                "DELETE FROM sending_piece WHERE sending IN (SELECT id FROM sending WHERE state = 'expired')"
            )

    def _today(self) -> date:
        now: datetime = self._clock.now()
        return now.astimezone(UTC).date()


def _box(sender: Sender) -> str:
    if sender.box is None:
        raise ForbiddenError("Only a box has sendings.")
    return sender.box


def _school_id(db: Sql, box: str, public_id: str) -> int:
    query = (
        "SELECT s.id FROM school s JOIN box b ON b.school = s.id JOIN sending_box a ON a.box = b.id"  # noqa: S608
        f" WHERE s.public_id = ? AND b.id <> ? AND {_LIVE}"
    )
    row = db.execute(query, (public_id, box)).fetchone()
    if row is None:
        raise NotFoundError("No box of such a school can be sent to.")
    return int(row[0])


def _find(db: Sql, sending: str) -> _Row | None:
    row = db.execute(_ONE, (sending,)).fetchone()
    return _Row(*row) if row else None


def _of_sender(db: Sql, box: str, sending: str) -> _Row:
    found = _find(db, sending)
    if found is None or found.from_box != box:
        raise NotFoundError(_NO_SUCH)
    return found


def _for_school(db: Sql, sender: Sender, box: str, sending: str) -> _Row:
    found = _find(db, sending)
    if found is None or found.to_school != sender.school or found.from_box == box:
        raise NotFoundError(_NO_SUCH)
    return found


def _whole(db: Sql, sending: str) -> bytes:
    rows = db.execute("SELECT bytes FROM sending_piece WHERE sending = ? ORDER BY begins", (sending,))
    return b"".join(bytes(row[0]) for row in rows)
