"""A clock that a test moves by hand; it lies about nothing but the time.

    clock = HandClock(); clock.tick(61)
"""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass
class HandClock:
    """Both times stand until they are moved; the wall time alone can be set wrong."""

    at: datetime = datetime(2026, 9, 25, 8, 42, tzinfo=UTC)
    monotonic: float = 1_000.0

    def now(self) -> datetime:
        """The wall time that was set."""
        return self.at

    def monotonic_s(self) -> float:
        """Seconds that were let pass."""
        return self.monotonic

    def tick(self, seconds: float) -> None:
        """Let time pass for whoever measures it; the wall time stays."""
        self.monotonic += seconds
