"""Whether it is time again to tell the card which blocks are free: once a week, by a file that is beside the data.

The system's own memory of it is gone at each start. A day of the clock that went wrong costs a week at most: what was
noted in the future counts as never.

    if is_due(places, now=...): ...; done(places)
"""

from collections.abc import Callable

from deploy.raspberrypi.helper.places import Places

BETWEEN_S = 6 * 86_400
"""A little less than a week: the same lesson of the next week is later by nothing, or by some minutes less."""


def is_due(places: Places, *, now: Callable[[], float]) -> bool:
    """Whether the last time is a week ago, or nobody knows when it was."""
    try:
        last = places.trimmed.stat().st_mtime
    except OSError:
        return True
    return not 0 <= now() - last < BETWEEN_S


def done(places: Places) -> None:
    """Remember that it was done now."""
    places.trimmed.parent.mkdir(parents=True, exist_ok=True)
    places.trimmed.touch()
