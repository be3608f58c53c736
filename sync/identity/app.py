"""The identity office as a WSGI application: three addresses, for boxes alone, all JSON (PROTOCOL.md section 10).

Promises: who is not known is refused before a body is read; a body is small, and unpacked no further than that; no
answer and no line of the log says anything of a person but to the box that may know it.

    app = make_app(services)
"""

import logging
from http import HTTPStatus

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from sync.hub.bounded import Bounds, read_bounded
from sync.hub.errors import (
    OUTCOMES,
    CodeError,
    HubError,
    IntroductionError,
    NotSignedInError,
    TooManyTriesError,
    UnreadableBodyError,
)
from sync.identity.boxes import Asker
from sync.identity.services import OfficeServices
from sync.identity_wire import AddressesAsked, IntroductionShown
from sync.wire import Erasures, R, Refusal, WireRecord, decode_record

SENT_BYTES_MAX = 64 * 1024
UNPACKED_BYTES_MAX = 256 * 1024
_BOUNDS = Bounds(SENT_BYTES_MAX, UNPACKED_BYTES_MAX, cure="Ask for fewer at once.")
_log = logging.getLogger(__name__)


def make_app(services: OfficeServices) -> Flask:
    """Put the application together."""
    app = Flask(__name__, static_folder=None)
    _add_addresses(app, services)
    _add_edges(app)
    return app


def _add_addresses(app: Flask, services: OfficeServices) -> None:
    """Add what boxes talk to."""

    @app.post("/v1/boxes")
    def introduce() -> Response:
        guard = f"introduce {request.remote_addr}"
        services.throttle.check(guard)
        try:
            introduced = services.boxes.introduce(_record(IntroductionShown))
        except IntroductionError:
            services.throttle.failed(guard)
            raise
        services.throttle.succeeded(guard)
        return _json(introduced)

    @app.post("/v1/addresses")
    def addresses() -> Response:
        asker = _signed_in(services)
        return _json(services.register.ask(asker, _record(AddressesAsked)))

    @app.post("/v1/erasures")
    def erasures() -> Response:
        asker = _signed_in(services)
        asked = _record(Erasures)
        services.register.erase(asker, asked.actors)
        return _json(asked)


def _add_edges(app: Flask) -> None:
    """Set headers on every answer, and turn every error into one that says nothing about the inside."""

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @app.errorhandler(HubError)
    def known(error: HubError) -> Response:
        return _refusal(error, OUTCOMES[type(error)].status)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        return _refusal(HubError(HTTPStatus(status).phrase), status)

    @app.errorhandler(Exception)
    def unknown(error: Exception) -> Response:
        _log.error("request failed path=%r error=%s", request.path[:200], type(error).__name__)
        return _refusal(HubError("Something went wrong inside. Nothing was stored; try again later."), 500)


def _signed_in(services: OfficeServices) -> Asker:
    """Let the box in that asks.

    Raises:
        NotSignedInError: No key and secret, or not the right ones.
    """
    given = request.authorization
    if given is None or given.type != "basic" or not given.username or not given.password:
        raise NotSignedInError("This needs a key and a secret (HTTP basic auth).")
    return services.boxes.asker(given.username, given.password)


def _record(kind: type[R]) -> R:
    """Read a record of the wire.

    Raises:
        TooLargeError: The body is larger than any that a box sends.
        UnreadableBodyError: It is not what PROTOCOL.md says; what it held is not repeated.
    """
    try:
        return decode_record(read_bounded(request, _BOUNDS), kind)
    except msgspec.DecodeError as exc:
        raise UnreadableBodyError("The request is not what the protocol says.") from exc


def _refusal(error: HubError, status: int) -> Response:
    """Turn an error into an answer."""
    word = error.reason if isinstance(error, CodeError) else OUTCOMES[type(error)].word
    response = _json(Refusal(error=word, message=error.message))
    response.status_code = status
    if isinstance(error, NotSignedInError):
        response.headers["WWW-Authenticate"] = 'Basic realm="identity", charset="UTF-8"'
    if isinstance(error, TooManyTriesError):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def _json(value: WireRecord) -> Response:
    return Response(msgspec.json.encode(value), mimetype="application/json")
