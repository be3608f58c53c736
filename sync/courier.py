"""Couriers: statements that travel as a file on a stick or a phone, and the receipts that come back (PROTOCOL 12).

Promises: a courier is signed by the box and can be opened only by the hub it is for; it is right as a whole or it is
refused; reading one never unpacks more than `UNPACKED_BYTES_MAX`, nor two statements at a time more than one.

    body = Body(); body.add(statement_bytes)
    raw = seal(write_courier(header, body.packed(), pen), "age1...")
    courier = read_courier(open_sealed(raw, "AGE-SECRET-KEY-1..."))
    [line for line in courier.statements()]
"""

import hashlib
import zlib
from collections.abc import Iterator
from typing import Annotated, Protocol, TypeAlias

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from content_packs.letter import read_letter
from sync.errors import CourierError, ReceiptError
from sync.wire import (
    ERASURES_MAX,
    ActorId,
    BoxId,
    BoxStatus,
    Count,
    Sha256,
    UtcTime,
    WireRecord,
    decode_record,
)

ENDING = ".courier"
RECEIPT_ENDING = ".receipt"
FOLDER = "courier"
RECEIPT_KIND = "courier-receipt"
HEADER_BYTES_MAX = 2 * 1024 * 1024
PACKED_BYTES_MAX = 4 * 1024 * 1024
FILE_BYTES_MAX = HEADER_BYTES_MAX + PACKED_BYTES_MAX + 64 * 1024
UNPACKED_BYTES_MAX = 64 * 1024 * 1024
LINE_BYTES_MAX = 256 * 1024
STATEMENTS_MAX = 20_000
RECEIPTS_MAX = 100
REFUSED_MAX = 1_000
_FULL_PACKED, _FULL_UNPACKED = PACKED_BYTES_MAX - 600 * 1024, UNPACKED_BYTES_MAX - LINE_BYTES_MAX
"""A body takes no more from here on; what the compressor still holds back fits in the rest."""
_HEAD = b"schoolbox courier 1\n"
_PIECE = 64 * 1024
_AGE = b"age-encryption.org/v1\n"

CourierNumber: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=2**53)]
Reason: TypeAlias = Annotated[str, msgspec.Meta(max_length=500)]
StatementId: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
]


class CourierHeader(WireRecord, frozen=True):
    """What stands before the statements of one courier.

    `previous` is the SHA-256 of the courier before, None for the first; `receipts_to` is the highest number up to
    which the box needs no receipt any more. `status` and `erasures` are what a box without a line says of
    itself, and whom its school erased.
    """

    box: BoxId
    number: CourierNumber
    previous: Sha256 | None
    first: Count
    last: Count
    statements: Annotated[int, msgspec.Meta(ge=0, le=STATEMENTS_MAX)]
    made_at: UtcTime
    receipts_to: Count
    status: BoxStatus
    erasures: Annotated[tuple[ActorId, ...], msgspec.Meta(max_length=ERASURES_MAX)] = ()


class TakenCourier(WireRecord, frozen=True):
    """What became of one courier: the statements the hub refused, with why, and the learners it has forgotten."""

    number: CourierNumber
    sha256: Sha256
    statements: Annotated[int, msgspec.Meta(ge=0, le=STATEMENTS_MAX)]
    refused: Annotated[tuple[tuple[StatementId, Reason], ...], msgspec.Meta(max_length=REFUSED_MAX)] = ()
    erased: Annotated[tuple[ActorId, ...], msgspec.Meta(max_length=ERASURES_MAX)] = ()


class Receipts(WireRecord, frozen=True, omit_defaults=True):
    """What a hub gives back for a box: every courier it took whose receipt the box may not have yet.

    `orders` is the letter with the orders (section 14) that the box has not said it follows, left out if there is none.
    """

    box: BoxId
    hub_at: UtcTime
    couriers: Annotated[tuple[TakenCourier, ...], msgspec.Meta(max_length=RECEIPTS_MAX)]
    orders: str = ""


class Pen(Protocol):
    """Who signs: the public half of the key in hexadecimal digits, and the signing."""

    @property
    def public(self) -> str:
        """The public half of its key, in 64 hexadecimal digits."""
        ...

    def sign_bytes(self, raw: bytes) -> bytes:
        """Sign; what is signed says by how it begins what it is for."""
        ...


class Body:
    """The statements of one courier while they are gathered: one JSON object a line, compressed as they come."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(6)
        self._packed = bytearray()
        self._unpacked_bytes = 0
        self.statements = 0

    def is_full(self) -> bool:
        """Whether the next statement belongs into the next courier."""
        return (
            self.statements >= STATEMENTS_MAX
            or len(self._packed) >= _FULL_PACKED
            or self._unpacked_bytes >= _FULL_UNPACKED
        )

    def add(self, statement: bytes) -> None:
        """Take one statement: the bytes of a JSON object without a line feed."""
        self._packed += self._packer.compress(statement + b"\n")
        self._unpacked_bytes += len(statement) + 1
        self.statements += 1

    def packed(self) -> bytes:
        """Give what was gathered; nothing can be added any more."""
        self._packed += self._packer.flush()
        return bytes(self._packed)


class Courier(msgspec.Struct, frozen=True):
    """A courier whose signature is right: what it says, who signed it, and the number it is known by."""

    header: CourierHeader
    public: str
    sha256: str
    packed: bytes

    def statements(self) -> Iterator[bytes]:
        """Give the statements one by one, unpacking as little as possible.

        Raises:
            CourierError: They are not what the header says, or too much; `damaged` or `too-large`.
        """
        found = 0
        for line in _lines(self.packed):
            found += 1
            if found > self.header.statements:
                raise CourierError(reason="damaged")
            yield line
        if found != self.header.statements:
            raise CourierError(reason="damaged")


def write_courier(header: CourierHeader, packed: bytes, pen: Pen) -> bytes:
    """Write a courier as it is before it is sealed."""
    said = msgspec.json.encode(header, order="sorted") + b"\n"
    signature = pen.sign_bytes(_HEAD + said + packed)
    return _HEAD + f"{pen.public}\n{signature.hex()}\n".encode() + said + packed


def read_courier(plain: bytes) -> Courier:
    """Read a courier that was opened.

    Raises:
        CourierError: It is none, or something of it was changed: `not-a-courier`, `forged`.
    """
    lines = plain.removeprefix(_HEAD).split(b"\n", 3)
    if not plain.startswith(_HEAD) or len(lines) != 4 or len(lines[2]) > HEADER_BYTES_MAX:
        raise CourierError(reason="not-a-courier")
    public, signature, said, packed = lines
    try:
        key, signed = bytes.fromhex(public.decode("ascii")), bytes.fromhex(signature.decode("ascii"))
        Ed25519PublicKey.from_public_bytes(key).verify(signed, _HEAD + said + b"\n" + packed)
        header = decode_record(said, CourierHeader)
    except (ValueError, InvalidSignature) as exc:  # msgspec's errors are ValueErrors
        raise CourierError(reason="forged") from exc
    if (public, signature) != (key.hex().encode(), signed.hex().encode()):
        raise CourierError(reason="forged")  # capitals say the same, and would give it another SHA-256
    return Courier(header, key.hex(), hashlib.sha256(plain).hexdigest(), packed)


def seal(plain: bytes, recipient: str) -> bytes:
    """Encrypt for a hub with age; `recipient` is its public key, `age1...`.

    Source: age-encryption.org/v1, X25519 recipients.
    """
    from pyrage import encrypt, x25519  # loads a native library that most commands never need

    return bytes(encrypt(plain, [x25519.Recipient.from_str(recipient)]))


def open_sealed(raw: bytes, identity: str) -> bytes:
    """Decrypt what was sealed for a hub; `identity` is its secret key, `AGE-SECRET-KEY-1...`.

    Raises:
        CourierError: `not-a-courier`, `too-large`, or `unreadable`: cut off, changed on the way, or for another hub.
    """
    from pyrage import DecryptError, decrypt, x25519

    if len(raw) > FILE_BYTES_MAX:
        raise CourierError(reason="too-large")
    if not raw.startswith(_AGE):
        raise CourierError(reason="not-a-courier")
    try:
        return bytes(decrypt(raw, [x25519.Identity.from_str(identity)]))
    except DecryptError as exc:
        raise CourierError(reason="unreadable") from exc


def read_receipts(raw: bytes, hub_public: str) -> Receipts:
    """Read what a hub gave back.

    Raises:
        ReceiptError: `not-a-receipt`, or `receipt-forged`: not signed by this hub.
    """
    letter = read_letter(raw, RECEIPT_KIND, Receipts)
    if letter is None:
        raise ReceiptError(reason="not-a-receipt")
    if letter.public != hub_public:
        raise ReceiptError(reason="receipt-foreign")
    return letter.said


def courier_name(number: int) -> str:
    """How the file of a courier is called within the folder of its box."""
    return f"{number:08d}{ENDING}"


def _lines(packed: bytes) -> Iterator[bytes]:
    """Unpack line by line; a line that never ends, or a body that swells, is refused before it is in memory."""
    unpacker, rest, seen_bytes = zlib.decompressobj(), b"", 0
    feed = packed
    try:
        while not unpacker.eof:
            piece = unpacker.decompress(feed, _PIECE)
            feed = unpacker.unconsumed_tail
            seen_bytes += len(piece)
            if seen_bytes > UNPACKED_BYTES_MAX:
                raise CourierError(reason="too-large")
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole
            if len(rest) > LINE_BYTES_MAX:
                raise CourierError(reason="too-large")
            if not piece and not feed and not unpacker.eof:
                raise CourierError(reason="damaged")
    except zlib.error as exc:
        raise CourierError(reason="damaged") from exc
    if rest or unpacker.unused_data:
        raise CourierError(reason="damaged")

