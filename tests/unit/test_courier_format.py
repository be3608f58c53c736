"""Couriers and receipts as PROTOCOL section 12 says: what is not exactly one is refused, and nothing swells."""

import zlib
from collections.abc import Callable
from functools import partial

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from pyrage import x25519

from sync.courier import (
    FILE_BYTES_MAX,
    LINE_BYTES_MAX,
    UNPACKED_BYTES_MAX,
    Body,
    Courier,
    CourierHeader,
    Receipts,
    open_sealed,
    read_courier,
    read_receipts,
    seal,
    write_courier,
)
from sync.errors import CourierError, ReceiptError
from sync.wire import decode_record
from tests.unit.test_statements import VECTORS

KEY = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32)
HEADER = decode_record(VECTORS["courier_header"], CourierHeader)


class Pen:
    public = KEY.public_key().public_bytes_raw().hex()

    def sign_bytes(self, raw: bytes) -> bytes:
        return KEY.sign(raw)


def courier(statements: int, packed: bytes) -> Courier:
    return read_courier(write_courier(msgspec.structs.replace(HEADER, statements=statements), packed, Pen()))


def body(*lines: bytes) -> bytes:
    made = Body()
    for line in lines:
        made.add(line)
    return made.packed()


def reason(call: Callable[[], object]) -> str:
    with pytest.raises(CourierError) as refused:
        call()
    return refused.value.reason


def test_the_vectors_decode_and_encode_to_the_same_bytes() -> None:
    assert msgspec.json.encode(HEADER) == VECTORS["courier_header"]
    assert msgspec.json.encode(decode_record(VECTORS["receipts"], Receipts)) == VECTORS["receipts"]


def test_what_was_written_is_what_is_read() -> None:
    identity = x25519.Identity.generate()
    raw = seal(write_courier(msgspec.structs.replace(HEADER, statements=2), body(b"{}", b'{"a":1}'), Pen()),
               str(identity.to_public()))  # fmt: skip
    read = read_courier(open_sealed(raw, str(identity)))
    assert (read.public, read.header.number, list(read.statements())) == (Pen.public, 2, [b"{}", b'{"a":1}'])


@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_no_bit_can_be_changed(place: int, bit: int) -> None:
    plain = bytearray(write_courier(msgspec.structs.replace(HEADER, statements=1), body(b"{}"), Pen()))
    plain[place % len(plain)] ^= 1 << bit
    assert reason(lambda: read_courier(bytes(plain))) in ("not-a-courier", "forged")


def test_there_is_one_way_to_write_each() -> None:
    plain = write_courier(msgspec.structs.replace(HEADER, statements=1), body(b"{}"), Pen())
    assert reason(lambda: read_courier(plain.replace(Pen.public.encode(), Pen.public.upper().encode()))) == "forged"


@given(st.binary(max_size=300))
def test_any_bytes_are_no_courier_and_no_receipt(raw: bytes) -> None:
    identity = str(x25519.Identity.generate())
    reason(lambda: read_courier(b"schoolbox courier 1\n" + raw))
    reason(lambda: open_sealed(b"age-encryption.org/v1\n" + raw, identity))
    with pytest.raises(ReceiptError):
        read_receipts(raw, Pen.public)


def _read_all(told: int) -> list[bytes]:
    return list(courier(told, body(b"{}", b"{}")).statements())


def test_more_or_fewer_statements_than_the_header_says_are_damage() -> None:
    for told in (0, 1, 3):
        assert reason(partial(_read_all, told)) == "damaged"


@pytest.mark.parametrize(
    ("packed", "expected"),
    [
        (b"", "damaged"),
        (b"not zlib", "damaged"),
        (body(b"{}")[:-3], "damaged"),
        (body(b"{}") + b"more", "damaged"),
        (zlib.compress(b"{}"), "damaged"),  # a last line without its end
        (zlib.compress(b"x" * (LINE_BYTES_MAX + 70_000)), "too-large"),
        (zlib.compress(b"x" * (UNPACKED_BYTES_MAX + 1)), "too-large"),
        (zlib.compress(b"\n" * 100_000), "damaged"),
    ],
)
def test_a_body_that_is_not_as_said_is_refused_before_it_fills_the_memory(packed: bytes, expected: str) -> None:
    assert reason(lambda: list(courier(1, packed).statements())) == expected


def test_a_file_that_is_too_large_is_not_even_opened() -> None:
    identity = str(x25519.Identity.generate())
    assert reason(lambda: open_sealed(b"age-encryption.org/v1\n" + bytes(FILE_BYTES_MAX), identity)) == "too-large"


def test_a_body_is_full_before_it_is_too_large() -> None:
    made, line = Body(), bytes(range(256)).replace(b"\n", b"") * 900
    while not made.is_full():
        made.add(line)
    assert made.statements * (len(line) + 1) <= UNPACKED_BYTES_MAX
