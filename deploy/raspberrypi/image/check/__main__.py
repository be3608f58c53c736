"""`make image-check`: builds twice and compares, looks inside, starts it.

Prints every finding, times and sizes; ends with 1 if one is bad.
"""

import os
import sys
from pathlib import Path

from deploy.raspberrypi.image import building, layout
from deploy.raspberrypi.image.__main__ import FOLDER, say, wanted
from deploy.raspberrypi.image.check import starting, stick
from deploy.raspberrypi.image.check.looking import Finding, Looking, findings, sizes
from deploy.raspberrypi.image.errors import ImageError
from deploy.raspberrypi.image.settings import Settings
from deploy.raspberrypi.image.toolbox import Tools
from deploy.raspberrypi.program.make import MakeError

PORT = 9480
KILLS = 20
PIECE = 1024 * 1024


def first_difference(one: Path, other: Path) -> int | None:
    """Where two files differ first; None where they are equal."""
    if one.stat().st_size != other.stat().st_size:
        return min(one.stat().st_size, other.stat().st_size)
    with one.open("rb") as left, other.open("rb") as right:
        at = 0
        while piece := left.read(PIECE):
            if piece != (second := right.read(PIECE)):
                return at + next(index for index, byte in enumerate(piece) if byte != second[index])
            at += len(piece)
    return None


def compared(chosen: Settings, one: Path, other: Path) -> Finding:
    """Whether two images are one, or in which partition they are not."""
    at = first_difference(one, other)
    where = next(
        (part.label for part in reversed(layout.partitions(chosen)) if at is not None and at >= part.start), "the table"
    )
    return Finding("two builds are equal to the bit", at is None, "" if at is None else f"byte {at}, in {where}")


def trying(tools: Tools) -> starting.Trying:
    """How the image is tried; `CHECK_PORT` and `CHECK_KILLS` say otherwise."""
    port, kills = int(os.environ.get("CHECK_PORT", PORT)), int(os.environ.get("CHECK_KILLS", KILLS))
    return starting.Trying(say, port, kills, stick.made(tools, FOLDER / "shelf"))


def main() -> int:
    """Check; 0 when everything holds."""
    try:
        chosen = wanted()
        given = building.inputs(chosen, FOLDER, say)
        one = building.image(chosen, given, FOLDER / "work", FOLDER / "out", say)
        other = building.image(chosen, given, FOLDER / "work", FOLDER / "again", say)
        found = [compared(chosen, one.raw, other.raw), compared(chosen, one.packed, other.packed)]
        look = Looking(given.tools, one.raw, layout.partitions(chosen))
        found += findings(look, first_modules=given.kernel.first())
        say(f"{one.packed.name}: {one.packed.stat().st_size / 1e6:.0f} MB; {sizes(layout.partitions(chosen))}")
        if "quick" not in sys.argv:
            found += starting.tried(one.raw, look, layout.partitions(chosen), FOLDER / "machine", trying(given.tools))
    except (ImageError, MakeError) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    for each in found:
        say(f"{'yes' if each.good else 'NO '}  {each.what}{f': {each.seen}' if each.seen else ''}")
    return 0 if all(each.good for each in found) else 1


if __name__ == "__main__":
    sys.exit(main())
