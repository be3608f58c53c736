"""Style sheet, scripts and drawings under `/static/<tag>/<name>`: kept by browsers for a year, gzipped at start."""

from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from schoolbox.errors import NotFoundError
from schoolbox.web.access import EVERYBODY, allow

if TYPE_CHECKING:
    from schoolbox.web.assets import Assets

room = Blueprint("static_files", __name__)
CACHE_S = 31_536_000


@room.get("/static/<tag>/<name>")
@allow(*EVERYBODY)
def asset(tag: str, name: str) -> ResponseReturnValue:
    """Send one of the program's own files; under an old tag the new one is sent, and not kept."""
    assets: Assets = current_app.extensions["assets"]
    found = assets.by_name.get(name)
    if found is None:
        raise NotFoundError(kind="file", key=name)
    response = Response(found.plain, content_type=found.mime)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = Response(found.gzipped, content_type=found.mime, headers={"Content-Encoding": "gzip"})
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = f"public, max-age={CACHE_S}" if tag == found.tag else "no-cache"
    response.set_etag(found.tag)
    return response.make_conditional(request)


@room.get("/favicon.ico")
@allow(*EVERYBODY)
def favicon() -> ResponseReturnValue:
    """Answer browsers that look for the mark where it always was."""
    return asset("", "mark.svg")
