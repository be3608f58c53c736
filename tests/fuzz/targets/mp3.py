"""An MP3: anything at all gives a length in seconds or a sentence that it is none."""

import io
import math

from content_packs.media.mp3 import read_duration_s
from tests.fuzz.target import Target
from tests.simulators.media import mp3


def run(data: bytes) -> None:
    duration_s = read_duration_s(io.BytesIO(data))
    assert math.isfinite(duration_s)
    assert duration_s >= 0


TARGET = Target(
    run=run,
    allowed=(ValueError,),
    seeds=lambda: [
        mp3(frames=3),
        b"ID3\x04\x00\x00\x00\x00\x00\x05tag  " + mp3(frames=2),
        b"\xff\xfb\x90\x00" + bytes(32) + b"Xing\x00\x00\x00\x01\x00\x00\x01\x00" + bytes(300),
    ],
    words=(b"ID3", b"Xing", b"Info", b"\xff\xfb\x90\x00", b"\xff\xf3\x18\xc4"),
    max_bytes=100_000,
    runs=3000,
)
