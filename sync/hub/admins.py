"""People who look at the hub's pages: who they are, what they may see, their passwords.

A person sees everything, one municipality or one school (`Place`). Who sees more than a school may care for its boxes
(`sync.hub.care`); all else is changed by a person at the machine, with `schoolbox-hub`.

    admins = Admins(database, clock)
    admins.sign_in("Drita", "three long words")      # an Admin, or None
"""

import threading

import msgspec

from content_packs.clock import Clock
from sync.hub.database import Database, Sql
from sync.hub.errors import BadRequestError, NotFoundError, TooManyTriesError
from sync.hub.keyed import hash_password, password_matches
from sync.hub.reports.places import EVERYTHING, Place, key_of_municipality, place_of_school

PASSWORD_LENGTH_MIN = 10
PASSWORDS_AT_ONCE = 4
"""Half of the threads of a hub: guessing leaves the others to boxes."""
_NO_PASSWORD = f"scrypt:{2**15}:{bytes(16).hex()}:{bytes(32).hex()}"
_ADMIN = (
    "SELECT a.id, a.name, a.epoch, a.municipality, a.password_hash, s.id, s.municipality, s.public_id, s.name,"
    " a.publisher"
    " FROM admin a LEFT JOIN school s ON s.id = a.school"
)


class Admin(msgspec.Struct, frozen=True):
    """A person who may look at a place, or sends packs of one `publisher`; a session is good for one `epoch`."""

    id: int
    name: str
    epoch: int
    place: Place
    publisher: str = ""


class Admins:
    """The people of one hub."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._turns = threading.BoundedSemaphore(PASSWORDS_AT_ONCE)

    def add(
        self, name: str, password: str, salt: bytes, place: Place = EVERYTHING, *, publisher: str = ""
    ) -> None:
        """Make a person's account: of somebody who sees a place, or of somebody who sends packs of a publisher.

        Raises:
            BadRequestError: The name is taken or empty, or the password is shorter than 10 characters.
        """
        self.check(name, password)
        tidy = " ".join(name.split())
        hashed = hash_password(password, salt)
        with self._database.write() as db:
            if db.execute("SELECT 1 FROM admin WHERE name = ?", (tidy,)).fetchone():
                raise BadRequestError(f"There is somebody called {tidy} already.")
            db.execute(
                "INSERT INTO admin (name, password_hash, created_at, municipality, school, publisher)"
                " VALUES (?, ?, ?, ?, (SELECT id FROM school WHERE public_id = ?), ?)",
                (tidy, hashed, self._clock.now().isoformat(), place.municipality, place.school_id, publisher),
            )

    @staticmethod
    def check(name: str, password: str) -> None:
        """Check what a new account needs.

        Raises:
            BadRequestError: The name is empty, or the password is shorter than 10 characters.
        """
        if not name.split():
            raise BadRequestError("A name is needed.")
        _check_password(password)

    def all(self) -> list[Admin]:
        """Give everybody, by name."""
        with self._database.read() as db:
            return [_admin(row) for row in db.execute(f"{_ADMIN} ORDER BY a.name")]

    def set_password(self, name: str, password: str, salt: bytes) -> None:
        """Give somebody another password; their sessions end.

        Raises:
            NotFoundError: Nobody is called so.
            BadRequestError: The password is shorter than 10 characters.
        """
        _check_password(password)
        hashed = hash_password(password, salt)
        with self._database.write() as db:
            self._change(db, "UPDATE admin SET password_hash = ?, epoch = epoch + 1 WHERE name = ?", hashed, name=name)

    def remove(self, name: str) -> None:
        """Let somebody in no longer; their sessions end.

        Raises:
            NotFoundError: Nobody is called so.
        """
        with self._database.write() as db:
            self._change(db, "DELETE FROM admin WHERE name = ?", name=name)

    def sign_in(self, name: str, password: str) -> Admin | None:
        """Let a person in; takes as long for a name that does not exist.

        Raises:
            TooManyTriesError: Others are being let in; a password is slow work, and boxes must not wait for it.
        """
        with self._database.read() as db:
            row = db.execute(f"{_ADMIN} WHERE a.name = ?", (" ".join(name.split()),)).fetchone()
        if not self._turns.acquire(blocking=False):
            raise TooManyTriesError(retry_after_s=2)
        try:
            good = password_matches(password, str(row[4]) if row else _NO_PASSWORD)
        finally:
            self._turns.release()
        return _admin(row) if row and good else None

    def of_session(self, admin_id: int, epoch: int) -> Admin | None:
        """Find the person of a session, if it was not ended everywhere."""
        with self._database.read() as db:
            row = db.execute(f"{_ADMIN} WHERE a.id = ? AND a.epoch = ?", (admin_id, epoch)).fetchone()
        return _admin(row) if row else None

    @staticmethod
    def _change(db: Sql, query: str, *values: str, name: str) -> None:
        tidy = " ".join(name.split())
        if not db.execute(query, (*values, tidy)).rowcount:
            raise NotFoundError(f"Nobody here is called {tidy}.")


def _check_password(password: str) -> None:
    if len(password) < PASSWORD_LENGTH_MIN:
        raise BadRequestError(f"A password of at least {PASSWORD_LENGTH_MIN} characters is needed.")


def _admin(row: tuple[int, str, int, str, str, int | None, str, str, str, str]) -> Admin:
    """Read a row of `_ADMIN`."""
    number, name, epoch, municipality, _, school, home, public_id, school_name, publisher = row
    if school is not None:
        place = place_of_school(school, home, public_id, school_name)
    else:
        place = Place(key_of_municipality(municipality), municipality) if municipality else EVERYTHING
    return Admin(int(number), str(name), int(epoch), place, publisher)
