"""Read the body of a request: bounded, unpacked if it is gzip, never larger than said (PROTOCOL 3.3).

    raw = read_body(request)
    statements = split_batch(raw)
"""

import zlib
from collections.abc import Callable

import msgspec
from flask import Request
from msgspec import Raw

from sync.hub.bounded import GZIP, Bounds, read_both, read_bounded
from sync.hub.errors import TooLargeError, UnreadableBodyError

SENT_BYTES_MAX = 4 * 1024 * 1024
UNPACKED_BYTES_MAX = 16 * 1024 * 1024
STATEMENTS_MAX = 1000
BOUNDS = Bounds(SENT_BYTES_MAX, UNPACKED_BYTES_MAX, cure="Send fewer statements at once.")


def read_body(request: Request) -> bytes:
    """Give the body of a request.

    Raises:
        TooLargeError: It is larger than a hub takes, as sent or unpacked.
        UnreadableBodyError: It is not gzip though it says so, or of an unknown encoding.
    """
    return read_bounded(request, BOUNDS)


def read_packed(request: Request) -> tuple[bytes, bytes | None]:
    """Give the body of a request, and as it was sent if that was gzip.

    Raises:
        TooLargeError: It is larger than a hub takes, as sent or unpacked.
        UnreadableBodyError: It is not gzip though it says so, or of an unknown encoding.
    """
    return read_both(request, BOUNDS)


def open_body(request: Request) -> Callable[[int], bytes]:
    """Give a way to read the body of a request piece by piece, unpacked if it is gzip; whoever reads counts.

    Raises:
        UnreadableBodyError: It is of an unknown encoding; while reading: it is not gzip though it says so.
    """
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        return request.stream.read
    if encoding not in ("gzip", "x-gzip"):
        raise UnreadableBodyError("The body may be gzip or plain; this encoding is unknown.")
    decoder = zlib.decompressobj(GZIP)

    def read(size: int) -> bytes:
        piece = b""
        while not piece and not decoder.eof:
            packed = decoder.unconsumed_tail or request.stream.read(size)
            if not packed:
                raise UnreadableBodyError("The gzip body is cut short.")
            try:
                piece = decoder.decompress(packed, size)
            except zlib.error as exc:
                raise UnreadableBodyError("The body says it is gzip and is not.") from exc
        return piece

    return read


def split_batch(body: bytes) -> list[Raw]:
    """Split a body into statements: a JSON array, or one object.

    Raises:
        UnreadableBodyError: Not JSON, or neither of the two.
        TooLargeError: More statements than a hub takes at once.
    """
    try:
        found = msgspec.json.decode(body, type=list[Raw] | dict[str, Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise UnreadableBodyError("The body is not a JSON array of statements. Nothing was stored.") from exc
    if isinstance(found, dict):
        return [Raw(body)]
    if len(found) > STATEMENTS_MAX:
        raise TooLargeError(f"A batch may have {STATEMENTS_MAX} statements. Send fewer at once.")
    return found
