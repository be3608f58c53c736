"""What a report from the player means for a pupil's progress: a function of the old state and the report.

Rules
- A video is done when 90 % of it was played, in however many sittings, or when its end was reached with 80 % played:
  the titles at the end of a lesson are not learning, and skipping to the end is not either.
- Once done it stays done; watching it again moves only the place to go on from.
- A sitting is one page with the video open. A report holds all that was played in its sitting, so that a report which
  arrives twice, or late, changes nothing. When a sitting is left, or the next one begins, a statement tells the part
  of it that no statement has told yet.
"""

import msgspec
from msgspec.structs import replace

from schoolbox.services.segments import Segment, join, total_s, without

DONE_SHARE = 0.9
DONE_AT_END_SHARE = 0.8
NEAR_END_S = 3.0
"""Whoever stops this close to the end starts at the beginning next time."""


class WatchReport(msgspec.Struct, frozen=True):
    """What a player says; `segments` is all that was played in this sitting.

    `sitting` is a UUID; a player that keeps none leaves it empty and goes on with the latest one.
    """

    position_s: float
    duration_s: float
    segments: tuple[Segment, ...]
    ended: bool
    left: bool
    sitting: str


class WatchState(msgspec.Struct, frozen=True):
    """Where somebody stands with a video; the fields of a progress row that a report may change."""

    done: bool = False
    position_s: float = 0.0
    segments: tuple[Segment, ...] = ()
    sitting: str = ""
    sitting_segments: tuple[Segment, ...] = ()
    sitting_sent: tuple[Segment, ...] = ()

    @property
    def unsent(self) -> tuple[Segment, ...]:
        """What was played in the latest sitting and stands in no statement."""
        return without(self.sitting_segments, self.sitting_sent)

    def told(self) -> "WatchState":
        """The state once a statement tells of the latest sitting."""
        return replace(self, sitting_sent=self.sitting_segments)


class Left(msgspec.Struct, frozen=True):
    """A sitting, or a part of one, that is over: what a `terminated` statement tells."""

    sitting: str
    position_s: float
    segments: tuple[Segment, ...]


class Step(msgspec.Struct, frozen=True):
    """What comes of a report: the new state, sittings that are over, and whether this made it done."""

    state: WatchState
    left: tuple[Left, ...]
    completed: bool


def advance(old: WatchState, report: WatchReport, *, length_s: float) -> Step:
    """Take in a report about a video of `length_s` seconds."""
    left: list[Left] = []
    if old.sitting != report.sitting:
        left += _over(old)
        old = replace(old, sitting=report.sitting, sitting_segments=(), sitting_sent=())
    sitting_segments = join((*old.sitting_segments, *report.segments), length_s=length_s)
    segments = join((*old.segments, *report.segments), length_s=length_s)
    at_end = report.ended or report.position_s >= length_s - NEAR_END_S
    share = total_s(segments) / length_s
    done = old.done or share >= DONE_SHARE or (report.ended and share >= DONE_AT_END_SHARE)
    new = WatchState(
        done=done,
        position_s=0.0 if at_end else report.position_s,
        segments=segments,
        sitting=report.sitting,
        sitting_segments=sitting_segments,
        sitting_sent=old.sitting_sent,
    )
    if report.left or report.ended:
        left += _over(replace(new, position_s=min(report.position_s, length_s)))
        new = new.told() if new.unsent else new
    return Step(new, tuple(left), completed=done and not old.done)


def _over(state: WatchState) -> list[Left]:
    return [Left(state.sitting, state.position_s, state.unsent)] if state.unsent else []
