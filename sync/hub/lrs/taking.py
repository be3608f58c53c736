"""Take the statements of a request in: JSON alone, or JSON and the contents of attachments (multipart/mixed).

    taken = take(hub, sender, version, split_batch)
"""

from collections.abc import Callable, Iterator

import msgspec
from flask import request
from msgspec import Raw

from sync.hub.accounts import Sender
from sync.hub.bodies import UNPACKED_BYTES_MAX, open_body, read_packed
from sync.hub.errors import BadRequestError, TooLargeError
from sync.hub.lrs.doubles import refuse_doubles
from sync.hub.lrs.ingest import Taken
from sync.hub.lrs.multipart import Part, boundary_of, parts
from sync.hub.lrs.versions import Version
from sync.hub.services import Hub

Split = Callable[[bytes], list[Raw]]


def take(hub: Hub, sender: Sender, version: Version, split: Split) -> Taken:
    """Take the statements of a request in; `split` makes statements of the JSON.

    Raises:
        BadRequestError: The request is neither of the two, or not what it says.
        TooLargeError: It is larger than a hub takes at once.
        ConflictError: A statement has the id of another.
    """
    if request.mimetype == "application/json":
        body, packed = read_packed(request)
        batch = hub.intake.check(_split(sender, split, body), version)
        whole = msgspec.structs.replace(batch, packed=packed if body[:1] == b"[" else None)
        return hub.intake.land(whole, sender, None)
    if request.mimetype != "multipart/mixed":
        raise BadRequestError("The body must be application/json, or multipart/mixed with statements and attachments.")
    found = parts(open_body(request), boundary_of(request.mimetype_params.get("boundary")))
    batch = hub.intake.check(_split(sender, split, _statements(found)), version)
    with hub.attachments.receive(found, batch.hashes) as received:
        return hub.intake.land(batch, sender, received)


def _split(sender: Sender, split: Split, body: bytes) -> list[Raw]:
    """Make statements of the JSON; that of a program is looked through for keys that stand twice."""
    if not sender.box:
        refuse_doubles(body)
    return split(body)


def _statements(found: Iterator[Part]) -> bytes:
    """Read the first part: all of the statements."""
    first = next(found, None)
    if first is None or first.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise BadRequestError("The first part of a multipart body must be application/json: the statements.")
    body = bytearray()
    for piece in first.pieces():
        body += piece
        if len(body) > UNPACKED_BYTES_MAX:
            raise TooLargeError(f"Statements may have {UNPACKED_BYTES_MAX} bytes. Send fewer at once.")
    return bytes(body)
