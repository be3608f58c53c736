"""Which programs may come in: boxes and others, by key and secret; people are in `sync.hub.admins`.

    accounts = Accounts(database, keyed)
    sender = accounts.sender("key", "secret")
"""

from collections.abc import Collection

import msgspec

from sync.hub.database import Database, Sql
from sync.hub.errors import ForbiddenError, NotSignedInError
from sync.hub.keyed import Keyed
from sync.hub.scopes import READ, READ_ALL, STANDARD, may
from sync.hub.terms import Terms

_NOBODY = bytes(32)


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """A program that signed in: whose statements it writes (`owner`), its `school` or 0, whose packs it sends or ''.

    `label` is what people called it when they let it in, or empty.
    """

    credential: int
    key: str
    owner: int
    scopes: frozenset[str]
    box: str | None
    school: int
    publisher: str = ""
    label: str = ""

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


_SENDER = (
    "SELECT c.id, c.key, c.secret_hash, c.owner, c.scopes, c.box, coalesce(b.school, 0), c.publisher, c.label"
    " FROM credential c LEFT JOIN box b ON b.id = c.box"
)


class Accounts:
    """Credentials of one hub."""

    def __init__(self, database: Database, keyed: Keyed) -> None:
        self._database = database
        self._keyed = keyed

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


def sender_of(db: Sql, credential: int) -> Sender:
    """Give whom a credential belongs to, also if it was withdrawn since."""
    return _sender(db.execute(f"{_SENDER} WHERE c.id = ?", (credential,)).fetchone())


def insert_credential(  # noqa: PLR0913  the columns of one row
    db: Sql,
    key: str,
    secret_hash: bytes,
    *,
    at: str,
    label: str = "",
    scopes: Collection[str] = STANDARD,
    box: str | None = None,
    publisher: str = "",
) -> None:
    """Write a credential; statements of a box belong to the box, whatever credential it has today."""
    owner_name = f"box:{box}" if box else f"credential:{key}"
    terms = Terms(db)
    terms.learn([owner_name])
    db.execute(
        "INSERT INTO credential (key, secret_hash, owner, box, scopes, label, created_at, publisher)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (key, secret_hash, terms[owner_name], box, " ".join(scopes), label, at, publisher),
    )


def _sender(row: tuple[int, str, bytes, int, str, str | None, int, str, str]) -> Sender:
    """Read a row of `_SENDER`."""
    return Sender(
        credential=int(row[0]), key=str(row[1]), owner=int(row[3]), scopes=frozenset(row[4].split()), box=row[5],
        school=int(row[6]), publisher=str(row[7]), label=str(row[8]),
    )  # fmt: skip
