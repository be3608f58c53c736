"""Where things are on a box; one root for all of it, so that a test can have its own.

    Places(Path("/")).card / "schoolbox.toml"
"""

from pathlib import Path
from typing import NamedTuple


class Places(NamedTuple):
    """The folders of deploy/raspberrypi/README.md."""

    root: Path

    @property
    def card(self) -> Path:
        """The part of the card that any laptop reads."""
        return self.root / "boot/firmware"

    @property
    def has_card(self) -> bool:
        """Whether what is written there stays: on the image, until that part is mounted, its folder is in memory.

        A service that may write there is given a mount of the folder in any case, so only FAT counts.
        """
        if not self.is_image:
            return True
        try:
            mounts = (self.root / "proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return False
        return any(" - vfat " in each and each.split()[4] == "/boot/firmware" for each in mounts)

    @property
    def box(self) -> Path:
        """The box's own folder, which belongs to its user."""
        return self.root / "var/lib/schoolbox"

    @property
    def system(self) -> Path:
        """What the system keeps, which belongs to root."""
        return self.root / "var/lib/schoolbox-system"

    @property
    def own(self) -> Path:
        """What this program keeps for itself."""
        return self.system / "firstboot"

    @property
    def connections(self) -> Path:
        """The networks that NetworkManager knows."""
        return self.system / "connections"

    @property
    def etc(self) -> Path:
        """Settings of the system: in memory on the image, so they are made at every start."""
        return self.root / "etc"

    @property
    def screen(self) -> Path:
        """What stands on a screen that is plugged in (agetty reads it)."""
        return self.root / "run/issue.d/schoolbox.issue"

    @property
    def leds(self) -> Path:
        """The lights of the machine."""
        return self.root / "sys/class/leds"

    @property
    def is_image(self) -> bool:
        """Whether the whole system came as our image; elsewhere machine-id and host keys are the system's own."""
        try:
            return "schoolbox.image" in (self.root / "proc/cmdline").read_text(encoding="utf-8").split()
        except OSError:
            return False
