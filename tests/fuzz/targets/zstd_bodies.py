"""The body of a request to the hub packed with Zstandard: unpacked within its cap, or refused before a bomb goes off.

A line `BOMB` and a byte stand for so many megabytes of one letter, packed.
"""

from functools import cache

from sync.codings import ZSTD, pack, unpack_kept
from sync.hub.bodies import BOUNDS, UNPACKED_BYTES_MAX
from sync.hub.bounded import unpack
from sync.hub.errors import TooLargeError, UnreadableBodyError
from tests.fuzz.script import Script
from tests.fuzz.target import Target

_BOMB = b"\nBOMB"


def run(data: bytes) -> None:
    packed, mark, rest = data.partition(_BOMB)
    if mark:
        packed += _bomb(Script(rest).number(1, 64))
    body = unpack(packed, ZSTD, BOUNDS)
    assert len(body) <= UNPACKED_BYTES_MAX
    assert unpack_kept(packed) == body


@cache
def _bomb(megabytes: int) -> bytes:
    return pack(ZSTD, b"[" * (megabytes * 1_000_000))


TARGET = Target(
    run=run,
    allowed=(TooLargeError, UnreadableBodyError),
    seeds=lambda: [
        pack(ZSTD, body) for body in (b"[]", b'[{"id":"x"},{"id":"y"}]', b"[" * 2000, b"[1,2]" * 40)
    ] + [pack(ZSTD, b"[1,2]" * 40)[:-3], pack(ZSTD, b"[]") * 2, _BOMB + b"\x05"],
    words=(b"\x28\xb5\x2f\xfd", _BOMB, b"\x50\x2a\x4d\x18"),
    max_bytes=8192,
    runs=200,
)
