"""Starts an image in the emulated machine, as often as it takes, and says what was seen."""

import hashlib
import random
from collections.abc import Callable
from pathlib import Path

import httpx
import msgspec

from content_packs.clock import SystemClock
from deploy.raspberrypi.image.building import Say
from deploy.raspberrypi.image.check.looking import Finding, Looking
from deploy.raspberrypi.image.check.machine import GROWN, Machine
from deploy.raspberrypi.image.check.stick import LABEL, video
from deploy.raspberrypi.image.errors import ImageError
from deploy.raspberrypi.image.layout import Partition

START_S = 1800.0
STICK = f"/media/{LABEL}/meta"
CARD = """\
language = "sq"
[school]
name = "Shkolla e provës"
municipality = "Gjilan"
[ssh]
keys = ["{key}"]
"""


class Trying(msgspec.Struct, frozen=True):
    """How it is tried: the first of two ports of this machine, how often the plug is pulled, and who is told."""

    say: Say
    port: int
    kills: int
    stick: Path


class Trial:
    """One image on one disk, and everything that was found so far."""

    def __init__(self, machine: Machine, partitions: list[Partition], say: Say) -> None:
        self._machine, self._say, self.found = machine, say, list[Finding]()
        self._partitions = partitions
        self._before = self._hash_of_root()

    def first_start(self) -> None:
        """From power to the pupil's home, on a disk that is larger than the image."""
        took = self._started()
        self.note("first start: the pupil's home answers", good=True, seen=f"{took:.0f} s")
        self._ask("the whole disk is data's", "df -B1 --output=size /data | tail -1", _most)
        self._ask("no unit failed", "systemctl --failed --no-legend --plain | cut -d' ' -f1", lambda said: not said)
        self._ask("memory lies over the root", "findmnt -no FSTYPE /", lambda said: said == "overlay")
        self._ask("it has its own number", "cat /var/lib/schoolbox-system/machine-id", lambda said: len(said) == 32)
        self._ask("memory in use, MB", "free -m | awk '/Mem:/ {print $3}'", lambda said: int(said) < 500)

    def second_start(self) -> None:
        """What was decided at the first start holds."""
        number = self._machine.shell("cat /var/lib/schoolbox-system/machine-id")
        self._machine.shell("sync; systemctl poweroff", may_fail=True)
        self._machine.ended(120)
        took = self._started()
        self.note("second start", good=True, seen=f"{took:.0f} s")
        self._ask("the number is in force", "cat /etc/machine-id", lambda said: said == number)

    def stick(self, stick: Path) -> None:
        """Packs come from a stick that is plugged in while it runs; a pupil sees a part of a video through nginx."""
        clock = SystemClock()
        self._machine.plug(stick)
        self._ask(
            "a stick is mounted by itself",
            f"for i in $(seq 90); do ls {STICK} && break; sleep 1; done 2>/dev/null",
            bool,
        )
        began = clock.monotonic_s()
        self._ask("its publishers are trusted once told", f"schoolbox trust add {STICK}/1.root.json && echo ok", _ok)
        self._ask("its packs are installed", f"schoolbox pack install {STICK[:-5]} --all >/dev/null && echo ok", _ok)
        self._say(f"packs installed: {clock.monotonic_s() - began:.0f} s")
        self._machine.unplug()
        address = video(self._machine.home)
        part = httpx.get(address, headers={"Range": "bytes=1000-1999"}, timeout=120) if address else None
        good = part is not None and part.status_code == httpx.codes.PARTIAL_CONTENT and len(part.content) == 1000
        self.note(
            "a part of a video plays through nginx", good=good, seen=f"{part.headers if part is not None else ''}"[:200]
        )

    def killed(self, times: int) -> None:
        """The plug is pulled at random moments; after the last time everything is there."""
        chance, clock = random.Random(times), SystemClock()  # noqa: S311  # moments, not secrets
        number = self._machine.shell("cat /etc/machine-id")
        self._machine.kill()
        began = clock.monotonic_s()
        for _ in range(times):
            self._machine.start()
            self._machine.ended(chance.uniform(5, 120))
            self._machine.kill()
        self._say(f"{times} times killed: {clock.monotonic_s() - began:.0f} s")
        self._started()
        self._ask(
            f"after {times} times without power it is the same box", "cat /etc/machine-id", lambda said: said == number
        )
        self._ask("its database is whole", "schoolbox db check >/dev/null && echo whole", lambda said: said == "whole")
        self._machine.kill()
        self.note("not a bit of the root has changed", good=self._hash_of_root() == self._before)

    def _started(self) -> float:
        clock = SystemClock()
        began = clock.monotonic_s()
        self._machine.start()
        self._machine.wait_for("/", within_s=START_S)
        return clock.monotonic_s() - began

    def _ask(self, what: str, words: str, holds: Callable[[str], bool]) -> None:
        said = self._machine.shell(words, may_fail=True)
        try:
            good = holds(said)
        except ValueError:
            good = False
        self.note(what, good=good, seen=said[:200])

    def note(self, what: str, *, good: bool, seen: str = "") -> None:
        """Say and keep what was found."""
        self._say(f"{'yes' if good else 'NO '}  {what}: {seen}")
        self.found.append(Finding(what, good, seen))

    def _hash_of_root(self) -> str:
        root, digest = self._partitions[1], hashlib.sha256()
        with self._machine.disk.open("rb") as disk:
            disk.seek(root.start)
            for _ in range(root.size // 2**20):
                digest.update(disk.read(2**20))
        return digest.hexdigest()


def _ok(said: str) -> bool:
    return said.endswith("ok")


def _most(size: str) -> bool:
    return int(size) > GROWN * 0.6


def tried(image: Path, look: Looking, partitions: list[Partition], folder: Path, settings: Trying) -> list[Finding]:
    """Start it on a larger disk, again, and without warning; find what holds."""
    machine = Machine.made(image, look, folder, port=settings.port)
    look.put(machine.disk, "schoolbox.toml", CARD.format(key=machine.key))
    trial = Trial(machine, partitions, settings.say)
    try:
        trial.first_start()
        trial.stick(settings.stick)
        trial.second_start()
        trial.killed(settings.kills)
    except ImageError as problem:
        trial.note("the trial went to its end", good=False, seen=str(problem))
    finally:
        machine.kill()
    return trial.found
