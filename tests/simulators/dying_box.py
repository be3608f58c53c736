"""The serving program of a box, which is killed by itself just before the nth piece of a pack's file is written.

It lies in nothing else: `kill -9` at a moment that does not depend on how fast a machine is.

    python -m tests.simulators.dying_box 12 DATA STICKS
"""

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schoolbox.cli import serve
from schoolbox.cli.asked import Asked
from schoolbox.config import Config
from schoolbox.wiring import Box, open_box
from tests.simulators.stick_rig import Meddler


class Dying(Asked, frozen=True):
    """What `schoolbox serve` is asked for, on a disk that ends it."""

    @contextmanager
    def box(self, *, mend: bool = False) -> Iterator[Box]:
        """The box, for as long as the program lives."""
        disk = Meddler()
        disk.at_write(self.words.number, lambda: os.kill(os.getpid(), signal.SIGKILL))
        box = open_box(self.config, disk=disk, mend=mend)
        try:
            yield box
        finally:
            box.close()


def main(number: int, data: Path, sticks: Path) -> None:
    """Serve until the end."""
    config = Config(data=data, host="127.0.0.1", port=0, announce=False, sync=False, sticks=sticks)
    serve.run(Dying(config=config, words=argparse.Namespace(number=number), json=True))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
