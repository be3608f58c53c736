"""`/xapi/activities/state`, `/xapi/activities/profile`, `/xapi/agents/profile`: documents of other programs.

Source: xAPI 1.0.3 part 3 sections 2.2, 2.3, 2.6 and 2.7; IEEE 9274.1.1 sections 4.1.6.2, 4.1.6.5 and 4.1.6.6.
"""

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from flask import Blueprint, Response, request

from sync.hub.answers import answer_json
from sync.hub.bodies import read_body
from sync.hub.errors import BadRequestError, NotFoundError, TooLargeError
from sync.hub.lrs.asking import asking, refuse_parameters
from sync.hub.lrs.documents import Content, Document, Kind, Place
from sync.hub.lrs.preconditions import Preconditions, unchanged
from sync.hub.lrs.selection import read_agent, read_iri, read_parameter, read_time_us
from sync.hub.lrs.versions import TWO
from sync.hub.scopes import PROFILE, READ_ALL, STATE
from sync.hub.services import Hub

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME_BYTES_MAX = 2000
_TYPE_LENGTH_MAX = 200
_POLICY = "default-src 'none'; sandbox"
"""A document may be a page with a script: shown by a browser, it may do nothing in the hub's name."""


class _Resource(msgspec.Struct, frozen=True):
    """One of the three: where it lies, what its parameters are called, and the scope it needs."""

    path: str
    kind: Kind
    place: tuple[str, ...]
    name: str
    scope: str
    deletes_all: bool = False

    @property
    def parameters(self) -> tuple[str, ...]:
        """Name the parameters of a request for one document."""
        return (*self.place, self.name)


_RESOURCES = (
    _Resource("activities/state", "state", ("activityId", "agent", "registration"), "stateId", STATE, deletes_all=True),
    _Resource("activities/profile", "activity", ("activityId",), "profileId", PROFILE),
    _Resource("agents/profile", "agent", ("agent",), "profileId", PROFILE),
)


def add_documents(store: Blueprint, hub: Hub) -> None:
    """Add the three resources."""
    for resource in _RESOURCES:
        _add(store, hub, resource)


def _add(store: Blueprint, hub: Hub, resource: _Resource) -> None:
    """Add one resource."""

    def get() -> Response:
        sender, _ = asking(hub, resource.scope, READ_ALL)
        refuse_parameters(*resource.parameters, "since")
        place, name = _place(resource), _name(resource)
        since_us = read_parameter(request.args, "since", read_time_us, default=None)
        if name is None:
            return answer_json([*hub.documents.names(place, owner=sender.owner, since_us=since_us)])
        return _answer(hub.documents.get(place, name, owner=sender.owner))

    def put() -> Response:
        sender, version = asking(hub, resource.scope)
        place, name = _wanted(resource)
        must_say = version == TWO or resource.kind != "state"
        conditions = _conditions(must_say=must_say)
        hub.documents.put(place, name, _content(hub), owner=sender.owner, conditions=conditions)
        return _done()

    def post() -> Response:
        sender, _ = asking(hub, resource.scope)
        place, name = _wanted(resource)
        hub.documents.merge(place, name, _content(hub), owner=sender.owner, conditions=_conditions())
        return _done()

    def delete() -> Response:
        sender, _ = asking(hub, resource.scope)
        if resource.deletes_all and _name(resource) is None:
            refuse_parameters(*resource.place)
            hub.documents.delete_all(_place(resource), owner=sender.owner)
        else:
            place, name = _wanted(resource)
            hub.documents.delete(place, name, owner=sender.owner, conditions=_conditions())
        return _done()

    views: dict[str, Callable[[], Response]] = {"GET": get, "PUT": put, "POST": post, "DELETE": delete}
    for method, view in views.items():
        endpoint = f"{method.lower()}_{resource.path.replace('/', '_')}"
        store.add_url_rule(f"/{resource.path}", endpoint, view, methods=[method])


def _place(resource: _Resource) -> Place:
    """Read where documents lie.

    Raises:
        BadRequestError: A parameter that is needed is missing, or one cannot be understood.
    """
    for needed in resource.place:
        if needed != "registration" and needed not in request.args:
            raise BadRequestError(f"The parameter {needed!r} is missing.")
    return Place(
        kind=resource.kind,
        activity=read_parameter(request.args, "activityId", read_iri, default=""),
        agent=read_parameter(request.args, "agent", read_agent, default=""),
        registration=read_parameter(request.args, "registration", UUID, default=None),
    )


def _name(resource: _Resource) -> str | None:
    """Read the name of a document, None if the request is for all of a place."""
    name = request.args.get(resource.name)
    if name is not None and (not 0 < len(name.encode()) <= _NAME_BYTES_MAX or "\0" in name):
        raise BadRequestError(
            f"The parameter {resource.name!r} may have 1 to {_NAME_BYTES_MAX} bytes, and none that is U+0000."
        )
    return name


def _wanted(resource: _Resource) -> tuple[Place, str]:
    """Read which one document a request is for."""
    refuse_parameters(*resource.parameters)
    name = _name(resource)
    if name is None:
        raise BadRequestError(f"The parameter {resource.name!r} is missing.")
    return _place(resource), name


def _conditions(*, must_say: bool = False) -> Preconditions:
    return Preconditions(
        if_match=request.headers.get("If-Match"), if_none_match=request.headers.get("If-None-Match"), must_say=must_say
    )


def _content(hub: Hub) -> Content:
    """Read the document that came with a request."""
    kind = request.headers.get("Content-Type") or "application/octet-stream"
    if len(kind) > _TYPE_LENGTH_MAX or not kind.isascii() or not kind.isprintable():
        raise BadRequestError("The Content-Type of the document cannot be kept.")
    body = read_body(request)
    most = hub.settings.values.document_bytes_max
    if len(body) > most:
        raise TooLargeError(f"A document may have {most} bytes.")
    return Content(kind, body)


def _answer(found: Document | None) -> Response:
    """Give a document, with its tag and when it was changed."""
    if found is None:
        raise NotFoundError("There is no such document.")
    response = Response(found.content.body, content_type=found.content.type)
    if unchanged(request.headers.get("If-None-Match"), found.etag):
        response = Response(status=HTTPStatus.NOT_MODIFIED)
    response.set_etag(found.etag)
    response.last_modified = found.updated_at
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def _done() -> Response:
    return Response(status=HTTPStatus.NO_CONTENT)
