"""Pictures built as their formats say, with or without what a phone writes into them.

    jpeg(secret=b"42.46 N 21.47 E")
"""

import struct
import zlib


def jpeg(*, secret: bytes = b"", wide: int = 40, high: int = 30) -> bytes:
    """A JPEG of a size, by its segments; a secret stands in its EXIF and its comment."""
    hidden = [(0xE1, b"Exif\0\0" + secret), (0xFE, secret)] if secret else []
    size = b"\x08" + struct.pack(">HH", high, wide) + b"\x01\x01\x11\x00"
    start, scan = b"JFIF\0\1\1\0\0\1\0\1\0\0", b"\1\1\0\0\x3f\0"
    segments = [(0xE0, start), *hidden, (0xDB, bytes(65)), (0xC0, size), (0xDA, scan)]
    head = b"".join(bytes((0xFF, kind)) + struct.pack(">H", len(body) + 2) + body for kind, body in segments)
    return b"\xff\xd8" + head + b"\x12\x34\xff\xd9"


def png(*, secret: bytes = b"", wide: int = 2, high: int = 2) -> bytes:
    """A grey PNG of a size; a secret stands in a text."""
    lines = (b"\0" + b"\x80" * wide) * high
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0))]
    chunks += [(b"tEXt", b"Comment\0" + secret)] if secret else []
    chunks += [(b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def webp(*, secret: bytes = b"", wide: int = 2, high: int = 2) -> bytes:
    """A WebP by its chunks; a secret stands in its EXIF."""
    flags = bytes([0x08 if secret else 0, 0, 0, 0])
    chunks = [(b"VP8X", flags + (wide - 1).to_bytes(3, "little") + (high - 1).to_bytes(3, "little"))]
    chunks += [(b"VP8 ", bytes(6) + struct.pack("<HH", wide, high) + bytes(8))]
    chunks += [(b"EXIF", secret)] if secret else []
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(part)) + part + bytes(len(part) % 2) for name, part in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body
