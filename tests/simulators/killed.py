"""A real program that is killed at step n of what it does, for every n.

One process loads everything and then makes a child for each n, which does the deed in a data folder of its own and is
ended by SIGKILL just before its nth step on the disk: no handler runs, no buffer is written, locks go with it. The last
child lives to the end. It lies in nothing.

    python -m tests.simulators.killed install TEMPLATE SHELF CASES     # CASES/0, ...; prints the last number
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from io import FileIO
from pathlib import Path

from content_packs.durable import Disk
from content_packs.shelf import DirectoryShelf
from schoolbox.config import Config
from schoolbox.wiring import Box, open_box

PACK = "mash:thyesat"
CASES_MAX = 500


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


def config_of(data: Path) -> Config:
    """The settings of the box in a folder."""
    return Config(data=data, reserve_mb=0, announce=False, sync=False)


def _install(box: Box, shelf: DirectoryShelf) -> None:
    box.packs.install(shelf, PACK, progress=lambda _: None)


def _remove(box: Box, _: DirectoryShelf) -> None:
    box.packs.remove(PACK)


DEEDS: dict[str, Callable[[Box, DirectoryShelf], None]] = {"install": _install, "remove": _remove}


def main(deed: str, template: Path, shelf: Path, cases: Path) -> None:
    """Make a child for every step, until one is not killed any more."""
    for number in range(CASES_MAX):
        folder = cases / str(number)
        shutil.copytree(template, folder)
        child = os.fork()
        if child == 0:
            _do(deed, folder, shelf, number)
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) == 0:
            sys.stdout.write(f"{number}\n")
            return
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, number
    raise AssertionError("the deed never ended")


def _do(deed: str, folder: Path, shelf: Path, number: int) -> None:
    """Be the child."""
    code = 1
    try:
        box = open_box(config_of(folder), disk=KillingDisk(number))
        DEEDS[deed](box, DirectoryShelf(shelf))
        box.close()
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:5]))
