"""What the machine under the box says of itself: room on its disk, and how warm it is.

    Machine(data).disk().free_bytes
"""

import hashlib
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

SYSTEM = Path("/sys/class/thermal")
SERIALS = (Path("/proc/device-tree/serial-number"), Path("/sys/class/dmi/id/product_uuid"))
"""Where a board says its number; the second is for root alone. What lies on the card would be copied with it."""


class DiskRoom(msgspec.Struct, frozen=True):
    """The file system that holds the data folder; `keep_bytes` stay free so that answers can always be kept."""

    total_bytes: int
    free_bytes: int
    keep_bytes: int

    @property
    def used_bytes(self) -> int:
        """What is taken."""
        return max(0, self.total_bytes - self.free_bytes)

    @property
    def usable_bytes(self) -> int:
        """What packs may still take."""
        return max(0, self.free_bytes - self.keep_bytes)


class Machine:
    """Asks the operating system."""

    def __init__(
        self, data: Path, *, keep_bytes: int, thermal: Path = SYSTEM, serials: Sequence[Path] = SERIALS
    ) -> None:
        self._data = data
        self._keep_bytes = keep_bytes
        self._thermal = thermal
        self._serials = serials

    def disk(self) -> DiskRoom:
        """How much room there is."""
        usage = shutil.disk_usage(self._data)
        return DiskRoom(usage.total, usage.free, self._keep_bytes)

    def number(self) -> str | None:
        """What tells this machine from others, made from the serial number of its board; None where nobody can know."""
        for file in self._serials:
            with suppress(OSError):
                if serial := file.read_bytes().strip(b"\0 \n"):
                    return hashlib.sha256(b"schoolbox machine\n" + serial).hexdigest()[:32]
        return None

    def temperature_c(self) -> float | None:
        """The warmest sensor in degrees Celsius; None where there is none."""
        found = [celsius for file in sorted(self._thermal.glob("thermal_zone*/temp")) if (celsius := _read(file))]
        return max(found, default=None)


def _read(file: Path) -> float | None:
    """Read a sensor in thousandths of a degree; one that says nothing sensible is left out."""
    try:
        celsius = int(file.read_text(encoding="ascii")) / 1000
    except (OSError, ValueError):
        return None
    return celsius if 0 < celsius < 150 else None
