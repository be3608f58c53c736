"""What enrolment gave this box: the file with its credentials and the hub's keys.

Promises: mode 0600, written whole or not at all; read anew each time, because another process may enrol the box.

    HubFile(path, Disk()).read()
"""

from pathlib import Path

import msgspec

from content_packs.durable import Disk
from schoolbox.errors import ConfigError
from sync.wire import CourierKeys, PublicKey


class HubFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands in it. `pinned` is the key of the hub as it was at enrolment: orders are believed with that alone."""

    endpoint: str
    key: str
    secret: str
    school_id: str
    school: str
    municipality: str
    hub: str
    courier: CourierKeys | None = None
    store_only: bool = False
    pinned: PublicKey | None = None


class HubFile:
    """Reads and writes the file."""

    def __init__(self, path: Path, disk: Disk) -> None:
        self._path = path
        self._disk = disk

    def read(self) -> HubFacts | None:
        """Give what stands there; None before enrolment.

        Raises:
            ConfigError: The file is there and cannot be read.
        """
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=HubFacts)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as exc:
            raise ConfigError(setting=str(self._path), problem=f"cannot be read: {exc}") from exc

    def write(self, facts: HubFacts) -> None:
        """Keep it.

        Raises:
            DiskError: Our own disk refused; what was there stays.
        """
        self._disk.make_folder(self._path.parent, mode=0o700)
        self._disk.write_file(self._path, msgspec.json.encode(facts), mode=0o600)

    def pinned(self) -> str:
        """The key with which orders must be signed; empty where there is none."""
        found = self.read()
        return (found.pinned or "") if found and not found.store_only else ""
