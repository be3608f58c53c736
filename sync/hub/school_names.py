"""Names of schools: the one that a school has, and those it had; whoever says one of them means that school.

Rules: the name of today goes before a former one of another school; a name that becomes another school's is its alone.

    with database.write() as db:
        school_called(db, "Agimi", "Gjilan")      # its row, or None
"""

from sync.hub.database import Sql

_CALLED = (
    "SELECT id, 0 AS former FROM school WHERE name = ? AND municipality = ? UNION ALL"
    " SELECT school, 1 FROM former_name WHERE name = ? AND municipality = ? ORDER BY former LIMIT 1"
)
_BEFORE = (
    "INSERT INTO former_name (name, municipality, school) SELECT name, municipality, id FROM school WHERE id = ?"
    " ON CONFLICT (name, municipality) DO UPDATE SET school = excluded.school"
)


def school_called(db: Sql, name: str, municipality: str) -> int | None:
    """Find a school by the name that it has, or else had."""
    row = db.execute(_CALLED, (name, municipality) * 2).fetchone()
    return int(row[0]) if row else None


def rename(db: Sql, school: int, name: str, municipality: str) -> None:
    """Call a school by another name; the one before stays known."""
    db.execute(_BEFORE, (school,))
    db.execute("UPDATE school SET name = ?, renamed = 1 WHERE id = ?", (name, school))
    db.execute("DELETE FROM former_name WHERE name = ? AND municipality = ?", (name, municipality))
