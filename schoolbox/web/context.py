"""How a view reaches the services: `box().learning.watch(...)`."""

from flask import current_app

from schoolbox.wiring import Box


def box() -> Box:
    """The box that this application serves."""
    found: Box = current_app.extensions["box"]
    return found
