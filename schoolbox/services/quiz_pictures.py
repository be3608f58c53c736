"""Pictures for the questions that teachers write: looked at, freed of what a phone writes into them, kept by hash.

Promises: only what is a JPEG, PNG or WebP picture of a sensible size is kept, under a name made of its own bytes;
where and when it was taken, and with which phone, is left out.

    name = pictures.keep(raw)        # "5f...e1.jpg"
"""

import hashlib
import re
import struct
import threading
import zlib
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from content_packs.durable import Disk
from content_packs.manifest import MEDIA_TYPES
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.marks import N_

PICTURE_BYTES_MAX = 200_000
SIDE_MAX = 6_000
NAME = re.compile(r"[0-9a-f]{64}\.(?:jpg|png|webp)\Z")
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"IDAT", b"IEND"}
_WEBP_LEFT_OUT = {b"EXIF", b"XMP "}
_NOT_ONE = N_("This is not a JPEG, PNG or WebP picture, or it is damaged.")


class QuizPictures:
    """Keeps them in a folder of the box."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk
        self.still = threading.Lock()

    def forget_strays(self, names: Callable[[], Collection[str]]) -> None:
        """Delete the pictures that stand in no quiz any more; `names` says which do.

        Raises:
            DiskError: It cannot be deleted.
        """
        with self.still:
            known = set(names())
            for path in self._folder.iterdir() if self._folder.is_dir() else ():
                if path.name not in known:
                    self._disk.remove(path)

    def keep(self, raw: bytes) -> str:
        """Keep a picture; its name. Under `still`, if nothing may take it away before it stands in a quiz.

        Raises:
            BadInputError: It is none, or too large.
            DiskError: It cannot be written.
        """
        content, ext = cleaned(raw)
        name = f"{hashlib.sha256(content).hexdigest()}.{ext}"
        path = self._folder / name
        if not path.is_file():
            self._disk.make_folder(self._folder)
            self._disk.write_file(path, content)
        return name

    def path(self, name: str) -> tuple[Path, str]:
        """Where a picture is, and its media type.

        Raises:
            NotFoundError: There is none of that name.
        """
        path = self._folder / name
        if not NAME.match(name) or not path.is_file():
            raise NotFoundError(kind="picture", key=name)
        return path, MEDIA_TYPES[name.rpartition(".")[2]]


def cleaned(raw: bytes) -> tuple[bytes, str]:
    """A picture without what does not belong to it, and its extension.

    Raises:
        BadInputError: It is none, or too large.
    """
    if len(raw) > PICTURE_BYTES_MAX:
        raise BadInputError(field="picture", problem=N_("The picture is larger than 200 kB. Make it smaller first."))
    return without_extras(raw)


def without_extras(raw: bytes) -> tuple[bytes, str]:
    """A picture of any size without what a phone writes into it, and its extension.

    Raises:
        BadInputError: It is none, or damaged.
    """
    try:
        if raw.startswith(b"\xff\xd8\xff"):
            return _jpeg(raw), "jpg"
        if raw.startswith(_PNG):
            return _png(raw), "png"
        if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
            return _webp(raw), "webp"
    except (struct.error, IndexError, ValueError) as exc:
        raise BadInputError(field="picture", problem=_NOT_ONE) from exc
    raise BadInputError(field="picture", problem=_NOT_ONE)


def _jpeg(raw: bytes) -> bytes:
    """Keep the segments that make the picture: no EXIF, no comments (ITU-T T.81 B.1)."""
    kept, sized, at = [raw[:2]], False, 2
    while True:
        if raw[at] != 0xFF:
            raise ValueError("no segment")
        kind, (length,) = raw[at + 1], struct.unpack(">H", raw[at + 2 : at + 4])
        segment = raw[at : at + 2 + length]
        if length < 2 or len(segment) != length + 2:
            raise ValueError("cut short")
        if kind in (0xC0, 0xC1, 0xC2):
            high, wide = struct.unpack(">HH", segment[5:9])
            _check_size(wide, high)
            sized = True
        if not (0xE1 <= kind <= 0xED or kind in (0xEF, 0xFE)):
            kept.append(segment)
        at += 2 + length
        if kind == 0xDA:
            break
    if not sized or not raw.rstrip(b"\0").endswith(b"\xff\xd9"):
        raise ValueError("cut short")
    return b"".join((*kept, raw[at:]))


def _png(raw: bytes) -> bytes:
    """Keep the chunks that make the picture: no texts, no EXIF, no time (RFC 2083 section 3)."""
    kept, at, last = [_PNG], len(_PNG), b""
    while at < len(raw) and last != b"IEND":
        (length,), last = struct.unpack(">I", raw[at : at + 4]), raw[at + 4 : at + 8]
        chunk = raw[at : at + 12 + length]
        if len(chunk) != 12 + length or zlib.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0]:
            raise ValueError("damaged")
        if last == b"IHDR":
            _check_size(*struct.unpack(">II", chunk[8:16]))
        if last in _PNG_KEPT:
            kept.append(chunk)
        at += 12 + length
    if last != b"IEND" or kept[1][4:8] != b"IHDR":
        raise ValueError("cut short")
    return b"".join(kept)


def _webp(raw: bytes) -> bytes:
    """Keep the chunks that make the picture: no EXIF, no XMP (RFC 9649 section 2.7)."""
    kept = []
    for name, found in _riff(raw):
        chunk = found
        if name == b"VP8X":
            _check_size(1 + int.from_bytes(chunk[12:15], "little"), 1 + int.from_bytes(chunk[15:18], "little"))
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]  # says that neither of them is there
        if name == b"VP8 ":
            wide, high = struct.unpack("<HH", chunk[14:18])
            _check_size(wide & 0x3FFF, high & 0x3FFF)
        if name not in _WEBP_LEFT_OUT:
            kept.append(chunk)
    if not any(chunk[:4] in (b"VP8 ", b"VP8L", b"ANMF") for chunk in kept):
        raise ValueError("no picture")
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _riff(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at < len(raw):
        (length,) = struct.unpack("<I", raw[at + 4 : at + 8])
        chunk = raw[at : at + 8 + length + length % 2]
        if len(chunk) < 8 + length:
            raise ValueError("cut short")
        yield raw[at : at + 4], chunk
        at += 8 + length + length % 2


def _check_size(wide: int, high: int) -> None:
    if not (0 < wide <= SIDE_MAX and 0 < high <= SIDE_MAX):
        raise ValueError("no picture of a sensible size")
