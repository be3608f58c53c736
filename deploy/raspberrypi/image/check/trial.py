"""One image on one disk, tried in the emulated machine: starts it, asks it, keeps what was found."""

import hashlib
import json
from collections.abc import Callable

import httpx
import msgspec

from content_packs.clock import SystemClock
from deploy.demo.commands import DemoError
from deploy.raspberrypi.image.building import Say
from deploy.raspberrypi.image.check.looking import Finding, Looking
from deploy.raspberrypi.image.check.machine import Machine
from deploy.raspberrypi.image.check.person import Person
from deploy.raspberrypi.image.errors import ImageError
from deploy.raspberrypi.image.layout import Partition

START_S = 1800.0
PIECE = 2**20
WIFI_NAME = "Prova"
SIZE, FAILED = "df -B1 --output=size /data | tail -1", "systemctl --failed --no-legend --plain | cut -d' ' -f1"
SHOWN = 120
CARD = "ls /boot/firmware"
SCHOOL, MUNICIPALITY = "Shkolla e provës", "Gjilan"


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What the card is prepared with, as `schoolbox.toml` says it; without a hub nothing of one is said."""

    key: str
    claim: str
    wifi_password: str
    hub: str
    code: str

    def text(self) -> str:
        """The file."""
        return (
            f'language = "sq"\n[school]\nname = "{SCHOOL}"\nmunicipality = "{MUNICIPALITY}"\n'
            f'[wifi]\ncountry = "XK"\n[wifi.own]\nname = "{WIFI_NAME}"\npassword = "{self.wifi_password}"\n'
            f'[ssh]\nkeys = ["{self.key}"]\n[technician]\nclaim = "{self.claim}"\n'
        ) + (f'[hub]\naddress = "{self.hub}"\ncode = "{self.code}"\n' if self.hub else "")

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be left on the part of the card that any laptop shows; the claim code is, until it is used."""
        return (self.wifi_password, self.code)


class Trial:
    """The machine, what was found so far, and the box's technician."""

    def __init__(self, machine: Machine, look: Looking, partitions: list[Partition], say: Say) -> None:
        self.machine, self.say, self.found = machine, say, list[Finding]()
        self.look, self.partitions = look, partitions
        self.technician = Person(machine.home)
        self.clock = SystemClock()

    def start(self) -> float:
        """Switch it on and wait for the pupil's home; gives the seconds that took."""
        began = self.clock.monotonic_s()
        self.machine.start()
        self.machine.wait_for("/", within_s=START_S)
        return self.clock.monotonic_s() - began

    def switch_off(self) -> None:
        """As a technician with a key does."""
        self.machine.shell("systemctl poweroff", may_fail=True)
        self.note("it switches itself off in order", good=self.machine.ended(180))
        self.machine.kill()

    def ask(self, what: str, words: str, holds: Callable[[str], bool] = bool) -> str:
        """Run a line in the machine, and note whether what it says holds."""
        said = self.machine.shell(words, may_fail=True)
        try:
            good = holds(said)
        except ValueError:
            good = False
        self.note(what, good=good, seen=" ".join(said.split())[:SHOWN])
        return said

    def until(self, what: str, holds: Callable[[], object], *, within_s: float) -> float:
        """Wait for something, and note after how many seconds it held."""
        began = self.clock.monotonic_s()
        good, took = False, 0.0
        while not good and took < within_s and not self.machine.ended(2):
            good = bool(holds())
            took = self.clock.monotonic_s() - began
        self.note(what, good=good, seen=f"{took:.0f} s")
        return took

    def note(self, what: str, *, good: bool, seen: str = "") -> None:
        """Say and keep what was found."""
        self.say(f"{'yes' if good else 'NO '}  {what}{f': {seen}' if seen else ''}")
        self.found.append(Finding(what, good, seen))

    def card_has(self, what: str, holds: Callable[[str], bool]) -> None:
        """Look at the names on the part of the card that any laptop shows; nothing holds where it is not there."""
        self.ask(what, CARD, lambda said: "config.txt" in said and holds(said))

    def number(self) -> str:
        """The box's own number."""
        return self.machine.shell("cat /var/lib/schoolbox-system/machine-id")

    def packs(self) -> list[str]:
        """The packs that are on the box."""
        return [str(each["pack"]) for each in json.loads(self.machine.shell("schoolbox --json pack list"))]

    def part(self, label: str, action: Callable[[], None]) -> None:
        """Do one part of the trial; what stops it is a finding, and the next part is tried all the same."""
        self.say(f"-- {label}")
        try:
            action()
        except (ImageError, DemoError, httpx.HTTPError) as problem:
            self.note(f"“{label}” went to its end", good=False, seen=str(problem) or type(problem).__name__)

    def hash_of_root(self) -> str:
        """What is on the partition of the root, bit for bit."""
        root, digest = self.partitions[1], hashlib.sha256()
        with self.machine.disk.open("rb") as disk:
            disk.seek(root.start)
            for _ in range(root.size // PIECE):
                digest.update(disk.read(PIECE))
        return digest.hexdigest()

    def on_first_partition(self, words: tuple[str, ...]) -> list[str]:
        """Which of these words stand somewhere on the part of the card that any laptop shows, files or not."""
        first = self.partitions[0]
        with self.machine.disk.open("rb") as disk:
            disk.seek(first.start)
            held = disk.read(first.size)
        return [word for word in words if word.encode() in held]
