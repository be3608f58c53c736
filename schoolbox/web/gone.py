"""The page of what is no longer here, or hidden from this reader: what is kept, what to open in its place."""

from flask import Response, make_response, render_template, request

from schoolbox.errors import NotFoundError
from schoolbox.web import seen
from schoolbox.web.access import is_staff
from schoolbox.web.context import box

GONE = 410
"""Source: RFC 9110 §15.5.11: it was here, and is so no longer on purpose."""


def page(error: NotFoundError) -> Response | None:
    """Answer for an item that was here once; None for anything else."""
    if error.kind not in ("item", "course") or request.method != "GET":
        return None
    if seen.is_hidden(error.kind, error.key):
        return make_response(render_template("items/hidden.html"), GONE)
    if error.kind == "course":
        return None
    gone = box().gone_items.find(error.key, staff=is_staff())
    if gone is None:
        return None
    return make_response(render_template("items/gone.html", gone=gone), GONE)
