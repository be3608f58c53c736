"""The index of a movie is put first: samples as they are, positions moved, broken ones told in words."""

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_packs.media.faststart import put_index_first
from content_packs.media.mp4 import read_movie
from tests.simulators.media import filmed, mp4

SAMPLES = Path(__file__).parents[2] / "content_packs" / "samples"


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def movie_of(chunks: list[bytes], *, before: bytes = b"", wide: bool = False, large: bool = False) -> bytes:
    """A movie with its index at the end, which says where each chunk of the data begins."""
    first = box(b"ftyp", b"isom") + before
    data = b"".join(chunks)
    head = struct.pack(">I4sQ", 1, b"mdat", 16 + len(data)) if large else struct.pack(">I4s", 8 + len(data), b"mdat")
    places, at = [], len(first) + len(head)
    for chunk in chunks:
        places.append(at)
        at += len(chunk)
    kind, letter = (b"co64", "Q") if wide else (b"stco", "I")
    table = box(kind, struct.pack(f">II{len(places)}{letter}", 0, len(places), *places))
    tracks = box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", table))))
    header = box(b"mvhd", struct.pack(">B3xIIII", 0, 0, 0, 1000, 9000) + bytes(80))
    return first + head + data + box(b"moov", header + tracks)


def rewritten(raw: bytes) -> bytes:
    made = bytearray()
    put_index_first(io.BytesIO(raw), made.extend)
    return bytes(made)


def chunk_places(raw: bytes) -> list[int]:
    for kind, letter in ((b"stco", "I"), (b"co64", "Q")):
        if kind in raw:
            at = raw.index(kind) + 8
            (count,) = struct.unpack_from(">I", raw, at)
            return list(struct.unpack_from(f">{count}{letter}", raw, at + 4))
    raise AssertionError("no table")


@pytest.mark.parametrize("sample", sorted(SAMPLES.rglob("*.mp4"))[:4], ids=lambda path: path.stem)
def test_a_real_movie_as_a_phone_left_it_becomes_what_it_was(sample: Path) -> None:
    raw = sample.read_bytes()
    assert not read_movie(io.BytesIO(filmed(raw))).index_first
    assert rewritten(filmed(raw)) == raw


@given(
    chunks=st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=8), before=st.binary(max_size=20),
    wide=st.booleans(), large=st.booleans(),
)  # fmt: skip
def test_every_chunk_is_where_the_index_says(chunks: list[bytes], before: bytes, *, wide: bool, large: bool) -> None:
    made = rewritten(movie_of(chunks, before=box(b"free", before), wide=wide, large=large))
    assert read_movie(io.BytesIO(made)).index_first
    for place, chunk in zip(chunk_places(made), chunks, strict=True):
        assert made[place : place + len(chunk)] == chunk


def test_a_movie_that_is_right_stays_as_it_is() -> None:
    assert rewritten(mp4()) == mp4()


@pytest.mark.parametrize(
    "broken",
    [
        b"", mp4()[:40], box(b"ftyp", b"isom") + box(b"mdat", b"x"), mp4() + mp4(),
        movie_of([b"abc"]).replace(struct.pack(">II", 1, 20), struct.pack(">II", 1, 2_000_000)),
        movie_of([b"abc"]).replace(struct.pack(">II", 0, 1), struct.pack(">II", 0, 9)),
    ],
    ids=["empty", "cut", "no index", "two", "a place outside", "more places than there are"],
)  # fmt: skip
def test_a_broken_movie_is_told_in_words(broken: bytes) -> None:
    with pytest.raises(ValueError, match="it"):
        rewritten(broken)
