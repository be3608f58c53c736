"""A real program that is killed at step n of what it does, for every n.

One process loads everything and then makes a child for each deed and each n, which does the deed in a folder of its own
and is ended by SIGKILL just before its nth step on the disk: no handler runs, no buffer is written, locks go with it.
The last child of a deed lives to the end. It lies in nothing.

    python -m tests.simulators.killed PLACE     # PLACE/update/template -> PLACE/update/0, ...; deeds take PLACE/shelf
"""

import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from io import FileIO
from pathlib import Path

from content_packs.durable import Disk
from content_packs.shelf import DirectoryShelf
from schoolbox.config import Config
from schoolbox.wiring import Box, open_box
from tests.simulators.laptop import Direct, Laptop, somebody

PACK = "mash:thyesat"
CASES_MAX = 500
PIECE_BYTES = 2000
Deed = Callable[[Box, Path], object]
"""What is done by a box with a shelf."""


class KillingDisk(Disk):
    """The real disk, until the program is killed before step `kill_at`."""

    def __init__(self, kill_at: int) -> None:
        self._left = kill_at

    def open_append(self, path: Path, *, mode: int = 0o644) -> FileIO:
        """A step."""
        self._step()
        return super().open_append(path, mode=mode)

    def write(self, file: FileIO, data: bytes | memoryview, path: Path) -> None:
        """Half of the data may be written when it happens."""
        super().write(file, data[: len(data) // 2], path)
        self._step()
        super().write(file, data[len(data) // 2 :], path)

    def fsync(self, file: FileIO, path: Path) -> None:
        """A step."""
        self._step()
        super().fsync(file, path)

    def truncate(self, path: Path, size_bytes: int) -> None:
        """A step."""
        self._step()
        super().truncate(path, size_bytes)

    def replace(self, src: Path, dst: Path) -> None:
        """A step."""
        self._step()
        super().replace(src, dst)

    def unlink(self, path: Path) -> None:
        """A step."""
        self._step()
        super().unlink(path)

    def make_one_folder(self, path: Path, *, mode: int = 0o755) -> None:
        """A step."""
        self._step()
        super().make_one_folder(path, mode=mode)

    def remove_one_folder(self, path: Path) -> None:
        """A step."""
        self._step()
        super().remove_one_folder(path)

    def fsync_folder(self, path: Path) -> None:
        """A step."""
        self._step()
        super().fsync_folder(path)

    def flush_all(self, path: Path) -> None:
        """A step."""
        self._step()
        super().flush_all(path)

    def _step(self) -> None:
        """Count; at the chosen step this is the end."""
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1


def opened(case: Path, disk: Disk | None = None) -> Box:
    """The box in the folder of a case."""
    config = Config(data=case / "data", reserve_mb=0, announce=False, sync=False, sticks=None)
    return open_box(config, disk=disk)


def install(box: Box, shelf: Path) -> None:
    """Install the newest version."""
    box.packs.install(DirectoryShelf(shelf), PACK, progress=lambda _: None)


def carry_on(box: Box, shelf: Path) -> None:
    """Start as the program that serves does, and do what was ordered from the shelf, which is a stick now."""
    box.jobs.begin_anew()
    box.sticks.announce(shelf)
    box.sticks.look()
    never = threading.Event()
    while box.job_runner.run_next(never) == 0.0:
        box.sticks.look()


def trust(box: Box, shelf: Path) -> None:
    """Take in what vouches for the shelf."""
    box.packs.take_in(DirectoryShelf(shelf))


def upload(box: Box, shelf: Path) -> None:
    """Send the shelf as a zip file, or go on with it."""
    box.uploads.open()
    Laptop(Direct(box.uploads, somebody(1)), PIECE_BYTES).send(shelf.with_name("MASHT.zip"))


DEEDS: dict[str, Deed] = {
    "first installation": install,
    "update by an order": carry_on,
    "removal": lambda box, _shelf: box.packs.remove(PACK),
    "going back": lambda box, _shelf: box.packs.undo(PACK),
    "tidying up": lambda box, _shelf: box.packs.give_up_parts(),
    "renewing trust": trust,
    "upload": upload,
}


def main(place: Path) -> None:
    """Make a child for every step of every deed that has a template."""
    for name, deed in DEEDS.items():
        if (place / name / "template").is_dir():
            _kill_everywhere(deed, place / name, place / "shelf")


def _kill_everywhere(deed: Deed, cases: Path, shelf: Path) -> None:
    """Make a child for every step, until one is not killed any more."""
    for number in range(CASES_MAX):
        case = cases / str(number)
        shutil.copytree(cases / "template", case)
        child = os.fork()
        if child == 0:
            _do(deed, case, shelf, number)
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) == 0:
            return
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, (cases.name, number)
    raise AssertionError("the deed never ended")


def _do(deed: Deed, case: Path, shelf: Path, number: int) -> None:
    """Be the child."""
    code = 1
    try:
        box = opened(case, KillingDisk(number))
        deed(box, shelf)
        box.close()
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
