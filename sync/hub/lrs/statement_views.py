"""`/xapi/statements`: taking statements in and giving them back. Source: xAPI 1.0.3 part 3 section 2.1."""

from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import msgspec
from flask import Blueprint, Request, Response, request
from msgspec import Raw

from sync.hub.accounts import Sender
from sync.hub.answers import answer_json
from sync.hub.bodies import read_body, split_batch
from sync.hub.errors import BadRequestError, NotFoundError
from sync.hub.lrs.asking import asking, refuse_parameters
from sync.hub.lrs.completing import as_spoken
from sync.hub.lrs.formats import reduced
from sync.hub.lrs.selection import Selection
from sync.hub.lrs.versions import Version
from sync.hub.scopes import STATEMENT_READERS, WRITE
from sync.hub.services import Hub


class _Results(msgspec.Struct):
    """One page of statements, as xAPI names it."""

    statements: tuple[Raw, ...]
    more: str


class _StoredAt(msgspec.Struct):
    """The part of a statement that says when it was stored."""

    stored: str


def add_statements(store: Blueprint, hub: Hub) -> None:
    """Add the resource."""

    @store.post("/statements")
    def post_statements() -> Response:
        sender, version = _writer(hub)
        refuse_parameters()
        taken = hub.intake.take(split_batch(read_body(request)), sender, version)
        return answer_json(list(taken.ids))

    @store.put("/statements")
    def put_statement() -> Response:
        sender, version = _writer(hub)
        refuse_parameters("statementId")
        hub.intake.take([_with_id(read_body(request), request.args.get("statementId", ""))], sender, version)
        return Response(status=HTTPStatus.NO_CONTENT)

    @store.get("/statements")
    def get_statements() -> Response:
        sender, version = asking(hub, *STATEMENT_READERS)
        selection = Selection.parse(request.args)
        if selection.statement_id:
            return _one(hub, selection, sender, version)
        return _page(hub, selection, sender, version)


def _writer(hub: Hub) -> tuple[Sender, Version]:
    """Let in who may write statements."""
    sender, version = asking(hub, WRITE)
    _require_json(request)
    return sender, version


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


def _one(hub: Hub, selection: Selection, sender: Sender, version: Version) -> Response:
    """Answer with one statement, and when it was stored."""
    wanted = selection.statement_id
    found = hub.library.one(wanted, voided=selection.voided, owner=sender.sees) if wanted else None
    if found is None:
        raise NotFoundError("There is no such statement, or it is not yours.")
    response = answer_json(_shown(found, selection, version))
    response.last_modified = datetime.fromisoformat(msgspec.json.decode(found, type=_StoredAt).stored)
    return response


def _page(hub: Hub, selection: Selection, sender: Sender, version: Version) -> Response:
    """Answer with a page of statements, and where the next one is."""
    page = hub.library.page(selection, owner=sender.sees)
    more = ""
    if page.last_seq is not None:
        root = urlsplit(hub.settings.root_url).path
        more = f"{root}/xapi/statements?{urlencode({**request.args, 'cursor': page.last_seq})}"
    return answer_json(_Results(tuple(_shown(one, selection, version) for one in page.statements), more))


def _shown(statement: Raw, selection: Selection, version: Version) -> Raw:
    """Give a statement in the version and the format asked for."""
    languages = tuple(request.accept_languages.values())
    return reduced(as_spoken(statement, version), selection.format, languages)
