"""A clock a test sets; it lies about nothing but the time."""

from datetime import UTC, datetime


class SetClock:
    """A clock that stands still until it is set."""

    def __init__(self, now: datetime = datetime(2026, 9, 1, 8, tzinfo=UTC)) -> None:
        self.time = now
        self.since_start_s = 0.0

    def now(self) -> datetime:
        """The wall time that was set."""
        return self.time

    def monotonic_s(self) -> float:
        """Seconds that were let pass."""
        return self.since_start_s
