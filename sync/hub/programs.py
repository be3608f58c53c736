"""What boxes and other programs talk to: `/xapi/`, `/box/v1/`, `/enrol` (PROTOCOL sections 3, 5, 6, 7).

Every answer carries `X-Experience-API-Version`; every refusal is JSON with a fixed word and a sentence.
"""

import re
from http import HTTPStatus
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from flask import Blueprint, Request, Response, request
from msgspec import Raw

from sync.hub.accounts import Sender
from sync.hub.basic_auth import signed_in
from sync.hub.bodies import read_body, split_batch
from sync.hub.errors import (
    OUTCOMES,
    BadRequestError,
    CodeError,
    ConflictError,
    HubError,
    NotFoundError,
    NotSignedInError,
    StatementRefusedError,
    TooManyTriesError,
    UnreadableBodyError,
)
from sync.hub.lrs.formats import reduced
from sync.hub.lrs.ingest import micros
from sync.hub.lrs.library import stored_text
from sync.hub.lrs.selection import Selection
from sync.hub.services import Hub
from sync.wire import BoxStatus, EnrolRequest, Erasures, R, Refusal, WireRecord, decode_record

VERSION_HEADER = "X-Experience-API-Version"
_VERSIONS = ("1.0.3", "2.0.0")
_ASKED = re.compile(r"([12])\.0(?:\.\d+)?")


class _Results(msgspec.Struct):
    """One page of statements, as xAPI names it."""

    statements: tuple[Raw, ...]
    more: str


def make_programs(hub: Hub) -> Blueprint:
    """Make the part of the hub that programs talk to."""
    api = Blueprint("programs", __name__)
    _add_record_store(api, hub)
    _add_boxes(api, hub)

    @api.errorhandler(HubError)
    def refuse(error: HubError) -> Response:
        return refusal(error)

    @api.after_request
    def mark(response: Response) -> Response:
        asked = _ASKED.fullmatch(request.headers.get(VERSION_HEADER, ""))
        response.headers[VERSION_HEADER] = _VERSIONS[1] if asked and asked[1] == "2" else _VERSIONS[0]
        response.headers["Cache-Control"] = "no-store"
        return response

    return api


def _add_record_store(api: Blueprint, hub: Hub) -> None:
    """Add what makes the hub a Learning Record Store."""

    @api.get("/xapi/about")
    def about() -> Response:
        return _json({"version": list(_VERSIONS)})

    @api.post("/xapi/statements")
    def post_statements() -> Response:
        sender = signed_in(hub)
        _version()
        _require_json(request)
        taken = hub.intake.take(split_batch(read_body(request)), sender)
        return _json(list(taken.ids))

    @api.put("/xapi/statements")
    def put_statement() -> Response:
        sender = signed_in(hub)
        _version()
        _require_json(request)
        hub.intake.take([_with_id(read_body(request), request.args.get("statementId", ""))], sender)
        return Response(status=HTTPStatus.NO_CONTENT)

    @api.get("/xapi/statements")
    def get_statements() -> Response:
        sender = signed_in(hub)
        _version()
        selection = Selection.parse(request.args)
        answer = _one(hub, selection, sender) if selection.statement_id else _page(hub, selection, sender)
        answer.headers["X-Experience-API-Consistent-Through"] = stored_text(micros(hub.clock.now()))
        return answer


def _add_boxes(api: Blueprint, hub: Hub) -> None:
    """Add heartbeats, erasing and enrolment."""

    @api.put("/box/v1/status")
    def put_status() -> Response:
        sender = signed_in(hub)
        return _json(hub.boxes.heard(sender, _record(BoxStatus)))

    @api.post("/box/v1/erasures")
    def post_erasures() -> Response:
        sender = signed_in(hub)
        asked = _record(Erasures)
        hub.forgetting.forget(sender, asked.actors)
        return _json(asked)

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
        return _json(answer)


def refusal(error: HubError) -> Response:
    """Turn an error into an answer for a program."""
    outcome = OUTCOMES[type(error)]
    index = error.index if isinstance(error, (StatementRefusedError, ConflictError)) else None
    word = error.reason if isinstance(error, CodeError) else outcome.word
    response = _json(Refusal(error=word, message=error.message, index=index))
    response.status_code = outcome.status
    if isinstance(error, NotSignedInError):
        response.headers["WWW-Authenticate"] = 'Basic realm="schoolbox-hub", charset="UTF-8"'
    if isinstance(error, TooManyTriesError):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def _version() -> None:
    """Refuse a request that does not say which xAPI it speaks."""
    asked = request.headers.get(VERSION_HEADER)
    if asked is None:
        raise BadRequestError(f"The header {VERSION_HEADER} is missing; this hub speaks 1.0.3 and 2.0.0.")
    if not _ASKED.fullmatch(asked):
        raise BadRequestError(f"This {VERSION_HEADER} is unknown; this hub speaks 1.0.3 and 2.0.0.")


def _require_json(asked: Request) -> None:
    """Refuse anything but JSON."""
    if asked.mimetype != "application/json":
        raise BadRequestError("The body must be application/json; contents of attachments are not taken.")


def _with_id(body: bytes, statement_id: str) -> Raw:
    """Give the one statement of a PUT its id.

    Raises:
        BadRequestError: No id, not one statement, or another id inside.
    """
    try:
        wanted = UUID(statement_id)
        statement = msgspec.json.decode(body, type=dict[str, Raw])
        inside = msgspec.json.decode(statement["id"], type=str) if "id" in statement else statement_id
        same = UUID(inside) == wanted
    except (ValueError, msgspec.DecodeError, RecursionError) as exc:
        raise BadRequestError("PUT needs one statement and its id as the parameter statementId.") from exc
    if not same:
        raise BadRequestError("The id in the statement is another than the parameter statementId.")
    return Raw(msgspec.json.encode({**statement, "id": Raw(msgspec.json.encode(str(wanted)))}))


def _record(kind: type[R]) -> R:
    """Read a record of the wire.

    Raises:
        UnreadableBodyError: It is not what PROTOCOL.md says; the message says where.
    """
    try:
        return decode_record(read_body(request), kind)
    except msgspec.DecodeError as exc:
        raise UnreadableBodyError(f"The request is not what the protocol says: {exc}.") from exc


def _one(hub: Hub, selection: Selection, sender: Sender) -> Response:
    """Answer with one statement."""
    wanted = selection.statement_id
    found = hub.library.one(wanted, voided=selection.voided, owner=_sees(sender)) if wanted else None
    if found is None:
        raise NotFoundError("There is no such statement, or it is not yours.")
    return _json(reduced(found, selection.format, _languages()))


def _page(hub: Hub, selection: Selection, sender: Sender) -> Response:
    """Answer with a page of statements, and where the next one is."""
    page = hub.library.page(selection, owner=_sees(sender))
    more = ""
    if page.last_seq is not None:
        more = f"/xapi/statements?{urlencode({**request.args, 'cursor': page.last_seq})}"
    languages = _languages()
    return _json(_Results(tuple(reduced(one, selection.format, languages) for one in page.statements), more))


def _sees(sender: Sender) -> int | None:
    """Limit a reader to its own statements unless it may see all."""
    return None if sender.reads_all else sender.owner


def _languages() -> tuple[str, ...]:
    return tuple(request.accept_languages.values())


def _json(value: WireRecord | _Results | Raw | list[str] | dict[str, list[str]]) -> Response:
    return Response(msgspec.json.encode(value), mimetype="application/json")
