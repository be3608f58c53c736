"""Bytes read as decisions, so that one input can say a whole story; when they run out, every decision is the first one.

    script = Script(data)
    script.choice(("flip", "cut")), script.number(0, 99), script.rest()
"""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Script:
    """Reads decisions one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def more(self) -> bool:
        """Whether anything is left."""
        return self._at < len(self._data)

    def take(self, count: int) -> bytes:
        """The next bytes, fewer at the end."""
        taken = self._data[self._at : self._at + count]
        self._at += count
        return taken

    def number(self, low: int, high: int) -> int:
        """A whole number from low to high."""
        size_bytes = max(1, ((high - low).bit_length() + 7) // 8)
        return low + int.from_bytes(self.take(size_bytes), "little") % (high - low + 1)

    def choice(self, of: Sequence[T]) -> T:
        """One of several."""
        return of[self.number(0, len(of) - 1)]

    def rest(self) -> bytes:
        """Everything that is left."""
        return self.take(len(self._data))
