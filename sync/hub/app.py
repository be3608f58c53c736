"""The hub as a WSGI application: programs, packs, pages, their style sheet, one content policy, one place for errors.

    app = make_app(hub)
"""

import hashlib
import io
import logging
import mimetypes
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, request, send_file
from flask_wtf import CSRFProtect
from werkzeug.exceptions import HTTPException

from sync.hub.answers import refusal
from sync.hub.errors import OUTCOMES, HubError, NotFoundError
from sync.hub.figure_views import make_figures
from sync.hub.filters import FILTERS
from sync.hub.introductions import make_introductions
from sync.hub.lrs.alternate import AlternateSyntax
from sync.hub.lrs.web import add_headers, make_record_store
from sync.hub.pages import make_pages, show_error
from sync.hub.programs import make_programs
from sync.hub.publishing.doors import make_doors
from sync.hub.publishing.filters import FILTERS as PUBLISHING_FILTERS
from sync.hub.sending_views import make_sendings
from sync.hub.services import Hub
from sync.hub.shelf_views import make_shelf
from sync.web_assets import ASSETS, asset_path, gzipped, sprite

_log = logging.getLogger(__name__)
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_FOR_PROGRAMS = ("/xapi/", "/box/", "/enrol", "/shelf/", "/figures/", "/publish/")
_OWN_ASSETS = Path(__file__).parent / "static"
SESSION_S = 12 * 3600


def make_app(hub: Hub) -> Flask:
    """Put the application together."""
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=hub.session_key,
        SESSION_COOKIE_NAME="hub_session",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=hub.settings.values.https,
        PERMANENT_SESSION_LIFETIME=SESSION_S,
        WTF_CSRF_TIME_LIMIT=None,
        MAX_FORM_MEMORY_SIZE=64 * 1024,
    )
    of_programs = (
        make_programs(hub), make_record_store(hub), make_introductions(hub), make_sendings(hub), make_figures(hub),
        make_doors(hub),
    )  # fmt: skip
    for programs in of_programs:
        app.register_blueprint(programs)
    app.register_blueprint(make_pages(hub))
    app.register_blueprint(make_shelf(hub))
    protection = CSRFProtect(app)
    for programs in of_programs:
        protection.exempt(programs)
    _add_assets(app)
    add_headers(app, hub)
    _add_edges(app)
    app.wsgi_app = AlternateSyntax(app.wsgi_app)  # type: ignore[method-assign]  # Flask's documented way
    return app


def _add_assets(app: Flask) -> None:
    """Serve the style sheet and drawings under a name that changes with them."""
    files = {name: asset_path(name).read_bytes() for name in ASSETS}
    files |= {path.name: path.read_bytes() for path in _OWN_ASSETS.glob("*.js")}
    marks = {name: hashlib.sha256(plain).hexdigest()[:12] for name, plain in files.items()}
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.filters.update(PUBLISHING_FILTERS)
    app.jinja_env.globals["sprite"] = sprite
    app.jinja_env.globals["asset"] = lambda name: f"/static/{name}?v={marks[name]}"

    @app.get("/static/<name>")
    def asset(name: str) -> Response:
        if name not in files:
            raise NotFoundError("There is no such file.")
        packed = "gzip" in request.headers.get("Accept-Encoding", "")
        response = send_file(
            io.BytesIO(gzipped(files[name]) if packed else files[name]),
            mimetype=mimetypes.guess_type(name)[0],
            max_age=365 * 86_400 if request.args.get("v") == marks[name] else 60,
            etag=marks[name],
        )
        response.headers["Vary"] = "Accept-Encoding"
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        return response

    @app.get("/health")
    def health() -> Response:
        return Response("ok\n", mimetype="text/plain")


def _add_edges(app: Flask) -> None:
    """Set headers on every answer, and turn every error into one that says nothing about the inside."""

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    @app.errorhandler(HubError)
    def known(error: HubError) -> Response:
        return _answer(error, OUTCOMES[type(error)].status)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        response = _answer(HubError(HTTPStatus(status).phrase), status)
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            response.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ())
        return response

    @app.errorhandler(Exception)
    def unknown(error: Exception) -> Response:
        _log.exception("request failed path=%r error=%s", request.path[:200], type(error).__name__)
        return _answer(HubError("Something went wrong inside the hub. Nothing was stored; try again later."), 500)


def _answer(error: HubError, status: int) -> Response:
    """Say what went wrong, to a program as JSON, to a person as a page."""
    if not request.path.startswith(_FOR_PROGRAMS):
        return show_error(status)
    response = refusal(error)
    response.status_code = status
    return response
