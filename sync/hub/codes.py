"""The one-time codes that nobody has used yet: who may still come in, and ending one that went astray.

Promises: a code is not kept, so none can be shown again; each is named by a mark that opens nothing.

    codes.open("Gjilan")[0].mark
    codes.withdraw(mark, by="Nora")
"""

from datetime import datetime

import msgspec

from content_packs.clock import Clock
from sync.hub.database import Database, Sql
from sync.hub.deeds import note
from sync.hub.errors import NotFoundError

_MARK_BYTES = 8


class OpenCode(msgspec.Struct, frozen=True):
    """A code that still lets a box in; `replaces` is the number of the dead box it is for, or empty."""

    mark: str
    school: str
    municipality: str
    made_at: datetime
    replaces: str


class Codes:
    """The open codes of one hub."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def open(self, municipality: str = "") -> list[OpenCode]:
        """Give those of a municipality, or all, the newest first."""
        with self._database.read() as db:
            return [code for code, _ in _open(db, municipality)]

    def withdraw(self, mark: str, municipality: str = "", *, by: str) -> OpenCode:
        """End a code; the box that brings it is told to ask for a new one.

        Raises:
            NotFoundError: There is none with this mark there, or it was used meanwhile.
        """
        with self._database.write() as db:
            found = [(code, digest) for code, digest in _open(db, municipality) if code.mark == mark]
            if not found:
                raise NotFoundError("There is no such code, or it was used or withdrawn already.")
            [(code, digest)] = found
            now = self._clock.now()
            db.execute("UPDATE code SET withdrawn_at = ? WHERE hash = ?", (now.isoformat(), digest))
            note(db, "code-withdrawn", by=by, at=now, box=code.replaces, detail=f"{code.school}, {code.municipality}")
        return code


def _open(db: Sql, municipality: str) -> list[tuple[OpenCode, bytes]]:
    rows = db.execute(
        "SELECT c.hash, s.name, s.municipality, c.created_at, coalesce(c.replaces, '') FROM code c"
        " JOIN school s ON s.id = c.school WHERE c.used_at IS NULL AND c.withdrawn_at IS NULL"
        " AND (? = '' OR s.municipality = ?) ORDER BY c.created_at DESC, s.name",
        (municipality, municipality),
    ).fetchall()
    return [(_code(bytes(row[0]), *row[1:]), bytes(row[0])) for row in rows]


def _code(digest: bytes, school: str, municipality: str, made_at: str, replaces: str) -> OpenCode:
    return OpenCode(digest[:_MARK_BYTES].hex(), school, municipality, datetime.fromisoformat(made_at), replaces)
