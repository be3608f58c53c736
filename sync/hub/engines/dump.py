"""The one module that starts `pg_dump`: a copy of a PostgreSQL database as it is at one moment, into one file.

    dump("postgresql://schoolbox@db.example/schoolbox", Path("/srv/copies/hub.dump"))
"""

import subprocess
from pathlib import Path

from sync.hub.errors import DataError

NAME = "hub.dump"
"""Restored by: pg_restore --no-owner --dbname ADDRESS hub.dump"""


def dump(address: str, into: Path) -> None:
    """Copy a database while it is in use.

    Raises:
        DataError: `pg_dump` is missing, or could not do it; what it says is in the message.
    """
    words = ["pg_dump", "--format=custom", "--no-owner", f"--file={into}", f"--dbname={address}"]
    try:
        ran = subprocess.run(words, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)  # noqa: S603  our own words
    except FileNotFoundError as exc:
        raise DataError("The program pg_dump is missing. Install it with: sudo apt install postgresql-client") from exc
    if ran.returncode:
        raise DataError(f"pg_dump could not copy the database: {ran.stderr.strip()}")
