"""Everything a running identity office is made of, put together once.

    services = OfficeServices.open(OfficeFolder(path), clock, hubs=(public_key,))
"""

import secrets
from collections.abc import Sequence

import msgspec

from content_packs.clock import Clock
from sync.hub.engines.sqlite import SqliteDatabase
from sync.hub.throttle import Throttle
from sync.identity.boxes import OfficeBoxes
from sync.identity.folder import OfficeFolder, Values
from sync.identity.office import Office
from sync.identity.register import Register


class OfficeServices(msgspec.Struct, frozen=True):
    """The services of one office; `close()` when done."""

    values: Values
    database: SqliteDatabase
    boxes: OfficeBoxes
    register: Register
    office: Office
    throttle: Throttle

    @classmethod
    def open(cls, folder: OfficeFolder, clock: Clock, *, hubs: Sequence[str] = ()) -> "OfficeServices":
        """Open the data folder; `hubs` are public keys that are trusted beside those of the settings.

        Raises:
            DataError: There is no office there, or its data cannot be used.
            ConfigError: A setting is unknown or impossible.
        """
        values, keyed = folder.values(), folder.open_keyed()
        database, throttle = folder.open_database(), Throttle(clock)
        register = Register(database, keyed, clock, throttle)
        return cls(
            values=values,
            database=database,
            boxes=OfficeBoxes(database, keyed, clock, (*values.hubs, *hubs), secrets.token_hex),
            register=register,
            office=Office(database, register, clock),
            throttle=throttle,
        )

    def close(self) -> None:
        """Close the database."""
        self.database.close()
