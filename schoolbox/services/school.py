"""Which school this box stands in, and the box's own number.

Promises: `box_id` and `school_id` are random 128-bit numbers made once and never changed; the name that stands on every
page is kept in memory for half a minute, so that a page costs no query and a change by the command line still shows.
"""

import secrets
import threading
from collections.abc import Callable

import msgspec
import peewee

from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.db.models import Setting
from schoolbox.errors import BadInputError
from schoolbox.services.school_called import decide_school

NAME_LENGTH_MAX = 120
KEPT_S = 30.0
_KEYS = ("school_name", "municipality", "box_id", "school_id")


class SchoolFacts(msgspec.Struct, frozen=True):
    """The school as it signs upstream; name and municipality are empty until the box is claimed."""

    name: str
    municipality: str
    box_id: str
    school_id: str


class School:
    """Reads and sets what the box knows of its school."""

    def __init__(self, db: Database, *, clock: Clock, token_hex: Callable[[int], str] = secrets.token_hex) -> None:
        self._db = db
        self._clock = clock
        self._token_hex = token_hex
        self._lock = threading.Lock()
        self._kept: tuple[float, SchoolFacts] | None = None

    def name(self) -> str:
        """The school as pages show it: `Shkolla „Agimi”, Gjilan`; empty until it is set."""
        facts = self.facts()
        return ", ".join(part for part in (facts.name, facts.municipality) if part)

    def facts(self) -> SchoolFacts:
        """Everything the box knows of its school; its numbers are made when they are first asked for."""
        with self._lock:
            now_s = self._clock.monotonic_s()
            if self._kept is None or now_s - self._kept[0] > KEPT_S:
                self._kept = (now_s, self._read())
            return self._kept[1]

    def set(self, name: str, municipality: str) -> None:
        """Give the school its name; it holds unless the hub's does (`school_called`).

        Raises:
            BadInputError: The name is empty, or one of the two is too long or holds a line break.
        """
        values = {"school_name": " ".join(name.split()), "municipality": " ".join(municipality.split())}
        if not values["school_name"]:
            raise BadInputError(field="school", problem="it is empty")
        for field, value in values.items():
            if len(value) > NAME_LENGTH_MAX or not value.isprintable():
                raise BadInputError(field=field, problem=f"it has more than {NAME_LENGTH_MAX} letters or odd signs")
        self._db.write(lambda: decide_school(self._db, *values.values()))
        self.refresh()

    def refresh(self) -> None:
        """Read the name anew for the next page; whoever sets it inside a larger change calls this after it."""
        with self._lock:
            self._kept = None

    def _read(self) -> SchoolFacts:
        found = self._stored()
        missing = {key: self._token_hex(16) for key in ("box_id", "school_id") if key not in found}
        if missing:
            self._db.write(lambda: [self._db.run(_once(key, value)) for key, value in missing.items()])
            found = self._stored()
        return SchoolFacts(
            found.get("school_name", ""), found.get("municipality", ""), found["box_id"], found["school_id"]
        )

    def _stored(self) -> dict[str, str]:
        query = Setting.select(Setting.key, Setting.value).where(Setting.key.in_(_KEYS))
        return dict(self._db.fetch(_pair, query))


def _once(key: str, value: str) -> peewee.Query:
    """An insert that leaves what is there: another process may have made the number a moment ago."""
    return Setting.insert(key=key, value=value).on_conflict_ignore()


def _pair(key: str, value: str) -> tuple[str, str]:
    return key, value
