"""What a hub orders from afar: settings and notices, signed by it and numbered for one box (PROTOCOL section 14).

Promises: orders say all that holds, so the newest alone counts; what is read was signed by the key that is asked for,
for the box that is asked for, and nothing of it was changed.

    raw = write_orders(orders, public, sign)
    read_orders(raw, public, box_id)       # Orders, or None
"""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal, TypeAlias

import msgspec

from content_packs.letter import read_letter, write_letter
from sync.patterns import is_pattern
from sync.quiet_hours import read_hours, write_hours
from sync.wire import BoxId, Count, OrderName, UtcTime, WireRecord

ORDERS_KIND = "orders"
ORDERS_BYTES_MAX = 64 * 1024
SEND, PULL, QUIET, SUBSCRIPTIONS = "send_kbit", "pull_kbit", "quiet_hours", "subscriptions"
SETTINGS = (SEND, PULL, QUIET, SUBSCRIPTIONS)
"""What people at a hub may set."""
SCHOOL = "school"
"""What a hub sets by itself: the name of a school that was renamed there, a line break, its municipality."""
ALL_SETTINGS = (*SETTINGS, SCHOOL)
"""What a hub may set; all else is for the school to decide."""
SCHOOL_LENGTH_MAX = 120
KBIT_MAX = 1_000_000
PATTERNS_MAX = 200
NOTICES_MAX = 20
NOTICE_LENGTH_MAX = 500
Audience: TypeAlias = Literal["technicians", "teachers", "staff"]
AUDIENCES: tuple[Audience, ...] = ("staff", "technicians", "teachers")
_Language: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?\Z")]
_Text: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=NOTICE_LENGTH_MAX)]
_Value: TypeAlias = Annotated[str, msgspec.Meta(max_length=8_000)]


class Notice(WireRecord, frozen=True):
    """A short text per language for people who work at a school, and the last day on which it is shown."""

    id: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    audience: Audience
    texts: Annotated[dict[_Language, _Text], msgspec.Meta(min_length=1, max_length=12)]
    until: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\d\Z")]

    def __post_init__(self) -> None:
        """Refuse a day that no calendar has."""
        date.fromisoformat(self.until)


class Orders(WireRecord, frozen=True):
    """All that a hub orders of one box."""

    box: BoxId
    number: Count
    made_at: UtcTime
    settings: Annotated[dict[OrderName, _Value], msgspec.Meta(max_length=40)]
    notices: Annotated[tuple[Notice, ...], msgspec.Meta(max_length=NOTICES_MAX)] = ()


def write_orders(orders: Orders, public: str, sign: Callable[[bytes], bytes]) -> bytes:
    """Write orders with the hub's signature."""
    return write_letter(ORDERS_KIND, orders, public, sign)


def read_orders(raw: bytes, public: str, box: str) -> Orders | None:
    """Read orders; None if they are not of the hub with this key, not for this box, or something was changed."""
    letter = read_letter(raw, ORDERS_KIND, Orders) if len(raw) <= ORDERS_BYTES_MAX else None
    return letter.said if letter is not None and letter.public == public and letter.said.box == box else None


def tidy_value(name: str, text: str) -> str:
    """Bring the value of a setting into the form in which it is sent and kept.

    Raises:
        ValueError: A hub cannot set this, or not to this.
    """
    if name in (SEND, PULL):
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= 7 else -1
        if not 0 <= number <= KBIT_MAX:
            raise ValueError(text)
        return str(number)
    if name == QUIET:
        return write_hours(read_hours(text))
    if name == SCHOOL:
        return _tidy_school(text)
    patterns = sorted(set(text.split()))
    if name != SUBSCRIPTIONS or not 0 < len(patterns) <= PATTERNS_MAX or not all(map(is_pattern, patterns)):
        raise ValueError(text)
    return " ".join(patterns)


def _tidy_school(text: str) -> str:
    """Bring the name of a school and its municipality, which may be empty, into one form.

    Raises:
        ValueError: There are not two lines, the first is empty, or one is too long or has odd signs.
    """
    lines = [" ".join(line.split()) for line in text.split("\n")]
    if len(lines) != 2 or not lines[0] or any(len(one) > SCHOOL_LENGTH_MAX or not one.isprintable() for one in lines):
        raise ValueError(text)
    return "\n".join(lines)
