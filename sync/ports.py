"""What the wire needs from a box, which implements it on its database.

`tests/contract/test_outbox.py` says how an `Outbox` must behave.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sync.wire import BoxStatus


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One statement that waits: its place in the box's order, and the bytes of one JSON object."""

    seq: int
    statement: bytes


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """How full the outbox is; `sent_total` counts what the hub has acknowledged since the box began."""

    waiting: int
    quarantined: int
    sent_total: int


@dataclass(frozen=True, slots=True)
class Credentials:
    """How a box signs in at its hub: `endpoint` ends in `/xapi/`, `key` and `secret` are for basic auth."""

    endpoint: str
    key: str
    secret: str

    def __repr__(self) -> str:
        return f"Credentials(endpoint={self.endpoint!r}, key={self.key!r}, secret=...)"


class Outbox(Protocol):
    """Statements that no hub has acknowledged yet. Every method is durable when it returns."""

    def pending(self, limit: int) -> list[OutboxRow]:
        """Give the oldest waiting rows in order of `seq`, at most `limit`; quarantined ones are not among them."""
        ...

    def acknowledge(self, seqs: Sequence[int]) -> None:
        """Take rows out because the hub has them; rows that are gone already are no error and not counted again."""
        ...

    def quarantine(self, seq: int, reason: str) -> None:
        """Put one row aside with the reason; it stays on the box until a person decides."""
        ...

    def counts(self) -> OutboxCounts:
        """Say how many wait, are put aside and were sent."""
        ...


class ErasureSource(Protocol):
    """Learners whom the hub must still forget. Every method is durable when it returns."""

    def waiting(self) -> list[str]:
        """Give their random numbers, the oldest first."""
        ...

    def done(self, actor_ids: Sequence[str]) -> None:
        """The hub has forgotten these."""
        ...


class Errand(Protocol):
    """What else a box does while the line is there, after the heartbeat."""

    def run(self, credentials: Credentials, *, should_stop: Callable[[], bool]) -> None:
        """Do as much as there is to do; what the line or the other side does is kept, never raised."""
        ...


class StatusSource(Protocol):
    """Where the heartbeat comes from."""

    def box_status(self) -> BoxStatus:
        """Describe the box as it is now."""
        ...


class CredentialSource(Protocol):
    """Where the box keeps what enrolment gave it."""

    def credentials(self) -> Credentials | None:
        """Give the credentials of today, or None if the box is not enrolled."""
        ...
