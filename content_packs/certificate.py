"""A certificate as a text that anyone can check without a line to anywhere: what it says, and a signature (FORMAT 11).

Rules: the text carries the key that signed it, so a check needs nothing else; whether that key is a school's is for
whoever checks to know. A text is right or it is not: there is one way to write each.

    text = write_code(certificate, public, sign)        # SB1...
    read_code(text).certificate.name
"""

import base64
import binascii
import unicodedata
from collections.abc import Callable

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from content_packs.trust.academies import academy_id

MARK = "SB1"
PURPOSE = b"schoolbox certificate 1\n"
CODE_LENGTH_MAX = 1_100
TEXT_BYTES_MAX = 80
_KEY, _SIGNATURE = 32, 64


class Certificate(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What is certified; `finished_on` is an ISO date, `mastery` per cent of right answers, -1 without quizzes."""

    name: str
    course: str
    publisher: str
    school: str
    municipality: str
    finished_on: str
    mastery: int
    pack_id: str


class Code(msgspec.Struct, frozen=True):
    """A text whose signature is right: what it says, and the academy that has the key."""

    certificate: Certificate
    academy: str
    public: str


def shortened(text: str) -> str:
    """Cut a name or title that is longer than a certificate holds."""
    raw = text.encode()
    if len(raw) <= TEXT_BYTES_MAX:
        return text
    return raw[: TEXT_BYTES_MAX - len("…".encode())].decode(errors="ignore") + "…"


def is_of(certificate: Certificate, name: str) -> bool:
    """Whether it is for somebody of this name; accents, capitals, spaces and hyphens may be written otherwise."""
    return _bare_name(shortened(name)) == _bare_name(certificate.name)


def write_code(certificate: Certificate, public: str, sign: Callable[[bytes], bytes]) -> str:
    """Write the text of a certificate; `public` is the key in hexadecimal digits, `sign` signs bytes with it."""
    said = msgspec.msgpack.encode(certificate)
    raw = bytes.fromhex(public) + sign(PURPOSE + said) + said
    return MARK + base64.b32encode(raw).decode().rstrip("=")


def looks_like_code(text: str) -> bool:
    """Say whether a text, or an address that ends in one, wants to be a certificate."""
    return _bare(text).startswith(MARK)


def read_code(text: str) -> Code | None:
    """Read a text, or an address that ends in one; None if anything of it was changed, or is missing."""
    bare = _bare(text)
    if not bare.startswith(MARK) or len(bare) > CODE_LENGTH_MAX:
        return None
    digits = bare.removeprefix(MARK)
    try:
        raw = base64.b32decode(digits + "=" * (-len(digits) % 8))
        key, signature, said = raw[:_KEY], raw[_KEY : _KEY + _SIGNATURE], raw[_KEY + _SIGNATURE :]
        Ed25519PublicKey.from_public_bytes(key).verify(signature, PURPOSE + said)
        certificate = msgspec.msgpack.decode(said, type=Certificate)
    except (binascii.Error, ValueError, InvalidSignature):  # msgspec's errors are ValueErrors
        return None
    if base64.b32encode(raw).decode().rstrip("=") != digits or msgspec.msgpack.encode(certificate) != said:
        return None
    return Code(certificate, academy_id(key.hex()), key.hex())


def _bare_name(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold().replace("-", " "))
    return "".join(letter for letter in letters if not (unicodedata.combining(letter) or letter.isspace()))


def _bare(text: str) -> str:
    return "".join(text.split()).rpartition("/")[2].upper()
