"""The records that cross the wire beside statements (PROTOCOL.md sections 5 and 6); both ends use them.

Promises: what decodes is complete and bounded, and holds no field this protocol does not name.

    status = decode_record(raw, BoxStatus)
"""

from datetime import datetime
from typing import Annotated, TypeAlias, TypeVar

import msgspec

from content_packs.manifest import QualifiedId

BoxId: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
"""A box's own random 128-bit number, made at first boot."""
ActorId: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
"""A learner's random 128-bit number."""
ERASURES_MAX = 100
"""Most learners in one request to forget."""
OrderName: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,40}\Z")]
"""What a setting is called that a hub orders (section 14)."""
BootId: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
MachineId: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
"""What tells one machine from another: the first half of a hash of the serial number of its board."""
ClassId: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]
Label: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Version: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
UtcTime: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z\Z")]
Secret: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{43,128}\Z")]
"""At least 256 random bits in URL-safe base64."""
Sha256: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
PublicKey: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
"""The public half of an Ed25519 key, in hexadecimal digits."""
Recipient: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^age1[02-9ac-hj-np-z]{58}\Z")]
"""A public key of age, for which something is sealed."""


class WireRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of every record: immutable, named fields only, unknown fields refused."""


class PackOnBox(WireRecord, frozen=True):
    """One installed pack."""

    id: QualifiedId
    version: Annotated[int, msgspec.Meta(ge=1, le=2**31)]


class ClassOnBox(WireRecord, frozen=True):
    """One class: its name ("6/2"), its grade and how many pupils it has; never who they are."""

    id: ClassId
    name: Label
    grade: Annotated[int, msgspec.Meta(ge=0, le=13)] | None = None
    pupils: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0


class BoxStatus(WireRecord, frozen=True):
    """What a box says about itself in a heartbeat. It names no person.

    `public` is the key it signs couriers with, `orders` the number of the hub's orders that it follows. `boot`,
    `machine` and `seq` say which start of which machine speaks, and how far its order is: so copies are told apart.
    """

    version: Version
    waiting: Count
    quarantined: Count
    disk_free_bytes: Count
    disk_total_bytes: Count
    clock_at: UtcTime
    clock_trusted: bool
    school: Label
    municipality: Annotated[str, msgspec.Meta(max_length=120)] = ""
    packs: Annotated[tuple[PackOnBox, ...], msgspec.Meta(max_length=5_000)] = ()
    classes: Annotated[tuple[ClassOnBox, ...], msgspec.Meta(max_length=500)] = ()
    public: PublicKey | None = None
    temperature_c: Annotated[float, msgspec.Meta(ge=-60, le=150)] | None = None
    orders: Count = 0
    orders_refused: Annotated[tuple[OrderName, ...], msgspec.Meta(max_length=40)] = ()
    boot: BootId | None = None
    machine: MachineId | None = None
    seq: Count = 0

    def __post_init__(self) -> None:
        """Refuse a time that no calendar has: whoever reads it later could not."""
        _check_time(self.clock_at)


class CourierKeys(WireRecord, frozen=True):
    """What a box needs for couriers: the age key it seals them for, and the key that signs the hub's receipts."""

    recipient: Recipient
    receipts: PublicKey


class StatusAnswer(WireRecord, frozen=True):
    """The hub's answer to a heartbeat: its own time, the school it knows the box under, its keys, newer orders."""

    hub_at: UtcTime
    school_id: str
    courier: CourierKeys | None = None
    orders: Annotated[str, msgspec.Meta(max_length=64 * 1024)] = ""
    twin: bool = False
    seq: Count = 0

    def __post_init__(self) -> None:
        """Refuse a time that no calendar has."""
        _check_time(self.hub_at)


class Erasures(WireRecord, frozen=True):
    """Learners whom a school erased, by their random numbers; the hub answers with those it has forgotten."""

    actors: Annotated[tuple[ActorId, ...], msgspec.Meta(min_length=1, max_length=ERASURES_MAX)]


class EnrolRequest(WireRecord, frozen=True):
    """A box asks to be taken in; it brings its own secret, so that asking twice is harmless."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    box_id: BoxId
    secret: Secret
    version: Version


class EnrolAnswer(WireRecord, frozen=True):
    """The hub takes the box in: its user name for basic auth, the school it belongs to, the hub's keys."""

    key: str
    school_id: str
    school: str
    municipality: str
    hub: str
    courier: CourierKeys | None = None


class Refusal(WireRecord, frozen=True):
    """Why a request was refused: a fixed word for programs, a sentence for people, the guilty statement's place."""

    error: str
    message: str
    index: int | None = None


FIRST_YEAR = 1970
"""No clock counts from an earlier year."""

R = TypeVar("R", bound=WireRecord)
T = TypeVar("T")


def decode_record(raw: bytes, kind: type[R]) -> R:
    """Read one record.

    Raises:
        msgspec.ValidationError: A field is missing, unknown or out of bounds.
        msgspec.DecodeError: Not JSON, not UTF-8, or nested too deep.
    """
    return decode_json(raw, kind)


def decode_json(raw: bytes, kind: type[T]) -> T:
    """Read JSON that somebody else wrote: all that can be wrong with it is one error.

    Raises:
        msgspec.ValidationError: It is not what `kind` says.
        msgspec.DecodeError: Not JSON, not UTF-8, or nested too deep.
    """
    try:
        return msgspec.json.decode(raw, type=kind)
    except (UnicodeDecodeError, RecursionError) as exc:
        raise msgspec.DecodeError(str(exc)) from exc


def _check_time(text: str) -> None:
    """Read a time to see whether it is one; the form alone lets the 99th of a month through.

    Raises:
        ValueError: There is no such time.
    """
    if datetime.fromisoformat(text).year < FIRST_YEAR:
        raise ValueError(f"before {FIRST_YEAR}")
