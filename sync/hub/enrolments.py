"""Codes and boxes: a ministry makes a code for a school, a box trades it for its credentials (PROTOCOL section 5).

    made = enrolments.make_code("Agimi", "Gjilan")
    enrolments.redeem(EnrolRequest(code=made.code, ...))
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec

from content_packs.clock import Clock
from sync.enrolment import tidy_code
from sync.hub.accounts import insert_credential
from sync.hub.database import Database, Sql
from sync.hub.errors import BadRequestError, CodeError
from sync.hub.keyed import Keyed
from sync.hub.school_names import school_called
from sync.hub.succession import end_credentials, succeed
from sync.wire import EnrolAnswer, EnrolRequest

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""32 signs without I, L, O and U: 8 of them are 40 bits."""
_CODE_LENGTH = 8


class MadeCode(msgspec.Struct, frozen=True):
    """A code as it is shown once, and the school it is for."""

    code: str
    school_id: str
    school: str
    municipality: str


class SchoolRow(msgspec.Struct, frozen=True):
    """A school: its row, and what boxes hear of it."""

    row: int
    public_id: str
    name: str
    municipality: str


class Newcomer(msgspec.Struct, frozen=True):
    """A box that is taken in."""

    box_id: str
    secret: str
    version: str


class Enrolments:
    """Codes of one hub, and what they become."""

    def __init__(self, database: Database, keyed: Keyed, clock: Clock, token_bytes: Callable[[int], bytes]) -> None:
        self._database = database
        self._keyed = keyed
        self._clock = clock
        self._token_bytes = token_bytes

    def make_code(self, school: str, municipality: str) -> MadeCode:
        """Make a one-time code for a school; the school is made if it is new.

        Raises:
            BadRequestError: A name is empty or longer than 120 characters.
        """
        names = tidy_names(school, municipality)
        with self._database.write() as db:
            return self._code(db, self.school(db, *names))

    def make_codes(self, schools: Iterable[tuple[str, str]], keep: Callable[[Sequence[MadeCode]], None]) -> None:
        """Make a code for each school and municipality, all or none: `keep` is told them before they count.

        Raises:
            BadRequestError: A name is empty or longer than 120 characters.
        """
        names = [tidy_names(*each) for each in schools]
        with self._database.write() as db:
            keep([self._code(db, self.school(db, *each)) for each in names])

    def code_after(self, db: Sql, dead: str) -> MadeCode:
        """Make a code, within a transaction, for the box that takes the place of a dead one."""
        row = db.execute(
            "SELECT s.id, s.public_id, s.name, s.municipality FROM box b JOIN school s ON s.id = b.school"
            " WHERE b.id = ?", (dead,)
        ).fetchone()  # fmt: skip
        return self._code(db, SchoolRow(int(row[0]), str(row[1]), str(row[2]), str(row[3])), replaces=dead)

    def _code(self, db: Sql, school: SchoolRow, *, replaces: str | None = None) -> MadeCode:
        letters = "".join(LETTERS[byte % 32] for byte in self._token_bytes(_CODE_LENGTH))
        db.execute(
            "INSERT INTO code (hash, school, created_at, replaces) VALUES (?, ?, ?, ?)",
            (self._keyed.digest(letters), school.row, self._clock.now().isoformat(), replaces),
        )
        return MadeCode(f"{letters[:4]}-{letters[4:]}", school.public_id, school.name, school.municipality)

    def school(self, db: Sql, name: str, municipality: str) -> SchoolRow:
        """Find a school by its names, or by one that it had, within a transaction; it is made if it is new."""
        found = school_called(db, name, municipality)
        if found is None:
            db.execute(
                "INSERT INTO school (public_id, name, municipality, created_at) VALUES (?, ?, ?, ?)",
                (self._token_bytes(8).hex(), name, municipality, self._clock.now().isoformat()),
            )
            found = school_called(db, name, municipality)
        row = db.execute("SELECT id, public_id, name, municipality FROM school WHERE id = ?", (found,)).fetchone()
        return SchoolRow(int(row[0]), str(row[1]), str(row[2]), str(row[3]))

    def school_of_code(self, db: Sql, typed: str) -> SchoolRow:
        """Say which school a code is for that came on a stick, within a transaction.

        Raises:
            CodeError: The code is unknown, withdrawn or used.
        """
        row = db.execute(
            "SELECT c.withdrawn_at, c.used_at, s.id, s.public_id, s.name, s.municipality"
            " FROM code c JOIN school s ON s.id = c.school WHERE c.hash = ?",
            (self._keyed.digest(tidy_code(typed)),),
        ).fetchone()
        _refuse_ended(row)
        if row[1] is not None:
            raise CodeError(reason="code-used", message="This code was used already. Ask for a new one.")
        return SchoolRow(int(row[2]), str(row[3]), str(row[4]), str(row[5]))

    def use_up(self, db: Sql, typed: str, box_id: str) -> None:
        """Mark a code as used by a box that was taken in, within a transaction; a dead one it is for ends for good."""
        now, digest = self._clock.now(), self._keyed.digest(tidy_code(typed))
        db.execute("UPDATE code SET used_at = ?, box = ? WHERE hash = ?", (now.isoformat(), box_id, digest))
        dead = db.execute("SELECT replaces FROM code WHERE hash = ?", (digest,)).fetchone()[0]
        if dead not in (None, box_id):
            succeed(db, str(dead), box_id, at=now)

    def redeem(self, request: EnrolRequest, hub: str) -> EnrolAnswer:
        """Take a box in; asking again with the same words gives the same answer.

        Raises:
            CodeError: The code is unknown, withdrawn, was used by another box or with another secret, or the box
                belongs to another school.
        """
        code_hash = self._keyed.digest(tidy_code(request.code))
        with self._database.write() as db:
            row = db.execute(
                "SELECT c.withdrawn_at, c.box, s.id, s.public_id, s.name, s.municipality"
                " FROM code c JOIN school s ON s.id = c.school WHERE c.hash = ?",
                (code_hash,),
            ).fetchone()
            _refuse_ended(row)
            key = self._known(db, request) if row[1] else self._take_in(db, request, school=int(row[2]))
            if key is None or row[1] not in (None, request.box_id):
                raise CodeError(reason="code-used", message="This code was used already. Ask for a new one.")
        return EnrolAnswer(key=key, school_id=str(row[3]), school=str(row[4]), municipality=str(row[5]), hub=hub)

    def _known(self, db: Sql, request: EnrolRequest) -> str | None:
        """Find the credential of a box that asks again with the same secret."""
        row = db.execute(
            "SELECT key, secret_hash FROM credential WHERE box = ? AND revoked_at IS NULL", (request.box_id,)
        ).fetchone()
        return str(row[0]) if row and self._keyed.matches(request.secret, bytes(row[1])) else None

    def _take_in(self, db: Sql, request: EnrolRequest, *, school: int) -> str:
        """Write box, credential and used code."""
        newcomer = Newcomer(request.box_id, request.secret, request.version)
        key = self.admit(db, newcomer, school=school)
        self.use_up(db, request.code, request.box_id)
        return key

    def admit(self, db: Sql, request: Newcomer, *, school: int) -> str:
        """Write box and credential, within a transaction, and give the key; older credentials of the box end.

        The number of a box is no secret, it is announced on its school's network: a code of another school together
        with it must not give away what the box sent, so a person at the hub lets the box go before it can move.

        Raises:
            CodeError: It belongs to another school.
        """
        lives_at = db.execute(
            "SELECT b.school FROM box b JOIN credential c ON c.box = b.id AND c.revoked_at IS NULL WHERE b.id = ?",
            (request.box_id,),
        ).fetchone()
        if lives_at and int(lives_at[0]) != school:
            message = "This box belongs to another school. The hub must withdraw it there first."
            raise CodeError(reason="box-elsewhere", message=message)
        now = self._clock.now()
        move_box(db, request.box_id, school, at=now)
        db.execute(
            "INSERT INTO box (id, school, enrolled_at, version) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET enrolled_at = excluded.enrolled_at, version = excluded.version,"
            " successor = NULL",
            (request.box_id, school, now.isoformat(), request.version),
        )
        end_credentials(db, request.box_id, at=now)
        key = f"box-{self._token_bytes(9).hex()}"
        insert_credential(db, key, self._keyed.digest(request.secret), at=now.isoformat(), box=request.box_id)
        return key


def tidy_names(school: str, municipality: str) -> tuple[str, str]:
    """Bring the names of a school and its municipality into one form.

    Raises:
        BadRequestError: One is empty or longer than 120 characters.
    """
    names = " ".join(school.split()), " ".join(municipality.split())
    if not all(0 < len(name) <= 120 and name.isprintable() for name in names):
        raise BadRequestError("A school and a municipality are needed, each of at most 120 characters.")
    return names


def move_box(db: Sql, box_id: str, school: int, *, at: datetime) -> None:
    """Give a box to a school, within a transaction; what it recorded at the one before stays there (PROTOCOL 5.8)."""
    row = db.execute("SELECT school FROM box WHERE id = ?", (box_id,)).fetchone()
    if row is None or int(row[0]) == school:
        return
    db.execute(
        "INSERT INTO box_school (box, school, until_at) VALUES (?, ?, ?)"
        " ON CONFLICT (box, school) DO UPDATE SET until_at = excluded.until_at",
        (box_id, int(row[0]), at.isoformat()),
    )
    db.execute("DELETE FROM box_school WHERE box = ? AND school = ?", (box_id, school))
    db.execute("UPDATE box SET school = ? WHERE id = ?", (school, box_id))


def _refuse_ended(row: tuple[object, ...] | None) -> None:
    """Stop at a code that does not stand here, or was withdrawn.

    Raises:
        CodeError: One of both.
    """
    if row is None:
        raise CodeError(reason="code-unknown", message="There is no such code. Look at every letter again.")
    if row[0] is not None:
        raise CodeError(reason="code-withdrawn", message="This code was withdrawn. Ask for a new one.")
