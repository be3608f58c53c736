"""What boxes ask about sendings, under `/box/v1/` (PROTOCOL section 11).

Promises: what is sent is bounded before it is read, and unpacked no further than a piece may be.
"""

import re
from http import HTTPStatus

import msgspec
from flask import Blueprint, Response, request

from sync.hub.answers import answer_json, refusal
from sync.hub.basic_auth import signed_in
from sync.hub.bounded import Bounds, read_bounded
from sync.hub.errors import HubError, NotFoundError, UnreadableBodyError
from sync.hub.services import Hub
from sync.sending_wire import PIECE_BYTES_MAX, SendingAsked, SendingReceipt
from sync.wire import R, decode_record

_ID = re.compile(r"[0-9a-f]{32}")
_BOUNDS = Bounds(PIECE_BYTES_MAX + 4 * 1024, PIECE_BYTES_MAX, cure=f"A piece may have {PIECE_BYTES_MAX} bytes.")


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
        return answer_json(hub.carrier.take_piece(sender, _checked(sending), begins, read_bounded(request, _BOUNDS)))

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


def _record(kind: type[R]) -> R:
    try:
        return decode_record(read_bounded(request, _BOUNDS), kind)
    except msgspec.DecodeError as exc:
        raise UnreadableBodyError(f"The request is not what the protocol says: {exc}.") from exc
