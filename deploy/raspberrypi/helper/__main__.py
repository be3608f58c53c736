"""`python3 -m deploy.raspberrypi.helper WORDS`: what units of the system ask for; the words stand at the end."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.raspberrypi.helper import battery, clock, network, sticks, trim, zone
from deploy.raspberrypi.helper.answering import answer_all
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.programs import RealMachine
from deploy.raspberrypi.helper.trouble import TroubleError
from deploy.raspberrypi.helper.verbs import Tools

USAGE = "usage: helper answer | network | zone | stick add|gone DEVICE | clock load|save|battery | trim due|done\n"


def main(words: list[str]) -> int:
    """Do what the words say; 1 if it could not be done, or if the answer to a question is no."""
    real, places = RealMachine(), Places(Path("/"))
    try:
        if words[:2] == ["stick", "add"] and len(words) == 3:
            folder = sticks.add(real, places, words[2])
            sys.stderr.write(f"stick_mounted folder={folder}\n" if folder else "stick_left_alone\n")
        elif words[:2] == ["stick", "gone"] and len(words) == 3:
            sticks.gone(real, places, words[2])
        elif tuple(words) in DOES:
            return 1 if DOES[tuple(words)](real, places) is False else 0
        else:
            sys.stderr.write(USAGE)
            return 2
    except TroubleError as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


def _load(real: RealMachine, places: Places) -> None:
    if clock.load(places, now=real.now, put=real.set_clock):
        sys.stderr.write("clock_put_forward\n")
    clock.save(places, now=real.now)


def _save(real: RealMachine, places: Places) -> None:
    clock.save(places, now=real.now)


def _battery(real: RealMachine, places: Places) -> None:
    if battery.go_along(real, places, put=real.set_clock):
        sys.stderr.write("battery_put_forward\n")


DOES: Mapping[tuple[str, ...], Callable[[RealMachine, Places], bool | None]] = {
    ("answer",): lambda real, places: answer_all(Tools(real, places)),
    ("network",): network.prepare,
    ("zone",): lambda _real, places: zone.put(places),
    ("clock", "load"): _load,
    ("clock", "save"): _save,
    ("clock", "battery"): _battery,
    ("trim", "due"): lambda real, places: trim.is_due(places, now=real.now),
    ("trim", "done"): lambda _real, places: trim.done(places),
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
