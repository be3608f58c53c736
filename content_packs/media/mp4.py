"""Reading an MP4's boxes: codecs, duration, and whether its index stands before its data (FORMAT 9.3).

Promises: reads only headers and the index, never the data; hostile bytes give a `ValueError` that says what is wrong.
Source: ISO/IEC 14496-12 (boxes), 14496-14 (`esds`), 14496-15 (`avcC`).

    with path.open("rb") as file:
        read_movie(file).duration_s
"""

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import msgspec
from msgspec.structs import replace

INDEX_BYTES_MAX = 64 * 1024 * 1024
BASELINE, MAIN, HIGH = 66, 77, 100
NEWER_CODECS = ("hvc1", "hev1", "av01", "vp09")
"""What phones of today film, and phones of 2016 do not play."""
_VISUAL_ENTRY_BYTES, _AUDIO_ENTRY_BYTES = 78, 28
_AAC = 0x40


class Movie(msgspec.Struct, frozen=True):
    """What an MP4 is made of; codecs are the four-letter names of their sample entries."""

    index_first: bool
    duration_s: float
    video_codec: str = ""
    profile: int = 0
    audio_codec: str = ""
    is_aac: bool = False


class TopBox(NamedTuple):
    """One of the outermost boxes: its kind, where it begins, where its content begins and ends."""

    kind: bytes
    offset: int
    start: int
    end: int


def read_movie(file: BinaryIO) -> Movie:
    """Read what an MP4 is made of.

    Raises:
        ValueError: It is no MP4, or its index is broken; the text says how.
    """
    index: bytes | None = None
    data_seen = index_first = False
    for kind, _, start, end in top_boxes(file):
        if kind == b"moov":
            if end - start > INDEX_BYTES_MAX:
                raise ValueError("its index is too large")
            file.seek(start)
            index, index_first = file.read(end - start), not data_seen
        elif kind == b"moof":
            raise ValueError("it is cut into fragments")
        data_seen = data_seen or kind == b"mdat"
    if index is None or not data_seen:
        raise ValueError("it is not a whole MP4")
    try:
        return _read_index(memoryview(index), index_first=index_first)
    except (struct.error, IndexError, ZeroDivisionError) as exc:
        raise ValueError("its index is broken") from exc


def top_boxes(file: BinaryIO) -> Iterator[TopBox]:
    """Walk over the outermost boxes.

    Raises:
        ValueError: The file ends in the middle of one.
    """
    total = file.seek(0, os.SEEK_END)
    offset = 0
    while offset < total:
        file.seek(offset)
        head = file.read(16)
        if len(head) < 8:
            raise ValueError("it ends in the middle of a box")
        size, kind = struct.unpack_from(">I4s", head)
        start = offset + 8
        if size == 1 and len(head) == 16:
            size, start = struct.unpack_from(">Q", head, 8)[0], offset + 16
        end = total if size == 0 else offset + size
        if end < start or end > total:
            raise ValueError("it ends in the middle of a box")
        yield TopBox(kind, offset, start, end)
        offset = end


def _boxes(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Walk over the boxes inside a box."""
    while len(data) >= 8:
        size, kind = struct.unpack_from(">I4s", data)
        if not 8 <= size <= len(data):
            raise IndexError
        yield kind, data[8:size]
        data = data[size:]


def inside(data: memoryview, *path: bytes) -> Iterator[memoryview]:
    """Give the content of every box at a path of kinds below a box.

    Raises:
        IndexError: A box is longer than what it lies in.
    """
    for kind, content in _boxes(data):
        if kind == path[0]:
            yield from inside(content, *path[1:]) if path[1:] else (content,)


def _read_index(index: memoryview, *, index_first: bool) -> Movie:
    """Put together what the index says; the first track of a kind counts."""
    header = next(inside(index, b"mvhd"), None)
    if header is None:
        raise IndexError
    scale, length = struct.unpack_from(">IQ", header, 20) if header[0] == 1 else struct.unpack_from(">II", header, 12)
    movie = Movie(index_first=index_first, duration_s=round(length / scale, 3))
    for descriptions in inside(index, b"trak", b"mdia", b"minf", b"stbl", b"stsd"):
        for kind, entry in _boxes(descriptions[8:]):
            movie = _with_entry(movie, kind.decode("latin-1"), entry)
    return movie


def _with_entry(movie: Movie, codec: str, entry: memoryview) -> Movie:
    """Add what one sample description says."""
    avc = next(inside(entry[_VISUAL_ENTRY_BYTES:], b"avcC"), None) if codec in ("avc1", "avc3") else None
    if avc is not None and not movie.video_codec:
        return replace(movie, video_codec=codec, profile=avc[1])
    if codec in (*NEWER_CODECS, "mp4v") and not movie.video_codec:
        return replace(movie, video_codec=codec)
    if codec in ("mp4a", "ac-3", "ec-3", "Opus", "alac", "fLaC") and not movie.audio_codec:
        stream = next(inside(entry[_AUDIO_ENTRY_BYTES:], b"esds"), None) if codec == "mp4a" else None
        return replace(movie, audio_codec=codec, is_aac=stream is not None and _object_type(stream[4:]) == _AAC)
    return movie


def _object_type(stream: memoryview) -> int:
    """Find the kind of audio in an elementary stream descriptor."""
    content = _descriptor(stream, 3)
    flags = content[2]
    offset = 3 + (2 if flags & 0x80 else 0) + (1 + content[3] if flags & 0x40 else 0) + (2 if flags & 0x20 else 0)
    return _descriptor(content[offset:], 4)[0]


def _descriptor(data: memoryview, tag: int) -> memoryview:
    """Open a descriptor: a tag, a length of up to four bytes with seven bits each, the content."""
    if data[0] != tag:
        raise IndexError
    length = 0
    for position in range(1, 5):
        length = length << 7 | data[position] & 0x7F
        if not data[position] & 0x80:
            return data[position + 1 : position + 1 + length]
    raise IndexError
