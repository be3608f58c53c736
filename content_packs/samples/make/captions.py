"""WebVTT captions from the measured times, at most two lines a cue; a long sentence becomes two cues.

    text = captions([Cue(1.15, 3.4, "Pjesët e një të tëre.")])
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from content_packs.samples.make.lesson import Lesson
from content_packs.samples.make.timeline import Timeline

LINE = 42
_PLAIN_FRACTION = re.compile(r"\{([^{}/]+)/([^{}/]+)\}")


class Cue(NamedTuple):
    """Words with the seconds between which they are shown."""

    start_s: float
    end_s: float
    text: str


def cues(lesson: Lesson, timeline: Timeline, *, translated: bool) -> Iterator[Cue]:
    """Give the cues of a lesson in its own language or translated."""
    steps = [step for slide in lesson.slides for step in slide.steps]
    later = [beat.start_s for beat in timeline.beats[1:]] + [timeline.duration_s]
    for beat, step, following in zip(timeline.beats, steps, later, strict=True):
        text = _PLAIN_FRACTION.sub(r"\1/\2", step.translation if translated else step.say)
        until = min(following - 0.04, max(beat.end_s + 0.25, beat.start_s + 0.05 * len(text)))
        yield from _split(Cue(beat.start_s, until, text))


def _split(cue: Cue) -> Iterator[Cue]:
    """Cut a cue that needs more than two lines where a sentence or clause ends nearest to its middle."""
    if len(cue.text) <= 2 * LINE - 4:
        yield cue
        return
    ends = [m.end() for m in re.finditer(r"[.!?:;,–](?= )", cue.text)]
    ends = ends or [m.start() for m in re.finditer(" ", cue.text)]
    middle = len(cue.text) / 2
    at = min(ends, key=lambda end: abs(end - middle))
    when = cue.start_s + (cue.end_s - cue.start_s) * at / len(cue.text)
    yield from _split(Cue(cue.start_s, when, cue.text[:at].strip()))
    yield from _split(Cue(when, cue.end_s, cue.text[at:].strip()))


def captions(found: Sequence[Cue]) -> str:
    """Write a WebVTT file."""
    blocks = [f"{_clock(c.start_s)} --> {_clock(c.end_s)}\n{_wrap(c.text)}" for c in found]
    return "WEBVTT\n\n" + "\n\n".join(blocks) + "\n"


def _wrap(text: str) -> str:
    """Break a text into two lines of about the same length if one is not enough."""
    if len(text) <= LINE:
        return _safe(text)
    gaps = [m.start() for m in re.finditer(" ", text)]
    at = min(gaps, key=lambda gap: abs(gap - len(text) / 2))
    return _safe(text[:at]) + "\n" + _safe(text[at + 1 :])


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(seconds: float) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{thousandths:03}"
