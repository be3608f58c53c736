"""What a browser sees when something went wrong: a page of three sentences, or JSON for a script."""

import logging

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge

from schoolbox import logs
from schoolbox.errors import BadInputError, NotFoundError, NotSignedInError
from schoolbox.messages import UNEXPECTED, message_of, sentences
from schoolbox.web import access, gone
from schoolbox.web.i18n import _, size

LOG = logging.getLogger(__name__)


def problem(error: Exception) -> ResponseReturnValue:
    """Answer any error; one that nobody foresaw is logged here, once, with its trace."""
    if isinstance(error, NotSignedInError) and request.method == "GET" and not _wants_json():
        wanted = request.full_path.rstrip("?") if request.path != "/" else None
        return redirect(url_for("sign_in.classes", next=wanted), 303)
    if isinstance(error, NotFoundError) and not _wants_json() and (gone_page := gone.page(error)):
        return gone_page
    message = message_of(error)
    if message is UNEXPECTED:
        LOG.error(logs.line("unexpected_error", endpoint=request.endpoint), exc_info=error)
    texts = sentences(
        error, _, write_size=size, learner=not access.is_staff(),
        place="upload" if request.blueprint == "uploads" else "stick",
    )  # fmt: skip
    return _answer(message.status, texts)


def http_problem(error: HTTPException) -> ResponseReturnValue:
    """Answer what Flask itself refuses: an unknown address, a wrong method, a body that is too large."""
    if error.code is not None and error.code < 400:
        return error.get_response()
    if isinstance(error, NotFound):
        return problem(NotFoundError(kind="page", key=request.path))
    if isinstance(error, RequestEntityTooLarge):
        return problem(BadInputError(field=_("the form"), problem=_("it is too large")))
    texts = (
        _("The box did not understand this."),
        _("Nothing was changed."),
        _("Go back one page and try again."),
    )
    return _answer(error.code or 400, texts)


def stale_form(error: CSRFError) -> ResponseReturnValue:
    """Answer a form without the mark of who is signed in: an old page, somebody else's, or another site's."""
    LOG.debug(logs.line("form_refused", endpoint=request.endpoint, reason=error.description))
    texts = (
        _("This page was open for too long, or somebody else has signed in here since."),
        _("Nothing was changed."),
        _("Go back, load the page again and repeat the last step."),
    )
    return _answer(400, texts)


def _answer(status: int, texts: tuple[str, str, str]) -> Response:
    happened, safe, todo = texts
    if _wants_json():
        return make_response({"happened": happened, "safe": safe, "todo": todo}, status)
    page = render_template("failure.html", happened=happened, safe=safe, todo=todo, status=int(status))
    return make_response(page, status)


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
