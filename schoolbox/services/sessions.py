"""Who of a class is signed in, on which kind of device; and signing them out from the teacher's desk.

Promises: a class's own teacher only, and pupils of that class only. A session is named by the first half of the hash
of its token, with which nobody can come in. What a pupil did before being signed out stays.

    sessions.of_class(teacher_id, class_id).rows
    sessions.end(teacher_id, class_id, key)
"""

import logging
from collections.abc import Callable

import msgspec

from content_packs.clock import Clock
from schoolbox import logs
from schoolbox.db.database import Database
from schoolbox.errors import NotFoundError
from schoolbox.services.classes import Classes
from schoolbox.services.people import People
from schoolbox.services.people_rows import ClassRow

LOG = logging.getLogger(__name__)
_PUPILS = (
    "SELECT p.id FROM membership m JOIN person p ON p.id = m.person_id"
    " WHERE m.class_id = ? AND p.role = 'pupil' AND p.archived_at IS NULL"
)
_OPEN_SQL = f"""
SELECT substr(token_sha256, 1, 32), person_id, device, seen_monotonic_s FROM session
 WHERE person_id IN ({_PUPILS}) AND boot_id = ? AND seen_monotonic_s >= ?
"""  # noqa: S608 - a constant of this module
_END_SQL = f"DELETE FROM session WHERE person_id IN ({_PUPILS}) AND (? = '' OR substr(token_sha256, 1, 32) = ?)"  # noqa: S608


class OpenSession(msgspec.Struct, frozen=True):
    """A pupil who is signed in.

    `device` is `phone`, `tablet`, `computer` or empty; `quiet_minutes` since the last page, give or take one.
    """

    key: str
    person_id: int
    short_name: str
    device: str
    quiet_minutes: int


class SessionsPage(msgspec.Struct, frozen=True):
    """A class and who of it is signed in, by name."""

    school_class: ClassRow
    rows: tuple[OpenSession, ...]


class Sessions:
    """Lists and ends the sessions of a class."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Clock,
        boot_id: str,
        people: People,
        classes: Classes,
        idle_minutes: Callable[[], int],
    ) -> None:
        self._db = db
        self._clock = clock
        self._boot_id = boot_id
        self._people = people
        self._classes = classes
        self._idle_minutes = idle_minutes

    def of_class(self, teacher_id: int, class_id: int) -> SessionsPage:
        """Who of a class is signed in now.

        Raises:
            NotFoundError: It is not a class of this teacher.
        """
        school_class = self._own(teacher_id, class_id)
        now_s = self._clock.monotonic_s()
        names = {row.person_id: row.short_name for row in self._people.pupils(class_id)}

        def opened(key: str, person_id: int, device: str, seen_s: float) -> OpenSession:
            return OpenSession(key, person_id, names.get(person_id, ""), device, int((now_s - seen_s) // 60))

        rows = self._db.fetch_sql(opened, _OPEN_SQL, (class_id, self._boot_id, now_s - 60.0 * self._idle_minutes()))
        order = list(names)
        return SessionsPage(school_class, tuple(sorted(rows, key=lambda row: (order.index(row.person_id), row.key))))

    def end(self, teacher_id: int, class_id: int, key: str = "") -> None:
        """Sign out one session of a class, or all of them; fine if it has ended by itself.

        Raises:
            NotFoundError: It is not a class of this teacher.
        """
        self._own(teacher_id, class_id)
        self._db.write(lambda: self._db.run_sql(_END_SQL, (class_id, key, key)))
        LOG.info(logs.line("sessions_ended", by=teacher_id, school_class=class_id, all=int(not key)))

    def _own(self, teacher_id: int, class_id: int) -> ClassRow:
        found = next((row for row in self._classes.of_teacher(teacher_id) if row.id == class_id), None)
        if found is None:
            raise NotFoundError(kind="class", key=str(class_id))
        return found
