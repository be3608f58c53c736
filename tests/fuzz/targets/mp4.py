"""An MP4: hostile boxes give a sentence about what is wrong, quickly; nothing of a movie that is moved is lost."""

import io
import math

from content_packs.media.faststart import put_index_first
from content_packs.media.mp4 import read_movie
from tests.fuzz.target import Target
from tests.simulators.media import BASELINE, HIGH, mp4


def run(data: bytes) -> None:
    movie = read_movie(io.BytesIO(data))
    assert math.isfinite(movie.duration_s)
    assert movie.duration_s >= 0
    assert 0 <= movie.profile <= 255
    assert movie.video_codec.isprintable()
    assert movie.audio_codec.isprintable()
    made = bytearray()
    put_index_first(io.BytesIO(data), made.extend)
    assert read_movie(io.BytesIO(made)).duration_s == movie.duration_s
    assert len(data) - len(made) in (0, 8)  # an index of few bytes needs no long length


TARGET = Target(
    run=run,
    allowed=(ValueError,),
    seeds=lambda: [
        mp4(), mp4(index_first=False), mp4(profile=HIGH), mp4(profile=BASELINE, sound=b""), mp4(codec=b"hvc1"),
        mp4(codec=b"", sound=b"ac-3"),
    ],
    words=(
        b"ftyp", b"moov", b"mvhd", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"avc1", b"avcC", b"mp4a", b"esds",
        b"mdat", b"moof", b"\0\0\0\1", b"\0\0\0\x08free",
    ),
    max_bytes=1_000_000,
    runs=3000,
)  # fmt: skip
