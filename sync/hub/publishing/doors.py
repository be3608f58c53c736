"""What a publisher's program asks, under `/publish/v1/` (PROTOCOL section 15).

Promises: a program sends and sees for the one publisher that its credential names; pieces are bounded before they are
read.
"""

import msgspec
from flask import Blueprint, Response, request

from content_packs.publishing_wire import PIECE_BYTES_MAX, ProposalsTold, ProposalTold, StepTold, UploadAsked
from sync.hub.answers import answer_json, refusal
from sync.hub.basic_auth import signed_in
from sync.hub.bounded import Bounds, read_bounded
from sync.hub.errors import ForbiddenError, HubError, NotFoundError, UnreadableBodyError
from sync.hub.publishing.desk import Publishing
from sync.hub.publishing.proposals import Proposal, Sender
from sync.hub.scopes import PROPOSE
from sync.hub.services import Hub

PIECE = Bounds(PIECE_BYTES_MAX, PIECE_BYTES_MAX, cure=f"A piece may have {PIECE_BYTES_MAX} bytes.")
ASKED = Bounds(8 * 1024, 8 * 1024, cure="Say name, size and mark only.")


def make_doors(hub: Hub) -> Blueprint:
    """Make the part of the hub that publishers' programs talk to."""
    api = Blueprint("publish", __name__)
    api.register_error_handler(HubError, refusal)

    @api.post("/publish/v1/uploads")
    def begin() -> Response:
        desk, sender = desk_of(hub), _sender(hub)
        return answer_json(desk.uploads.begin(sender, read_asked()))

    @api.put("/publish/v1/uploads/<upload>/<int:begins>")
    def take(upload: str, begins: int) -> Response:
        desk, sender = desk_of(hub), _sender(hub)
        state = desk.uploads.take(sender, upload, begins, read_bounded(request, PIECE))
        desk.wake()
        return answer_json(state)

    @api.get("/publish/v1/proposals")
    def proposals() -> Response:
        desk, sender = desk_of(hub), _sender(hub)
        told = tuple(map(_told, desk.proposals.all(sender.publisher)))
        return answer_json(ProposalsTold(publisher=sender.publisher, proposals=told))

    @api.get("/publish/v1/proposals/<int:number>")
    def proposal(number: int) -> Response:
        desk, sender = desk_of(hub), _sender(hub)
        return answer_json(_told(desk.proposals.one(number, sender.publisher)))

    return api


def desk_of(hub: Hub) -> Publishing:
    """Give the desk of a hub that publishes packs.

    Raises:
        NotFoundError: It does not.
    """
    if hub.publishing is None:
        raise NotFoundError("This hub publishes no packs.")
    return hub.publishing


def read_asked() -> UploadAsked:
    """Read what is to be sent.

    Raises:
        UnreadableBodyError: It is not what PROTOCOL 15.2 says.
    """
    try:
        return msgspec.json.decode(read_bounded(request, ASKED), type=UploadAsked)
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise UnreadableBodyError(f"The request is not what the protocol says: {exc}.") from exc


def _sender(hub: Hub) -> Sender:
    """Let a publisher's program in.

    Raises:
        NotSignedInError: No key and secret, or not the right ones.
        ForbiddenError: They are not a publisher's.
    """
    program = signed_in(hub)
    if not program.publisher or PROPOSE not in program.scopes:
        raise ForbiddenError("This credential is not of a publisher: schoolbox-hub credential add --publisher ID.")
    return Sender(program.publisher, program.label or program.key)


def _told(one: Proposal) -> ProposalTold:
    problem = one.problem
    return ProposalTold(
        number=one.number, name=one.name, size_bytes=one.size_bytes, state=one.state,
        problem=problem.word if problem else "", message=problem.said() if problem else "", reason=one.reason,
        steps=tuple(StepTold(state=step.state, who=step.who, at=step.at) for step in one.steps),
    )  # fmt: skip
