"""The published shelf under `/shelf/` (PROTOCOL section 8).

Promises: a blob goes from the disk to the socket out of the server's own loop: however slow a box's line is, it holds
up no thread of the hub, and no copy of the file is made. Where nginx is said to stand in front (`accel_prefix`), it is
named the file and sends it, after the hub has decided who may have it.
"""

from collections.abc import Iterator
from http import HTTPStatus
from io import FileIO

from flask import Blueprint, Response, request

from content_packs.programs.base import SHELF_FOLDER
from sync.conditions import Conditions, Part, decide
from sync.hub.basic_auth import signed_in
from sync.hub.errors import NotFoundError
from sync.hub.services import Hub
from sync.hub.shelf import Published

BELOW = f"{SHELF_FOLDER}/"
_PIECE_BYTES = 64 * 1024
_CACHE_S = 31_536_000
_POLICY = "default-src 'none'; sandbox"


def make_shelf(hub: Hub) -> Blueprint:
    """Make the part of the hub that gives packs."""
    shelf = Blueprint("shelf", __name__)
    prefix = hub.settings.values.accel_prefix

    @shelf.get("/shelf/<path:name>")
    def file(name: str) -> Response:
        if hub.shelf is None:
            raise NotFoundError("This hub publishes no packs.")
        found = hub.shelf.find(name) if not name.startswith(BELOW) else hub.shelf.programs.find(name[len(BELOW) :])
        try:
            if found.guarded:
                signed_in(hub)
            if prefix and _leaves_to_nginx(found):
                return _named_to_nginx(found, f"{prefix}/{name}")
            return answer_file(found)
        except BaseException:
            if found.file:
                found.file.close()
            raise

    return shelf


def _leaves_to_nginx(found: Published) -> bool:
    """Say whether nginx can answer: it does not know the tags by which these conditions are judged."""
    asked = _conditions()
    return found.file is not None and asked.if_match is None and asked.if_range is None


def _named_to_nginx(found: Published, place: str) -> Response:
    """Name the file to nginx, which cuts ranges by itself; only that nothing changed is answered here."""
    if found.file:
        found.file.close()
    tag = f'"{found.sha256}"'
    conditions = Conditions(if_none_match=_conditions().if_none_match)
    response = Response(status=decide(conditions, method=request.method, etag=tag, size_bytes=0).status)
    if response.status_code == HTTPStatus.OK:
        response.headers["X-Accel-Redirect"] = place
        response.mimetype = found.mime
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = _caching(found)
    return response


def answer_file(found: Published) -> Response:
    """Send a file, the part of it that is asked for, or word that nothing changed."""
    size_bytes = found.file.seek(0, 2) if found.file else len(found.raw)
    tag = f'"{found.sha256}"'
    part = decide(_conditions(), method=request.method, etag=tag, size_bytes=size_bytes)
    response = Response(_body(found, part), status=part.status, mimetype=found.mime, direct_passthrough=True)
    if part.status == HTTPStatus.PARTIAL_CONTENT:
        response.headers["Content-Range"] = f"bytes {part.start}-{part.start + part.length - 1}/{size_bytes}"
    elif part.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        response.headers["Content-Range"] = f"bytes */{size_bytes}"
    if part.status != HTTPStatus.NOT_MODIFIED:
        response.headers["Content-Length"] = str(part.length)
    response.headers["ETag"] = tag
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = _caching(found)
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def _body(found: Published, part: Part) -> "Iterator[bytes] | list[bytes]":
    """Give what is sent; a file is handed to the server whole, which reads it as the other side takes it."""
    if request.method == "HEAD" or not part.length or found.file is None:
        if found.file:
            found.file.close()
        return [] if request.method == "HEAD" or not part.length else [found.raw[part.start : part.start + part.length]]
    found.file.seek(part.start)
    wrapper = request.environ.get("wsgi.file_wrapper")
    if wrapper is None:
        return _pieces(found.file, part.length)
    handed: Iterator[bytes] = wrapper(found.file, _PIECE_BYTES)
    return handed


def _pieces(file: FileIO, length: int) -> Iterator[bytes]:
    """Read a part piece by piece, for servers that cannot send files."""
    with file:
        while length and (piece := file.read(min(_PIECE_BYTES, length))):
            length -= len(piece)
            yield piece


def _caching(found: Published) -> str:
    """Say who may keep it: what is named by its content everybody, for good; guarded blobs nobody."""
    if found.guarded:
        return "private, no-store"
    return f"public, max-age={_CACHE_S}" if found.file else "no-cache"


def _conditions() -> Conditions:
    """Take the conditions out of the request."""
    headers = request.headers
    return Conditions(
        range=headers.get("Range"),
        if_range=headers.get("If-Range"),
        if_match=headers.get("If-Match"),
        if_none_match=headers.get("If-None-Match"),
    )
