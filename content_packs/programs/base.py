"""What a program runs on: the kind of processor, the Python, and the system around it, by number (UPDATES 2.4).

    base_of_this().machine
"""

import os
import sys

import msgspec

BASE = 1
"""The number of the system around the program (units, nginx, network). Whoever makes a program need something that is
new there raises it: then only cards with that system take the program."""


SHELF_FOLDER = "programs"
"""Where on a stick, or below the shelf of a hub, the shelf of programs is."""


class Base(msgspec.Struct, frozen=True, kw_only=True):
    """What a program would run on."""

    machine: str
    python: str
    base: int


def base_of_this() -> Base:
    """The machine that this runs on, with the system that this came with."""
    return Base(machine=os.uname().machine, python=f"3.{sys.version_info.minor}", base=BASE)
