"""A sum over rows, whatever their order: two tables with the same rows have the same sum.

    total = Total()
    for row in total.seen(rows): ...
    total.rows, total.sum
"""

import hashlib
from collections.abc import Iterable, Iterator

import msgspec

from sync.hub.database import Row

_ENCODER = msgspec.msgpack.Encoder()
_WRAPS = 2**64


class Total:
    """How many rows were seen, and the sum of their digests."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    @property
    def sum(self) -> str:
        """The sum, as text."""
        return f"{self._sum:016x}"

    def add(self, row: Row) -> None:
        """See one row; what kind of value stands where counts, too."""
        digest = hashlib.blake2b(_ENCODER.encode(row), digest_size=8).digest()
        self._sum = (self._sum + int.from_bytes(digest, "big")) % _WRAPS
        self.rows += 1

    def seen(self, rows: Iterable[Row]) -> Iterator[Row]:
        """See rows that go on to somebody else."""
        for row in rows:
            self.add(row)
            yield row

    def over(self, rows: Iterable[Row]) -> "Total":
        """See all of these."""
        for row in rows:
            self.add(row)
        return self
