"""What a box in a school suffers: the plug at any moment, and a card whose file system is no longer whole."""

import random
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from deploy.raspberrypi.firstboot import words
from deploy.raspberrypi.image.check import lessons
from deploy.raspberrypi.image.check.machine import GROWN, Machine
from deploy.raspberrypi.image.check.trial import FAILED, SIZE, Card, Trial
from deploy.raspberrypi.image.toolbox import Tools

WHOLE = "schoolbox db check >/dev/null && echo whole"
PACKS_WHOLE = "schoolbox pack verify --all >/dev/null && echo whole"
LATEST_S, COPYING_S = 120.0, 4.0
HURT, WIFI = "hurt", "fjalekalimi i shkolles"
# What `e2fsck -p` asks a person about; without errors noted in the superblock it would not look (debugfs(8)).
DAMAGE = (f"set_inode_field /{HURT} mode 0", "set_super_value state 2")
PUT_BACK = ("rm /box", f"ln /{HURT} /box", f"unlink /{HURT}")
STARTED = "Linux version"

# What Raspberry Pi Imager 1 adds to the command line of an image that it does not know (deploy/raspberrypi/README.md).
IMAGER = "systemd.run=/boot/firstrun.sh systemd.run_success_action=reboot systemd.unit=kernel-command-line.target"
SCRIPT = "firstrun.sh"


def shares(times: int) -> tuple[int, int, int]:
    """How often the plug is pulled at the first start, while nothing special happens, and while packs are copied."""
    first, copying = (times + 4) // 5, times // 10
    return first, times - first - copying, copying


def cut_at_first(trial: Trial, image: Path, card: Card, times: int) -> None:
    """Another card, pulled while the box makes room and keys on it; in the end it is as if nothing had been.

    It was written with Imager 1 and its settings, which no box uses: their password goes, and the box starts.
    """
    chance = _chance(times)
    folder = trial.machine.disk.parent.with_name("first")
    machine = Machine.made(image, trial.look, folder, port=trial.machine.port, more=IMAGER)
    alone = msgspec.structs.replace(card, key=machine.key, hub="", code="")
    trial.look.put(machine.disk, "schoolbox.toml", alone.text())
    trial.look.put(machine.disk, SCRIPT, f"#!/bin/bash\nnmcli dev wifi connect Shkolla password '{WIFI}'\n")
    other = Trial(machine, trial.look, trial.partitions, trial.say)
    try:
        for _ in range(times):
            _cut(machine, chance.uniform(5, LATEST_S / 2))
        answered = f"after {times} times without power at its first start it answers"
        other.note(answered, good=True, seen=_s(other.start()))
        other.ask("the whole disk is data's", SIZE, lambda said: int(said) > GROWN * 0.6)
        other.note("it has its own number", good=bool(re.fullmatch("[0-9a-f]{32}", other.number())))
        other.ask("its claim code is the card's", "cat /boot/firmware/*claim.txt", lambda said: card.claim in said)
        other.ask("no unit failed", FAILED, lambda said: not said)
        other.ask("its database is whole", WHOLE, lambda said: said == "whole")
        said = "cat /boot/firmware/*error.txt"
        other.ask("it says that Imager's script is not for it", said, lambda text: SCRIPT in text)
        machine.shell("sync")
        other.note("the script's password is erased", good=not other.on_first_partition((WIFI,)))
    finally:
        machine.kill()
        trial.found.extend(other.found)
        machine.disk.unlink()


def cut_while_copying(trial: Trial, image: Path, times: int) -> None:
    """The plug is pulled while packs are copied from a stick; with power and the stick it goes on by itself."""
    chance = _chance(times)
    packs = trial.packs()
    for _ in range(times):
        trial.machine.shell(f"schoolbox pack remove {packs[0]}")
        trial.machine.plug(image)
        lessons.ordered(trial, "an exFAT")
        _cut_now(trial.machine, chance.uniform(0, COPYING_S))
        trial.start()
        trial.machine.plug(image)
        trial.until("an installation that was cut off is finished", lambda: trial.packs() == packs, within_s=900)
        lessons.pulled(trial)
    trial.ask("the packs are whole", PACKS_WHOLE, lambda said: said == "whole")


def cut(trial: Trial, times: int, root: str) -> None:
    """The plug is pulled at random moments; after the last time everything is there."""
    chance = _chance(times)
    number, packs = trial.number(), trial.packs()
    trial.machine.kill()
    began = trial.clock.monotonic_s()
    for _ in range(times):
        _cut(trial.machine, chance.uniform(5, LATEST_S))
    trial.say(f"{times} times without power: {_s(trial.clock.monotonic_s() - began)}")
    trial.note("it starts again", good=True, seen=_s(trial.start()))
    _is_whole(trial, number, packs)
    trial.switch_off()
    trial.note("not a bit of the root has changed", good=trial.hash_of_root() == root)
    trial.start()


def damaged(trial: Trial, tools: Tools) -> None:
    """A file system that is not mended without a yes: the box says yes by itself, and loses what was hurt alone."""
    number, packs = trial.number(), trial.packs()
    trial.machine.shell(f"echo {HURT} >/data/{HURT} && sync")
    trial.switch_off()
    _change(trial, tools, DAMAGE)
    trial.note("it starts again", good=True, seen=_s(trial.start()))
    trial.ask("its data was mended", f"test -e /data/{HURT} || echo mended", lambda said: said == "mended")
    _is_whole(trial, number, packs)


def stranded(trial: Trial, tools: Tools) -> None:
    """Data that does not open: the box says so on the card, starts again and again, and is well once its data is."""
    number, packs = trial.number(), trial.packs()
    trial.machine.shell(f"mv /data/box /data/{HURT} && touch /data/box && sync")
    trial.switch_off()
    trial.machine.start()
    told = words.STRANDED[0].splitlines()[0]
    said = "a box that cannot open its data says so on the card"
    trial.until(said, lambda: trial.on_first_partition((told,)), within_s=900)
    said = "and starts again by itself"
    trial.until(said, lambda: trial.machine.log.read_text(errors="replace").count(STARTED) > 1, within_s=900)
    trial.machine.kill()
    _change(trial, tools, PUT_BACK)
    trial.note("with its data it starts", good=True, seen=_s(trial.start()))
    _is_whole(trial, number, packs)
    trial.card_has("and takes back what it said", lambda said: "error" not in said)


def _change(trial: Trial, tools: Tools, how: Sequence[str]) -> None:
    """Change the part for data behind the box's back."""
    for each in how:
        tools.run("debugfs", "-w", "-R", each, f"{trial.machine.disk}?offset={trial.partitions[2].start}")


def _is_whole(trial: Trial, number: str, packs: list[str]) -> None:
    trial.note("it is the same box", good=trial.number() == number)
    trial.ask("its database is whole", WHOLE, lambda said: said == "whole")
    trial.until("its packs are there", lambda: trial.packs() == packs, within_s=300)
    trial.ask("and whole", PACKS_WHOLE, lambda said: said == "whole")


def _cut(machine: Machine, after_s: float) -> None:
    machine.start()
    _cut_now(machine, after_s)


def _cut_now(machine: Machine, after_s: float) -> None:
    machine.ended(after_s)
    machine.kill()


def _chance(times: int) -> random.Random:
    """The same moments each time, so that what was found can be looked for again."""
    return random.Random(times)  # noqa: S311  # moments, not secrets


def _s(took: float) -> str:
    return f"{took:.0f} s"
