"""Run the hub: waitress in front of the application, stopped cleanly by SIGTERM and SIGINT.

    serve(hub, on_ready=lambda port: None)
"""

from collections.abc import Callable
from contextlib import ExitStack

from sync.hub.app import make_app
from sync.hub.beside import beside
from sync.hub.bodies import SENT_BYTES_MAX
from sync.hub.courier_inbox import watching
from sync.hub.landing.indexer import indexing
from sync.hub.listening import Place, listen
from sync.hub.publishing.desk import working
from sync.hub.reports.refresh import refreshing
from sync.hub.services import Hub


def serve(hub: Hub, on_ready: Callable[[int], None]) -> None:
    """Serve until told to stop; requests under way are finished. `on_ready` is told the port."""
    values = hub.settings.values
    background = ExitStack()
    try:
        background.enter_context(working(hub.publishing))
        if not values.database:  # else another worker may be serving, and what arrives there must stay
            hub.attachments.sweep_all()
        if hub.partitions:
            hub.partitions.make_ahead()
        application, close_beside = beside(hub, make_app(hub))
        place = Place(
            host=values.host, port=values.port, threads=values.threads, trusted_proxy=values.trusted_proxy,
            ident="schoolbox-hub", body_bytes_max=4 * SENT_BYTES_MAX + values.attachment_bytes_max,
        )  # fmt: skip
        try:
            with watching(hub), refreshing(hub.refresher), indexing(hub.indexer, hub.landings):
                listen(application, place, on_ready)
        finally:
            close_beside()
    finally:
        background.close()
        hub.close()
