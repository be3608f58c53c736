"""How a large backlog gets on: how much of it has left, and how fast, as long as it is not empty.

Kept with every batch in the transaction that takes it out, so that any program of the box can tell. Time in which
nothing left (no line, quiet hours, switched off) does not count.

    drained(Drain(...), count=500, now_s=120.0, boot_id="b")
    left_s(drain, waiting=188_000)        # 11_280.0
"""

import msgspec

PAUSE_S = 300.0
"""A longer gap between two batches is a pause, not a slow line."""
LARGE = 2_000
FEW_BATCHES = 2
"""After so few batches nobody knows how fast it goes."""


class Drain(msgspec.Struct, frozen=True):
    """`done` statements left since the backlog began; `timed` of them within `took_s`, in `batches` batches."""

    done: int = 0
    timed: int = 0
    took_s: float = 0.0
    batches: int = 0
    last_s: float = 0.0
    boot_id: str = ""


def drained(before: Drain, count: int, *, now_s: float, boot_id: str) -> Drain:
    """Note that a batch left."""
    gap_s = now_s - before.last_s
    is_timed = before.boot_id == boot_id and 0 <= gap_s <= PAUSE_S
    return Drain(
        before.done + count, before.timed + (count if is_timed else 0),
        before.took_s + (gap_s if is_timed else 0.0), before.batches + int(is_timed), now_s, boot_id,
    )  # fmt: skip


def left_s(drain: Drain, *, waiting: int) -> float | None:
    """Say how long the rest takes at this speed; None if that is not known yet."""
    if drain.batches < FEW_BATCHES or drain.took_s <= 0:
        return None
    return waiting * drain.took_s / drain.timed


class Backlog(msgspec.Struct, frozen=True):
    """A large backlog: `done` of it are at the hub, `waiting` are not, and how long these take, if that is known."""

    done: int
    waiting: int
    left_s: float | None


def backlog(drain: Drain, *, waiting: int) -> Backlog | None:
    """Say how far a backlog is; None for a small one, which is gone before anybody has read that."""
    return Backlog(drain.done, waiting, left_s(drain, waiting=waiting)) if waiting >= LARGE else None
