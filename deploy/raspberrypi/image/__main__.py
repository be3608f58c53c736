"""`make image`: builds the image into `.image/out`. Settings: settings.py, or README.md beside it."""

import os
import sys
import tomllib
from pathlib import Path

from deploy.raspberrypi.image import building, programs, settings
from deploy.raspberrypi.image.errors import ImageError
from deploy.raspberrypi.program.make import MakeError

PROJECT = Path(__file__).parent.parent.parent.parent
FOLDER = PROJECT / ".image"


def wanted() -> settings.Settings:
    """The settings of this tree and this environment: the version of the project, the time of its last commit."""
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    committed = programs.run("git", "log", "-1", "--format=%ct", folder=PROJECT).strip()
    return settings.read(os.environ, version=version, epoch=int(committed))


def say(line: str) -> None:
    """One line for whoever waits."""
    print(line, flush=True)


def main() -> int:
    """Build; 0 when the image is there."""
    try:
        chosen = wanted()
        made = building.image(chosen, building.inputs(chosen, FOLDER, say), FOLDER / "work", FOLDER / "out", say)
    except (ImageError, MakeError) as problem:
        print(f"\n{problem}\nNo image was made. What was fetched is kept for the next try.", file=sys.stderr)
        return 1
    if made.trying:
        say("Signed with a key for trying (.image/development-key.pem). For schools: IMAGE_KEY=your-key.pem make image")
    packed, raw = (f"{path.stat().st_size / 1e6:.0f} MB" for path in (made.packed, made.raw))
    say(f"{made.packed.relative_to(PROJECT)}: {packed}, {raw} on the card")
    return 0


if __name__ == "__main__":
    sys.exit(main())
