"""A whole root of a box in a folder, with a card, a machine that starts no programs, and a disk whose power goes.

    box = FirstBox(folder); box.put("schoolbox.toml", 'language = "en"'); box.start(); box.said("schoolbox-error.txt")
"""

import json
import os
from io import FileIO
from pathlib import Path

from deploy.raspberrypi.firstboot.boot import Boot, Machine
from deploy.raspberrypi.firstboot.disk import Disk, RealDisk
from deploy.raspberrypi.firstboot.mistakes import Mistake
from deploy.raspberrypi.firstboot.places import Places
from tests.simulators.cut_disk import CutDisk, Left

FOLDERS = (
    "boot/firmware", "var/lib/schoolbox", "var/lib/schoolbox-system", "etc", "run", "proc/self", "sys/class/leds/ACT",
    "usr/share/zoneinfo/Europe",
)  # fmt: skip

OWN, JOIN = "tre fjale te mira", "rrjeti i shkolles"
WHOLE = f"""
language = "en"
[school]
name = "Shkolla „Agimi”"
municipality = "Gjilan"
[box]
name = "agimi"
time_zone = "Europe/Belgrade"
[wifi]
country = "XK"
[wifi.own]
name = "Agimi"
password = "{OWN}"
[wifi.join]
name = "Shkolla"
password = "{JOIN}"   # was: {JOIN}
[hub]
address = "https://hub.example/"
code = "k7pm2r9x"
[ssh]
keys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJlYXhhbXBsZWtleWV4YW1wbGVrZXlleGFtcGxlaw me"]
[technician]
claim = "9WQ4-T3NB"
"""
SECRETS = (OWN, JOIN, "k7pm2r9x", "K7PM-2R9X")
"""What somebody may hand over, and what of it must not stay on the card."""


class FakeMachine:
    """Counts what is asked of it; makes keys that differ each time, as ssh-keygen does."""

    def __init__(self) -> None:
        self.ran: list[tuple[str, ...]] = []
        self.hostname = ""
        self.is_broken = False

    def run(self, words: tuple[str, ...], said: str = "") -> None:  # noqa: ARG002 - the port's word
        """Pretend to run a program."""
        self.ran.append(words)
        if self.is_broken:
            raise OSError(f"{words[0]}: it did not work")
        if words[0] == "ssh-keygen":
            Path(words[-1]).write_bytes(os.urandom(8).hex().encode())
            Path(f"{words[-1]}.pub").write_bytes(os.urandom(8).hex().encode())

    def set_hostname(self, name: str) -> None:
        """Remember it."""
        self.hostname = name

    def token(self, size_bytes: int) -> bytes:
        """Give real random bytes."""
        return os.urandom(size_bytes)

    def grow(self, known: str) -> str:
        """Grow once."""
        if known != "1000":
            self.run(("resize2fs", "/dev/data"))
        return "1000"


class CutCard(CutDisk):
    """A disk whose power may also go in the middle of writing over a file."""

    def overwrite(self, path: Path, data: bytes) -> None:
        """Write over a file in two halves, each of which reaches the card at once."""
        half = len(data) // 2
        for start, piece in ((0, data[:half]), (half, data[half:])):
            self._step()
            with path.open("r+b", buffering=0) as file:
                file.seek(start)
                file.write(piece)


class QuietDisk(RealDisk):
    """The real disk, counting what it is asked to write."""

    def __init__(self) -> None:
        self.writes = 0

    def fsync_folder(self, path: Path) -> None:
        """Count what changes a folder."""
        self.writes += 1
        super().fsync_folder(path)

    def overwrite(self, path: Path, data: bytes) -> None:
        """Count it."""
        self.writes += 1
        super().overwrite(path, data)


class ReadOnlyCard(RealDisk):
    """A disk on which the card cannot be written."""

    def __init__(self, card: Path) -> None:
        self._card = card

    def open_append(self, path: Path, *, mode: int = 0o644) -> FileIO:
        """Refuse the card."""
        self._refuse(path)
        return super().open_append(path, mode=mode)

    def unlink(self, path: Path) -> None:
        """Refuse the card."""
        self._refuse(path)
        super().unlink(path)

    def overwrite(self, path: Path, data: bytes) -> None:
        """Refuse the card."""
        self._refuse(path)
        super().overwrite(path, data)

    def _refuse(self, path: Path) -> None:
        if self._card in path.parents:
            raise OSError(30, "Read-only file system")


class FirstBox:
    """One box before its program starts."""

    def __init__(self, folder: Path, *, image: bool = True) -> None:
        self.root, self.places = folder, Places(folder)
        self.machine = FakeMachine()
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "proc/cmdline").write_text("root=x quiet schoolbox.image\n" if image else "root=x quiet\n")
        self.mount_card()
        for zone in ("Belgrade", "Tirane", "Istanbul"):
            (folder / "usr/share/zoneinfo/Europe" / zone).write_bytes(b"TZif2")
        (folder / "sys/class/leds/ACT/trigger").write_text("mmc0")

    def mount_card(self, kind: str = "vfat") -> None:
        """Have the kernel say what is mounted where the card belongs; a service's sandbox has `overlay` there."""
        line = f"38 27 179:1 / /boot/firmware rw,noatime shared:20 - {kind} /dev/mmcblk0p1 rw,fmask=0077\n"
        (self.root / "proc/self/mountinfo").write_text(f"27 1 0:23 / / rw shared:1 - overlay overlay rw\n{line}")

    def put(self, name: str, content: str | bytes) -> None:
        """Put a file onto the card, as a person does with a laptop."""
        (self.places.card / name).write_bytes(content.encode() if isinstance(content, str) else content)

    def start(self, disk: Disk | None = None) -> tuple[Mistake, ...]:
        """Start the machine."""
        return Boot(Machine(self.places, disk or RealDisk(), self.machine, self.machine)).run()

    def cut(self, at: int, left: Left, attic: Path) -> CutCard:
        """A disk for one start that loses its power at a step."""
        return CutCard(at, left, attic)

    def said(self, name: str) -> str:
        """What a file on the card says; empty if there is none."""
        path = self.places.card / name
        return path.read_text(encoding="utf-8-sig") if path.exists() else ""

    def kept(self, name: str) -> str:
        """What a file of the system says; empty if there is none."""
        path = self.places.system / name
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def handed(self) -> dict[str, str]:
        """What the box finds at its start."""
        path = self.places.box / "first-boot.json"
        found: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return found

    def on_card(self, secret: str) -> list[str]:
        """The files of the card in which a secret stands, in any encoding."""
        forms = (secret.encode(), secret.encode("utf-16-le"), secret.encode("utf-16-be"))
        return [
            path.name for path in self.places.card.iterdir() if any(form in path.read_bytes() for form in forms)
        ]
