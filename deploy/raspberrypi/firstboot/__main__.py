"""The command `/usr/lib/schoolbox/firstboot`: every start, a reset, and what the light says.

    firstboot                        every step that is not done yet; ends with 0 also if something on the card is wrong
    firstboot reset [--everything]   at the next start this becomes a new box; packs stay unless everything goes
    firstboot stranded               say where a person looks that the part for data cannot be opened
    firstboot light                  let the light say that the box is up, or that a person is needed
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.raspberrypi.firstboot import led, reset, stranded, words
from deploy.raspberrypi.firstboot.boot import Boot, Machine
from deploy.raspberrypi.firstboot.disk import RealDisk
from deploy.raspberrypi.firstboot.growing import DataPartition
from deploy.raspberrypi.firstboot.places import Places
from deploy.raspberrypi.firstboot.system import RealSystem

_ENGLISH = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Do what is asked."""
    parser = argparse.ArgumentParser(prog="firstboot", description="What a box does before its program starts.")
    parser.add_argument("--root", type=Path, default=Path("/"), metavar="DIR", help="another root, for tests")
    parser.set_defaults(does=_start)
    does = parser.add_subparsers(metavar="WHAT")
    asked = does.add_parser("reset", help="at the next start this becomes a new box; packs stay")
    asked.add_argument("--everything", action="store_true", help="packs go, too")
    asked.set_defaults(does=_reset)
    does.add_parser("light", help="let the light say that the box is up").set_defaults(does=_light)
    does.add_parser("stranded", help="say that the data cannot be opened").set_defaults(does=_stranded)
    given = parser.parse_args(argv)
    return int(given.does(given))


def _start(given: argparse.Namespace) -> int:
    places, system = Places(given.root), RealSystem()
    wrong = Boot(Machine(places, RealDisk(), system, DataPartition(given.root, system))).run()
    for each in wrong:
        sys.stderr.write(f"{words.sentence(each, _ENGLISH)}\n")
    return 0


def _reset(given: argparse.Namespace) -> int:
    reset.order(RealDisk(), Places(given.root), everything=given.everything)
    kept = "Packs go, too." if given.everything else "Packs stay."
    sys.stdout.write(f"Ordered. At the next start this becomes a new box. {kept} Now restart it: systemctl reboot\n")
    return 0


def _stranded(given: argparse.Namespace) -> int:
    sys.stdout.write(stranded.tell(RealDisk(), Places(given.root)))
    return 0


def _light(given: argparse.Namespace) -> int:
    places = Places(given.root)
    led.say(places, led.once_up(places))
    return 0


if __name__ == "__main__":
    sys.exit(main())
