"""A multipart body of statements and attachments: its parts, or a refusal, within bounds and however it is cut.

The first byte says in which pieces the body is read, the second how it ends its lines; the boundary is always `b`.
"""

import io

from sync.hub.errors import UnreadableBodyError
from sync.hub.lrs.multipart import PARTS_MAX, parts
from tests.fuzz.script import Script
from tests.fuzz.target import Target

_HEAD = b"Content-Type: application/json\r\nX-Experience-API-Hash: 00"


def run(data: bytes) -> None:
    script = Script(data)
    size, plain_ends = script.number(1, 97), script.number(0, 1)
    body = script.rest()
    if plain_ends:
        body = body.replace(b"\r\n", b"\n")
    whole = _read(body, 1 << 16)
    assert _read(body, size) == whole
    assert len(whole) <= PARTS_MAX
    assert sum(len(content) for _, content in whole) <= len(body)


def _read(body: bytes, size: int) -> list[tuple[dict[str, str], bytes]]:
    """Every part, read in pieces of a size."""
    source = io.BytesIO(body)
    return [(dict(one.headers), b"".join(one.pieces())) for one in parts(lambda _: source.read(size), b"b")]


TARGET = Target(
    run=run,
    allowed=(UnreadableBodyError,),
    seeds=lambda: [
        bytes([size, ends]) + body
        for size, ends in ((1, 0), (7, 1), (96, 0))
        for body in (
            b"--b\r\n" + _HEAD + b"\r\n\r\n[]\r\n--b--\r\n", b"--b--",
            b"x\r\n--b\r\n\r\n\r\n--b\r\na:b\r\n\r\n\r\r\n--b--",
            b"--b\r\n" + _HEAD + b"\r\n\r\n{}\r\n--b\r\n" + _HEAD + b"\r\n\r\n\x00--b\r\n--c\r\n--b--\r\nend",
        )
    ],
    words=(b"\r\n--b\r\n", b"\r\n--b--\r\n", b"\r\n\r\n", b": "),
    max_bytes=4096,
    runs=300,
)
