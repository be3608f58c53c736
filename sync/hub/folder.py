"""The data folder of a hub: `hub.db`, `hub.key` (the key of `Keyed`), and what may be missing.

`hub.toml` (settings), `attachments/`, `publishing/` (what publishers sent, until somebody decided about it), and
`hub.db` where the setting `database` names one of a PostgreSQL server.

    folder = DataFolder(Path("/var/lib/schoolbox-hub"))
    folder.make(Disk(), secrets.token_bytes)      # then folder.open_database()
"""

from collections.abc import Callable
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from sync.hub.database import Database
from sync.hub.engines.opening import make_database, open_database, refuse_second
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
    def publishing(self) -> Path:
        """The folder of what publishers send, until it is published or sent back; made with the first."""
        return self.path / "publishing"

    @property
    def settings(self) -> Path:
        """The file with settings."""
        return self.path / "hub.toml"

    def make(self, disk: Disk, token_bytes: Callable[[int], bytes], address: str = "") -> None:
        """Make the folder, its key and an empty database, here or at an address; the database is the visible step.

        Raises:
            DataError: There is a hub already, or the address cannot be reached.
        """
        refuse_second(self.database, address)
        disk.make_folder(self.path, mode=0o700)
        if not self.key.exists():
            disk.write_file(self.key, token_bytes(32).hex().encode(), mode=0o600)
        make_database(self.database, address)

    def open_keyed(self) -> Keyed:
        """Read the key.

        Raises:
            DataError: There is no hub, no key, or it is damaged.
        """
        if not self.path.is_dir() or not any(self.path.glob("hub.[dk]*")):
            raise DataError(f"There is no hub in {self.path}. Make one with: schoolbox-hub init {self.path}")
        return read_keyed(self.key, "hub")

    def open_database(self, address: str = "") -> Database:
        """Bring the database here, or the one at an address, to today's schema and open it.

        Raises:
            DataError: There is none, it is newer than this program, damaged, or cannot be reached.
        """
        return open_database(self.database, address)
