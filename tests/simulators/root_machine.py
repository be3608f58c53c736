"""A machine for root's helper: sticks are plugged in, systemd mounts, nothing real is touched.

It lies in that a mount is a row in `mounted` and a file in its folder, so that the folder cannot be removed, and its
clock a number that nothing but a program moves; folders are real, and programs that nobody knows fail.
"""

from pathlib import Path
from typing import NamedTuple

from deploy.raspberrypi.helper import clock
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.programs import Done

CONTENT = "content"


class Mount(NamedTuple):
    """What was mounted, and how."""

    device: str
    kind: str
    options: frozenset[str]


class RootMachine:
    """Plays blkid, systemd-mount and systemctl, and the unit that puts the clock."""

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
        if words == ("systemctl", "restart", clock.PROGRAM):
            return self._restart_clock()
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

    def _restart_clock(self) -> Done:
        """As the unit does: it keeps the time when it stops, and puts the clock forward when it starts."""
        if clock.PROGRAM in self.refuses:
            return Done(1, "refused")
        places = Places(self.root)
        clock.save(places, now=self.now)
        clock.load(places, now=self.now, put=self.put_clock)
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
