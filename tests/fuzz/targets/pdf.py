"""A PDF: anything at all gives a number of pages or a sentence why not, without unpacking a bomb."""

import zlib
from functools import cache

from content_packs.media.pdf import PAGES_MAX, count_pages
from tests.fuzz.script import Script
from tests.fuzz.target import Target
from tests.simulators.media import pdf

_STREAM = b"1 0 obj<</Type /ObjStm/N 1>>stream\n"


def run(data: bytes) -> None:
    assert 0 < count_pages(_grown(data)) <= PAGES_MAX


def _grown(data: bytes) -> bytes:
    """Unfold what stands behind a line BOMB: how many streams, and how many megabytes are packed in each."""
    raw, mark, rest = data.partition(b"\nBOMB")
    if not mark:
        return raw
    script = Script(rest)
    streams, megabytes = script.number(1, 200), script.number(1, 8)
    return raw + (_STREAM + _packed(megabytes) + b"endstream\n") * streams


@cache
def _packed(megabytes: int) -> bytes:
    """So many megabytes of pages, packed as small as can be."""
    return zlib.compress(b"/Type/Page " * (megabytes * 100_000), 9)


TARGET = Target(
    run=run,
    allowed=(ValueError,),
    seeds=lambda: [
        pdf(), pdf(pages=5), b"%PDF-1.5\n" + _STREAM + zlib.compress(b"<</Type/Page>>") + b"\nendstream",
        b"%PDF-1.4 /Encrypt 5 0 R", b"%PDF-1.4\nBOMB\x01\x01",
    ],
    words=(b"/Type/Page", b"/Type /ObjStm", b"stream\r\n", b"/Encrypt 1 0 R", b"/Pages", b"%PDF-"),
    max_bytes=100_000,
    runs=60,
)  # fmt: skip
