"""Transfers (FORMAT 14): sealed, opened with the code alone, and proved by a receipt."""

import os
import re
import zlib
from pathlib import Path

import pytest

from content_packs.letter import LETTER_BYTES_MAX
from content_packs.transfer import HEAD, TRANSFER_BYTES_MAX, Refusal, proof, seal, unpack, unseal

CODE = "K7PM2R9X0QTB"
LETTER = b"schoolbox transfer 1\nArta Krasniqi, Gjilan"
FORMAT = (Path(__file__).parents[2] / "content_packs" / "FORMAT.md").read_text()


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return seal(LETTER, CODE, os.urandom)


def test_the_code_opens_it_and_no_other(sealed: bytes) -> None:
    assert unseal(sealed, CODE) == LETTER
    assert b"Arta" not in sealed
    for other in ("", CODE[:-1], CODE.lower(), CODE[::-1]):
        assert unseal(sealed, other) is Refusal.CODE
    assert seal(LETTER, CODE, os.urandom)[len(HEAD) :] != sealed[len(HEAD) :]


def test_every_shortened_file_is_cut_and_every_longer_one_was_changed(sealed: bytes) -> None:
    assert all(unseal(sealed[:end], CODE) is Refusal.STRANGE for end in range(len(HEAD)))
    assert all(unseal(sealed[:end], CODE) is Refusal.CUT for end in range(len(HEAD), len(sealed)))
    assert unseal(sealed + b"x", CODE) is Refusal.CHANGED
    assert unseal(sealed + bytes(TRANSFER_BYTES_MAX), CODE) is Refusal.CHANGED


@pytest.mark.parametrize("place", [5, len(HEAD) + 3, len(HEAD) + 20, len(HEAD) + 27, len(HEAD) + 30, -1])
def test_a_changed_byte_anywhere_opens_nothing(sealed: bytes, place: int) -> None:
    changed = bytearray(sealed)
    changed[place] ^= 1
    assert isinstance(unseal(bytes(changed), CODE), Refusal)


def test_what_unpacks_to_more_than_a_letter_is_damaged() -> None:
    assert unpack(zlib.compress(LETTER)) == LETTER
    for packed in (
        zlib.compress(bytes(LETTER_BYTES_MAX + 1)), zlib.compress(LETTER)[:-1], zlib.compress(LETTER) + b"x", b"",
        b"zip",
    ):  # fmt: skip
        assert unpack(packed) is None


def test_the_proof_is_that_of_the_format_and_says_whether_the_number_stays() -> None:
    secret, transfer = bytes(range(16)).hex(), "0123456789abcdef" * 2
    same, other = (proof(secret, transfer, keeps_number=keeps) for keeps in (True, False))
    found = re.search(r"the proof is\s+`(\w+)` with the same number, and `(\w+)` with another", FORMAT)
    assert found is not None
    assert (same, other) == (found[1], found[2])
    others = {proof(secret, "0" * 32, keeps_number=True), proof("0" * 32, transfer, keeps_number=True)}
    assert len({same, other, *others}) == 4
