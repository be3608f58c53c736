"""Media files of a few hundred bytes whose headers are real: what a phone reads first, without pictures or sound."""

import struct
import zlib

BASELINE, MAIN, HIGH = 66, 77, 100


def mp4(
    *, index_first: bool = True, codec: bytes = b"avc1", profile: int = MAIN, sound: bytes = b"mp4a", seconds: int = 30
) -> bytes:
    """An MP4 with one picture track and one sound track; an empty name leaves a track out."""
    tracks = b""
    if codec:
        entry = _box(codec, bytes(78) + _box(b"avcC", bytes([1, profile, 0, 30, 0xFF])))
        tracks += _track(entry)
    if sound:
        tracks += _track(_box(sound, bytes(28) + _box(b"esds", bytes(4) + _aac_stream())))
    header = _box(b"mvhd", struct.pack(">B3xIIII", 0, 0, 0, 1000, seconds * 1000) + bytes(80))
    index, data = _box(b"moov", header + tracks), _box(b"mdat", bytes(64))
    first = _box(b"ftyp", b"isom\x00\x00\x02\x00isomavc1")
    return first + (index + data if index_first else data + index)


def mp3(*, frames: int = 100) -> bytes:
    """An MP3 of silent frames of 128 kbit/s at 44.1 kHz, 417 bytes each."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def pdf(*, pages: int = 2) -> bytes:
    """A PDF that has pages and nothing on them."""
    kids = " ".join(f"{number} 0 R" for number in range(3, 3 + pages))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{kids}]>>",
        *["<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>"] * pages,
    ]
    body = "".join(f"{number} 0 obj\n{text}\nendobj\n" for number, text in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer<</Root 1 0 R>>\n%%EOF\n".encode()


def jpeg() -> bytes:
    """The beginning of a JPEG."""
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(20)


def png(width: int = 320, height: int = 180, *, filled: float = 0.5) -> bytes:
    """A whole PNG: a bar of two colours, the first up to a part of its width."""
    edge = int(width * filled)
    line = b"\0" + b"\x1f\x7a\x5c" * edge + b"\xf0\xea\xdd" * (width - edge)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(line * height)), (b"IEND", b""))
    chunks = (struct.pack(">I", len(c)) + k + c + struct.pack(">I", zlib.crc32(k + c)) for k, c in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def free_box(mark: bytes) -> bytes:
    """A box that players pass over, to stand behind a video: two videos with other marks are not the same file."""
    return _box(b"free", mark)


def filmed(raw: bytes) -> bytes:
    """An MP4 whose index stands first, as a phone would have left it: the index at the end, its positions moved."""
    boxes, at = [], 0
    while at < len(raw):
        size, kind = struct.unpack_from(">I4s", raw, at)
        boxes.append((kind, raw[at : at + size]))
        at += size
    index = next(box for kind, box in boxes if kind == b"moov")
    before, moved = b"", index
    while b"stco" in moved:
        head, _, rest = moved.partition(b"stco")
        (count,) = struct.unpack_from(">I", rest, 4)
        places = struct.unpack_from(f">{count}I", rest, 8)
        rest = rest[:8] + struct.pack(f">{count}I", *(place - len(index) for place in places)) + rest[8 + 4 * count :]
        before, moved = before + head + b"stco" + rest[: 8 + 4 * count], rest[8 + 4 * count :]
    return b"".join(box for kind, box in boxes if kind != b"moov") + before + moved


def _track(entry: bytes) -> bytes:
    """A track with one sample description."""
    descriptions = _box(b"stsd", struct.pack(">II", 0, 1) + entry)
    return _box(b"trak", _box(b"mdia", _box(b"minf", _box(b"stbl", descriptions))))


def _aac_stream() -> bytes:
    """An elementary stream descriptor that says AAC."""
    decoder = b"\x04" + bytes([13]) + bytes([0x40]) + bytes(12)
    return b"\x03" + bytes([3 + len(decoder)]) + b"\x00\x01\x00" + decoder


def _box(kind: bytes, content: bytes) -> bytes:
    """A box: its length, its kind, its content."""
    return struct.pack(">I4s", 8 + len(content), kind) + content
