"""The data folder of a hub: `hub.db`, `hub.key` (the key of `Keyed`), `hub.toml` (settings), `attachments/`.

The last two may be missing.

    folder = DataFolder(Path("/var/lib/schoolbox-hub"))
    folder.make(Disk(), secrets.token_bytes)      # then folder.open_database()
"""

from collections.abc import Callable
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from sync.hub.engines.sqlite import SqliteDatabase, migrate
from sync.hub.errors import DataError
from sync.hub.keyed import Keyed, read_keyed


class DataFolder(msgspec.Struct, frozen=True):
    """Where everything of one hub lies."""

    path: Path

    @property
    def database(self) -> Path:
        """The database file."""
        return self.path / "hub.db"

    @property
    def key(self) -> Path:
        """The file with the key for secrets, readable by its owner only."""
        return self.path / "hub.key"

    @property
    def attachments(self) -> Path:
        """The folder of contents that statements brought; made with the first."""
        return self.path / "attachments"

    @property
    def incoming(self) -> Path:
        """Where contents lie while they arrive: nothing there is needed by anybody later."""
        return self.attachments / "incoming"

    @property
    def settings(self) -> Path:
        """The file with settings."""
        return self.path / "hub.toml"

    def make(self, disk: Disk, token_bytes: Callable[[int], bytes]) -> None:
        """Make the folder, its key and an empty database; the database is the visible step.

        Raises:
            DataError: There is a hub already.
        """
        if self.database.exists():
            raise DataError(f"There is a hub in {self.path} already; nothing was changed.")
        disk.make_folder(self.path, mode=0o700)
        if not self.key.exists():
            disk.write_file(self.key, token_bytes(32).hex().encode(), mode=0o600)
        migrate(self.database)

    def open_keyed(self) -> Keyed:
        """Read the key.

        Raises:
            DataError: There is no key, or it is damaged.
        """
        return read_keyed(self.key, "hub")

    def open_database(self) -> SqliteDatabase:
        """Bring the database to today's schema and open it.

        Raises:
            DataError: There is none, it is newer than this program, or damaged.
        """
        if not self.database.exists():
            raise DataError(f"There is no hub in {self.path}. Make one with: schoolbox-hub init {self.path}")
        migrate(self.database)
        return SqliteDatabase(self.database)
