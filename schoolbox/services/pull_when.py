"""When the box takes packs by itself: a function of what is known at a moment.

Rules: once in so many hours, a little later by chance, so that a thousand boxes do not come together; not in the first
minutes after a start. When a line broke, soon after the hub is heard again, because the line is there now; without
that, after one, two, four hours. After the start of a machine that cannot tell for how long it was off: once.

    wait_s(Moment(...))        # 3600.0; None: not at all
"""

import msgspec

AFTER_START_S = 120.0
AFTER_HUB_S = 30.0
BETWEEN_S = 900.0
"""Pulls are never closer together than this."""
HUB_TRIES = 3
"""How often in a row hearing the hub is reason enough: more often, something else is wrong."""
HOUR_S = 3600.0


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """What decides.

    Attributes:
        hours: How often; 0 for never.
        has_place: Whether there is a hub, or a place in the settings.
        up_s: How long the program runs.
        since_try_s: How long ago it was tried; None if nobody can tell.
        failed_in_a_row: How many pulls in a row were cut short by a line, or by the end of the program.
        since_hub_s: How long ago the hub was heard after the last try; None if it was not.
        chance: From 0 to 1; stays the same until the next pull.
    """

    hours: int
    has_place: bool
    up_s: float
    since_try_s: float | None
    failed_in_a_row: int
    since_hub_s: float | None
    chance: float


def wait_s(moment: Moment) -> float | None:
    """Say how long to wait from this moment on; None if there is nothing to wait for."""
    if not moment.hours or not moment.has_place:
        return None
    start_s = AFTER_START_S * (1 + moment.chance) - moment.up_s
    if moment.since_try_s is None:
        return max(0.0, start_s)
    return max(0.0, start_s, _rest_s(moment) - moment.since_try_s)


def _rest_s(moment: Moment) -> float:
    """How much time there is to be between the last try and the next."""
    period_s = moment.hours * HOUR_S * (1 + moment.chance / 4)
    if not moment.failed_in_a_row:
        return period_s
    backoff_s = HOUR_S * 2.0 ** min(moment.failed_in_a_row - 1, 10) * (1 + moment.chance / 4)
    if moment.since_hub_s is not None and moment.since_try_s is not None and moment.failed_in_a_row <= HUB_TRIES:
        heard_at_s = moment.since_try_s - moment.since_hub_s
        backoff_s = min(backoff_s, heard_at_s + AFTER_HUB_S * (1 + 3 * moment.chance))
    return max(BETWEEN_S, min(period_s, backoff_s))
