"""What people did to boxes, so that it can be asked later who it was: on the pages, and by the command.

Promises: a deed is written in the transaction that does it; nothing is taken out again.

    note(db, "moved", by="Drita", at=now, box=box_id, detail="Agimi, Gjilan")
    deeds.of_box(box_id)
"""

from datetime import datetime

import msgspec

from sync.hub.database import Database, Sql
from sync.statements import utc_text

COMMAND = "schoolbox-hub"
"""Who did it, where it was somebody at the machine of the hub."""
SHOWN = 20


class Deed(msgspec.Struct, frozen=True):
    """Something that was done; `what` is a fixed word."""

    at: datetime
    by: str
    what: str
    box: str
    detail: str


def note(db: Sql, what: str, *, by: str, at: datetime, box: str = "", detail: str = "") -> None:
    """Write a deed down, within the transaction that does it."""
    db.execute(
        "INSERT INTO deed (at, by, what, box, detail) VALUES (?, ?, ?, ?, ?)", (utc_text(at), by, what, box, detail)
    )


class Deeds:
    """Reads what was done."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_box(self, box_id: str) -> list[Deed]:
        """Give what was done to a box, the newest first."""
        return self._newest("WHERE box = ?", box_id)

    def all(self) -> list[Deed]:
        """Give what was done, the newest first."""
        return self._newest("")

    def _newest(self, where: str, *values: str) -> list[Deed]:
        with self._database.read() as db:
            rows = db.execute(
                f"SELECT at, by, what, box, detail FROM deed {where} ORDER BY id DESC LIMIT ?",  # noqa: S608  two fixed texts
                (*values, SHOWN if where else 1_000),
            ).fetchall()
        return [Deed(datetime.fromisoformat(row[0]), *row[1:]) for row in rows]
