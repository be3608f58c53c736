"""A real program that is killed at step n of writing a stick, for every n; what kills it is told in `killed`.

    python -m tests.simulators.killed_writing BOX STICK CASES     # copies of STICK: CASES/0, ...; the last one is whole
"""

import os
import shutil
import signal
import sys
from pathlib import Path

from content_packs.export import Options
from content_packs.export.writer import StickWriter
from tests.simulators.killed import CASES_MAX, KillingDisk
from tests.simulators.school_box import SchoolBox


def main(box: Path, stick: Path, cases: Path) -> None:
    """Make a child for every step, until one is not killed any more."""
    for number in range(CASES_MAX):
        shutil.copytree(stick, cases / str(number))
        child = os.fork()
        if child == 0:
            _write(box, cases / str(number), number)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code == 0:
            return
        assert code == -signal.SIGKILL, number
    raise AssertionError("writing never ended")


def _write(folder: Path, stick: Path, number: int) -> None:
    """Be the child: let the stick hold what the box has, and nothing else."""
    code = 1
    try:
        box = SchoolBox(folder, disk=KillingDisk(number))
        writer = StickWriter(store=box.store, trust=box.trust, disk=box.disk)
        packs = box.library.installed().values()
        code = 0 if writer.write(stick, packs, progress=lambda _: None, options=Options(only=True)).whole else 1
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
