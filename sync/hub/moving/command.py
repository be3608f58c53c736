"""`schoolbox-hub db move`: a hub's whole history from its file into PostgreSQL."""

import argparse
import os

from content_packs.clock import SystemClock
from sync.hub.command_line import Commands, add_command, answer, say
from sync.hub.config import load_settings
from sync.hub.errors import BadRequestError, DataError
from sync.hub.folder import DataFolder
from sync.hub.ownership import become_owner


def add_move(database: Commands) -> None:
    """Describe the command."""
    words = add_command(database, "move", "carry everything from hub.db into an empty PostgreSQL database", _move)
    words.add_argument("--to", required=True, metavar="ADDRESS", help="postgresql://USER@HOST/NAME, as in hub.toml")


def _move(arguments: argparse.Namespace) -> int:
    """Move, and say what is left to do."""
    become_owner(arguments.data)
    folder = DataFolder(arguments.data)
    if load_settings(folder.settings, os.environ, {}).values.database:
        raise BadRequestError("The records of this hub lie in PostgreSQL already: hub.toml says where.")
    address: str = load_settings(folder.settings, os.environ, {"database": arguments.to}).values.database
    if not address:
        raise BadRequestError("Say where to, as in: --to postgresql://schoolbox-hub@/schoolbox?host=/run/postgresql")
    try:
        from sync.hub.moving.move import move
    except ImportError as exc:
        raise DataError("The driver for PostgreSQL is missing. Install it with: deploy/environment.sh hub") from exc

    def tell(table: object) -> None:
        if not arguments.json:
            say(f"  {table.rows:>12,}  {table.name}")  # type: ignore[attr-defined]

    if not arguments.json:
        say(f"Moving {folder.database}, which stays as it is. What arrives is kept only when all of it is there.")
    moved = move(folder.database, address, SystemClock(), tell)
    rows = sum(one.rows for one in moved)
    answer(
        arguments, {"tables": moved},
        f"Moved and compared: {len(moved)} tables, {rows:,} rows. Now, before you start the hub:\n"
        f"  1. write into {folder.settings}:  database = \"{address}\"\n"
        f"  2. put {folder.database.name} away; the hub does not start beside it:"
        f"  mv {folder.database} {folder.database}.moved",
    )  # fmt: skip
    return 0
