"""`make image-check`: builds twice and compares, looks inside, starts it.

Prints every finding, times and sizes; ends with 1 if one is bad.
"""

import os
import shutil
import sys
from pathlib import Path

from content_packs.clock import SystemClock
from deploy.demo.commands import DemoError
from deploy.raspberrypi.image import building, layout
from deploy.raspberrypi.image.__main__ import FOLDER, say, wanted
from deploy.raspberrypi.image.check import starting
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


def trying(chosen: Settings, tools: Tools) -> starting.Trying:
    """How the image is tried; `CHECK_PORT` and `CHECK_KILLS` say otherwise."""
    port, kills = int(os.environ.get("CHECK_PORT", PORT)), int(os.environ.get("CHECK_KILLS", KILLS))
    return starting.Trying(say, port, kills, tools, FOLDER / "trial", FOLDER / "work" / "program", chosen.version)


def main() -> int:
    """Check; 0 when everything holds."""
    clock = SystemClock()
    began = clock.monotonic_s()
    try:
        found = checked(wanted())
    except (ImageError, MakeError, DemoError) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    bad = [each for each in found if not each.good]
    say(f"\n{len(found)} findings, {len(bad)} of them bad, after {(clock.monotonic_s() - began) / 60:.0f} min")
    for each in bad:
        say(f"NO   {each.what}{f': {each.seen}' if each.seen else ''}")
    return 1 if bad else 0


def checked(chosen: Settings) -> list[Finding]:
    """Build, build from nothing, compare, look, start."""
    given = building.inputs(chosen, FOLDER, say)
    one = building.image(chosen, given, FOLDER / "work", FOLDER / "out", say)
    shutil.rmtree(FOLDER / "anew", ignore_errors=True)
    say("-- the second build, which finds nothing of the first")
    again = building.inputs(chosen, FOLDER / "anew", say)
    other = building.image(chosen, again, FOLDER / "anew" / "work", FOLDER / "anew" / "out", say)
    found = [compared(chosen, one.raw, other.raw), compared(chosen, one.packed, other.packed)]
    shutil.rmtree(FOLDER / "anew")
    look = Looking(given.tools, one.raw, layout.partitions(chosen))
    found += findings(look, first_modules=given.kernel.first())
    for each in found:
        say(f"{'yes' if each.good else 'NO '}  {each.what}{f': {each.seen}' if each.seen else ''}")
    say(f"{one.packed.name}: {one.packed.stat().st_size / 1e6:.0f} MB; {sizes(layout.partitions(chosen))}")
    if "quick" not in sys.argv:
        found += starting.tried(one.raw, look, layout.partitions(chosen), trying(chosen, given.tools))
    return found


if __name__ == "__main__":
    sys.exit(main())
