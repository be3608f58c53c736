"""Which boxes may ask: a hub that the office trusts introduces each, and each has a secret of its own for the office.

The office keeps a keyed hash of the secret. A hub's signature says which school a box stands in, and opens nothing by
itself: whoever holds it without the secret is nobody here, and the key of the hub's statements is not asked for.

    boxes.introduce(shown)              # Introduced(key=..., domain=...)
    boxes.asker(key, secret)            # Asker(registration=4, box="0123...")
"""

import hashlib
import sqlite3
from collections.abc import Callable

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from content_packs.clock import Clock
from sync.hub.engines.sqlite import SqliteDatabase
from sync.hub.errors import IntroductionError, NotFoundError, NotSignedInError
from sync.hub.keyed import Keyed
from sync.identity_wire import SIGNED_AS, Introduced, Introduction, IntroductionShown
from sync.wire import decode_record

LEAP = 100
"""How far numbers behind a name jump when an older copy was restored."""
_NOBODY = bytes(32)
_OF_BOX = "SELECT id, key, ended_at FROM registration WHERE secret_hash = ? AND box = ?"


class Asker(msgspec.Struct, frozen=True):
    """A box that signed in: its introduction, and its own number, which stays when it is introduced anew."""

    registration: int
    box: str


class KnownBox(msgspec.Struct, frozen=True):
    """A box as people of the office see it."""

    box: str
    school: str
    municipality: str
    introduced_at: str
    people: int


class OfficeBoxes:
    """The boxes of one office."""

    def __init__(
        self,
        database: SqliteDatabase,
        keyed: Keyed,
        clock: Clock,
        hubs: tuple[str, ...],
        token_hex: Callable[[int], str],
    ) -> None:
        self._database = database
        self._keyed = keyed
        self._clock = clock
        self._hubs = tuple(Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)) for key in hubs)
        self._token_hex = token_hex

    def introduce(self, shown: IntroductionShown) -> Introduced:
        """Take a box in; the same words give the same answer, a newer introduction of a box ends the older one.

        Raises:
            IntroductionError: No hub of this office signed it, it is for another secret, or it has ended.
        """
        said = self._checked(shown)
        secret_hash, now = self._keyed.digest(shown.secret), self._clock.now().isoformat()
        with self._database.write() as db:
            row = db.execute(_OF_BOX, (secret_hash, said.box_id)).fetchone()
            if row is not None and row[2] is not None:
                raise IntroductionError(
                    reason="introduction-ended", message="This introduction has ended. The box needs a new secret."
                )
            key = str(row[1]) if row else self._take_in(db, said, secret_hash, now)
            domain = str(db.execute("SELECT value FROM setting WHERE key = 'domain'").fetchone()[0])
        return Introduced(key=key, domain=domain)

    def asker(self, key: str, secret: str) -> Asker:
        """Let a box in.

        Raises:
            NotSignedInError: The key is unknown or has ended, or the secret is wrong; which, is not said.
        """
        with self._database.read() as db:
            row = db.execute(
                "SELECT id, box, secret_hash FROM registration WHERE key = ? AND ended_at IS NULL", (key,)
            ).fetchone()
        if not self._keyed.matches(secret, bytes(row[2]) if row else _NOBODY) or not row:
            raise NotSignedInError("The key or the secret is wrong, or they have ended. Introduce this box again.")
        return Asker(int(row[0]), str(row[1]))

    def all(self) -> list[KnownBox]:
        """Give every box that may ask, with how many people it asked for last."""
        query = (
            "SELECT r.box, r.school, r.municipality, r.introduced_at,"
            " (SELECT count(*) FROM number n JOIN registration o ON o.id = n.registration WHERE o.box = r.box)"
            " FROM registration r WHERE r.ended_at IS NULL ORDER BY r.municipality, r.school, r.box"
        )
        with self._database.read() as db:
            rows = db.execute(query).fetchall()
        return [KnownBox(str(row[0]), str(row[1]), str(row[2]), str(row[3]), int(row[4])) for row in rows]

    def withdraw(self, box: str) -> int:
        """Let a box ask no longer; its people keep their addresses. A newer introduction lets it in again.

        Raises:
            NotFoundError: No box of this number may ask.
        """
        with self._database.write() as db:
            ended = db.execute(
                "UPDATE registration SET ended_at = ? WHERE box = ? AND ended_at IS NULL",
                (self._clock.now().isoformat(), box),
            )
        if not ended.rowcount:
            raise NotFoundError("No such box may ask here.")
        return ended.rowcount

    def withdraw_all(self) -> int:
        """Let every box introduce itself anew and bring the addresses it has: after an older copy was restored.

        What is new until then gets higher numbers, so that nobody is given what a box is still to bring.
        """
        with self._database.write() as db:
            db.execute("UPDATE base SET next = max(next, 2) + ?", (LEAP,))
            ended = db.execute(
                "UPDATE registration SET ended_at = ? WHERE ended_at IS NULL", (self._clock.now().isoformat(),)
            )
        return ended.rowcount

    def _take_in(self, db: sqlite3.Connection, said: Introduction, secret_hash: bytes, now: str) -> str:
        db.execute("UPDATE registration SET ended_at = ? WHERE box = ? AND ended_at IS NULL", (now, said.box_id))
        key = f"idn-{self._token_hex(9)}"
        try:
            db.execute(
                "INSERT INTO registration (key, secret_hash, box, school_id, school, municipality, introduced_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (key, secret_hash, said.box_id, said.school_id, said.school, said.municipality, now),
            )
        except sqlite3.IntegrityError as exc:
            raise IntroductionError(
                reason="introduction-ended", message="This secret is another box's. The box needs a new one."
            ) from exc
        return key

    def _checked(self, shown: IntroductionShown) -> Introduction:
        """Read what a hub signed."""
        signed, signature = SIGNED_AS + shown.introduction.encode(), bytes.fromhex(shown.signature)
        if not any(_signed_by(hub, signature, signed) for hub in self._hubs):
            raise IntroductionError(
                reason="hub-unknown", message="No hub that this office trusts has signed this introduction."
            )
        try:
            said = decode_record(shown.introduction.encode(), Introduction)
        except msgspec.DecodeError as exc:
            raise IntroductionError(
                reason="introduction-forged", message="The introduction is not what the protocol says."
            ) from exc
        if hashlib.sha256(shown.secret.encode()).hexdigest() != said.secret_sha256:
            raise IntroductionError(
                reason="introduction-forged", message="The introduction is for another secret than this one."
            )
        return said


def _signed_by(hub: Ed25519PublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        hub.verify(signature, signed)
    except InvalidSignature:
        return False
    return True
