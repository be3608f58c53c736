"""The alternate request syntax of xAPI 1.0.3: every request as a POST with a form, for what can send nothing else.

Promises: what a form says becomes the request it stands for, before anything else looks at it; a field that stands for
a header wins over the header that was sent, which is often none of the program's making. An answer to a HEAD comes to a
POST: it says that nothing follows. 2.0 has no such syntax. Source: xAPI 1.0.3 part 3 section 1.3.

    app.wsgi_app = AlternateSyntax(app.wsgi_app)
"""

import io
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from flask import Request

from sync.hub.bodies import read_body
from sync.hub.errors import BadRequestError, HubError
from sync.hub.lrs.versions import TWO, VERSION_HEADER, spoken

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REFUSED = "schoolbox.refused"
"""Where in the environment an error stands that the record store is to answer with."""
_METHODS = frozenset({"GET", "HEAD", "PUT", "POST", "DELETE"})
_HEADERS = {
    "Authorization": "HTTP_AUTHORIZATION", VERSION_HEADER: "HTTP_X_EXPERIENCE_API_VERSION",
    "If-Match": "HTTP_IF_MATCH", "If-None-Match": "HTTP_IF_NONE_MATCH", "Accept-Language": "HTTP_ACCEPT_LANGUAGE",
}  # fmt: skip
_FIELDS_MAX = 64


class AlternateSyntax:
    """Stands in front of an application and rewrites such requests to the record store."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Hand a request on, rewritten if it is one of these."""
        if not _is_one(environ):
            return self._app(environ, start_response)
        try:
            _rewrite(environ)
        except HubError as exc:
            environ[REFUSED] = exc
        bodiless = environ["REQUEST_METHOD"] == "HEAD"
        return self._app(environ, _without_length(start_response) if bodiless else start_response)


def _without_length(start_response: "StartResponse") -> "StartResponse":
    """Say that nothing follows: a client that sent a POST waits for as many bytes as an answer announces."""

    def start(
        status: str, headers: list[tuple[str, str]], exc_info: "OptExcInfo | None" = None, /
    ) -> Callable[[bytes], object]:
        kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
        return start_response(status, [*kept, ("Content-Length", "0")], exc_info)

    return start


def _is_one(environ: "WSGIEnvironment") -> bool:
    """Say whether a request may be one; the rest of its form is checked by `_rewrite`."""
    asked = environ.get("QUERY_STRING", "")
    return (
        environ.get("REQUEST_METHOD") == "POST"
        and environ.get("PATH_INFO", "").startswith("/xapi/")
        and any(name == "method" for name, _ in parse_qsl(asked, keep_blank_values=True))
        and spoken(environ.get("HTTP_X_EXPERIENCE_API_VERSION")) != TWO
    )


def _rewrite(environ: "WSGIEnvironment") -> None:
    """Make the request that a form stands for.

    Raises:
        BadRequestError: The form is not what the specification says.
    """
    query = parse_qsl(environ["QUERY_STRING"], keep_blank_values=True)
    method = query[0][1]
    if len(query) > 1 or method not in _METHODS:
        raise BadRequestError("A form in place of a request has one parameter, method, with the name of a method.")
    form = _form(Request(environ))
    content = form.pop("content", None) if method in ("PUT", "POST") else ""
    if content is None:
        raise BadRequestError("A form in place of a PUT or POST needs the field content.")
    for name, key in _HEADERS.items():
        value = form.pop(name, None)
        if value is not None:
            environ[key] = _header(value)
    if spoken(environ.get("HTTP_X_EXPERIENCE_API_VERSION")) == TWO:
        raise BadRequestError("xAPI 2.0 has no requests in the shape of a form.")
    form.pop("Content-Length", None)
    kind = form.pop("Content-Type", "application/json")
    body = content.encode()
    environ.update({
        "REQUEST_METHOD": method, "QUERY_STRING": urlencode(form), "CONTENT_TYPE": _header(kind),
        "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
    })  # fmt: skip
    environ.pop("HTTP_CONTENT_ENCODING", None)


def _header(value: str) -> str:
    """Take a field as a header: what no header may hold is refused."""
    if not value.isascii() or not value.isprintable():
        raise BadRequestError("A field that stands for a header holds letters that no header may hold.")
    return value


def _form(request: Request) -> dict[str, str]:
    """Read the fields of a form, each at most once."""
    if request.mimetype != "application/x-www-form-urlencoded":
        raise BadRequestError("A form in place of a request must be application/x-www-form-urlencoded.")
    try:
        fields = parse_qsl(
            read_body(request).decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=_FIELDS_MAX,
            errors="strict",
        )  # fmt: skip
    except ValueError as exc:
        raise BadRequestError("The form in place of a request cannot be read.") from exc
    if len(dict(fields)) < len(fields):
        raise BadRequestError("A field stands twice in the form in place of a request.")
    return dict(fields)
