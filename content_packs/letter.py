"""A signed letter: what kind it is, the key that signed it, the signature, and what it says (FORMAT 12.1 to 12.4).

Rules: the letter carries the key that signed it, so a check needs nothing else; whether that key is a school's is for
whoever checks to know. A letter is right or it is not: there is one way to write each.

    raw = write_letter("passport", passport, public, sign)
    read_letter(raw, "passport", Passport).said.surname
"""

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from content_packs.trust.academies import academy_id

LETTER_BYTES_MAX = 2 * 1024 * 1024
_HEX_KEY, _HEX_SIGNATURE = 64, 128
T = TypeVar("T", bound=msgspec.Struct)


class Letter(msgspec.Struct, Generic[T], frozen=True):
    """A letter whose signature is right: what it says, and the academy that has the key."""

    said: T
    academy: str
    public: str


def write_letter(kind: str, said: msgspec.Struct, public: str, sign: Callable[[bytes], bytes]) -> bytes:
    """Write a letter; `public` is the key in hexadecimal digits, `sign` signs bytes with it."""
    head, body = _head(kind), msgspec.json.encode(said, order="sorted")
    return head + f"{public}\n{sign(head + body).hex()}\n".encode() + body


def is_letter(raw: bytes, kind: str) -> bool:
    """Say whether bytes want to be a letter of a kind."""
    return raw.startswith(_head(kind))


def read_letter(raw: bytes, kind: str, said: type[T]) -> Letter[T] | None:
    """Read a letter of a kind; None if anything of it was changed, is missing, or is too much."""
    head = _head(kind)
    lines = raw.removeprefix(head).split(b"\n", 2)
    if not raw.startswith(head) or len(lines) != 3 or len(raw) > LETTER_BYTES_MAX:
        return None
    public, signature, body = lines
    if len(public) != _HEX_KEY or len(signature) != _HEX_SIGNATURE:
        return None
    try:
        key = bytes.fromhex(public.decode("ascii"))
        Ed25519PublicKey.from_public_bytes(key).verify(bytes.fromhex(signature.decode("ascii")), head + body)
        decoded = msgspec.json.decode(body, type=said)
    except (ValueError, InvalidSignature):  # msgspec's errors are ValueErrors
        return None
    written = write_letter(kind, decoded, key.hex(), lambda _: bytes.fromhex(signature.decode("ascii")))
    return Letter(decoded, academy_id(key.hex()), key.hex()) if written == raw else None


def _head(kind: str) -> bytes:
    return f"schoolbox {kind} 1\n".encode("ascii")
