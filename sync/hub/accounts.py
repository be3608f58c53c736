"""Who may come in: boxes and other programs by key and secret, people of the ministry by name and password.

    accounts = Accounts(database, keyed, clock)
    sender = accounts.sender("key", "secret")
"""

import sqlite3
import threading
from collections.abc import Collection

import msgspec

from content_packs.clock import Clock
from sync.hub.database import Database
from sync.hub.errors import BadRequestError, ForbiddenError, NotSignedInError, TooManyTriesError
from sync.hub.keyed import Keyed, hash_password, password_matches
from sync.hub.scopes import READ, READ_ALL, STANDARD, may
from sync.hub.terms import Terms

PASSWORD_LENGTH_MIN = 10
PASSWORDS_AT_ONCE = 4
"""Half of the threads of a hub: guessing leaves the others to boxes."""
_NOBODY = bytes(32)
_NO_PASSWORD = f"scrypt:{2**15}:{bytes(16).hex()}:{bytes(32).hex()}"


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """A program that signed in: `owner` is whose statements it writes, `school` is 0 unless it is a box."""

    credential: int
    key: str
    owner: int
    scopes: frozenset[str]
    box: str | None
    school: int

    @property
    def sees(self) -> int | None:
        """Whose statements it may read: None is everybody's."""
        return None if may(self.scopes, READ, READ_ALL) else self.owner

    def require(self, *enough: str) -> None:
        """Refuse what it may not do.

        Raises:
            ForbiddenError: None of the scopes that are enough was given to it.
        """
        if not may(self.scopes, *enough):
            raise ForbiddenError(f"This credential may not do this; it would need the scope {enough[0]}.")


class Admin(msgspec.Struct, frozen=True):
    """A person of the ministry; a session is good for one `epoch`."""

    id: int
    name: str
    epoch: int


_SENDER = (
    "SELECT c.id, c.key, c.secret_hash, c.owner, c.scopes, c.box, coalesce(b.school, 0)"
    " FROM credential c LEFT JOIN box b ON b.id = c.box"
)


class Accounts:
    """Credentials and administrators of one hub."""

    def __init__(self, database: Database, keyed: Keyed, clock: Clock) -> None:
        self._database = database
        self._keyed = keyed
        self._clock = clock
        self._turns = threading.BoundedSemaphore(PASSWORDS_AT_ONCE)

    def sender(self, key: str, secret: str) -> Sender:
        """Let a program in.

        Raises:
            NotSignedInError: The key is unknown or withdrawn, or the secret is wrong; which, is not said.
        """
        with self._database.read() as db:
            row = db.execute(f"{_SENDER} WHERE c.key = ? AND c.revoked_at IS NULL", (key,)).fetchone()
        if not self._keyed.matches(secret, bytes(row[2]) if row else _NOBODY) or not row:
            raise NotSignedInError("The key or the secret is wrong, or they were withdrawn. Enrol this box again.")
        return _sender(row)

    def sender_of_box(self, box: str) -> Sender | None:
        """Give a box that proved otherwise who it is; None if it was withdrawn."""
        with self._database.read() as db:
            row = db.execute(f"{_SENDER} WHERE c.box = ? AND c.revoked_at IS NULL", (box,)).fetchone()
        return _sender(row) if row else None

    def add_admin(self, name: str, password: str, salt: bytes) -> None:
        """Make a person's account.

        Raises:
            BadRequestError: The name is taken or empty, or the password is shorter than 10 characters.
        """
        self.check_admin(name, password)
        tidy = " ".join(name.split())
        hashed = hash_password(password, salt)
        try:
            with self._database.write() as db:
                db.execute(
                    "INSERT INTO admin (name, password_hash, created_at) VALUES (?, ?, ?)",
                    (tidy, hashed, self._clock.now().isoformat()),
                )
        except sqlite3.IntegrityError as exc:
            raise BadRequestError(f"There is somebody called {tidy} already.") from exc

    @staticmethod
    def check_admin(name: str, password: str) -> None:
        """Check what a new account needs.

        Raises:
            BadRequestError: The name is empty, or the password is shorter than 10 characters.
        """
        if not name.split() or len(password) < PASSWORD_LENGTH_MIN:
            raise BadRequestError(f"A name, and a password of at least {PASSWORD_LENGTH_MIN} characters, are needed.")

    def admin(self, name: str, password: str) -> Admin | None:
        """Let a person in; takes as long for a name that does not exist.

        Raises:
            TooManyTriesError: Others are being let in; a password is slow work, and boxes must not wait for it.
        """
        with self._database.read() as db:
            row = db.execute(
                "SELECT id, name, epoch, password_hash FROM admin WHERE name = ?", (" ".join(name.split()),)
            ).fetchone()
        if not self._turns.acquire(blocking=False):
            raise TooManyTriesError(retry_after_s=2)
        try:
            good = password_matches(password, str(row[3]) if row else _NO_PASSWORD)
        finally:
            self._turns.release()
        return Admin(int(row[0]), str(row[1]), int(row[2])) if row and good else None

    def admin_of_session(self, admin_id: int, epoch: int) -> Admin | None:
        """Find the person of a session, if it was not ended everywhere."""
        with self._database.read() as db:
            query = "SELECT id, name, epoch FROM admin WHERE id = ? AND epoch = ?"
            row = db.execute(query, (admin_id, epoch)).fetchone()
        return Admin(int(row[0]), str(row[1]), int(row[2])) if row else None


def insert_credential(  # noqa: PLR0913  the columns of one row
    db: sqlite3.Connection,
    key: str,
    secret_hash: bytes,
    *,
    at: str,
    label: str = "",
    scopes: Collection[str] = STANDARD,
    box: str | None = None,
) -> None:
    """Write a credential; statements of a box belong to the box, whatever credential it has today."""
    owner_name = f"box:{box}" if box else f"credential:{key}"
    terms = Terms(db)
    terms.learn([owner_name])
    db.execute(
        "INSERT INTO credential (key, secret_hash, owner, box, scopes, label, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (key, secret_hash, terms[owner_name], box, " ".join(scopes), label, at),
    )


def _sender(row: tuple[int, str, bytes, int, str, str | None, int]) -> Sender:
    """Read a row of `_SENDER`."""
    return Sender(
        credential=int(row[0]), key=str(row[1]), owner=int(row[3]), scopes=frozenset(row[4].split()), box=row[5],
        school=int(row[6]),
    )  # fmt: skip
