"""Boxes without a line ask on a stick to be taken in, and a person at the hub says to which school (PROTOCOL 13).

Promises: the same request gives the same answer, however often it comes; an answer is given out only after what it
gives is on the hub's disk; a secret is kept as a keyed hash, and in the answer sealed for the box alone.

    asked = requests.take(raw)
    bound = requests.bind(asked.box, "Agimi", "Gjilan")
    bound.answer, bound.check_number
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime

import msgspec

from content_packs.clock import Clock
from sync.enrolment_files import EnrolmentRequest, Given, check_number, read_request, request_mark, write_answer
from sync.hub.courier_keys import CourierKeys
from sync.hub.database import Database, Sql
from sync.hub.deeds import COMMAND, note
from sync.hub.enrolments import Enrolments, Newcomer, SchoolRow, tidy_names
from sync.hub.errors import BadRequestError, CodeError, NotFoundError

WAITING_MAX = 1_000
"""Anybody may bring a request; no more than this wait for a person."""
_ASKED = "SELECT sha256, box, raw, came_at, answered_at, answer FROM enrolment_request"


class Asked(msgspec.Struct, frozen=True):
    """A request the hub has; `answer` is there as soon as somebody said which school it is for."""

    mark: str
    box: str
    version: str
    came_at: datetime
    answered_at: datetime | None
    answer: bytes | None
    check_number: str


class RequestParts(msgspec.Struct, frozen=True):
    """What requests are answered with; `endpoint` is where the hub is, if the box ever has a line."""

    database: Database
    enrolments: Enrolments
    keys: CourierKeys
    title: str
    endpoint: str


class Requests:
    """The door for boxes that come on a stick."""

    def __init__(self, parts: RequestParts, clock: Clock, token_bytes: Callable[[int], bytes]) -> None:
        self._of = parts
        self._clock = clock
        self._token_bytes = token_bytes

    def take(self, raw: bytes, *, municipality: str = "") -> Asked:
        """Take a request in; one with a code is answered at once, any other waits for a person.

        Args:
            raw: The file.
            municipality: That of whoever brings it, whose people then see it; empty for the ministry.

        Raises:
            BadRequestError: It is no request, something of it was changed, or too many wait.
            CodeError: Its code is not good, the box belongs to another school, its answer was withdrawn, or another
                box carries its number.
        """
        letter = read_request(raw)
        if letter is None:
            raise BadRequestError(
                "This is no request of a box, or it was changed on the way. Have the box write it onto the stick again."
            )
        mark = request_mark(raw)
        with self._of.database.write() as db:
            _refuse_withdrawn(db, mark)
            self._keep(db, mark, raw, letter.public)
            if municipality:
                db.execute("UPDATE enrolment_request SET municipality = ? WHERE sha256 = ?", (municipality, mark))
            if letter.said.code and _unanswered(db, mark):
                school = self._of.enrolments.school_of_code(db, letter.said.code)
                self._admit(db, letter.said, (mark, letter.public), school)
                self._of.enrolments.use_up(db, letter.said.code, letter.said.box)
        return self._one("sha256 = ?", mark)

    def bind(self, box: str, school: str, municipality: str) -> Asked:
        """Take a box in that asked, as one of a school; the school is made if it is new. Again gives the same answer.

        Raises:
            NotFoundError: No box with this number asked.
            BadRequestError: A name is empty or too long.
            CodeError: The box belongs to another school, or another box carries its number.
        """
        return self.bind_request(self._one("box = ?", box).mark, (school, municipality), by=COMMAND)

    def bind_request(self, mark: str, school: tuple[str, str], *, by: str) -> Asked:
        """Take the box of one request in; otherwise as `bind`."""
        names = tidy_names(*school)
        with self._of.database.write() as db:
            raw, public = db.execute("SELECT raw, public FROM enrolment_request WHERE sha256 = ?", (mark,)).fetchone()
            letter = read_request(bytes(raw))
            if letter is not None and _unanswered(db, mark):
                self._admit(db, letter.said, (mark, str(public)), self._of.enrolments.school(db, *names))
                note(db, "taken-in", by=by, at=self._clock.now(), box=letter.said.box, detail=", ".join(names))
        return self._one("sha256 = ?", mark)

    def one(self, mark: str, municipality: str) -> Asked:
        """Find a request that the people of a municipality brought; empty for the ministry, which sees all.

        Raises:
            NotFoundError: There is none.
        """
        return self._one("sha256 = ? AND ? IN ('', municipality)", mark, municipality)

    def waiting(self, municipality: str = "") -> list[Asked]:
        """Give the requests that wait for a person, the oldest first."""
        return self._those("answer IS NULL AND ? IN ('', municipality) ORDER BY came_at, sha256", municipality)

    def answered(self, municipality: str) -> list[Asked]:
        """Give the requests that were answered last, the newest first."""
        where = "answer IS NOT NULL AND ? IN ('', municipality) ORDER BY answered_at DESC LIMIT 20"
        return self._those(where, municipality)

    def _those(self, where: str, municipality: str) -> list[Asked]:
        with self._of.database.read() as db:
            rows = db.execute(f"{_ASKED} WHERE {where}", (municipality,)).fetchall()
        return [self._asked(row) for row in rows]

    def _keep(self, db: Sql, mark: str, raw: bytes, public: str) -> None:
        """Write a request down in the place of an older one that the same key wrote and nobody answered."""
        letter = read_request(raw)
        box = letter.said.box if letter else ""
        if not db.execute("SELECT 1 FROM enrolment_request WHERE sha256 = ?", (mark,)).fetchone():
            db.execute(
                "DELETE FROM enrolment_request WHERE box = ? AND public = ? AND answer IS NULL", (box, public)
            )
            many = db.execute("SELECT count(*) FROM enrolment_request WHERE answer IS NULL").fetchone()[0]
            if many >= WAITING_MAX:
                raise BadRequestError("Too many requests wait for somebody at this hub. Bring this one again later.")
        db.execute(
            "INSERT INTO enrolment_request (sha256, box, public, raw, came_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (mark, box, public, raw, self._clock.now().isoformat()),
        )

    def _admit(
        self, db: Sql, request: EnrolmentRequest, signed: tuple[str, str], school: SchoolRow
    ) -> None:
        """Write box, credential, key for couriers and answer, all of it in the transaction that is open."""
        mark, public = signed
        _refuse_other_key(db, request.box, public)
        secret = urlsafe_b64encode(self._token_bytes(32)).rstrip(b"=").decode("ascii")
        key = self._of.enrolments.admit(db, Newcomer(request.box, secret, request.version), school=school.row)
        db.execute("UPDATE box SET public = ? WHERE id = ?", (public, request.box))
        given = Given(
            endpoint=self._of.endpoint, key=key, secret=secret, school_id=school.public_id, school=school.name,
            municipality=school.municipality, hub=self._of.title, courier=self._of.keys.told,
        )  # fmt: skip
        db.execute(
            "UPDATE enrolment_request SET answer = ?, key = ?, answered_at = ? WHERE sha256 = ?",
            (write_answer(request, mark, given, self._of.keys.sign), key, self._clock.now().isoformat(), mark),
        )

    def _one(self, where: str, *values: str) -> Asked:
        """Find the newest request.

        Raises:
            NotFoundError: There is none.
        """
        with self._of.database.read() as db:
            row = db.execute(f"{_ASKED} WHERE {where} ORDER BY came_at DESC LIMIT 1", values).fetchone()
        if row is None:
            raise NotFoundError("No box with this number asked. Read the stick with its request first.")
        return self._asked(row)

    def _asked(self, row: tuple[str, str, bytes, str, str | None, bytes | None]) -> Asked:
        letter = read_request(bytes(row[2]))
        return Asked(
            mark=row[0], box=row[1], version=letter.said.version if letter else "",
            came_at=datetime.fromisoformat(row[3]), answered_at=datetime.fromisoformat(row[4]) if row[4] else None,
            answer=bytes(row[5]) if row[5] else None, check_number=check_number(self._of.keys.told.receipts, row[0]),
        )  # fmt: skip


def _unanswered(db: Sql, mark: str) -> bool:
    """Whether nobody answered yet."""
    query = "SELECT 1 FROM enrolment_request WHERE sha256 = ? AND answer IS NULL"
    return db.execute(query, (mark,)).fetchone() is not None


def _refuse_withdrawn(db: Sql, mark: str) -> None:
    """Stop at a request whose answer is good no longer.

    Raises:
        CodeError: What it gave was withdrawn, or replaced by something newer.
    """
    query = (
        "SELECT 1 FROM enrolment_request r JOIN credential c ON c.key = r.key"
        " WHERE r.sha256 = ? AND c.revoked_at IS NOT NULL"
    )
    if db.execute(query, (mark,)).fetchone():
        message = "What this request was answered with is good no longer. Have the box write a new request."
        raise CodeError(reason="request-ended", message=message)


def _refuse_other_key(db: Sql, box: str, public: str) -> None:
    """Stop at a request with the number of a box that has another key: the number is no secret.

    Raises:
        CodeError: Another box has this number, and is let in.
    """
    query = (
        "SELECT 1 FROM box b JOIN credential c ON c.box = b.id AND c.revoked_at IS NULL"
        " WHERE b.id = ? AND b.public IS NOT NULL AND b.public <> ?"
    )
    if db.execute(query, (box, public)).fetchone():
        message = (
            "A box with this number is known here by another key. If that one is gone or was set up anew, withdraw it"
            " first; otherwise this request is not of that box."
        )
        raise CodeError(reason="box-other-key", message=message)
