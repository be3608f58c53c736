"""How much time of a try is left, by the monotonic clock of the box: its wall clock may be wrong.

The rule: time counts while the box runs. After a restart nothing is counted until the pupil is back, for half an hour
at most; what was used before is what was used up to the last answer that was kept. So a power cut never costs a pupil
time, and a try that nobody comes back to ends by itself. An answer on its way when the time ends is still taken.

    left_s(timing, now)      # None where there is no limit
"""

import msgspec

RETURN_S = 30 * 60.0
"""How long after a restart of the box the clock of a try stands still for a pupil who is not back yet."""
SLACK_S = 15.0
"""How late an answer may come: a page takes its time on a school's Wi-Fi."""


class Timing(msgspec.Struct, frozen=True):
    """The clock of a try: `limit_s` is 0 for none; `used_s` were used up to `since_s` of the boot `boot_id`."""

    limit_s: int = 0
    used_s: float = 0.0
    boot_id: str = ""
    since_s: float = 0.0


class BoxTime(msgspec.Struct, frozen=True):
    """Now, on the monotonic clock: which boot of the machine, its seconds, and when the program started in it."""

    boot_id: str
    monotonic_s: float
    opened_s: float


def used_s(timing: Timing, now: BoxTime) -> float:
    """How much of its time a try has used."""
    if timing.boot_id == now.boot_id:
        return timing.used_s + max(0.0, now.monotonic_s - timing.since_s)
    return timing.used_s + max(0.0, now.monotonic_s - now.opened_s - RETURN_S)


def left_s(timing: Timing, now: BoxTime) -> float | None:
    """How much time is left; None where there is no limit."""
    return max(0.0, timing.limit_s - used_s(timing, now)) if timing.limit_s else None


def is_over(timing: Timing, now: BoxTime, *, slack_s: float = SLACK_S) -> bool:
    """Whether a try has ended because of its time."""
    return timing.limit_s > 0 and used_s(timing, now) >= timing.limit_s + slack_s


def noted(timing: Timing, now: BoxTime) -> Timing:
    """The clock of a try that was just touched: what is used is written down, and it runs on in this boot."""
    return Timing(timing.limit_s, used_s(timing, now), now.boot_id, now.monotonic_s)
