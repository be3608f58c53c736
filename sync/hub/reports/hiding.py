"""Small groups: which numbers of pupils are shown, and what sums say so that none is found by subtracting.

A number from 1 to 4 is never shown. A sum could give it away: 33 in a municipality, 30 in all its schools but one. So a
sum counts small groups only where at least two of them make five or more together, and never says that each of them has
one pupil or that each has four; other small groups are left out of it. Sums are made from below, each from the sums
before it, so every small group is inside of at most one such bundle (`docs/figures.md` says what that promises).

    together([24, 6, 3])       # 30
    together([24, 4, 3])       # 31
"""

from collections.abc import Iterable

PUPILS_MIN = 5
LEFT_OUT = -1
"""Stands for small groups that are no five together: hidden, and left out of whatever is made from it."""


def shown(pupils: int) -> int | None:
    """Give a number of pupils unless it is small enough to point at somebody."""
    return None if pupils < PUPILS_MIN and pupils != 0 else pupils


def percent(part: float, whole: float, *, pupils: int) -> int | None:
    """Give a share in per cent unless too few pupils stand behind it."""
    return round(100 * part / whole) if whole and pupils >= PUPILS_MIN else None


def together(parts: Iterable[int]) -> int:
    """Put numbers of pupils together to one that may be shown beside them; each part may be such a number itself."""
    given = list(parts)
    large = sum(part for part in given if part >= PUPILS_MIN)
    small = [part for part in given if 0 < part < PUPILS_MIN]
    if len(small) == 1 and not large and LEFT_OUT not in given:
        return small[0]
    bundle = min(max(sum(small), len(small) + 1), 4 * len(small) - 1) if len(small) > 1 else 0
    if bundle >= PUPILS_MIN or large:
        return large + (bundle if bundle >= PUPILS_MIN else 0)
    return LEFT_OUT if any(given) else 0


def together_sql(column: str) -> str:
    """Write `together` as an expression over the rows of a group."""
    large = f"sum(CASE WHEN {column} >= 5 THEN {column} ELSE 0 END)"
    small = f"sum(CASE WHEN {column} BETWEEN 1 AND 4 THEN {column} ELSE 0 END)"
    count = f"sum(CASE WHEN {column} BETWEEN 1 AND 4 THEN 1 ELSE 0 END)"
    return (
        f"CASE WHEN {count} = 1 AND {large} = 0 AND min({column}) >= 0 THEN {small}"
        f" WHEN {count} > 1 AND ({small} >= 5 OR {count} >= 4) THEN {large} +"
        f" CASE WHEN {small} <= {count} THEN {count} + 1 WHEN {small} >= 4 * {count} THEN 4 * {count} - 1"
        f" ELSE {small} END WHEN {large} > 0 THEN {large} WHEN {count} > 0 OR min({column}) < 0 THEN -1 ELSE 0 END"
    )
