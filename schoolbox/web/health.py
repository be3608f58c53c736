"""`GET /health`: whether the program answers; for watchdogs and the person who sets up a network.

It reads nothing but memory, so that it answers at once while the disk is busy.
"""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from schoolbox import __version__
from schoolbox.web.access import EVERYBODY, allow
from schoolbox.web.context import box

room = Blueprint("health", __name__)


@room.get("/health")
@allow(*EVERYBODY)
def show() -> ResponseReturnValue:
    """Say that the box is up, which version it is and since when (in seconds)."""
    return {"ok": True, "version": __version__, "up_s": round(box().up_s(), 1)}, 200, {"Cache-Control": "no-store"}
