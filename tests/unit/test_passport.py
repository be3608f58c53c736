"""Letters and passports (FORMAT 12): whole or refused."""

import re
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from content_packs.letter import LETTER_BYTES_MAX, read_letter, write_letter
from content_packs.passport import PASSPORT_BYTES_MAX, Passport, read_passport

KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
PUBLIC = KEY.public_key().public_bytes_raw().hex()
FORMAT = (Path(__file__).parents[2] / "content_packs" / "FORMAT.md").read_text()


def vector() -> bytes:
    found = re.search(r"```passport\n(.*?)\n```", FORMAT, re.DOTALL)
    assert found is not None
    return found[1].encode()


def signed_text(body: bytes) -> bytes:
    head = b"schoolbox passport 1\n"
    return head + f"{PUBLIC}\n{KEY.sign(head + body).hex()}\n".encode() + body


def test_the_vector_in_the_format_is_what_we_read_and_write() -> None:
    letter = read_passport(vector())
    assert letter is not None
    assert (letter.said.given_name, letter.said.surname, letter.said.grade) == ("Arta", "Krasniqi", 6)
    assert write_letter("passport", letter.said, PUBLIC, KEY.sign) == vector()
    [course] = letter.said.courses
    certified = course.certified()
    assert certified is not None
    assert certified[0].name == "Arta Krasniqi"
    assert certified[1] == letter.academy


def test_every_changed_or_missing_byte_is_noticed() -> None:
    raw = vector()
    for place in range(len(raw)):
        changed = bytes([raw[place] ^ 1])
        assert read_passport(raw[:place] + changed + raw[place + 1 :]) is None, place
        assert read_passport(raw[:place]) is None
    for more in (b"\n", b" ", b"\0"):
        assert read_passport(raw + more) is None


def test_what_is_signed_but_written_in_another_way_is_refused() -> None:
    body = vector().split(b"\n", 3)[3]
    assert read_passport(signed_text(body)) is not None
    said = msgspec.json.decode(body)
    for other in (
        body + b"\n", body.replace(b'":"', b'": "'), msgspec.json.encode({**said, "pin": "4711"}, order="sorted"),
        msgspec.json.encode({**said, "surname": "\u202eA"}, order="sorted"),
        msgspec.json.encode({**said, "made_on": "2026-02-30"}, order="sorted"),
        msgspec.json.encode({**said, "grade": 99}, order="sorted"), b"{}", b"", b"[" * 5_000,
    ):  # fmt: skip
        assert read_passport(signed_text(other)) is None, other[:80]


def test_a_letter_of_one_kind_is_none_of_another_and_none_is_too_long() -> None:
    letter = read_passport(vector())
    assert letter is not None
    for kind in ("receipt", "transfer"):
        assert read_passport(write_letter(kind, letter.said, PUBLIC, KEY.sign)) is None
        assert read_letter(vector(), kind, Passport) is None
        assert read_letter(vector().replace(b"passport", kind.encode(), 1), kind, Passport) is None
    assert read_passport(vector() + b" " * PASSPORT_BYTES_MAX) is None
    assert read_letter(vector() + b" " * LETTER_BYTES_MAX, "passport", Passport) is None


@pytest.mark.parametrize("key", [b"g" * 64, b"8A" * 32, b" " * 64, b"0" * 64])
def test_a_letter_with_a_strange_key_is_none(key: bytes) -> None:
    assert read_passport(vector().replace(PUBLIC.encode(), key, 1)) is None
