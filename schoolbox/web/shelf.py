"""The box as a shelf for its neighbours: programs ask here, so answers are short and nothing is a page."""

from pathlib import Path

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from schoolbox.errors import NotFoundError, SignInError, ThrottledError
from schoolbox.messages import message_of, sentences
from schoolbox.server.errors import BlobGoneError
from schoolbox.services.sharing import JSON, Given
from schoolbox.web.access import EVERYBODY, allow
from schoolbox.web.context import box
from schoolbox.web.doorway import address
from schoolbox.web.i18n import _
from schoolbox.web.media import send_blob

room = Blueprint("shelf", __name__)

_POLICY = "default-src 'none'; sandbox"
"""Nothing here is a page, and an answer that says that nothing changed should be short."""


@room.get("/shelf/<path:name>")
@allow(*EVERYBODY)
def file(name: str) -> ResponseReturnValue:
    """Give a file of the shelf; what is not for everybody only to whoever shows the sharing code."""
    found = box().sharing.find(name)
    if found.guarded:
        given = request.authorization
        code = given.token if given and given.type == "bearer" else None
        box().sharing_code.check(code or "", device=f"{address()}/shelf")
    response = _metadata(found) if found.path is None else _file(found, found.path)
    response.headers["Content-Security-Policy"] = _POLICY
    if found.guarded:
        response.headers["Cache-Control"] = "private, no-store"
    return response


@room.errorhandler(NotFoundError)
@room.errorhandler(BlobGoneError)
@room.errorhandler(SignInError)
@room.errorhandler(ThrottledError)
def refuse(error: Exception) -> ResponseReturnValue:
    """Say in one line why a program does not get what it asked for."""
    happened, *_more = sentences(error, _)
    if isinstance(error, SignInError):
        happened = _("This needs the sharing code of this box.")
    response = Response(f"{happened}\n", message_of(error).status, mimetype="text/plain")
    if isinstance(error, SignInError):
        response.headers["WWW-Authenticate"] = 'Bearer realm="schoolbox"'
    if isinstance(error, ThrottledError):
        response.headers["Retry-After"] = str(error.wait_s)
    response.headers["Cache-Control"] = "no-store"
    return response


def _metadata(found: Given) -> Response:
    """Send metadata, or say that nothing changed."""
    response = Response(found.raw, mimetype=found.mime)
    response.set_etag(found.sha256)
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response


def _file(found: Given, path: Path) -> Response:
    """Send a manifest or blob; a front server knows only where blobs are."""
    prefix = box().config.accel_prefix if found.mime != JSON else ""
    return send_blob(path, mime=found.mime, etag=found.sha256, accel_prefix=prefix or None)
