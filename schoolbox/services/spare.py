"""A file that is kept only to be given up: on a full disk even deleting needs some room, because SQLite writes first.

    spare.keep()
    spare.give_up()      # True if that made room
"""

from pathlib import Path

from content_packs.durable import Disk
from content_packs.errors import DiskError

SPARE_BYTES = 4 * 1024 * 1024
"""What opening the database needs, and removing a pack of 1,500 items (measured: 3.5 MB)."""


class Spare:
    """The spare file of one data folder."""

    def __init__(self, file: Path, disk: Disk) -> None:
        self._file = file
        self._disk = disk

    def keep(self) -> None:
        """Make it if it is not there and there is plenty of room.

        Raises:
            DiskError: Our own disk refused.
        """
        if not self._file.exists() and self._disk.free_bytes(self._file) > 16 * SPARE_BYTES:
            self._disk.write_file(self._file, bytes(SPARE_BYTES), mode=0o600)

    def give_up(self) -> bool:
        """Delete it; false if there is nothing to give up, or the disk refuses even that."""
        if not self._file.exists():
            return False
        try:
            self._disk.remove(self._file)
        except DiskError:
            return False
        return True
