"""How far writing a stick is, told in bytes and files.

    meter = Meter("writing", files, show)
    with meter.file("mash:thyesat-6", file) as tell:
        tell(4096)
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Literal, TypeAlias

import msgspec

from content_packs.manifest import File

Step: TypeAlias = Literal["writing", "reading_back"]
Gain: TypeAlias = Callable[[int], None]


class StickProgress(msgspec.Struct, frozen=True):
    """How far writing is; what was there before and was found right counts as done.

    First everything is written, then what was written is read back; each of the two counts to its own total.
    """

    step: Step
    pack_id: str
    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int


Show: TypeAlias = Callable[[StickProgress], None]


class Meter:
    """Counts one step of a writing."""

    def __init__(self, step: Step, files: Collection[File], show: Show) -> None:
        self._step = step
        self._show = show
        self._files_total = len(files)
        self._bytes_total = sum(file.size_bytes for file in files)
        self._files_done = 0
        self._bytes_done = 0

    @contextmanager
    def file(self, pack_id: str, file: File) -> Iterator[Gain]:
        """Count one file: it is done in the end, however much of it had to be read or written on the way."""
        end = self._bytes_done + file.size_bytes
        yield lambda gained: self._tell(pack_id, self._bytes_done + gained)
        self._files_done += 1
        self._tell(pack_id, end)

    def _tell(self, pack_id: str, bytes_done: int) -> None:
        """Say how far it is."""
        self._bytes_done = bytes_done
        self._show(
            StickProgress(self._step, pack_id, self._files_done, self._files_total, bytes_done, self._bytes_total)
        )
