"""A transfer: what one school hands to another about a pupil who moves, and the receipt for it (FORMAT 14).

Rules: the letter inside is signed by the school that gives; the file is sealed with a code that travels apart from it,
so that whoever finds the stick reads nothing. Only who opened it can write the receipt.

    raw = seal(letter, "K7PM2R9X0QTB", os.urandom)
    unseal(raw, "K7PM2R9X0QTB")        # the letter, or a Refusal

Decision: scrypt and ChaCha20-Poly1305 of the `cryptography` that signing needs anyway, not age by way of `pyrage`
(alive, 0.9 MB, wheels for aarch64 and Python 3.13): age chooses how much memory its scrypt takes by the speed of the
machine that seals (76 MiB measured, up to 256), and `pyrage` lets neither side set it, while the old Raspberry Pi of
the other school has to open the file. Here it is 32 MiB always. What we dislike: no other program opens these files.
"""

import hashlib
import hmac
import zlib
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Annotated, TypeAlias

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from content_packs.letter import LETTER_BYTES_MAX, Letter, read_letter
from content_packs.manifest import QualifiedId, Words
from content_packs.passport import Count, Moment, Name, Passport

KIND, RECEIPT_KIND = "transfer", "receipt"
TRANSFER_BYTES_MAX = 220_000
RECEIPT_BYTES_MAX = 4_000
WORK_MAX = 10_000
SEGMENTS_LENGTH_MAX = 12_000
CODE_SIGNS = 12
HEAD = b"schoolbox sealed transfer 1\n"
_SALT, _CHECK, _LENGTH, _TAG = 16, 8, 4, 16
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NONCE = bytes(12)
"""A key seals one file: its salt is new each time."""

Hex128: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
Seconds: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=1e7)]


class Work(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How far the pupil is with an item, so that it goes on there."""

    item: QualifiedId
    done: bool
    touched_at: Moment
    done_at: Moment | None
    position_s: Seconds
    watched_s: Seconds
    segments: Annotated[Words, msgspec.Meta(max_length=SEGMENTS_LENGTH_MAX)]
    best: Count
    last: Count
    questions: Count
    passed: bool
    attempts: Count


class Transfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pupil who moves. `number` is how hubs know the learner; `secret` is what the receipt proves to have read.

    `meant_for` is the other school as somebody wrote it, or empty; `may_send` is false where the parents took their
    agreement to records for the hub back. `left_out` are the items that did not fit, the oldest.
    """

    id: Hex128
    secret: Hex128
    number: Hex128
    login: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9.]{1,64}\Z")]
    meant_for: Name
    good_until: date
    may_send: bool
    passport: Passport
    work: Annotated[tuple[Work, ...], msgspec.Meta(max_length=WORK_MAX)]
    left_out: Count


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A school took a pupil in; `keeps_number` says whether the learner goes on under the old number at the hub."""

    transfer: Hex128
    proof: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-HJKMNP-TV-Z]{12}\Z")]
    keeps_number: bool
    school: Name
    municipality: Name
    taken_on: date


class Refusal(StrEnum):
    """Why a file cannot be opened."""

    STRANGE = "strange"
    CUT = "cut"
    CODE = "code"
    CHANGED = "changed"


def seal(letter: bytes, code: str, random: Callable[[int], bytes]) -> bytes:
    """Seal a letter with a code of `CODE_SIGNS` signs, without hyphens and in capitals."""
    salt = random(_SALT)
    key, check = _key(code, salt)
    packed = zlib.compress(letter, 9)
    head = HEAD + salt + check + (len(packed) + _TAG).to_bytes(_LENGTH, "big")
    return head + ChaCha20Poly1305(key).encrypt(_NONCE, packed, head)


def unseal(raw: bytes, code: str) -> bytes | Refusal:
    """Open a file with its code."""
    size = len(HEAD) + _SALT + _CHECK + _LENGTH
    head, sealed = raw[:size], raw[size:]
    if not raw.startswith(HEAD):
        return Refusal.STRANGE
    if len(head) < size or int.from_bytes(head[-_LENGTH:], "big") > len(sealed):
        return Refusal.CUT
    if int.from_bytes(head[-_LENGTH:], "big") < len(sealed) or len(raw) > TRANSFER_BYTES_MAX:
        return Refusal.CHANGED
    key, check = _key(code, head[len(HEAD) : len(HEAD) + _SALT])
    if not hmac.compare_digest(check, head[-_CHECK - _LENGTH : -_LENGTH]):
        return Refusal.CODE
    try:
        packed = ChaCha20Poly1305(key).decrypt(_NONCE, sealed, head)
    except InvalidTag:
        return Refusal.CHANGED
    letter = unpack(packed)
    return Refusal.CHANGED if letter is None else letter


def unpack(packed: bytes) -> bytes | None:
    """Unpack a letter; None if it is damaged, or larger than a letter may be."""
    unpacking = zlib.decompressobj()
    try:
        letter = unpacking.decompress(packed, LETTER_BYTES_MAX)
    except zlib.error:
        return None
    return letter if unpacking.eof and not unpacking.unused_data else None


def read_transfer(letter: bytes) -> Letter[Transfer] | None:
    """Read the letter of a transfer; None if anything of it was changed, or is too much."""
    return read_letter(letter, KIND, Transfer)


def read_receipt(raw: bytes) -> Letter[Receipt] | None:
    """Read a receipt; None if anything of it was changed, is missing, or is too much."""
    return read_letter(raw, RECEIPT_KIND, Receipt) if len(raw) <= RECEIPT_BYTES_MAX else None


def proof(secret: str, transfer: str, *, keeps_number: bool) -> str:
    """What only somebody can write who has read a transfer: 12 signs, to be typed if need be."""
    said = f"schoolbox receipt 1\n{transfer}\n{'same number' if keeps_number else 'other number'}"
    digest = hmac.new(bytes.fromhex(secret), said.encode(), hashlib.sha256).digest()
    bits = int.from_bytes(digest[:8], "big") >> (64 - 5 * CODE_SIGNS)
    return "".join(_SIGNS[bits >> 5 * place & 31] for place in reversed(range(CODE_SIGNS)))


def _key(code: str, salt: bytes) -> tuple[bytes, bytes]:
    """The key, and the mark by which a wrong code is told from a damaged file."""
    made = Scrypt(salt=salt, length=32 + _CHECK, n=2**15, r=8, p=1).derive(code.encode())
    return made[:32], made[32:]
