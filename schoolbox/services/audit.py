"""Who of the staff looked at or changed what is kept of whom, for the school to read.

Promises: every look and every change is kept with its time, as numbers: names are looked up when somebody reads, and
whoever was erased stays a number. The same look at the same thing within an hour is one row, because an SD card wears
out; changes are always kept. A look that cannot be written (a full disk) is logged and stops nobody from teaching. The
newest `KEPT` rows stay, by their order and never by their date: a school of 100 teachers writes some 100,000 a year.

    audit.note(by=3, code="pupil_seen", person_id=17, class_id=2)
    audit.page(AuditFilter(person_id=17)).rows
"""

import logging
import threading
from datetime import UTC, datetime

import msgspec

from content_packs.clock import Clock
from schoolbox import logs
from schoolbox.db.database import Database
from schoolbox.db.privacy_models import Audit as AuditRowModel
from schoolbox.errors import WriteFailedError

LOG = logging.getLogger(__name__)
KEPT = 300_000
SWEEP_EVERY = 1_000
SAME_LOOK_S = 3_600.0
LOOKS_REMEMBERED = 5_000
SHOWN = 100
_PAGE = """
SELECT a.id, a.happened_at, a.code, a.by_id, coalesce(b.given_name || ' ' || b.surname, ''),
       a.person_id, coalesce(p.given_name || ' ' || p.surname, ''), a.class_id, coalesce(c.name, '')
  FROM audit a LEFT JOIN person b ON b.id = a.by_id LEFT JOIN person p ON p.id = a.person_id
  LEFT JOIN school_class c ON c.id = a.class_id
 WHERE a.id < ?1 AND (?2 = 0 OR a.person_id = ?2) AND (?3 = 0 OR a.by_id = ?3) AND (?4 = 0 OR a.class_id = ?4)
 ORDER BY a.id DESC LIMIT ?5
"""


class AuditFilter(msgspec.Struct, frozen=True):
    """Which rows to read; 0 for any. `before` is the number of a row: only older ones."""

    person_id: int = 0
    by_id: int = 0
    class_id: int = 0
    before: int = 0


class AuditRow(msgspec.Struct, frozen=True):
    """One look or change; names are empty for people and classes that are gone, `by_id` is 0 for the command line."""

    id: int
    happened_at: datetime
    code: str
    by_id: int
    by_name: str
    person_id: int
    person_name: str
    class_id: int
    class_name: str


class AuditPage(msgspec.Struct, frozen=True):
    """Some rows, newest first; `older` is the `before` of the next page, 0 at the end."""

    rows: tuple[AuditRow, ...]
    older: int


class Audit:
    """Writes and reads the log."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._lock = threading.Lock()
        self._looks: dict[tuple[int, str, int, int], float] = {}

    def note(self, *, by: int, code: str, person_id: int = 0, class_id: int = 0) -> None:
        """Keep that somebody changed something; inside or outside a larger change.

        Raises:
            WriteFailedError: It could not be kept.
        """
        happened_at = self._clock.now().astimezone(UTC).isoformat(timespec="seconds")
        row = {"happened_at": happened_at, "by_id": by, "code": code, "person_id": person_id, "class_id": class_id}

        def keep() -> None:
            newest = self._db.run(AuditRowModel.insert(**row))
            if newest % SWEEP_EVERY == 0:
                self._db.run(AuditRowModel.delete().where(AuditRowModel.id <= newest - KEPT))

        self._db.write(keep)

    def note_look(self, *, by: int, code: str, person_id: int = 0, class_id: int = 0) -> None:
        """Keep that somebody looked at something, unless the same was kept within the hour."""
        key, now_s = (by, code, person_id, class_id), self._clock.monotonic_s()
        with self._lock:
            if now_s - self._looks.get(key, -SAME_LOOK_S) < SAME_LOOK_S:
                return
        if not self.note_done(by=by, code=code, person_id=person_id, class_id=class_id):
            return
        with self._lock:
            self._looks.pop(key, None)
            self._looks[key] = now_s
            while len(self._looks) > LOOKS_REMEMBERED:
                del self._looks[next(iter(self._looks))]

    def note_done(self, *, by: int, code: str, person_id: int = 0, class_id: int = 0) -> bool:
        """Keep what has been done already: where that fails it is logged, and nobody is told that the rest did."""
        try:
            self.note(by=by, code=code, person_id=person_id, class_id=class_id)
        except WriteFailedError as exc:
            LOG.warning(logs.line("not_in_the_audit", by=by, code=code, problem=exc.problem))
            return False
        return True

    def page(self, wanted: AuditFilter, *, limit: int = SHOWN) -> AuditPage:
        """The newest rows that are wanted."""
        before = wanted.before or 2**62
        values = (before, wanted.person_id, wanted.by_id, wanted.class_id, limit + 1)
        rows = self._db.fetch_sql(_row, _PAGE, values)
        return AuditPage(tuple(rows[:limit]), rows[limit - 1].id if len(rows) > limit else 0)


def _row(number: int, happened_at: str, *rest: str | int) -> AuditRow:
    code, by_id, by_name, person_id, person_name, class_id, class_name = rest
    return AuditRow(
        number, datetime.fromisoformat(happened_at), str(code), int(by_id), str(by_name), int(person_id),
        str(person_name), int(class_id), str(class_name),
    )  # fmt: skip
