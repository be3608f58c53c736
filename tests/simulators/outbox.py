"""An outbox in memory. It lies about one thing: nothing in it is durable."""

from collections.abc import Sequence

from sync.lanes import lane_of
from sync.ports import OutboxCounts, OutboxRow


class MemoryOutbox:
    """Implements `sync.ports.Outbox` with dictionaries."""

    def __init__(self) -> None:
        self.rows: dict[int, bytes] = {}
        self.reasons: dict[int, str] = {}
        self.aside: dict[int, bytes] = {}
        self.sent_total = 0
        self._last = 0

    def land(self, statement: bytes) -> int:
        """Put a statement in, as the box does when something happens; gives its seq."""
        self._last += 1
        seq = self._last
        self.rows[seq] = statement
        return seq

    def pending(self, limit: int) -> list[OutboxRow]:
        order = sorted(self.rows, key=lambda seq: (lane_of(self.rows[seq]), seq))
        return [OutboxRow(seq, self.rows[seq]) for seq in order[:limit]]

    def acknowledge(self, seqs: Sequence[int]) -> None:
        self.sent_total += sum(self.rows.pop(seq, None) is not None for seq in seqs)

    def quarantine(self, seq: int, reason: str) -> None:
        if seq in self.rows:
            self.aside[seq] = self.rows.pop(seq)
            self.reasons[seq] = reason

    def counts(self) -> OutboxCounts:
        return OutboxCounts(waiting=len(self.rows), quarantined=len(self.aside), sent_total=self.sent_total)


class MemoryErasures:
    """Whom the hub must still forget, in memory; lies about being on a disk."""

    def __init__(self, *actor_ids: str) -> None:
        self.actor_ids = list(actor_ids)

    def waiting(self) -> list[str]:
        return list(self.actor_ids)

    def done(self, actor_ids: Sequence[str]) -> None:
        self.actor_ids = [each for each in self.actor_ids if each not in actor_ids]
