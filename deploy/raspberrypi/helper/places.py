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
        """Which stick is on which folder: a file for each, named as the folder is."""
        return self.root / "run/schoolbox/sticks"

    @property
    def system(self) -> Path:
        """What the system keeps, which belongs to root."""
        return self.root / "var/lib/schoolbox-system"

    @property
    def connections(self) -> Path:
        """The networks that are kept."""
        return self.system / "connections"

    @property
    def clock(self) -> Path:
        """What time it was last."""
        return self.system / "clock"

    @property
    def trimmed(self) -> Path:
        """Its time is that at which the card was last told which blocks are free."""
        return self.system / "trimmed"

    @property
    def battery(self) -> Path:
        """The first clock with a battery, as Linux shows it, if there is one."""
        return self.root / "sys/class/rtc/rtc0"

    @property
    def synchronised(self) -> Path:
        """There once systemd-timesyncd heard the time over the internet since the machine was started."""
        return self.root / "run/systemd/timesync/synchronized"

    @property
    def in_memory(self) -> Path:
        """Where NetworkManager reads networks that are gone at the next start."""
        return self.root / "run/NetworkManager/system-connections"

    @property
    def network(self) -> Path:
        """What of the box's own network anybody may know, for its page."""
        return self.root / "run/schoolbox/network.json"

    @property
    def zone(self) -> Path:
        """Which time zone holds and which there are, for its page."""
        return self.root / "run/schoolbox/zone.json"

    @property
    def zones(self) -> Path:
        """The table of time zones."""
        return self.root / "usr/share/zoneinfo"

    @property
    def media(self) -> Path:
        """Where sticks are mounted; the box looks into it."""
        return self.root / "media"
