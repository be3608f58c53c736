"""Signing in and out, and knowing who is there.

Promises: the token of a session is 256 random bits; only its SHA-256 is stored. What was wrong is never said (no such
person, wrong PIN, wrong role look alike and take the same time). Tries are spaced by `Throttle`, which locks nobody.

How long a session lasts is counted by the monotonic clock, because a box may wake up in another year. A pupil is signed
out after some minutes without a request, since the next child may hold the same tablet; a reporting video is a request,
so nobody is signed out in the middle of a film. Teachers and technicians stay for a school day. When the whole box
started anew (another boot id), nobody knows how long it was off: a pupil's session is over, which costs a PIN; staff
stay signed in, because a power cut in the middle of a lesson must not stop the lesson. A restart of the program alone
is the same boot and ends nothing.

    token = sign_in.sign_in_pin(person_id, "4711", device="192.168.8.23/5f2c")
    sign_in.viewer(token)    # Viewer(short_name="Arta K.", ...)
"""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable
from datetime import UTC

import msgspec
import peewee

from content_packs.clock import Clock
from schoolbox import logs
from schoolbox.db.database import Database
from schoolbox.db.models import Person
from schoolbox.db.models import Session as SessionRow
from schoolbox.db.national_address_models import NationalAddress
from schoolbox.errors import SignInError, WriteFailedError
from schoolbox.services.events import Events
from schoolbox.services.logins import plain
from schoolbox.services.password_gate import PasswordGate
from schoolbox.services.people import People
from schoolbox.services.short_names import short_names
from schoolbox.services.throttle import Throttle
from schoolbox.services.viewers import Viewer

LOG = logging.getLogger(__name__)
STAFF_IDLE_S = 10 * 3600.0
SEEN_EVERY_S = 60.0
SESSIONS_MAX = 10
_UNKNOWN_SLOTS = 1024
_VIEWER_SQL = """
SELECT p.id, p.role, p.given_name, p.surname, p.actor_id, p.language, s.boot_id, s.seen_monotonic_s,
       c.id, c.name, coalesce(p.grade, c.grade),
       (SELECT group_concat(q.id || x'1f' || q.surname, x'1e') FROM membership n JOIN person q ON q.id = n.person_id
         WHERE n.class_id = c.id AND q.role = 'pupil' AND q.archived_at IS NULL AND q.given_name = p.given_name),
       p.pictures
  FROM session s JOIN person p ON p.id = s.person_id
  LEFT JOIN school_class c ON p.role = 'pupil'
       AND c.id = (SELECT min(m.class_id) FROM membership m JOIN school_class d ON d.id = m.class_id
                    WHERE m.person_id = p.id AND d.archived_at IS NULL)
 WHERE s.token_sha256 = ? AND p.archived_at IS NULL
"""


class _Found(msgspec.Struct, frozen=True):
    """A session with its person, as one query brings them."""

    person_id: int
    role: str
    given_name: str
    surname: str
    actor_id: str
    language: str
    boot_id: str
    seen_s: float
    class_id: int | None
    class_name: str | None
    grade: int | None
    namesakes: str | None
    pictures: int

    def viewer(self) -> Viewer:
        return Viewer(
            self.person_id, self.role, self.given_name, self._short_name(), self.actor_id, self.language,
            self.class_id, self.class_name or "", self.grade, pictures=bool(self.pictures),
        )  # fmt: skip

    def _short_name(self) -> str:
        alike = {self.person_id: self.surname}
        for pair in (self.namesakes or "").split("\x1e"):
            number, _, surname = pair.partition("\x1f")
            if number:
                alike[int(number)] = surname
        return short_names([(number, self.given_name, surname) for number, surname in alike.items()])[self.person_id]


class _Secret(msgspec.Struct, frozen=True):
    person_id: int
    kind: str
    secret: str


class SignIn:
    """Checks PINs and passwords, and keeps the sessions."""

    def __init__(  # noqa: PLR0913 - each is one collaborator, named
        self,
        db: Database,
        *,
        clock: Clock,
        boot_id: str,
        people: People,
        throttle: Throttle,
        events: Events,
        idle_minutes: Callable[[], int],
        token_urlsafe: Callable[[int], str] = secrets.token_urlsafe,
    ) -> None:
        self._db = db
        self._clock = clock
        self._boot_id = boot_id
        self._people = people
        self._throttle = throttle
        self._events = events
        self._idle_minutes = idle_minutes
        self._token_urlsafe = token_urlsafe
        self._gate = PasswordGate(clock)

    def sign_in_pin(self, person_id: int, pin: str, *, device: str, kind: str = "") -> str:
        """Sign a pupil in; returns the token for the cookie.

        Args:
            person_id: Who says to be there.
            pin: What was typed; three pictures as `services.pictures` writes them.
            device: `address/cookie`.
            kind: `phone`, `tablet`, `computer` or empty, for the teacher's list.

        Raises:
            SignInError: Not the PIN of this pupil.
            ThrottledError: Too many tries for this pupil; the PIN was not looked at.
        """
        self._check_pin(person_id, pin, device=device)
        return self.start(person_id, kind=kind)

    def change_pin(self, person_id: int, old: str, new: str, *, device: str, kind: str = "") -> str:
        """Let a pupil take another PIN; returns the token of a new session, every other one is over.

        Raises:
            SignInError: The old one is not the PIN of this pupil.
            ThrottledError: Too many tries for this pupil; the old PIN was not looked at.
            BadInputError: The new one is not four digits, or too easy.
        """
        self._check_pin(person_id, old, device=device)
        self._people.take_pin(person_id, new)
        return self.start(person_id, kind=kind)

    def _check_pin(self, person_id: int, pin: str, *, device: str) -> None:
        found = self._secret((Person.id == person_id) & (Person.role == "pupil"))
        key = f"person:{person_id}" if found else f"unknown:{_slot(str(person_id))}"
        self._take(key, device, person_id=person_id)
        right = hmac.compare_digest(found.secret if found else "", self._people.pin_mark(person_id, pin))
        if found is None or found.kind != "pin" or not right:
            LOG.info(logs.line("sign_in_refused", person=person_id))
            raise SignInError
        self._throttle.right(key, device)

    def sign_in_password(self, login: str, password: str, *, device: str, kind: str = "") -> str:
        """Sign a teacher or technician in, by login or address; returns the token for the cookie.

        Raises:
            SignInError: No such login, or not its password; the caller cannot tell which.
            ThrottledError: Too many tries for this login, or too many at once; the password was not looked at.
        """
        wanted = ".".join(plain(part).replace(" ", "") for part in login[:100].split("."))
        whose = Person.login == wanted
        if "@" in login:
            known = NationalAddress.address == login.strip().casefold()[:400]
            whose = Person.id.in_(NationalAddress.select(NationalAddress.person_id).where(known))
        found = self._secret(whose & (Person.role != "pupil"))
        key = f"person:{found.person_id}" if found else f"unknown:{_slot(wanted)}"
        stored = found.secret if found and found.kind == "password" else None
        with self._gate.turn(device):
            self._take(key, device, person_id=found.person_id if found else 0)
            right = self._people.passwords.verify(password, stored)
        if not right or found is None:
            self._gate.wrong(device)
            LOG.info(logs.line("sign_in_refused", person=found.person_id if found else 0))
            raise SignInError
        self._throttle.right(key, device)
        return self.start(found.person_id, kind=kind)

    def start(self, person_id: int, *, kind: str = "") -> str:
        """Begin a session without asking for a secret: for a claim or a card that was just proven, and for tests."""
        token = self._token_urlsafe(32)
        now_at = self._clock.now().astimezone(UTC).isoformat(timespec="seconds")
        seen_s = self._clock.monotonic_s()

        def keep() -> None:
            self._tidy(person_id, seen_s)
            self._db.run(
                SessionRow.insert(
                    token_sha256=_hash(token), person_id=person_id, started_at=now_at,
                    boot_id=self._boot_id, seen_monotonic_s=seen_s, device=kind,
                )
            )  # fmt: skip
            self._db.run(Person.update(seen_at=now_at).where(Person.id == person_id))

        self._db.write(keep)
        LOG.info(logs.line("signed_in", person=person_id))
        return token

    def viewer(self, token: str) -> Viewer | None:
        """Who a token belongs to, or None if it is unknown or its time is over; being asked counts as being there."""
        found = next(iter(self._db.fetch_sql(_Found, _VIEWER_SQL, (_hash(token),))), None)
        if found is None:
            return None
        now_s = self._clock.monotonic_s()
        if self._is_over(found, now_s):
            self._forget(token)
            return None
        if found.boot_id != self._boot_id or now_s - found.seen_s >= SEEN_EVERY_S:
            self._mark_seen(token, now_s)
        return found.viewer()

    def sign_out(self, token: str) -> None:
        """End a session; fine if there is none."""
        self._db.write(lambda: self._db.run(SessionRow.delete().where(SessionRow.token_sha256 == _hash(token))))

    def _is_over(self, found: _Found, now_s: float) -> bool:
        if found.role == "pupil":
            return found.boot_id != self._boot_id or now_s - found.seen_s > 60.0 * self._idle_minutes()
        return found.boot_id == self._boot_id and now_s - found.seen_s > STAFF_IDLE_S

    def _forget(self, token: str) -> None:
        try:
            self.sign_out(token)
        except WriteFailedError:
            LOG.warning(logs.line("session_not_removed"))  # a full disk: it is over all the same

    def _mark_seen(self, token: str, now_s: float) -> None:
        query = SessionRow.update(boot_id=self._boot_id, seen_monotonic_s=now_s)
        try:
            self._db.write(lambda: self._db.run(query.where(SessionRow.token_sha256 == _hash(token))))
        except WriteFailedError:
            LOG.warning(logs.line("session_not_refreshed"))  # a full disk must not keep anybody from watching

    def _tidy(self, person_id: int, now_s: float) -> None:
        """Remove sessions of pupils that are over, and the oldest of somebody who has very many."""
        self._db.run_sql(
            "DELETE FROM session WHERE (boot_id <> ? OR seen_monotonic_s < ?)"
            " AND person_id IN (SELECT id FROM person WHERE role = 'pupil')",
            (self._boot_id, now_s - 60.0 * self._idle_minutes()),
        )
        self._db.run_sql(
            "DELETE FROM session WHERE token_sha256 IN (SELECT token_sha256 FROM session WHERE person_id = ?"
            " ORDER BY boot_id = ? DESC, seen_monotonic_s DESC LIMIT -1 OFFSET ?)",
            (person_id, self._boot_id, SESSIONS_MAX - 1),
        )

    def _secret(self, whose: peewee.Expression) -> _Secret | None:
        query = Person.select(Person.id, Person.secret_kind, Person.secret)
        return self._db.first(_Secret, query.where(whose, Person.archived_at.is_null()))

    def _take(self, key: str, device: str, *, person_id: int) -> None:
        if self._throttle.take(key, device):
            self._events.note("sign_in_guessing", person=person_id)
            LOG.warning(logs.line("sign_in_guessing", person=person_id))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _slot(login: str) -> int:
    """Somebody who does not exist shares one of few places, so that made-up names cannot fill the memory."""
    return int.from_bytes(hashlib.sha256(login.encode()).digest()[:4], "big") % _UNKNOWN_SLOTS
