"""Watching a file grow that rsync writes: a bar that moves with the line, and an end to what never ends.

rsync writes in pieces of up to 256 kB, which are half a minute of a weak line; so the bar follows what comes over the
line, and is put right when rsync has ended.

    growth = Growth(part, 5_000_000, travelled, on_bytes)
    run_rsync([...], folder=folder, watch=growth.look)    # OverfullError once the file is far too long
"""

from collections.abc import Callable
from pathlib import Path

from content_packs.shelf.travelled import Travelled

_BEYOND_BYTES = 1024 * 1024
"""How much longer than it may be a file gets before it is stopped; over the line an eighth more, for what lz4 adds."""


class OverfullError(Exception):
    """More came than the file has, so it is another one; ends rsync, and whoever hashes what came says the rest."""


class Growth:
    """One run of rsync into one file."""

    def __init__(self, part: Path, size_bytes: int, travelled: Travelled, on_bytes: Callable[[int], None]) -> None:
        self._part = part
        self._size_bytes = size_bytes
        self._travelled = travelled
        self._on_bytes = on_bytes
        self._began_bytes = size_of(part)
        self._came_before = travelled.bytes_in
        self._told = 0

    def look(self) -> None:
        """Tell what came so far.

        Raises:
            OverfullError: The file is larger than it may become, or more comes than can be of it.
        """
        came, lacking = self._travelled.bytes_in - self._came_before, max(0, self._size_bytes - self._began_bytes)
        if size_of(self._part) > self._size_bytes + _BEYOND_BYTES or came > lacking + lacking // 8 + _BEYOND_BYTES:
            raise OverfullError
        self._tell(min(came, lacking))

    def settle(self) -> None:
        """Tell what was really kept."""
        self._tell(size_of(self._part) - self._began_bytes)

    def _tell(self, gained: int) -> None:
        if gained != self._told:
            news, self._told = gained - self._told, gained
            self._on_bytes(news)


def size_of(path: Path) -> int:
    """How large a file is; 0 if it is not there."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
