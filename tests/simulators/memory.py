"""How much memory a piece of work takes at once; it lies in what is held outside Python.

    with memory_peak() as peak:
        read(bomb)
    assert peak.bytes < 1_000_000
"""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Peak:
    """The most memory that was held at once beside what was held before."""

    bytes: int = 0


@contextmanager
def memory_peak() -> Iterator[Peak]:
    """Measure as long as the block runs; the figure is there afterwards."""
    peak = Peak()
    tracemalloc.start()
    try:
        yield peak
    finally:
        peak.bytes = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
