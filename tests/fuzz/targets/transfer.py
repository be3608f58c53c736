"""Transfers and receipts: refused or read, and what is read is written as the same bytes.

The first byte chooses: a file as it lies on a stick, packed bytes, or what is said in a letter that is signed.
"""

from datetime import UTC, date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from content_packs.letter import LETTER_BYTES_MAX, write_letter
from content_packs.passport import read_passport
from content_packs.transfer import (
    HEAD,
    KIND,
    RECEIPT_KIND,
    Receipt,
    Refusal,
    Transfer,
    Work,
    read_receipt,
    read_transfer,
    unpack,
    unseal,
)
from schoolbox.services.arrival_rows import _row, is_name
from tests.fuzz.json_mutations import mutate_json, with_head
from tests.fuzz.target import Target
from tests.unit.test_passport import vector

_KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
_PUBLIC = _KEY.public_key().public_bytes_raw().hex()


def run(data: bytes) -> None:
    """Read what the first byte says."""
    way, rest = data[:1], data[1:]
    if way == b"z":
        letter = unpack(rest)
        assert letter is None or len(letter) <= LETTER_BYTES_MAX
    elif way in (b"t", b"r"):
        _said(KIND if way == b"t" else RECEIPT_KIND, rest)
    else:
        assert isinstance(unseal(rest, "K7PM2R9X0QTB"), Refusal)


def _said(kind: str, body: bytes) -> None:
    head = f"schoolbox {kind} 1\n".encode()
    raw = head + f"{_PUBLIC}\n{_KEY.sign(head + body).hex()}\n".encode() + body
    letter = read_transfer(raw) if kind == KIND else read_receipt(raw)
    if letter is None:
        return
    assert write_letter(kind, letter.said, _PUBLIC, _KEY.sign) == raw
    if isinstance(letter.said, Transfer):
        is_name(letter.said.passport.surname)
        for place, one in enumerate(letter.said.work):
            assert len(_row(1, one, -place)) == 14


def _seeds() -> list[bytes]:
    known = read_passport(vector())
    assert known is not None
    at = datetime(2026, 11, 27, 8, 15, tzinfo=UTC)
    work = Work("mash:pjeset", False, at, None, 30.0, 30.5, "0-30.5", 0, 0, 0, False, 0)
    said = Transfer("a" * 32, "b" * 32, "c" * 32, "arta.krasniqi", "", date(2027, 2, 26), True, known.said, (work,), 0)
    receipt = Receipt("a" * 32, "YQVSMAWAT1A7", True, "Dituria", "Gjilan", date(2026, 11, 30))
    letters = ((b"t", KIND, said), (b"r", RECEIPT_KIND, receipt))
    bodies = [way + write_letter(kind, one, _PUBLIC, _KEY.sign).split(b"\n", 3)[3] for way, kind, one in letters]
    return [*bodies, b"f" + HEAD + bytes(24) + b"\0\0\0\x20" + bytes(31), b"f" + HEAD, b"zx\x9c\x03\0\0\0\0\x01"]


TARGET = Target(
    run=run,
    allowed=(),
    seeds=_seeds,
    mutate=with_head(1, mutate_json),
    words=(HEAD, b'"work":[', b'"passport":{', b"null", b"1e7", b"0-12.3,20-31", b"x\x9c"),
    max_bytes=4096,
    runs=1000,
)
