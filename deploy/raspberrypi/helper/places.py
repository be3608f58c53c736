"""Where things are on a box, as deploy/raspberrypi/README.md says; a test gives another root."""

from pathlib import Path
from typing import NamedTuple


class Places(NamedTuple):
    """One root for all of it."""

    root: Path

    @property
    def asked(self) -> Path:
        """Where the box leaves what it asks for."""
        return self.root / "var/lib/schoolbox/asked"

    @property
    def answered(self) -> Path:
        """Where it finds the answers."""
        return self.root / "run/schoolbox/answered"

    @property
    def sticks(self) -> Path:
        """Which device is mounted where: a file for each, named by the device."""
        return self.root / "run/schoolbox/sticks"

    @property
    def media(self) -> Path:
        """Where sticks are mounted; the box looks into it."""
        return self.root / "media"
