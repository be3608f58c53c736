"""`/xapi/statements`: taking statements in and giving them back. Source: xAPI 1.0.3 part 3 section 2.1."""

from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

import msgspec
from flask import Blueprint, Response, request
from msgspec import Raw

from sync.hub.accounts import Sender
from sync.hub.answers import answer_json
from sync.hub.bodies import split_batch
from sync.hub.errors import BadRequestError, NotFoundError
from sync.hub.lrs.asking import asking, refuse_parameters
from sync.hub.lrs.completing import as_spoken
from sync.hub.lrs.formats import reduced
from sync.hub.lrs.library import Page
from sync.hub.lrs.multipart import length, written
from sync.hub.lrs.selection import Selection
from sync.hub.lrs.taking import take
from sync.hub.lrs.versions import Version
from sync.hub.scopes import STATEMENT_READERS, WRITE
from sync.hub.services import Hub

_LANGUAGES_MAX = 20
"""Nobody reads more; each is compared with every language of every text of a page."""


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
        sender, version = asking(hub, WRITE)
        refuse_parameters()
        taken = take(hub, sender, version, split_batch)
        return answer_json(list(taken.ids))

    @store.put("/statements")
    def put_statement() -> Response:
        sender, version = asking(hub, WRITE)
        refuse_parameters("statementId")
        wanted = request.args.get("statementId", "")
        take(hub, sender, version, lambda body: [_with_id(body, wanted)])
        return Response(status=HTTPStatus.NO_CONTENT)

    @store.get("/statements")
    def get_statements() -> Response:
        sender, version = asking(hub, *STATEMENT_READERS)
        selection = Selection.parse(request.args)
        if selection.statement_id:
            return _one(hub, selection, sender, version)
        return _page(hub, selection, sender, version)


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
    page = hub.library.one(wanted, voided=selection.voided, owner=sender.sees) if wanted else None
    if page is None:
        raise NotFoundError("There is no such statement, or it is not yours.")
    found = page.statements[0]
    response = _answer(hub, selection, page, _shown(found, selection, version))
    response.last_modified = datetime.fromisoformat(msgspec.json.decode(found, type=_StoredAt).stored)
    return response


def _page(hub: Hub, selection: Selection, sender: Sender, version: Version) -> Response:
    """Answer with a page of statements, and where the next one is."""
    page = hub.library.page(selection, owner=sender.sees)
    more = ""
    if page.last_seq is not None:
        root = urlsplit(hub.settings.root_url).path
        more = f"{root}/xapi/statements?{urlencode({**request.args, 'cursor': page.last_seq})}"
    results = _Results(tuple(_shown(one, selection, version) for one in page.statements), more)
    return _answer(hub, selection, page, results)


def _answer(hub: Hub, selection: Selection, page: Page, value: Raw | _Results) -> Response:
    """Answer with JSON, together with the contents of attachments if they are asked for."""
    if not selection.attachments:
        return answer_json(value)
    first, boundary = msgspec.json.encode(value), uuid4().hex
    enclosed = hub.attachments.of(page.seqs)
    kind = f"multipart/mixed; boundary={boundary}"
    response = Response(written(first, enclosed, boundary), content_type=kind, direct_passthrough=True)
    response.headers["Content-Length"] = str(length(first, enclosed, boundary))
    return response


def _shown(statement: Raw, selection: Selection, version: Version) -> Raw:
    """Give a statement in the version and the format asked for."""
    languages = tuple(request.accept_languages.values())[:_LANGUAGES_MAX]
    return reduced(as_spoken(statement, version), selection.format, languages)
