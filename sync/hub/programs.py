"""What boxes talk to beside the record store: `/box/v1/` and `/enrol` (PROTOCOL sections 5 and 6)."""

import msgspec
from flask import Blueprint, Response, request
from msgspec.structs import replace

from sync.hub.answers import answer_json, refusal
from sync.hub.basic_auth import signed_in
from sync.hub.bodies import read_body
from sync.hub.errors import CodeError, ForbiddenError, HubError, UnreadableBodyError
from sync.hub.services import Hub
from sync.wire import BoxStatus, EnrolRequest, Erasures, R, decode_record


def make_programs(hub: Hub) -> Blueprint:
    """Make the part of the hub that boxes talk to."""
    api = Blueprint("programs", __name__)
    api.register_error_handler(HubError, refusal)

    @api.put("/box/v1/status")
    def put_status() -> Response:
        sender = signed_in(hub)
        return answer_json(hub.boxes.heard(sender, _record(BoxStatus)))

    @api.post("/box/v1/erasures")
    def post_erasures() -> Response:
        sender = signed_in(hub)
        asked = _record(Erasures)
        hub.forgetting.forget(sender, asked.actors)
        return answer_json(asked)

    @api.get("/box/v1/receipts")
    def get_receipts() -> Response:
        sender = signed_in(hub)
        if sender.box is None:
            raise ForbiddenError("Only a box has couriers.")
        return Response(hub.couriers.receipts(sender.box), mimetype="application/octet-stream")

    @api.post("/enrol")
    def enrol() -> Response:
        guard = f"enrol {request.remote_addr}"
        hub.throttle.check(guard)
        try:
            answer = hub.enrolments.redeem(_record(EnrolRequest), hub.settings.values.title)
        except CodeError:
            hub.throttle.failed(guard)
            raise
        hub.throttle.succeeded(guard)
        return answer_json(replace(answer, courier=hub.keys.told))

    return api


def _record(kind: type[R]) -> R:
    """Read a record of the wire.

    Raises:
        UnreadableBodyError: It is not what PROTOCOL.md says; the message says where.
    """
    try:
        return decode_record(read_body(request), kind)
    except msgspec.DecodeError as exc:
        raise UnreadableBodyError(f"The request is not what the protocol says: {exc}.") from exc
