"""A table in memory that forgets what was used longest ago, so that strangers cannot fill the memory.

    seen: Recent[str, float] = Recent()
    seen.put("192.168.8.7", 12.5)
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

REMEMBERED_MAX = 20_000

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Keys and values, at most `REMEMBERED_MAX`; whoever shares one between threads holds a lock."""

    def __init__(self) -> None:
        self._rows: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K, default: V) -> V:
        """What stands under a key."""
        return self._rows.get(key, default)

    def put(self, key: K, value: V) -> None:
        """Remember, and forget the oldest if there are too many."""
        self._rows[key] = value
        self._rows.move_to_end(key)
        while len(self._rows) > REMEMBERED_MAX:
            self._rows.popitem(last=False)

    def drop(self, key: K) -> None:
        """Forget one; fine if it is not there."""
        self._rows.pop(key, None)
