"""The body of a request to the hub: unpacked within its cap and split, or refused, without spending memory on a bomb.

A line `BOMB` and a byte stand for so many megabytes of one letter, packed.
"""

import gzip
import zlib
from functools import cache

from sync.codings import GZIP
from sync.hub.bodies import BOUNDS, STATEMENTS_MAX, UNPACKED_BYTES_MAX, split_batch
from sync.hub.bounded import unpack
from sync.hub.errors import TooLargeError, UnreadableBodyError
from tests.fuzz.script import Script
from tests.fuzz.target import Target

_BOMB = b"\nBOMB"


def run(data: bytes) -> None:
    packed, mark, rest = data.partition(_BOMB)
    if mark:
        script = Script(rest)
        packed += _bomb(script.number(1, 64))
    body = unpack(packed, GZIP, BOUNDS)
    assert len(body) <= UNPACKED_BYTES_MAX
    decoder = zlib.decompressobj(31)
    assert decoder.decompress(packed) == body
    raws = split_batch(body)
    assert len(raws) <= STATEMENTS_MAX


@cache
def _bomb(megabytes: int) -> bytes:
    """So many megabytes of brackets that belong to a text, packed."""
    return gzip.compress(b'["' + b"[" * (megabytes * 1_000_000) + b'"]', 1, mtime=0)


TARGET = Target(
    run=run,
    allowed=(TooLargeError, UnreadableBodyError),
    seeds=lambda: [
        gzip.compress(body, mtime=0)
        for body in (b"[]", b'[{"id":"x"},{"id":"y"}]', b'{"a":1}', b"[" * 2000, b"[1,2]" * 40, "[\"ë\"]".encode())
    ] + [gzip.compress(b"[]", mtime=0)[:-3], gzip.compress(b"[]") * 2, _BOMB + b"\x05"],
    words=(b"\x1f\x8b\x08\x00", _BOMB, b"\x03\x00"),
    max_bytes=8192,
    runs=200,
)
