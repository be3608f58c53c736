"""Lets a stick be written while the box writes onto it; all other time it is mounted for reading.

Only sticks that root's helper mounted are opened; any other is as whoever mounted it left it. Two who write onto one
stick at once open it once.

    with access.writable(Path("/media/MASHT 2026")): ...
"""

import logging
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TypeAlias

from schoolbox import logs
from schoolbox.errors import NotDoneError
from schoolbox.services.root_work import RootWork

LOG = logging.getLogger(__name__)
Opens: TypeAlias = Callable[[Path], AbstractContextManager[None]]


def as_it_is(_folder: Path) -> AbstractContextManager[None]:
    """Leave the stick as it is: for whoever has no helper."""
    return nullcontext()


def is_for_reading(folder: Path) -> bool:
    """Whether what is mounted there can only be read."""
    try:
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except OSError:
        return False


class StickAccess:
    """Opens and closes sticks."""

    def __init__(
        self, root_work: RootWork, sticks: Path | None, *, is_for_reading: Callable[[Path], bool] = is_for_reading
    ) -> None:
        self._root = root_work
        self._sticks = sticks
        self._is_for_reading = is_for_reading
        self._lock = threading.Lock()
        self._writers: Counter[str] = Counter()

    @contextmanager
    def writable(self, folder: Path) -> Iterator[None]:
        """Have the stick of a folder open for writing.

        Raises:
            StickError: It is gone, busy, or can only be read.
        """
        name = self._name(folder)
        if not name:
            yield
            return
        self._open(name)
        try:
            yield
        finally:
            self._close(name)

    def _name(self, folder: Path) -> str:
        """What a stick is called in the folder of sticks; empty for one that is not the helper's."""
        if not self._root.is_there or self._sticks is None or not folder.is_relative_to(self._sticks):
            return ""
        first, *_ = (*folder.relative_to(self._sticks).parts, "")
        return first

    def _open(self, name: str) -> None:
        from content_packs.export.errors import StickBusyError, StickGoneError, StickReadOnlyError

        with self._lock:
            stick = str(self._folder(name))
            if not self._writers[name] and self._is_for_reading(self._folder(name)):
                try:
                    self._root.ask("stick_write", folder=name)
                except NotDoneError as exc:
                    if exc.why == "stick_busy":
                        raise StickBusyError(stick=stick) from exc
                    kind = StickGoneError if exc.why == "no_stick" else StickReadOnlyError
                    raise kind(stick=stick, problem=exc.why) from exc
                self._writers[name] += 1
            elif self._writers[name]:
                self._writers[name] += 1

    def _close(self, name: str) -> None:
        with self._lock:
            if not self._writers[name]:
                return
            self._writers[name] -= 1
            if self._writers[name]:
                return
            try:
                self._root.ask("stick_read", folder=name)
            except NotDoneError as exc:  # pulled out, most likely; all that was written is flushed
                LOG.warning(logs.line("stick_not_closed", why=exc.why))

    def _folder(self, name: str) -> Path:
        return (self._sticks or Path("/")) / name
