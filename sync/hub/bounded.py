"""Read a request's body no further than is allowed, as sent and as unpacked; knows nothing of what it holds.

    raw = read_bounded(request, Bounds(64 * 1024, 256 * 1024, cure="Ask for fewer at once."))
"""

import zlib

import msgspec
from flask import Request

from sync.hub.errors import TooLargeError, UnreadableBodyError

GZIP = 31
"""zlib's word for "a gzip header must be there"."""


class Bounds(msgspec.Struct, frozen=True):
    """How many bytes a body may have as it is sent and once it is unpacked, and what to do about a larger one."""

    sent_bytes: int
    unpacked_bytes: int
    cure: str


def read_bounded(request: Request, bounds: Bounds) -> bytes:
    """Give the body of a request, unpacked if it is gzip.

    Raises:
        TooLargeError: It is larger than its bounds, as sent or unpacked.
        UnreadableBodyError: It is not gzip though it says so, or of an unknown encoding.
    """
    return read_both(request, bounds)[0]


def read_both(request: Request, bounds: Bounds) -> tuple[bytes, bytes | None]:
    """Give the body of a request, unpacked if it is gzip, and then as it was sent, too.

    Raises:
        TooLargeError: It is larger than its bounds, as sent or unpacked.
        UnreadableBodyError: It is not gzip though it says so, or of an unknown encoding.
    """
    too_large = TooLargeError(f"A request may have {bounds.sent_bytes} bytes. {bounds.cure}")
    if (request.content_length or 0) > bounds.sent_bytes:
        raise too_large
    body: bytes = request.stream.read(bounds.sent_bytes + 1)
    if len(body) > bounds.sent_bytes:
        raise too_large
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        return unpack(body, bounds), body
    if encoding not in ("", "identity"):
        raise UnreadableBodyError("The body may be gzip or plain; this encoding is unknown.")
    if len(body) > bounds.unpacked_bytes:
        raise too_large
    return body, None


def unpack(packed: bytes, bounds: Bounds) -> bytes:
    """Unpack gzip, stopping at the cap before memory is spent.

    Raises:
        TooLargeError: More than is allowed comes out.
        UnreadableBodyError: It is not one whole gzip stream.
    """
    decoder = zlib.decompressobj(GZIP)
    try:
        body = decoder.decompress(packed, bounds.unpacked_bytes + 1)
    except zlib.error as exc:
        raise UnreadableBodyError("The body says it is gzip and is not.") from exc
    if len(body) > bounds.unpacked_bytes:
        raise TooLargeError(f"A request may unpack to {bounds.unpacked_bytes} bytes. {bounds.cure}")
    if not decoder.eof or decoder.unused_data:
        raise UnreadableBodyError("The gzip body is cut short, or something follows it.")
    return body
