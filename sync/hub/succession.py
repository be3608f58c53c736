"""A dead box and the one that takes its place, within a transaction that somebody else opened.

    succeed(db, dead, successor, at=now)
"""

from datetime import datetime

from sync.hub.database import Sql


def end_credentials(db: Sql, box_id: str, *, at: datetime) -> None:
    """Let a box in no longer."""
    db.execute("UPDATE credential SET revoked_at = ? WHERE box = ? AND revoked_at IS NULL", (at.isoformat(), box_id))


def succeed(db: Sql, dead: str, successor: str, *, at: datetime) -> None:
    """Put a box into the place of a dead one: that one's key ends, what people call it goes over.

    The classes that the dead one told of are forgotten: the successor tells of the same, and nobody is counted twice.
    """
    end_credentials(db, dead, at=at)
    db.execute("UPDATE box SET successor = ? WHERE id = ?", (successor, dead))
    db.execute(
        "UPDATE box SET label = (SELECT o.label FROM box o WHERE o.id = ?) WHERE id = ? AND label = ''",
        (dead, successor),
    )
    db.execute("DELETE FROM box_class WHERE box = ?", (dead,))
