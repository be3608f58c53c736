"""The one place that asks what time it is: `SystemClock().now()`.

No clock decides trust (FORMAT 6.7); times are only shown or compared, and whoever needs one is given a `Clock`.
"""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where times come from; a box's wall time may be wrong by decades."""

    def now(self) -> datetime:
        """The wall time, aware, in UTC."""

    def monotonic_s(self) -> float:
        """Seconds that only grow while this machine runs, from an arbitrary start."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The wall time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        """Seconds since some moment before the program started."""
        return time.monotonic()
