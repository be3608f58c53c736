"""What the school allows: watching as a guest, changing PINs, sending records, keeping classes, staying signed in.

It also chooses the languages that the pages speak.

Promises: kept in the database, read at most every half minute by each program, so that a page costs no query. Until
somebody decides otherwise, everybody may look at lessons, PINs are given by teachers, and these add pupils to their
classes and correct names, but put nobody away; and no name goes to the ministry's identity office, since names leave a
school only where somebody there has decided so.

    policy.allowed().guests_watch    # True
"""

import threading

import msgspec
from msgspec.structs import fields

from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.db.models import Setting
from schoolbox.services.events import Events
from sync.languages import LANGUAGES

KEPT_S = 30.0
IDLE, OFFERED, FIRST = "idle_minutes", "languages", "first_language"
IDLE_CHOICES = (5, 10, 15, 20, 30, 45, 60, 90)
"""A shared tablet wants few minutes, a lab where everybody has a seat many."""


class Allowed(msgspec.Struct, frozen=True):
    """What is allowed; after `idle_minutes` of doing nothing pupils are signed out, 0 stands for the settings file.

    `languages` are those that the school offers, all if there are none; `first_language` is that of a first visit,
    empty for that of the device.
    """

    guests_watch: bool = True
    pupils_change_pin: bool = False
    consent_first: bool = False
    teachers_add_pupils: bool = True
    teachers_put_away: bool = False
    national_addresses: bool = False
    idle_minutes: int = 0
    languages: tuple[str, ...] = ()
    first_language: str = ""


_SWITCHES = tuple(field.name for field in fields(Allowed) if isinstance(field.default, bool))


class Policy:
    """Reads and sets what is allowed."""

    def __init__(self, db: Database, *, clock: Clock, events: Events, idle_minutes: int, language: str) -> None:
        self._db = db
        self._idle_minutes = idle_minutes
        self._language = language
        self._clock = clock
        self._events = events
        self._lock = threading.Lock()
        self._kept: tuple[float, Allowed] | None = None

    def allowed(self) -> Allowed:
        """What is allowed now."""
        with self._lock:
            now_s = self._clock.monotonic_s()
            if self._kept is None or now_s - self._kept[0] > KEPT_S:
                self._kept = (now_s, self._read())
            return self._kept[1]

    def idle_minutes(self) -> int:
        """After how many minutes without doing anything a pupil is signed out."""
        return self.allowed().idle_minutes or self._idle_minutes

    def languages(self) -> tuple[str, ...]:
        """The languages that the pages may speak here."""
        allowed = self.allowed().languages
        return tuple(tag for tag in LANGUAGES if tag in allowed) or LANGUAGES

    def language(self) -> str:
        """The language where nobody asks for another."""
        tags = self.languages()
        return next((tag for tag in (self.allowed().first_language, self._language) if tag in tags), tags[0])

    def set(self, allowed: Allowed, *, by: int) -> None:
        """Decide what is allowed from now on; `by` is who decides."""
        values: dict[str, int | str] = {key: int(getattr(allowed, key)) for key in _SWITCHES}
        values |= {IDLE: allowed.idle_minutes, OFFERED: " ".join(allowed.languages), FIRST: allowed.first_language}

        def keep() -> None:
            for key, value in values.items():
                self._db.run(Setting.insert(key=key, value=str(value)).on_conflict_replace())
            self._events.note("policy_set", by=by, **values)

        self._db.write(keep)
        with self._lock:
            self._kept = None

    def _read(self) -> Allowed:
        keys = (*_SWITCHES, IDLE, OFFERED, FIRST)
        decided = dict(self._db.fetch(_pair, Setting.select(Setting.key, Setting.value).where(Setting.key.in_(keys))))
        return Allowed(
            **{key: decided[key] == "1" for key in _SWITCHES if key in decided},
            idle_minutes=int(decided.get(IDLE, "0")), languages=tuple(decided.get(OFFERED, "").split()),
            first_language=decided.get(FIRST, ""),
        )  # fmt: skip


def _pair(key: str, value: str) -> tuple[str, str]:
    return key, value
