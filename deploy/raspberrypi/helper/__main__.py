"""`python3 -m deploy.raspberrypi.helper WORDS`: what units of the system ask for; the words stand at the end."""

import sys
from pathlib import Path

from deploy.raspberrypi.helper import clock, network, sticks
from deploy.raspberrypi.helper.answering import answer_all
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.programs import RealMachine
from deploy.raspberrypi.helper.trouble import TroubleError
from deploy.raspberrypi.helper.verbs import Tools


def main(words: list[str]) -> int:
    """Do what the words say; 1 if it could not be done."""
    real = RealMachine()
    tools = Tools(real, Places(Path("/")))
    try:
        if words[:2] == ["stick", "add"] and len(words) == 3:
            folder = sticks.add(tools.machine, tools.places, words[2])
            sys.stderr.write(f"stick_mounted folder={folder}\n" if folder else "stick_left_alone\n")
        elif words[:2] == ["stick", "gone"] and len(words) == 3:
            sticks.gone(tools.machine, tools.places, words[2])
        elif words == ["answer"]:
            answer_all(tools)
        elif words == ["network"]:
            network.prepare(tools.machine, tools.places)
        elif words in (["clock", "load"], ["clock", "save"]):
            if words[1] == "load" and clock.load(tools.places, now=real.now, put=real.set_clock):
                sys.stderr.write("clock_put_forward\n")
            clock.save(tools.places, now=real.now)
        else:
            sys.stderr.write("usage: helper answer | network | stick add|gone DEVICE | clock load|save\n")
            return 2
    except TroubleError as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
