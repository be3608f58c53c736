"""`python3 -m deploy.raspberrypi.helper`: answer everything; with `stick add DEVICE` or `stick gone DEVICE`, that."""

import sys
from pathlib import Path

from deploy.raspberrypi.helper import sticks
from deploy.raspberrypi.helper.answering import answer_all
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.programs import RealMachine
from deploy.raspberrypi.helper.trouble import TroubleError
from deploy.raspberrypi.helper.verbs import Tools


def main(words: list[str]) -> int:
    """Do what the words say; 1 if it could not be done."""
    tools = Tools(RealMachine(), Places(Path("/")))
    try:
        if words[:2] == ["stick", "add"] and len(words) == 3:
            folder = sticks.add(tools.machine, tools.places, words[2])
            sys.stderr.write(f"stick_mounted folder={folder}\n" if folder else "stick_left_alone\n")
        elif words[:2] == ["stick", "gone"] and len(words) == 3:
            sticks.gone(tools.machine, tools.places, words[2])
        elif words == ["answer"]:
            answer_all(tools)
        else:
            sys.stderr.write("usage: helper answer | helper stick add|gone DEVICE\n")
            return 2
    except TroubleError as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
