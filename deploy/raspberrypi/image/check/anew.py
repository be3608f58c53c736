"""A card that is written anew with its data kept, as the guide says; and a box that becomes a new one."""

from pathlib import Path

import httpx

from content_packs.programs.manifest import version_number
from deploy.raspberrypi.image.check import updates
from deploy.raspberrypi.image.check.trial import Trial
from deploy.raspberrypi.image.layout import BEFORE, MIB
from deploy.raspberrypi.image.programs import run

LIST = "/var/lib/schoolbox/all.csv"
HOST_KEY = "cat /var/lib/schoolbox-system/ssh/*.pub"


def written(trial: Trial, image: Path, version: str) -> None:
    """Everything but the table and the data is written again by the guide's line; the box is who it was."""
    number, packs = trial.number(), trial.packs()
    runs = updates.version_of(trial)
    trial.switch_off()
    _dd(image, trial.machine.disk, trial.partitions[2].start)
    # What the technician takes along from the old card; without it nobody could come in to look after the reset.
    trial.look.put(trial.machine.disk, "schoolbox.toml", f'[ssh]\nkeys = ["{trial.machine.key}"]\n')
    trial.note("the card is written anew, its data is kept", good=True, seen=f"{trial.start():.0f} s to the first page")
    trial.note("it is the same box", good=trial.number() == number)
    trial.until("its packs are there", lambda: trial.packs() == packs, within_s=300)
    now = updates.version_of(trial)
    trial.note("the newer of two programs runs", good=now == max(runs, version, key=version_number), seen=now)


def _dd(image: Path, disk: Path, end: int) -> None:
    first = BEFORE // MIB
    where = (f"skip={first}", f"seek={first}", f"count={end // MIB - first}")
    run("dd", f"if={image}", f"of={disk}", "bs=1M", *where, "iflag=fullblock", "conv=fsync,notrunc")


def reset(trial: Trial) -> None:
    """A file on the card makes a new box of it: another number, other keys, nobody; packs and the card's words stay."""
    number, key, packs = trial.number(), trial.machine.shell(HOST_KEY), trial.packs()
    trial.machine.shell("echo RESET >/boot/firmware/schoolbox-reset.txt; sync")
    trial.switch_off()
    trial.note("a box that was reset answers", good=True, seen=f"{trial.start():.0f} s")
    trial.note("it has another number", good=trial.number() not in ("", number))
    trial.note("and other keys", good=trial.machine.shell(HOST_KEY) not in ("", key))
    page = trial.technician.open("/claim")
    trial.note("nobody owns it", good=page.status_code == httpx.codes.OK, seen=str(page.status_code))
    people = trial.machine.shell(f"schoolbox roster export {LIST} >/dev/null && cat {LIST}")
    trial.note("nobody is known to it", good=bool(people) and "Arta" not in people)
    trial.until("its packs are there", lambda: trial.packs() == packs, within_s=300)
    trial.card_has("the order was taken off the card", lambda said: "schoolbox.toml" in said and "reset" not in said)
    trial.card_has("it found no mistake on the card", lambda said: "error" not in said)
