"""What an image that goes to schools has to stand: its owner, sticks, a hub, the plug, updates, a new card."""

import shutil
from pathlib import Path

import msgspec

from content_packs.trust.roots import pin_root
from deploy.raspberrypi.image.building import Say
from deploy.raspberrypi.image.check import anew, harm, lessons, ministry, stick, updates
from deploy.raspberrypi.image.check.looking import Finding, Looking
from deploy.raspberrypi.image.check.machine import GROWN, Machine
from deploy.raspberrypi.image.check.trial import FAILED, SIZE, WIFI_NAME, Card, Trial
from deploy.raspberrypi.image.layout import Partition
from deploy.raspberrypi.image.toolbox import Tools

CLAIM, WIFI = "9WQ4-T3NB", "prove e gjate 12"


class Trying(msgspec.Struct, frozen=True):
    """How it is tried.

    Attributes:
        say: Who is told.
        port: The first of three ports of this machine.
        kills: How often the plug is pulled.
        tools: What makes sticks.
        folder: Where machine, sticks and hub are; what was there is gone.
        program: The program that is in the image, as a folder.
        version: Its version.
    """

    say: Say
    port: int
    kills: int
    tools: Tools
    folder: Path
    program: Path
    version: str


def tried(image: Path, look: Looking, partitions: list[Partition], settings: Trying) -> list[Finding]:
    """Start it on a larger disk and let a technician, a pupil, a ministry and bad luck have their way with it."""
    shutil.rmtree(settings.folder, ignore_errors=True)
    settings.folder.mkdir(parents=True)
    sticks = settings.folder / "sticks"
    sticks.mkdir()
    shelf = stick.shelf(settings.folder / "samples")
    packs = stick.filled(settings.tools, sticks / "fat32.img", sorted(shelf.iterdir()))
    number = pin_root((shelf / "meta" / "1.root.json").read_bytes()).fingerprint
    exfat = stick.empty_exfat(settings.tools, sticks / "exfat.img")
    newer, broken = (updates.later(settings.version, by) for by in (1, 2))
    publisher, good, bad = updates.sticks(settings.tools, settings.program, sticks, (newer, broken))
    first, idle, copying = harm.shares(settings.kills)
    machine = Machine.made(image, look, settings.folder / "machine", port=settings.port)
    hub = ministry.Ministry(settings.folder / "hub", settings.port + 2)
    card = Card(key=machine.key, claim=CLAIM, wifi_password=WIFI, hub=hub.address, code=hub.code)
    look.put(machine.disk, "schoolbox.toml", card.text())
    trial = Trial(machine, look, partitions, settings.say)
    root = trial.hash_of_root()
    try:
        trial.part("a first start without power", lambda: harm.cut_at_first(trial, image, card, first))
        trial.part("first start", lambda: first_start(trial, card))
        trial.part("the box is claimed", lambda: lessons.claimed(trial, card))
        trial.part("the hub takes it in", lambda: ministry.enrolled(trial, hub))
        trial.part("packs from a FAT32 stick", lambda: lessons.installed(trial, packs, "a FAT32", number=number))
        trial.part("a lesson plays", lambda: lessons.watched(trial))
        trial.part("what is learnt reaches the hub", lambda: ministry.learnt(trial, hub))
        trial.part("packs onto an exFAT stick", lambda: lessons.written(trial, exfat, "an exFAT"))
        trial.part("packs from it", lambda: lessons.brought_again(trial, exfat, "an exFAT"))
        trial.part("second start", lambda: second_start(trial))
        trial.part("an installation without power", lambda: harm.cut_while_copying(trial, exfat, copying))
        trial.part("without power", lambda: harm.cut(trial, idle, root))
        trial.part("a damaged card", lambda: harm.damaged(trial, settings.tools))
        trial.part("data that does not open", lambda: harm.stranded(trial, settings.tools))
        trial.part("whom programs are believed from", lambda: updates.believed(trial, publisher))
        trial.part("an update", lambda: updates.taken(trial, good, newer))
        trial.part("a broken update", lambda: updates.gone_back(trial, bad, broken, newer))
        trial.part("the card written anew", lambda: anew.written(trial, image, settings.version))
        trial.part("a new box of it", lambda: anew.reset(trial))
    finally:
        machine.kill()
        hub.close()
    return trial.found


def first_start(trial: Trial, card: Card) -> None:
    """From power to the pupil's home, on a disk that is larger than the image."""
    trial.note("first start: the pupil's home answers", good=True, seen=f"{trial.start():.0f} s")
    trial.ask("the whole disk is data's", SIZE, lambda said: int(said) > GROWN * 0.6)
    trial.ask("no unit failed", FAILED, lambda said: not said)
    trial.ask("the root is read-only, memory lies over it", "findmnt -no FSTYPE /", lambda said: said == "overlay")
    trial.ask("it has its own number", "cat /var/lib/schoolbox-system/machine-id", lambda said: len(said) == 32)
    trial.card_has("it found no mistake on the card", lambda said: "error" not in said)
    profiles = "grep -h ssid= /run/NetworkManager/system-connections/*"
    name = "".join(f"{letter};" for letter in WIFI_NAME.encode())  # as NetworkManager keeps it
    trial.ask("its own network has the card's name", profiles, lambda said: f"ssid={name}" in said)
    trial.ask("memory in use, MB", "free -m | awk '/Mem:/ {print $3}'", lambda said: int(said) < 500)
    trial.machine.shell("sync")
    left = trial.on_first_partition(card.secrets)
    trial.note("no secret is left on the card's first part, bit for bit", good=not left, seen=", ".join(left))


def second_start(trial: Trial) -> None:
    """What was decided at the first start holds."""
    number = trial.number()
    trial.switch_off()
    trial.note("second start", good=True, seen=f"{trial.start():.0f} s")
    trial.note("it is the same box", good=trial.number() == number)
    trial.ask("its number is the system's", "cat /etc/machine-id", lambda said: said == number)
    trial.card_has("the claim code left the card", lambda said: "claim" not in said)
