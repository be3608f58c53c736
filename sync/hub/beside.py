"""What stands beside the records: the only module of the hub that knows the identity office.

For a municipality one program serves both: the office below `/identity/`, from a folder of its own with its own
database and key. For a country the office is a program of its own: `schoolbox-hub identity serve`.

    application = beside(hub, make_app(hub))
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from sync.hub.services import Hub

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from flask import Flask

BELOW = "/identity"


def beside(hub: Hub, app: "Flask") -> tuple["WSGIApplication", Callable[[], None]]:
    """Give what is served, the office below `/identity/` if there is one here, and what closes the office.

    Raises:
        DataError: The folder of the office cannot be used.
        ConfigError: A setting of the office is impossible.
    """
    folder = hub.settings.values.identity
    if not folder:
        return app, lambda: None
    from sync.identity.app import make_app
    from sync.identity.folder import OfficeFolder
    from sync.identity.services import OfficeServices

    office = OfficeServices.open(OfficeFolder(Path(folder)), hub.clock, hubs=(hub.introducer.public_key,))
    return DispatcherMiddleware(app, {BELOW: make_app(office)}), office.close


def run_office_command(arguments: Sequence[str]) -> int:
    """Run `schoolbox-hub identity ...`, which opens nothing of the hub."""
    from sync.identity.cli import main

    return main(arguments)
