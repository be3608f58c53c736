"""The web application of the box: every request passes through here once.

Order of a request: who is signed in, which language, may they (`access.check`), the view; then headers, gzip. Errors
become a page with three sentences. There is one content security policy, below.
"""

import gzip
import logging
from collections.abc import Callable

from flask import Flask, Response, g, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Rule

from schoolbox import logs
from schoolbox.web import access, audited, bodies, failures, languages, layout, seen
from schoolbox.web.assets import Assets
from schoolbox.web.cookies import Cookies
from schoolbox.web.rooms import ROOMS
from schoolbox.wiring import Box

LOG = logging.getLogger(__name__)
FORM_BYTES_MAX = 64 * 1024
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
PROGRAMS = ("shelf",)
"""Rooms for programs: nobody is signed in there, and on a weak line every header is sent again after each break."""
FOR_PROGRAMS = ("Content-Security-Policy", "X-Content-Type-Options")


class _RowNumber(IntegerConverter):
    """A whole number in an address that a database can hold; any other number leads to no page."""

    regex = r"\d{1,18}"


class _Address(Rule):
    """An address; what puts it together is compiled when a page first names it, not at each start for all 230."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        """Put off what werkzeug does for each address at once."""

        def build(rule: Rule, **values: str) -> tuple[str, str]:
            made: Callable[..., tuple[str, str]] = compiled(append_unknown).__get__(rule, None)
            setattr(rule, "_build_unknown" if append_unknown else "_build", made)
            return made(**values)

        compiled = super()._compile_builder
        return build


def create_app(box: Box) -> Flask:
    """Make the application of one box.

    Raises:
        LookupError: A view does not say who may open it.
    """
    app = Flask("schoolbox", static_folder=None)
    app.config.update(
        SECRET_KEY=box.secret_key,
        MAX_CONTENT_LENGTH=FORM_BYTES_MAX,
        SESSION_COOKIE_NAME="schoolbox",
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.session_interface = Cookies()
    app.jinja_options["undefined"] = StrictUndefined
    app.extensions["box"] = box
    app.url_map.converters["int"] = _RowNumber
    app.url_rule_class = _Address
    app.before_request(_find_viewer(box))
    app.before_request(_choose_language(box))
    app.before_request(access.check)
    app.before_request(seen.check)
    app.before_request(bodies.allow_body)
    CSRFProtect(app)
    layout.install(app, box, Assets())
    for room in ROOMS:
        app.register_blueprint(room)
    for endpoint in app.view_functions:
        access.roles_of(app, endpoint)
    app.after_request(_finish)
    app.after_request(audited.note)
    app.register_error_handler(CSRFError, failures.stale_form)
    app.register_error_handler(HTTPException, failures.http_problem)
    app.register_error_handler(Exception, failures.problem)
    return app


def _choose_language(box: Box) -> Callable[[], None]:
    def choose() -> None:
        languages.choose(box, for_people=request.blueprint not in PROGRAMS)

    return choose


def _find_viewer(box: Box) -> Callable[[], None]:
    def find() -> None:
        token = None if request.blueprint in PROGRAMS else session.get("token")
        g.viewer = box.sign_in.viewer(token) if isinstance(token, str) else None

    return find


def _finish(response: Response) -> Response:
    """Add the headers of every answer and gzip a page that is worth it."""
    for key, value in HEADERS.items():
        if request.blueprint not in PROGRAMS or key in FOR_PROGRAMS:
            response.headers.setdefault(key, value)
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "no-store" if g.get("viewer") else "no-cache")
        response.vary.update(["Accept-Encoding", "Accept-Language", "Cookie"])
        if "gzip" in request.headers.get("Accept-Encoding", "") and not response.direct_passthrough:
            body = response.get_data()
            if len(body) > 1_000:
                response.set_data(gzip.compress(body, 5, mtime=0))
                response.headers["Content-Encoding"] = "gzip"
    if response.status_code >= 500:
        LOG.error(logs.line("request_failed", status=response.status_code, endpoint=request.endpoint))
    return response
