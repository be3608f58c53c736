"""When everything in a lesson happens, laid out from the measured length of each spoken sentence.

    timeline = lay_out(lesson, lengths)
    timeline.beats[3].start_s
"""

from collections.abc import Sequence

import msgspec

from content_packs.samples.make.draw.element import FADE_S
from content_packs.samples.make.lesson import Lesson, Step

TITLE_LEAD_S = 1.15
"""Time for the opening notes before the first word."""
LEAD_S = 0.45
SLIDE_REST_S = 0.55
END_REST_S = 1.6


class Beat(msgspec.Struct, frozen=True):
    """One step in time: it is spoken from `start_s` to `end_s`."""

    slide: int
    step: int
    start_s: float
    end_s: float
    mark: str = ""


class Timeline(msgspec.Struct, frozen=True):
    """All steps in time; `slide_starts_s` says when each slide appears."""

    duration_s: float
    slide_starts_s: tuple[float, ...]
    beats: tuple[Beat, ...]

    def at(self, mark: str) -> float:
        """Say when the step of this mark begins, in seconds.

        Raises:
            KeyError: No step has this mark.
        """
        for beat in self.beats:
            if beat.mark == mark:
                return beat.start_s
        raise KeyError(mark)


def lay_out(lesson: Lesson, lengths: Sequence[float]) -> Timeline:
    """Lay out a lesson; `lengths` are the seconds of each step's sentence, in order."""
    now, spoken = 0.0, iter(lengths)
    starts: list[float] = []
    beats: list[Beat] = []
    for number, slide in enumerate(lesson.slides):
        starts.append(round(now, 3))
        now += LEAD_S if number else TITLE_LEAD_S
        for index, step in enumerate(slide.steps):
            end = now + next(spoken)
            beats.append(Beat(number, index, round(now, 3), round(end, 3), step.mark))
            now = max(end + step.pause, now + _drawn_s(step))
        now += SLIDE_REST_S
    return Timeline(round(now + END_REST_S, 3), tuple(starts), tuple(beats))


def _drawn_s(step: Step) -> float:
    """How long the drawings of a step need until they stand, in seconds."""
    return max((d.delay + max(d.grows_s, FADE_S) + 0.25 for d in step.show), default=0.0)
