"""Looking through a great many statements in their order, a stretch at a time, where no index gives that order.

    [*stretches(0, 1_000_000, ascending=False)]     # (950_000, 1_000_000), (450_000, 950_000), (0, 450_000)
"""

from collections.abc import Iterator

FIRST, TIMES = 50_000, 10
"""Places of the first stretch, and how many times longer each next one is."""


def stretches(low: int, high: int, *, ascending: bool) -> Iterator[tuple[int, int]]:
    """Cut the places from `low` up to `high`, which does not belong to them, into stretches; none is left out."""
    length = FIRST
    while low < high:
        middle = min(high, low + length) if ascending else max(low, high - length)
        yield (low, middle) if ascending else (middle, high)
        low, high = (middle, high) if ascending else (low, middle)
        length *= TIMES
