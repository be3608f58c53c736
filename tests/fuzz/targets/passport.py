"""Passports: whole and signed, or refused; what is read is written as the same bytes.

The first byte says whether the rest is a file as it is, or what is said in one that is signed.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from content_packs.letter import write_letter
from content_packs.passport import KIND, read_passport
from tests.fuzz.json_mutations import mutate_json, with_head
from tests.fuzz.target import Target
from tests.unit.test_passport import vector

_KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
_PUBLIC = _KEY.public_key().public_bytes_raw().hex()
_HEAD = b"schoolbox passport 1\n"


def run(data: bytes) -> None:
    """Read a file, or sign what is said and read that."""
    raw = data[1:]
    if data[:1] == b"s":
        raw = _HEAD + f"{_PUBLIC}\n{_KEY.sign(_HEAD + raw).hex()}\n".encode() + raw
    letter = read_passport(raw)
    if letter is None:
        return
    assert letter.public == _PUBLIC
    assert write_letter(KIND, letter.said, _PUBLIC, _KEY.sign) == raw
    for course in letter.said.courses:
        certified = course.certified(letter.said.name)
        assert certified is None or certified.course.pack == course.pack


def _seeds() -> list[bytes]:
    return [b"f" + vector(), b"s" + vector().split(b"\n", 3)[3]]


TARGET = Target(
    run=run,
    allowed=(),
    seeds=_seeds,
    mutate=with_head(1, mutate_json),
    words=(_HEAD, _PUBLIC.encode(), b'"courses":[', b'"steps":[', b'"certificate":"SB1', b"Z", b"+00:00"),
    max_bytes=4096,
    runs=1500,
)
