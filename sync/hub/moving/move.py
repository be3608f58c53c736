"""A hub's whole history on its way from `hub.db` into an empty PostgreSQL, once.

Promises: the file is read and nothing in it changes; the database holds everything afterwards, or is as empty as it
was, whenever this is killed; it is kept only if every table there has the rows that it has here, by number and by sum.

    moved = move(Path("/srv/hub/hub.db"), "postgresql://schoolbox-hub@/schoolbox", clock, tell)
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec

from content_packs.clock import Clock
from sync.hub.engines.filling import Target, filling
from sync.hub.errors import DataError
from sync.hub.landing.partitions import week_of
from sync.hub.moments import micros
from sync.hub.moving.source import Source, reading
from sync.hub.moving.statements import SPECIAL, Statements, count_again, found
from sync.hub.moving.sums import Total

SERVERS_FILES = Path("/var/lib/postgresql")
"""Where Debian keeps what a server on this machine stores."""
ROOM = 2
"""So many times the file may be needed there: for rows with their indexes, and the server's log meanwhile."""


class MovedTable(msgspec.Struct, frozen=True):
    """One table: how many rows it has here and there, and their sum."""

    name: str
    rows: int
    sum: str


def move(file: Path, address: str, clock: Clock, tell: Callable[[MovedTable], None]) -> tuple[MovedTable, ...]:
    """Move everything; `tell` hears of each table that was written.

    Raises:
        DataError: The file is in use or damaged, the database is not empty or takes something not, or there is no room.
    """
    with reading(file) as source:
        _check_room(file.stat().st_size, address)
        with filling(address) as target:
            expected = _fill(source, target, week_of(micros(clock.now()) // 1000), tell)
            arrived = _arrived(source, target, expected)
            if wrong := [name for name, total in expected.items() if _told(name, total) != _told(name, arrived[name])]:
                raise DataError(
                    f"What arrived differs from what was sent: {', '.join(wrong)}. The database is as empty as it was,"
                    f" and {file.name} is untouched. See what is broken: schoolbox-hub db check."
                )
            count_again(source, target)
            target.finish()
    return tuple(_told(name, total) for name, total in expected.items())


def _fill(
    source: Source, target: Target, this_week: int, tell: Callable[[MovedTable], None]
) -> dict[str, Total]:
    """Write every table; rows of statements come after those they refer to."""
    expected: dict[str, Total] = {}
    for table in (name for name in source.tables() if name not in SPECIAL):
        columns = source.columns(table)
        if target.columns(table) != set(columns):
            raise DataError(f"The table {table} is another there. This program is damaged; install it again.")
        total = expected[table] = Total()
        with target.copying(table, columns) as copy:
            for row in total.seen(source.rows(_all(table, columns))):
                copy.write_row(row)
        tell(_told(table, total))
    statements = Statements(source, target)
    statements.fill(week_of, this_week)
    for name, total in statements.expected.items():
        if total.rows != source.number(f"SELECT count(*) FROM {name}"):  # noqa: S608  names of our tables
            raise DataError(
                f"The table {name} names statements that are not there. Nothing was moved. See: schoolbox-hub db check."
            )
        tell(_told(name, total))
    return expected | statements.expected


def _arrived(source: Source, target: Target, expected: dict[str, Total]) -> dict[str, Total]:
    """Read everything that was written."""
    arrived = found(target)
    for table in (name for name in expected if name not in arrived):
        arrived[table] = Total().over(target.rows(_all(table, source.columns(table))))
    return arrived


def _all(table: str, columns: list[str]) -> str:
    return f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608  names of our tables


def _told(name: str, total: Total) -> MovedTable:
    return MovedTable(name, total.rows, total.sum)


def _check_room(size_bytes: int, address: str) -> None:
    """Stop early where a server on this machine has too little room; of one elsewhere we cannot see it.

    Raises:
        DataError: There is too little.
    """
    host = parse_qs(urlsplit(address).query).get("host", [urlsplit(address).hostname or ""])[0]
    if not host.startswith("/") or not SERVERS_FILES.is_dir():
        return
    free = shutil.disk_usage(SERVERS_FILES).free
    if free < ROOM * size_bytes:
        raise DataError(
            f"The disk of {SERVERS_FILES} has {free / 1e9:.1f} GB free, and {ROOM * size_bytes / 1e9:.1f} GB may be"
            " needed. Nothing was changed."
        )
