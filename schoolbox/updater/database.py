"""The database of the box before and after a try: which schema it has, and how it comes back (UPDATES 6.6).

Runs as the user of the box, because everything beside the database belongs to that user, and while no box runs.

    schema_of(Path("/var/lib/schoolbox/box.db"))
    restore(database, new_copies(database, before=trying.copies, schema=27)[0], Disk())
"""

import sqlite3
from collections.abc import Collection
from pathlib import Path

from content_packs.durable import Disk


def schema_of(database: Path) -> int:
    """The number of the last migration that ran on a database; 0 where there is none, or none that can be read."""
    if not database.is_file():
        return 0
    connection = sqlite3.connect(database, timeout=10)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.DatabaseError:
        return 0
    finally:
        connection.close()


def copies_of(database: Path, schema: int) -> list[str]:
    """The names of the copies that migrations made of a database of this schema before they changed it."""
    return sorted(path.name for path in database.parent.glob(f"{database.stem}-schema{schema}-*.db"))


def new_copy(database: Path, *, before: Collection[str], schema: int) -> str:
    """The copy that was made since; empty if there is none."""
    return max(set(copies_of(database, schema)) - set(before), default="")


def restore(database: Path, copy: Path, disk: Disk) -> None:
    """Put a copy in the place of the database; done again after a power cut, it comes to the same.

    What the newer program wrote beside it goes first: SQLite would otherwise lay that over the copy. The rename is the
    visible step. Nothing is lost by this: nobody was answered since the copy was made.
    """
    for ending in ("-wal", "-shm"):
        disk.unlink(database.with_name(f"{database.name}{ending}"))
    disk.fsync_folder(database.parent)
    disk.rename(copy, database)


def schema_known_to(program: Path) -> int:
    """The number of the last migration that an unpacked program knows; 0 if it knows none."""
    numbers = (path.name.partition("_")[0] for path in (program / "lib/schoolbox/db/migrations").glob("*.sql"))
    return max((int(number) for number in numbers if number.isdecimal()), default=0)
