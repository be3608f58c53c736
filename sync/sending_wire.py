"""What crosses the wire about sendings: sealed transfers that the hub carries from box to box (PROTOCOL section 11).

Promises: what decodes is complete and bounded, and names no person: a sending has a random number, a size, a hash, the
school it is for and the school it is from.

    decode_record(raw, Sendings).for_me
"""

from datetime import date
from typing import Annotated, Literal, TypeAlias

import msgspec

from content_packs.transfer import RECEIPT_BYTES_MAX, TRANSFER_BYTES_MAX
from sync.wire import Label, WireRecord

PIECE_BYTES = 32 * 1024
"""What a box sends and asks for at once: 4 s on a line of 64 kbit/s, so that a line which keeps dropping gets on."""
PIECE_BYTES_MAX = 64 * 1024
SENDINGS_MAX = 40
"""Most sendings of one box, and most that a box is told of at once."""
SCHOOLS_MAX = 5_000

SendingId: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
SchoolId: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z_-]{1,64}\Z")]
Sha256: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Size: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=TRANSFER_BYTES_MAX)]
Have: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=TRANSFER_BYTES_MAX)]
State: TypeAlias = Literal["taking", "waiting", "answered", "expired"]
ReceiptText: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=RECEIPT_BYTES_MAX)]


class SendingAsked(WireRecord, frozen=True):
    """A box wants a sealed file to be carried: to which school, how large, and the SHA-256 of it."""

    to: SchoolId
    size_bytes: Size
    sha256: Sha256


class SendingState(WireRecord, frozen=True):
    """How far a sending is: bytes of it that the hub has, and once the other school took it in, the receipt."""

    sending: SendingId
    state: State
    have_bytes: Have
    receipt: Annotated[str, msgspec.Meta(max_length=RECEIPT_BYTES_MAX)] = ""


class SendingForMe(WireRecord, frozen=True):
    """A whole sealed file that waits for this box's school."""

    sending: SendingId
    school: Label
    municipality: Annotated[str, msgspec.Meta(max_length=120)]
    size_bytes: Size
    sha256: Sha256
    begun_on: date
    last_day: date


class Sendings(WireRecord, frozen=True):
    """What the hub carries for a box: its own, and what waits for its school, the oldest first."""

    mine: Annotated[tuple[SendingState, ...], msgspec.Meta(max_length=SENDINGS_MAX)]
    for_me: Annotated[tuple[SendingForMe, ...], msgspec.Meta(max_length=SENDINGS_MAX)]


class SendingReceipt(WireRecord, frozen=True):
    """The receipt of a school that took a sending in, as FORMAT 14.7 writes it."""

    receipt: ReceiptText


class SchoolAt(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A school that can be sent to; an array on the wire, since there are a thousand of them."""

    id: SchoolId
    name: Label
    municipality: Annotated[str, msgspec.Meta(max_length=120)]


class Schools(WireRecord, frozen=True):
    """The schools that can be sent to, and a mark of this list; none of them where the asker named that mark."""

    mark: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")]
    schools: Annotated[tuple[SchoolAt, ...], msgspec.Meta(max_length=SCHOOLS_MAX)] | None
