"""The clock of a box without a battery: it never begins before it stopped.

The time is written down every half hour and when the machine goes off; at the start the clock is put forward to it,
never back. A battery, an hour of the internet, and staff whose device knows better all come after that.

    load(places, now=..., put=...); save(places, now=...)
"""

from collections.abc import Callable
from pathlib import Path

from deploy.raspberrypi.helper.places import Places

EARLIEST_S = 1_767_225_600
"""1 January 2026: no box of this program ran before."""


def load(places: Places, *, now: Callable[[], float], put: Callable[[float], None]) -> bool:
    """Put the clock forward to where it stopped; says whether it was behind."""
    kept = max(EARLIEST_S, _kept(places.clock))
    if now() >= kept:
        return False
    put(kept)
    return True


def save(places: Places, *, now: Callable[[], float]) -> bool:
    """Remember what time it is, unless that is less than what is remembered."""
    moment = now()
    if moment <= _kept(places.clock):
        return False
    places.clock.parent.mkdir(parents=True, exist_ok=True)
    draft = places.clock.with_name(".clock.new")
    draft.write_text(f"{moment:.0f}\n", encoding="ascii")
    draft.replace(places.clock)
    return True


def _kept(path: Path) -> float:
    """What is remembered; nothing where a power cut left half a file, or somebody wrote a year that cannot be."""
    try:
        kept = float(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
    return kept if EARLIEST_S <= kept < 4_102_444_800 else 0
