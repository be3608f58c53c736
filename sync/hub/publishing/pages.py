"""The pages of publishing: publishers send and see what became of it; the ministry looks, publishes, sends back.

Who sees what: somebody of a publisher sees what that publisher sent; whoever sees the whole country sees all of it and
decides; for a municipality and a school these pages are not there.
"""

import hashlib
from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Response, g, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from content_packs.publishing_wire import PIECE_BYTES_MAX, UploadAsked
from sync.hub import page
from sync.hub.answers import answer_json
from sync.hub.bounded import read_bounded
from sync.hub.errors import OUTCOMES, HubError, NotFoundError, ProposalRefusedError, ProposalStateError
from sync.hub.publishing.desk import Publishing
from sync.hub.publishing.doors import PIECE, desk_of, read_asked
from sync.hub.publishing.preview import add_preview
from sync.hub.publishing.problems import Problem
from sync.hub.publishing.proposals import Proposal, Sender
from sync.hub.services import Hub

AGAIN_S = 4
"""How soon a page comes again that shows work of the hub."""
PLAIN_BYTES_MAX = 24 * 1024 * 1024
"""What a browser without scripts can send in one go."""


def add_publishing(pages: Blueprint, hub: Hub) -> None:
    """Add the pages to those of the hub."""

    @pages.get("/publishing")
    @page.needs_admin(hub, publishers=True)
    def publishing() -> Response:
        return _overview(_desk(hub))

    @pages.get("/publishing/<int:number>")
    @page.needs_admin(hub, publishers=True)
    def proposal(number: int) -> Response:
        return _show(_desk(hub), _one(_desk(hub), number))

    _add_sending(pages, hub)
    _add_deciding(pages, hub)
    add_preview(pages, hub, lambda number: (_desk(hub), _one(_desk(hub), number)))


def _add_sending(pages: Blueprint, hub: Hub) -> None:
    """Add how a publisher sends an archive: in pieces by the page's script, or a small one at once without."""

    @pages.post("/publishing/send")
    @page.needs_admin(hub, publishers=True)
    def send() -> BaseResponse:
        desk, sender, file = _desk(hub), _sender(), request.files.get("archive")
        raw = file.read(PLAIN_BYTES_MAX + 1) if file else b""
        if not raw or len(raw) > PLAIN_BYTES_MAX:
            return _overview(desk, told="large" if raw else "empty")
        name = ((file.filename if file else "") or "packs.zip")[:200]
        asked = UploadAsked(name=name, size_bytes=len(raw), mark=hashlib.sha256(raw).hexdigest())
        try:
            number = _take_all(desk, sender, asked, raw)
        except ProposalRefusedError as exc:
            return _overview(desk, told=_said(exc))
        return redirect(f"/publishing/{number}", HTTPStatus.SEE_OTHER)

    @pages.post("/publishing/uploads")
    @page.needs_admin(hub, publishers=True)
    def begin() -> Response:
        return _answer(lambda: answer_json(_desk(hub).uploads.begin(_sender(), read_asked())))

    @pages.post("/publishing/uploads/<upload>/<int:begins>")
    @page.needs_admin(hub, publishers=True)
    def take(upload: str, begins: int) -> Response:
        def taken() -> Response:
            state = _desk(hub).uploads.take(_sender(), upload, begins, read_bounded(request, PIECE))
            _desk(hub).wake()
            return answer_json(state)

        return _answer(taken)


def _add_deciding(pages: Blueprint, hub: Hub) -> None:
    """Add what people press on the page of a proposal."""

    @pages.post("/publishing/<int:number>/<decision>")
    @page.needs_admin(hub, publishers=True)
    def decide(number: int, decision: str) -> BaseResponse:
        desk = _desk(hub)
        _one(desk, number)
        try:
            _decide(desk, number, decision)
        except ProposalStateError:
            response = _show(desk, _one(desk, number), told="late")
            response.status_code = HTTPStatus.CONFLICT
            return response
        return redirect(f"/publishing/{number}", HTTPStatus.SEE_OTHER)


def _desk(hub: Hub) -> Publishing:
    """Let in whom publishing concerns.

    Raises:
        NotFoundError: Somebody of a municipality or a school, or this hub publishes no packs.
    """
    if not g.admin.publisher and g.admin.place.key:
        raise NotFoundError("There is no such page.")
    return desk_of(hub)


def _sender() -> Sender:
    """Whoever sends must be of a publisher.

    Raises:
        NotFoundError: The ministry sends nothing.
    """
    if not g.admin.publisher:
        raise NotFoundError("Only publishers send packs.")
    return Sender(g.admin.publisher, g.admin.name)


def _one(desk: Publishing, number: int) -> Proposal:
    return desk.proposals.one(number, g.admin.publisher)


def _decide(desk: Publishing, number: int, decision: str) -> None:
    """Do what a person pressed.

    Raises:
        NotFoundError: There is no such decision, or it is not this person's.
        ProposalStateError: Somebody was sooner.
    """
    if decision == "withdraw":
        desk.withdraw(number, _sender())
    elif g.admin.publisher or decision not in ("publish", "return"):
        raise NotFoundError("There is no such decision.")
    elif decision == "publish":
        desk.approve(number, g.admin.name)
    else:
        desk.give_back(number, g.admin.name, request.form.get("reason", "")[:5000])


def _take_all(desk: Publishing, sender: Sender, asked: UploadAsked, raw: bytes) -> int:
    """Take an archive that came at once; gives the number of its proposal."""
    state = desk.uploads.begin(sender, asked)
    while not state.proposal:
        piece = raw[state.has_bytes : state.has_bytes + PIECE_BYTES_MAX]
        state = desk.uploads.take(sender, state.upload, state.has_bytes, piece)
    desk.wake()
    return state.proposal


def _said(error: ProposalRefusedError) -> str:
    """Say in the reader's language why something is not taken."""
    return Problem(error.word, dict(error.facts)).said(g.texts.gettext)


def _overview(desk: Publishing, *, told: str = "") -> Response:
    """Show what waits, what was sent, and what is published."""
    mine = g.admin.publisher
    publishers = [mine] if mine else desk.publishers()
    shelf = {name: desk.published(name) for name in publishers}
    response = page.show(
        "publishing.html", proposals=desk.proposals.all(mine), shelf=shelf, name_of=desk.names, told=told,
        piece_bytes=PIECE_BYTES_MAX, plain_bytes=PLAIN_BYTES_MAX,
    )  # fmt: skip
    response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if told else HTTPStatus.OK
    if mine:
        response.headers["Content-Security-Policy"] = page.POLICY_WITH_SCRIPTS
    return response


def _show(desk: Publishing, proposal: Proposal, *, told: str = "") -> Response:
    """Show one proposal and what it would change; while the hub works at it, the page comes again by itself."""
    response = page.show(
        "proposal.html", proposal=proposal, changes=desk.changes(proposal), names=desk.names(proposal.publisher),
        told=told,
    )  # fmt: skip
    if proposal.state in ("checking", "publishing"):
        response.headers["Refresh"] = f"{AGAIN_S}; url=/publishing/{proposal.number}"
    return response


def _answer(ask: Callable[[], Response]) -> Response:
    """Answer the page's script; what is refused comes as a sentence in the reader's language."""
    try:
        return ask()
    except ProposalRefusedError as exc:
        return _refused(_said(exc), HTTPStatus.UNPROCESSABLE_ENTITY)
    except HubError as exc:
        return _refused("", OUTCOMES[type(exc)].status)


def _refused(said: str, status: int) -> Response:
    response = answer_json({"message": said})
    response.status_code = status
    return response
