"""How large a body a view takes: a form's, unless the view says otherwise, and then for its own address alone.

    @room.post("/uploads/<upload_id>/piece")
    @allow(Role.TEACHER, Role.TECHNICIAN)
    @takes(PIECE_BYTES_MAX)
    def piece(upload_id: str) -> Answer: ...

What the server itself lets through (`schoolbox.cli.serve`) is the limit of all limits; it keeps bodies in memory.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, request
from flask.typing import ResponseReturnValue

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
ATTRIBUTE = "body_bytes_max"


def takes(limit_bytes: int) -> Callable[[View], View]:
    """Say how many bytes a view takes."""

    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, limit_bytes)
        return view

    return mark


def allow_body() -> None:
    """Let a body be as large as its view says; runs after it is known who asks, before anything is read."""
    limit = getattr(current_app.view_functions.get(request.endpoint or ""), ATTRIBUTE, None)
    if limit is not None:
        request.max_content_length = limit
