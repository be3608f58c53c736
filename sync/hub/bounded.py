"""Read a request's body no further than is allowed, as sent and as unpacked; knows nothing of what it holds.

    raw = read_bounded(request, Bounds(64 * 1024, 256 * 1024, cure="Ask for fewer at once."))
"""

import msgspec
from flask import Request

from sync.codings import TAKEN, CodingError, unpacker
from sync.hub.errors import TooLargeError, UnreadableBodyError


class Bounds(msgspec.Struct, frozen=True):
    """How many bytes a body may have as it is sent and once it is unpacked, and what to do about a larger one."""

    sent_bytes: int
    unpacked_bytes: int
    cure: str


def read_bounded(request: Request, bounds: Bounds) -> bytes:
    """Give the body of a request, unpacked if it is packed.

    Raises:
        TooLargeError: It is larger than its bounds, as sent or unpacked.
        UnreadableBodyError: It is not what its encoding says, or of an unknown one.
    """
    return read_both(request, bounds)[0]


def read_both(request: Request, bounds: Bounds) -> tuple[bytes, bytes | None]:
    """Give the body of a request, unpacked if it is packed, and then as it was sent, too.

    Raises:
        TooLargeError: It is larger than its bounds, as sent or unpacked.
        UnreadableBodyError: It is not what its encoding says, or of an unknown one.
    """
    too_large = TooLargeError(f"A request may have {bounds.sent_bytes} bytes. {bounds.cure}")
    if (request.content_length or 0) > bounds.sent_bytes:
        raise too_large
    body: bytes = request.stream.read(bounds.sent_bytes + 1)
    if len(body) > bounds.sent_bytes:
        raise too_large
    coding = coding_of(request)
    if coding:
        return unpack(body, coding, bounds), body
    if len(body) > bounds.unpacked_bytes:
        raise too_large
    return body, None


def coding_of(request: Request) -> str | None:
    """Say how the body of a request is packed, None if it is not.

    Raises:
        UnreadableBodyError: In a way that is unknown here.
    """
    said = request.headers.get("Content-Encoding", "identity").strip().lower()
    if said in ("", "identity"):
        return None
    if said not in TAKEN:
        raise UnreadableBodyError("The body may be zstd, gzip or plain; this encoding is unknown.")
    return TAKEN[said]


def unpack(packed: bytes, coding: str, bounds: Bounds) -> bytes:
    """Unpack a body, stopping at the cap before memory is spent.

    Raises:
        TooLargeError: More than is allowed comes out.
        UnreadableBodyError: It is not one whole stream of this coding.
    """
    stream = unpacker(coding)
    try:
        body = stream.feed(packed, bounds.unpacked_bytes + 1)
    except CodingError as exc:
        raise UnreadableBodyError(f"The body says it is {coding} and is not.") from exc
    if len(body) > bounds.unpacked_bytes:
        raise TooLargeError(f"A request may unpack to {bounds.unpacked_bytes} bytes. {bounds.cure}")
    if not stream.is_done or stream.rest:
        raise UnreadableBodyError(f"The {coding} body is cut short, or something follows it.")
    return body
