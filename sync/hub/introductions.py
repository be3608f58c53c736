"""The address of the hub where a box asks to be introduced to the identity office (PROTOCOL 10.2)."""

import msgspec
from flask import Blueprint, Response, request

from sync.hub.basic_auth import signed_in
from sync.hub.bodies import read_body
from sync.hub.errors import UnreadableBodyError
from sync.hub.services import Hub
from sync.identity_wire import IntroductionWanted
from sync.wire import decode_record


def make_introductions(hub: Hub) -> Blueprint:
    """Make that address."""
    api = Blueprint("introductions", __name__)

    @api.post("/box/v1/identity")
    def introduce() -> Response:
        sender = signed_in(hub)
        try:
            wanted = decode_record(read_body(request), IntroductionWanted)
        except msgspec.DecodeError as exc:
            raise UnreadableBodyError(f"The request is not what the protocol says: {exc}.") from exc
        given = hub.introducer.introduce(sender, wanted)
        return Response(msgspec.json.encode(given), mimetype="application/json")

    @api.after_request
    def keep_nowhere(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        return response

    return api
