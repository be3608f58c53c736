"""Read the body of a request: bounded, unpacked if it is packed, never larger than said (PROTOCOL 3.3).

    raw = read_body(request)
    statements = split_batch(raw)
"""

from collections.abc import Callable

import msgspec
from flask import Request
from msgspec import Raw

from sync.codings import CodingError, unpacker
from sync.hub.bounded import Bounds, coding_of, read_both, read_bounded
from sync.hub.errors import TooLargeError, UnreadableBodyError

SENT_BYTES_MAX = 4 * 1024 * 1024
UNPACKED_BYTES_MAX = 16 * 1024 * 1024
STATEMENTS_MAX = 1000
BOUNDS = Bounds(SENT_BYTES_MAX, UNPACKED_BYTES_MAX, cure="Send fewer statements at once.")


def read_body(request: Request) -> bytes:
    """Give the body of a request.

    Raises:
        TooLargeError: It is larger than a hub takes, as sent or unpacked.
        UnreadableBodyError: It is not what its encoding says, or of an unknown one.
    """
    return read_bounded(request, BOUNDS)


def read_packed(request: Request) -> tuple[bytes, bytes | None]:
    """Give the body of a request, and as it was sent if that was packed.

    Raises:
        TooLargeError: It is larger than a hub takes, as sent or unpacked.
        UnreadableBodyError: It is not what its encoding says, or of an unknown one.
    """
    return read_both(request, BOUNDS)


def open_body(request: Request) -> Callable[[int], bytes]:
    """Give a way to read the body of a request piece by piece, unpacked if it is packed; whoever reads counts.

    Raises:
        UnreadableBodyError: It is of an unknown encoding; while reading: it is not what that says.
    """
    coding = coding_of(request)
    if coding is None:
        return request.stream.read
    stream = unpacker(coding)

    def read(size: int) -> bytes:
        piece = b""
        while not piece and not stream.is_done:
            packed = request.stream.read(size) if stream.is_hungry else b""
            if stream.is_hungry and not packed:
                raise UnreadableBodyError(f"The {coding} body is cut short.")
            try:
                piece = stream.feed(packed, size)
            except CodingError as exc:
                raise UnreadableBodyError(f"The body says it is {coding} and is not.") from exc
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
