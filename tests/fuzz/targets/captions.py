"""Captions: whatever the file holds, plain words in the order of time come out, and not too many of them."""

import math

from content_packs.captions import LINES_MAX, lines
from tests.fuzz.target import Target
from tests.simulators.lesson_source import CAPTIONS


def run(data: bytes) -> None:
    found = lines(data.decode("utf-8", "replace"))
    assert len(found) <= LINES_MAX
    assert [line.start_s for line in found] == sorted(line.start_s for line in found)
    for line in found:
        assert math.isfinite(line.start_s)
        assert math.isfinite(line.end_s)
        assert line.text
        assert "\n" not in line.text
        assert line.text == " ".join(line.text.split())


TARGET = Target(
    run=run,
    allowed=(),
    seeds=lambda: [
        CAPTIONS.encode(), CAPTIONS.replace("\n", "\r\n").encode(),
        b"WEBVTT\n\n1\n10:00:00.000 --> 9999:59:59.999 a\n<v Arta>&#x27;&amp;lt;",
    ],
    words=(b" --> ", b"00:01.000", b"\n\n", b"WEBVTT", b"NOTE", b"<c.x>", b"&#x202e;", b"&#0;", b"&lt;"),
    max_bytes=65_536,
    runs=2000,
)
