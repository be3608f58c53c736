"""The data folder of an identity office: `identity.db`, `identity.key`, `identity.toml` (settings, may be missing).

Nothing in it is the hub's, and nothing of it is in the hub's folder: other database, other key, other backups.

    folder = OfficeFolder(Path("/var/lib/schoolbox-identity"))
    folder.make(Disk(), secrets.token_bytes, domain="nxenes.example")
"""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec

from content_packs.durable import Disk
from sync.hub.engines.sqlite import SqliteDatabase, migrate
from sync.hub.errors import ConfigError, DataError
from sync.hub.keyed import Keyed, read_keyed

MIGRATIONS = Path(__file__).parent / "migrations"


class Values(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set. `hubs` are the public keys of the hubs whose boxes may ask, as `schoolbox-hub key` tells them.

    `trusted_proxy` is the address of a reverse proxy whose `X-Forwarded-For` is believed.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 8082
    threads: Annotated[int, msgspec.Meta(ge=1, le=64)] = 4
    trusted_proxy: str = ""
    hubs: tuple[Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")], ...] = ()


class OfficeFolder(msgspec.Struct, frozen=True):
    """Where everything of one office lies."""

    path: Path

    @property
    def database(self) -> Path:
        """The database file."""
        return self.path / "identity.db"

    @property
    def key(self) -> Path:
        """The file with the key for secrets and names, readable by its owner only."""
        return self.path / "identity.key"

    @property
    def settings(self) -> Path:
        """The file with settings."""
        return self.path / "identity.toml"

    def make(self, disk: Disk, token_bytes: Callable[[int], bytes], *, domain: str) -> None:
        """Make the folder, its key and an empty database that knows its domain.

        Raises:
            DataError: There is an office already.
        """
        if self.database.exists():
            raise DataError(f"There is an identity office in {self.path} already; nothing was changed.")
        disk.make_folder(self.path, mode=0o700)
        if not self.key.exists():
            disk.write_file(self.key, token_bytes(32).hex().encode(), mode=0o600)
        migrate(self.database, MIGRATIONS)
        database = SqliteDatabase(self.database)
        with database.write() as db:
            db.execute("INSERT OR REPLACE INTO setting VALUES ('domain', ?)", (domain,))
        database.close()

    def values(self) -> Values:
        """Read the settings.

        Raises:
            ConfigError: The file cannot be read, a name is unknown or a value impossible.
        """
        try:
            return msgspec.convert(tomllib.loads(self.settings.read_text(encoding="utf-8")), type=Values)
        except FileNotFoundError:
            return Values()
        except (OSError, ValueError, RecursionError) as exc:  # msgspec's errors are ValueErrors
            raise ConfigError(f"{self.settings}: {exc}.") from exc

    def open_keyed(self) -> Keyed:
        """Read the key.

        Raises:
            DataError: There is no key, or it is damaged.
        """
        return read_keyed(self.key, "office")

    def open_database(self) -> SqliteDatabase:
        """Bring the database to today's schema and open it.

        Raises:
            DataError: There is none, it is newer than this program, or damaged.
        """
        if not self.database.exists():
            raise DataError(
                f"There is no identity office in {self.path}. Make one: schoolbox-hub identity init {self.path}"
            )
        migrate(self.database, MIGRATIONS)
        return SqliteDatabase(self.database)
