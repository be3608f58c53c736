"""Stretches of a video that were played, in seconds: read, joined, subtracted, counted.

Promises: pure functions; stretches that come out are in order, do not touch and lie inside the video.

    join([(0.0, 12.3), (12.0, 20.0)], length_s=90)     # ((0.0, 20.0),)
"""

import math
import re
from collections.abc import Iterable, Sequence

from schoolbox.errors import BadInputError

Segment = tuple[float, float]
SEGMENTS_MAX = 500
"""Most stretches one report may hold, and most that are kept of a video."""
GAP_S = 0.5
"""Stretches closer than this are one: a browser tells its place about four times a second."""

_SEGMENT = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)-(\d{1,6}(?:\.\d{1,6})?)", re.ASCII)


def parse(text: str) -> tuple[Segment, ...]:
    """Read stretches as a player writes them: `0-12.3,20-31`.

    Raises:
        BadInputError: Not stretches, or far too many.
    """
    if not text:
        return ()
    parts = text.split(",")
    if len(parts) > SEGMENTS_MAX:
        raise BadInputError(field="segments", problem="too many")
    found = [_SEGMENT.fullmatch(part) for part in parts]
    if None in found:
        raise BadInputError(field="segments", problem="not stretches such as 0-12.3,20-31")
    return tuple((float(match[1]), float(match[2])) for match in found if match)


def write(segments: Iterable[Segment]) -> str:
    """Write stretches as `parse` reads them, to a tenth of a second."""
    return ",".join(f"{_short(start)}-{_short(end)}" for start, end in segments)


def join(segments: Iterable[Segment], *, length_s: float) -> tuple[Segment, ...]:
    """Cut stretches to the video and join those that touch; empty and reversed ones are dropped."""
    inside = sorted((max(0.0, start), min(end, length_s)) for start, end in segments)
    joined: list[Segment] = []
    for start, end in inside:
        if end <= start:
            continue
        if joined and start - joined[-1][1] <= GAP_S:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined) if len(joined) <= SEGMENTS_MAX else _longest(joined)


def without(segments: Sequence[Segment], known: Sequence[Segment]) -> tuple[Segment, ...]:
    """What is in `segments` and not in `known`; both as `join` gives them."""
    left: list[Segment] = []
    for start, end in segments:
        at = start
        for known_start, known_end in known:
            if known_end <= at or known_start >= end:
                continue
            if known_start > at:
                left.append((at, known_start))
            at = max(at, known_end)
        if at < end:
            left.append((at, end))
    return tuple((start, end) for start, end in left if end - start > GAP_S)


def total_s(segments: Iterable[Segment]) -> float:
    """How many seconds stretches that do not overlap are together."""
    return math.fsum(end - start for start, end in segments)


def _longest(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Let go of the shortest stretches where there are more than anybody can make by watching."""
    kept = sorted(segments, key=lambda segment: segment[0] - segment[1])[:SEGMENTS_MAX]
    return tuple(sorted(kept))


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
