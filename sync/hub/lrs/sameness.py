"""Is this the statement that the hub has already (PROTOCOL 3.4)?

    is_same(raw, other)
"""

from datetime import datetime

import msgspec
from msgspec import Raw

from sync.hub.lrs.fingerprint import fingerprint
from sync.hub.lrs.packing import NULL
from sync.hub.lrs.rules import read_instant
from sync.hub.moments import micros


class _Said(msgspec.Struct):
    """The part of a statement that says when it happened."""

    timestamp: str | None = None


def is_same(raw: Raw, other: Raw) -> bool:
    """Compare two valid statements with one id: what they say, and when it happened if both say it."""
    if bytes(raw) == bytes(other) or bytes(other) == bytes(NULL):
        return True
    return fingerprint(raw) == fingerprint(other) and not times_differ(_said_us(other), _said_at(raw))


def times_differ(have_us: int | None, said_at: datetime | None) -> bool:
    """Compare times, of which one may not have been given."""
    return have_us is not None and said_at is not None and have_us != micros(said_at)


def _said_at(raw: Raw) -> datetime | None:
    said = msgspec.json.decode(raw, type=_Said).timestamp
    return read_instant(said) if said else None


def _said_us(raw: Raw) -> int | None:
    at = _said_at(raw)
    return micros(at) if at else None
