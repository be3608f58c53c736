"""Orders of a hub: what is read is what one hub signed for one box (PROTOCOL 14)."""

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.orders import ORDERS_BYTES_MAX, Orders, read_orders, tidy_value, write_orders
from sync.wire import decode_record
from tests.unit.test_statements import VECTORS

KEY = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
PUBLIC = KEY.public_key().public_bytes_raw().hex()
TOLD = decode_record(VECTORS["orders"], Orders)
RAW = write_orders(TOLD, PUBLIC, KEY.sign)


def test_the_vector_is_what_a_writer_writes() -> None:
    assert RAW.endswith(VECTORS["orders"].strip())
    assert read_orders(RAW, PUBLIC, TOLD.box) == TOLD
    for name, value in TOLD.settings.items():
        assert tidy_value(name, value) == value


@pytest.mark.parametrize(
    ("raw", "public", "box"),
    [
        (RAW, "0" * 64, TOLD.box), (RAW, PUBLIC, "0" * 32), (RAW.replace(b'"64"', b'"65"'), PUBLIC, TOLD.box),
        (RAW.replace(b"orders", b"courier-receipt", 1), PUBLIC, TOLD.box), (RAW[:-1], PUBLIC, TOLD.box),
        (RAW + b" " * ORDERS_BYTES_MAX, PUBLIC, TOLD.box), (b"", PUBLIC, TOLD.box),
    ],
)  # fmt: skip
def test_what_is_of_another_hub_for_another_box_or_was_changed_is_not_read(raw: bytes, public: str, box: str) -> None:
    assert read_orders(raw, public, box) is None


@pytest.mark.parametrize("change", [{"until": "2026-99-01"}, {"id": 0}, {"audience": "pupils"}, {"texts": {}}])
def test_a_notice_that_cannot_be_is_not_read(change: dict[str, object]) -> None:
    said = msgspec.json.decode(VECTORS["orders"])
    said["notices"][0] |= change
    with pytest.raises(msgspec.ValidationError):
        decode_record(msgspec.json.encode(said), Orders)


@pytest.mark.parametrize(
    ("name", "text", "tidy"),
    [
        ("send_kbit", "064", "64"), ("pull_kbit", "0", "0"), ("quiet_hours", "7:30 - 13:30", "07:30-13:30"),
        ("subscriptions", "mash:b  mash:a mash:b", "mash:a mash:b"),
    ],
)  # fmt: skip
def test_a_value_has_one_form(name: str, text: str, tidy: str) -> None:
    assert tidy_value(name, text) == tidy


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("send_kbit", "-1"), ("send_kbit", "1000001"), ("pull_kbit", "many"), ("quiet_hours", "25:00-26:00"),
        ("subscriptions", "mash"), ("subscriptions", " "), ("guests_watch", "1"), ("", ""),
    ],
)  # fmt: skip
def test_what_a_hub_cannot_set_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whatever it says
        tidy_value(name, text)
