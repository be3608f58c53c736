"""A machine for root's helper: sticks are plugged in, systemd mounts, nothing real is touched.

It lies in that a mount is a row in `mounted` and a file in its folder, so that the folder cannot be removed, and its
clocks are numbers that nothing but a program moves; folders are real, and programs that nobody knows fail.
"""

from pathlib import Path
from typing import NamedTuple

from deploy.raspberrypi.helper import battery, clock, zone
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.programs import Done

CONTENT = "content"


class Mount(NamedTuple):
    """What was mounted, and how."""

    device: str
    kind: str
    options: frozenset[str]


class RootMachine:
    """Plays blkid, systemd-mount, hwclock and systemctl, and the units that put clocks and zone."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.mounted: dict[str, Mount] = {}
        self.ran: list[tuple[str, ...]] = []
        self.refuses: set[str] = set()
        self.busy = 0
        self.waited_s = 0.0
        self.wall_s = 0.0
        self._plugged: dict[str, tuple[str, str]] = {}

    def plug(self, device: str, kind: str, label: str) -> None:
        """Put a stick in."""
        self._plugged[f"/dev/{device}"] = (kind, label)

    def run(self, *words: str) -> Done:
        """Run a program."""
        self.ran.append(words)
        if words[0] == "blkid":
            return self._blkid(words[-1])
        if words[:2] == ("systemd-mount", "--umount"):
            return self._umount(words[2])
        if words[0] == "systemd-mount":
            return self._mount(words)
        if words in (("systemctl", "restart", clock.PROGRAM), ("systemctl", "restart", zone.PROGRAM)):
            return self._restart_clock() if words[2] == clock.PROGRAM else self._restart_zone()
        if words[-1] == clock.BATTERY and Places(self.root).battery.is_dir():
            battery.go_along(self, Places(self.root), put=self.put_clock)
        if words == battery.WRITES and "hwclock" not in self.refuses:
            self.give_battery(self.now())
            return Done(0, "")
        return Done(0 if words[0] in ("systemctl", "nmcli") else 127, "")

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.waited_s += seconds

    def now(self) -> float:
        """What time it is."""
        return self.wall_s

    def put_clock(self, moment: float) -> None:
        """Put the clock."""
        self.wall_s = moment

    def give_battery(self, says: float | None) -> None:
        """Let the board have a clock with a battery; None is one that knows that it stood still."""
        folder = Places(self.root).battery
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "since_epoch").unlink(missing_ok=True)
        if says is not None:
            (folder / "since_epoch").write_text(f"{says:.0f}\n")

    def battery_says(self) -> float:
        """What that clock says."""
        return float((Places(self.root).battery / "since_epoch").read_text())

    def _restart_clock(self) -> Done:
        """As the unit does: it keeps the time when it stops, and puts the clock forward when it starts."""
        if clock.PROGRAM in self.refuses:
            return Done(1, "refused")
        places = Places(self.root)
        clock.save(places, now=self.now)
        clock.load(places, now=self.now, put=self.put_clock)
        return Done(0, "")

    def _restart_zone(self) -> Done:
        if zone.PROGRAM in self.refuses:
            return Done(1, "refused")
        zone.put(Places(self.root))
        return Done(0, "")

    def _blkid(self, device: str) -> Done:
        kind, label = self._plugged.get(device, ("", ""))
        escaped = "".join(each if each.isalnum() or each in "#+-.:=@_" else _escaped(each) for each in label)
        lines = [f"ID_FS_LABEL={label}", f"ID_FS_LABEL_ENC={escaped}", f"ID_FS_TYPE={kind}"] if kind else []
        return Done(0 if kind else 2, "\n".join(lines))

    def _mount(self, words: tuple[str, ...]) -> Done:
        said = dict(word.split("=", 1) for word in words if word.startswith("--") and "=" in word)
        options = frozenset(said["--options"].split(","))
        folder = words[-1]
        if self.refuses & {*options, said["--type"]}:
            return Done(1, "refused")
        assert Path(folder).is_dir()
        assert folder not in self.mounted
        self.mounted[folder] = Mount(words[-2], said["--type"], options)
        (Path(folder) / CONTENT).touch()
        return Done(0, "")

    def _umount(self, folder: str) -> Done:
        if self.busy:
            self.busy -= 1
            return Done(1, "target is busy")
        if self.mounted.pop(folder, None) is None:
            return Done(1, "not loaded")
        (Path(folder) / CONTENT).unlink()
        return Done(0, "")


def _escaped(letter: str) -> str:
    """As udev writes a letter: of ASCII by its number, of other alphabets as it is."""
    return letter if ord(letter) > 127 else f"\\x{ord(letter):02x}"
