"""`/xapi/`: the record store as programs see it (PROTOCOL section 7); one file a resource.

Every answer says the version of xAPI and how requests may be packed; one about statements says, too, up to when all
that was stored is found, and from when on, if there was more.
"""

from flask import Blueprint, Flask, Response, g, request

from sync.codings import TAKES
from sync.hub.answers import answer_json, refusal
from sync.hub.errors import HubError
from sync.hub.lrs.alternate import REFUSED
from sync.hub.lrs.completing import stored_text
from sync.hub.lrs.document_views import add_documents
from sync.hub.lrs.statement_views import add_statements
from sync.hub.lrs.thing_views import add_things
from sync.hub.lrs.versions import VERSION_HEADER, answered, offered
from sync.hub.services import Hub
from sync.statements import utc_text

_SPEAKING = ("/xapi/", "/box/", "/enrol")
CONSISTENT_HEADER = "X-Experience-API-Consistent-Through"
FLOOR_HEADER = "Schoolbox-Floor"
"""From when on a hub knows every statement by its id, if it let go of older ones (PROTOCOL 7.13)."""


def make_record_store(hub: Hub) -> Blueprint:
    """Make the part of the hub that is a Learning Record Store."""
    store = Blueprint("lrs", __name__, url_prefix="/xapi")
    store.register_error_handler(HubError, refusal)

    @store.before_app_request
    def note_how_far() -> None:
        """Before anything is read: what is stored meanwhile may not be found."""
        if _reads_statements():
            g.settled_us = hub.intake.settled_us()

    @store.before_app_request
    def refuse() -> None:
        refused = request.environ.get(REFUSED)
        if isinstance(refused, HubError):
            raise refused

    @store.get("/about")
    def about() -> Response:
        return answer_json({"version": list(offered(request.headers.get(VERSION_HEADER)))})

    add_statements(store, hub)
    add_documents(store, hub)
    add_things(store, hub)
    return store


def add_headers(app: Flask, hub: Hub) -> None:
    """Add what every answer to a program says, refusals and wrong addresses too."""

    @app.after_request
    def say(response: Response) -> Response:
        if request.path.startswith(_SPEAKING):
            asked = request.headers.get(VERSION_HEADER)
            response.headers[VERSION_HEADER] = answered(asked, hub.settings.values.xapi_version)
            response.headers["Accept-Encoding"] = TAKES
            response.headers.setdefault("Cache-Control", "no-store")
        if _reads_statements() and "settled_us" in g:
            response.headers[CONSISTENT_HEADER] = stored_text(g.settled_us)
            if floor := hub.retention.floor():
                response.headers[FLOOR_HEADER] = utc_text(floor)
        return response


def _reads_statements() -> bool:
    return request.path == "/xapi/statements" and request.method in ("GET", "HEAD")
