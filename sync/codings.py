"""How bodies and batches are packed: gzip, which everybody knows, and Zstandard, which our hub takes (PROTOCOL 3.6).

Zstandard (RFC 8878) of a batch is two fifths smaller than gzip and costs less time: its window holds the whole batch,
that of gzip the last twenty statements.

    packed = pack("zstd", body)
    unpacker("zstd").feed(packed, 1_000_000)
"""

import gzip
import sys
import zlib
from abc import ABC, abstractmethod
from typing import Protocol

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP, ZSTD = "gzip", "zstd"
TAKEN = {"gzip": GZIP, "x-gzip": GZIP, "zstd": ZSTD}
"""What `Content-Encoding` may say, in lower case, and what it is here."""
TAKES = "zstd, gzip"
"""A hub's `Accept-Encoding` in an answer: how the next request may be packed (RFC 9110, section 12.5.3)."""
_LEVEL = 9
"""Of Zstandard: from here on, time doubles and bytes do not shrink."""
_WINDOW_LOG_MAX = 23
"""8 MiB, the largest window that content on the web may ask its reader to hold (RFC 9659)."""
_ZLIB_GZIP, _ZLIB_EITHER = 16 + zlib.MAX_WBITS, 32 + zlib.MAX_WBITS
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


def takes_zstd(accepted: str) -> bool:
    """Say whether an answer's `Accept-Encoding` names Zstandard."""
    codings = [each.replace(" ", "").lower() for each in accepted.split(",")]
    return "zstd" in codings or any(each.startswith("zstd;q=") and each.strip("0.") != "zstd;q=" for each in codings)


class CodingError(ValueError):
    """Packed bytes are damaged, or are not what they are said to be."""


def pack(coding: str, body: bytes) -> bytes:
    """Pack a whole body; the same body gives the same bytes."""
    return zstd.compress(body, level=_LEVEL) if coding == ZSTD else gzip.compress(body, mtime=0)


def unpack_kept(packed: bytes) -> bytes:
    """Unpack what was checked when it came and has been kept since: Zstandard, gzip or zlib, by how it begins.

    Raises:
        CodingError: It is damaged.
    """
    try:
        return zstd.decompress(packed) if packed.startswith(_ZSTD_MAGIC) else zlib.decompress(packed, _ZLIB_EITHER)
    except (zlib.error, zstd.ZstdError) as exc:
        raise CodingError(str(exc)) from exc


class _Stream(Protocol):
    """What the streams of both libraries say of their end."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...


class Unpacker(ABC):
    """Unpacks one stream piece by piece, and gives never more at once than it is asked for."""

    def __init__(self, stream: _Stream) -> None:
        self._ended = stream

    @property
    def is_done(self) -> bool:
        """Whether the stream is whole."""
        return self._ended.eof

    @property
    def rest(self) -> bytes:
        """What was put in and stands behind the end of the stream."""
        return self._ended.unused_data

    @property
    @abstractmethod
    def is_hungry(self) -> bool:
        """Whether nothing more comes out before more is put in."""

    @abstractmethod
    def feed(self, packed: bytes, most_bytes: int) -> bytes:
        """Put packed bytes in and take at most so many (at least one) unpacked ones out.

        Raises:
            CodingError: Not of this coding, or damaged, or who reads it would have to hold more than 8 MiB of it.
        """


def unpacker(coding: str) -> Unpacker:
    """Begin to unpack a stream that somebody sent."""
    return _Zstd() if coding == ZSTD else _Gzip()


class _Gzip(Unpacker):
    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_ZLIB_GZIP)
        super().__init__(self._stream)

    @property
    def is_hungry(self) -> bool:
        return not self._stream.unconsumed_tail

    def feed(self, packed: bytes, most_bytes: int) -> bytes:
        try:
            return self._stream.decompress(self._stream.unconsumed_tail + packed, most_bytes)
        except zlib.error as exc:
            raise CodingError(str(exc)) from exc


class _Zstd(Unpacker):
    def __init__(self) -> None:
        self._stream = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG_MAX})
        super().__init__(self._stream)

    @property
    def is_hungry(self) -> bool:
        return self._stream.needs_input

    def feed(self, packed: bytes, most_bytes: int) -> bytes:
        try:
            return self._stream.decompress(packed, most_bytes)
        except zstd.ZstdError as exc:
            raise CodingError(str(exc)) from exc
