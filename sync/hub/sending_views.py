"""What boxes ask about sendings, under `/box/v1/` (PROTOCOL section 11).

Promises: what is sent is bounded before it is read, and unpacked no further than a piece may be.
"""

import re
import zlib
from http import HTTPStatus

import msgspec
from flask import Blueprint, Response, request

from sync.hub.answers import answer_json, refusal
from sync.hub.basic_auth import signed_in
from sync.hub.errors import HubError, NotFoundError, TooLargeError, UnreadableBodyError
from sync.hub.services import Hub
from sync.sending_wire import PIECE_BYTES_MAX, SendingAsked, SendingReceipt
from sync.wire import R, decode_record

_ID = re.compile(r"[0-9a-f]{32}")
_SENT_BYTES_MAX = PIECE_BYTES_MAX + 4 * 1024
_GZIP = 31


def make_sendings(hub: Hub) -> Blueprint:
    """Make the part of the hub that carries sealed transfers."""
    api = Blueprint("sendings", __name__)
    api.register_error_handler(HubError, refusal)

    @api.get("/box/v1/schools")
    def schools() -> Response:
        return answer_json(hub.carrier.schools(signed_in(hub), request.args.get("mark", "")))

    @api.get("/box/v1/sendings")
    def all_of() -> Response:
        return answer_json(hub.carrier.all_of(signed_in(hub)))

    @api.put("/box/v1/sendings/<sending>")
    def begin(sending: str) -> Response:
        sender = signed_in(hub)
        return answer_json(hub.carrier.begin(sender, _checked(sending), _record(SendingAsked)))

    @api.put("/box/v1/sendings/<sending>/<int:begins>")
    def take_piece(sending: str, begins: int) -> Response:
        sender = signed_in(hub)
        return answer_json(hub.carrier.take_piece(sender, _checked(sending), begins, _body()))

    @api.get("/box/v1/sendings/<sending>/<int:begins>")
    def piece(sending: str, begins: int) -> Response:
        raw = hub.carrier.piece(signed_in(hub), _checked(sending), begins)
        return Response(raw, mimetype="application/octet-stream")

    @api.post("/box/v1/sendings/<sending>/receipt")
    def take_receipt(sending: str) -> Response:
        sender = signed_in(hub)
        hub.carrier.take_receipt(sender, _checked(sending), _record(SendingReceipt).receipt)
        return Response(status=HTTPStatus.NO_CONTENT)

    @api.delete("/box/v1/sendings/<sending>")
    def let_go(sending: str) -> Response:
        hub.carrier.let_go(signed_in(hub), _checked(sending))
        return Response(status=HTTPStatus.NO_CONTENT)

    return api


def _checked(sending: str) -> str:
    if not _ID.fullmatch(sending):
        raise NotFoundError("There is no such sending.")
    return sending


def _body() -> bytes:
    """The body of a request, unpacked, of at most a piece.

    Raises:
        TooLargeError: It is larger, as sent or unpacked.
        UnreadableBodyError: It is not gzip though it says so, or of an unknown encoding.
    """
    too_large = TooLargeError(f"A piece may have {PIECE_BYTES_MAX} bytes.")
    if (request.content_length or 0) > _SENT_BYTES_MAX:
        raise too_large
    body: bytes = request.stream.read(_SENT_BYTES_MAX + 1)
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        body = _unpacked(body)
    elif encoding not in ("", "identity"):
        raise UnreadableBodyError("The body may be gzip or plain; this encoding is unknown.")
    if len(body) > PIECE_BYTES_MAX:
        raise too_large
    return body


def _unpacked(packed: bytes) -> bytes:
    """Unpack one whole gzip stream, but no further than a byte more than a piece may have."""
    decoder = zlib.decompressobj(_GZIP)
    try:
        body = decoder.decompress(packed, PIECE_BYTES_MAX + 1)
    except zlib.error as exc:
        raise UnreadableBodyError("The body says it is gzip and is not.") from exc
    if len(body) <= PIECE_BYTES_MAX and (not decoder.eof or decoder.unused_data):
        raise UnreadableBodyError("The gzip body is cut short, or something follows it.")
    return body


def _record(kind: type[R]) -> R:
    try:
        return decode_record(_body(), kind)
    except msgspec.DecodeError as exc:
        raise UnreadableBodyError(f"The request is not what the protocol says: {exc}.") from exc
