"""Keys and secrets of other programs: made, listed, ended. Boxes get theirs by enrolling (`sync.hub.enrolments`).

    issued = CredentialDesk(database, keyed, clock).add("reports", ["statements/read"], secrets.token_urlsafe)
"""

from collections.abc import Callable, Collection

import msgspec

from content_packs.clock import Clock
from content_packs.paths import is_publisher_id
from sync.hub.accounts import insert_credential
from sync.hub.database import Database
from sync.hub.errors import BadRequestError, NotFoundError
from sync.hub.keyed import Keyed
from sync.hub.scopes import PROPOSE, checked


class Issued(msgspec.Struct, frozen=True):
    """A credential as it is shown once."""

    key: str
    secret: str
    scopes: tuple[str, ...]


class Known(msgspec.Struct, frozen=True):
    """A credential as it is listed: never with its secret, which the hub does not have."""

    key: str
    label: str
    scopes: tuple[str, ...]
    publisher: str
    created_at: str
    revoked_at: str | None


class CredentialDesk:
    """Credentials of programs that are no boxes."""

    def __init__(self, database: Database, keyed: Keyed, clock: Clock) -> None:
        self._database = database
        self._keyed = keyed
        self._clock = clock

    def add(
        self, label: str, scopes: Collection[str], token: Callable[[int], str], *, publisher: str = ""
    ) -> Issued:
        """Make a credential.

        Raises:
            BadRequestError: A scope is unknown, or there is none, or the publisher does not go with it.
        """
        if (PROPOSE in scopes) != bool(publisher) or (publisher and not is_publisher_id(publisher)):
            raise BadRequestError(f"Name the publisher whose packs it sends, with the scope {PROPOSE}.")
        issued = Issued(key=f"lrs-{token(12)}", secret=token(32), scopes=checked(scopes))
        with self._database.write() as db:
            insert_credential(
                db, issued.key, self._keyed.digest(issued.secret), at=self._clock.now().isoformat(), label=label,
                scopes=issued.scopes, publisher=publisher,
            )  # fmt: skip
        return issued

    def all(self) -> list[Known]:
        """Give every credential, the oldest first."""
        with self._database.read() as db:
            rows = db.execute(
                "SELECT key, label, scopes, publisher, created_at, revoked_at FROM credential"
                " WHERE box IS NULL ORDER BY id"
            ).fetchall()
        return [Known(row[0], row[1], tuple(row[2].split()), row[3], row[4], row[5]) for row in rows]

    def revoke(self, key: str) -> None:
        """End a credential; what it sent stays. Asking again is harmless.

        Raises:
            NotFoundError: No program has this key.
        """
        with self._database.write() as db:
            if db.execute("SELECT 1 FROM credential WHERE key = ? AND box IS NULL", (key,)).fetchone() is None:
                raise NotFoundError("No program has this key. A box is let go with: schoolbox-hub box withdraw.")
            db.execute(
                "UPDATE credential SET revoked_at = ? WHERE key = ? AND revoked_at IS NULL",
                (self._clock.now().isoformat(), key),
            )
