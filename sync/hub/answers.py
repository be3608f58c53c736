"""What programs are answered: JSON, and refusals as a fixed word and a sentence (PROTOCOL 3.5).

    answer_json({"version": ["1.0.3"]})
    refusal(NotFoundError("There is no such document."))
"""

import msgspec
from flask import Response

from sync.hub.errors import (
    OUTCOMES,
    BusyError,
    CodeError,
    ConflictError,
    DocumentExistsError,
    HubError,
    NotSignedInError,
    PreconditionError,
    StatementRefusedError,
    TooManyTriesError,
    TooOldError,
)
from sync.hub.json_values import Json
from sync.wire import Refusal, WireRecord

_IN_PLAIN_WORDS = (PreconditionError, DocumentExistsError)
"""Refusals of documents are a sentence alone: xAPI asks for an explanation, programs that check expect a text."""


def answer_json(value: WireRecord | msgspec.Struct | msgspec.Raw | Json) -> Response:
    """Answer with JSON."""
    return Response(msgspec.json.encode(value), mimetype="application/json")


def refusal(error: HubError) -> Response:
    """Turn an error into an answer for a program."""
    outcome = OUTCOMES[type(error)]
    index = error.index if isinstance(error, (StatementRefusedError, ConflictError, TooOldError)) else None
    word = error.reason if isinstance(error, CodeError) else outcome.word
    response = answer_json(Refusal(error=word, message=error.message, index=index))
    if isinstance(error, _IN_PLAIN_WORDS):
        response = Response(error.message, mimetype="text/plain")
    response.status_code = outcome.status
    if isinstance(error, NotSignedInError):
        response.headers["WWW-Authenticate"] = 'Basic realm="schoolbox-hub", charset="UTF-8"'
    if isinstance(error, (TooManyTriesError, BusyError)):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response
