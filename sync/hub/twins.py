"""Two boxes with one number, as after a card was copied: noticed when both speak over a line (PROTOCOL 6.6).

Rules: a start of a machine that speaks again though a newer one had spoken is another box; so is one whose order of
events goes back, unless it is known to be the same machine, which was set back to an older copy of itself.

    note_start(db, box_id, status, at=now)       # within the transaction that keeps the heartbeat
    twins.starts(box_id)
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from sync.hub.database import Database, Sql
from sync.statements import utc_text
from sync.wire import BoxStatus

STARTS_KEPT = 8


class Start(msgspec.Struct, frozen=True):
    """A start of a machine as a heartbeat tells it; `machine` is empty where a box cannot know it."""

    boot: str
    machine: str
    seq: int


class HeardStart(msgspec.Struct, frozen=True):
    """A start, and when it was heard last, for pages."""

    boot: str
    machine: str
    heard_at: datetime


def are_two(before: Sequence[Start], now: Start) -> bool:
    """Say whether a start cannot be of the box that spoke before; `before` begins with the oldest."""
    if not before:
        return False
    newest = before[-1]
    if any(one.boot == now.boot for one in before[:-1]):
        return True
    return now.seq < newest.seq and not (now.machine and now.machine == newest.machine)


def note_start(db: Sql, box: str, status: BoxStatus, *, at: datetime) -> None:
    """Keep at which start a box spoke; where two carry one number, keep that, too."""
    if status.boot is None:
        return
    rows = db.execute("SELECT boot, machine, seq, place FROM box_start WHERE box = ? ORDER BY place", (box,)).fetchall()
    now = Start(status.boot, status.machine or "", status.seq)
    before = [Start(str(row[0]), str(row[1]), int(row[2])) for row in rows]
    if are_two(before, now):
        db.execute("UPDATE box SET twin_at = coalesce(twin_at, ?) WHERE id = ?", (utc_text(at), box))
    place = int(rows[-1][3]) + (rows[-1][0] != now.boot) if rows else 1
    db.execute(
        "INSERT INTO box_start (box, boot, place, machine, seq, heard_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (box, boot) DO UPDATE SET place = excluded.place, machine = excluded.machine,"
        " seq = excluded.seq, heard_at = excluded.heard_at",
        (box, now.boot, place, now.machine, now.seq, utc_text(at)),
    )
    db.execute("DELETE FROM box_start WHERE box = ? AND place <= ?", (box, place - STARTS_KEPT))
    db.execute("UPDATE box SET seq = ? WHERE id = ? AND seq < ?", (now.seq, box, now.seq))


def forget_twin(db: Sql, box: str) -> None:
    """Begin anew with the starts of a box, because somebody has told the two apart."""
    db.execute("UPDATE box SET twin_at = NULL WHERE id = ?", (box,))
    db.execute("DELETE FROM box_start WHERE box = ?", (box,))


class Twins:
    """Reads at which starts boxes spoke."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def starts(self, box_id: str) -> list[HeardStart]:
        """Give the starts at which a box spoke lately, the newest first."""
        query = "SELECT boot, machine, heard_at FROM box_start WHERE box = ? ORDER BY heard_at DESC, place DESC"
        with self._database.read() as db:
            rows = db.execute(query, (box_id,)).fetchall()
        return [HeardStart(str(row[0]), str(row[1]), datetime.fromisoformat(row[2])) for row in rows]
