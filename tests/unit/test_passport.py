"""Letters and passports (FORMAT 12): whole or refused."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from content_packs.certificate import Certificate, shortened, write_code
from content_packs.letter import LETTER_BYTES_MAX, read_letter, write_letter
from content_packs.passport import PASSPORT_BYTES_MAX, Certified, Course, Passport, read_passport

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
    certified = course.certified(letter.said.name)
    assert certified is not None
    assert certified.course.title == {"sq": "Thyesat"}
    assert certified.academy == letter.academy


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


def certified(said: Certificate, name: str) -> Certified | None:
    course = Course(
        "mash:thyesat-6", {"sq": "Fizikë", "en": "Fractions"}, {"sq": "Askush"}, "sq", 5, 100, "Harvard", "",
        datetime(2020, 1, 1, tzinfo=UTC), write_code(said, PUBLIC, KEY.sign),
    )  # fmt: skip
    return course.certified(name)


def other_name(said: Certificate, name: str) -> str:
    found = certified(said, name)
    assert found is not None
    return found.other_name


SAID = Certificate("Arta Krasniqi", "Fractions", "MASHT", "Agimi", "Gjilan", "2026-11-27", 90, "mash:thyesat-6")


def test_of_a_course_it_counts_what_its_certificate_says() -> None:
    found = certified(SAID, "Arta Krasniqi")
    assert found is not None
    course = found.course
    assert (course.title, course.publisher) == ({"en": "Fractions"}, {"en": "MASHT"})
    assert (course.school, course.municipality, course.mastery, course.items) == ("Agimi", "Gjilan", 90, 5)
    assert course.finished_at.date() == date(2026, 11, 27)


def test_a_certificate_is_for_one_name_however_that_is_spelled() -> None:
    long = "Hënë " * 40
    for name, other in (
        ("Arta Krasniqi", "ARTA  krasniqi "), ("Arbër Çeku-Gashi", "Arber Ceku Gashi"),
        ("Arbe\u0308r Gashi", "Arbër Gashi"), (shortened(long), long), ("Arta ", "Arta"),
    ):  # fmt: skip
        said = msgspec.structs.replace(SAID, name=name)
        assert other_name(said, other) == "", name
        assert other_name(said, f"Blend {other}") == name
    for other in ("Blend Krasniqi", "Arta Krasniq", "Arta", ""):
        assert other_name(SAID, other) == "Arta Krasniqi", other


def test_a_certificate_that_says_what_no_passport_may_hold_is_none() -> None:
    for said in (
        {"finished_on": "yesterday"}, {"finished_on": ""}, {"mastery": 101}, {"mastery": -2}, {"school": "\u202eA"},
        {"course": "A\x00"}, {"pack_id": "mash:tjeter"},
    ):  # fmt: skip
        assert certified(msgspec.structs.replace(SAID, **said), "Arta Krasniqi") is None, said
