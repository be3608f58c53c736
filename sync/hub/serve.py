"""Run the hub: waitress in front of the application, stopped cleanly by SIGTERM and SIGINT.

    serve(hub, on_ready=lambda port: None)
"""

import logging
import signal
from collections.abc import Callable
from types import FrameType

from waitress.server import create_server

from sync.hub.app import make_app
from sync.hub.bodies import SENT_BYTES_MAX
from sync.hub.services import Hub

_log = logging.getLogger(__name__)
_PROXY_HEADERS = {"x-forwarded-for", "x-forwarded-proto"}


def serve(hub: Hub, on_ready: Callable[[int], None]) -> None:
    """Serve until told to stop; requests under way are finished. `on_ready` is told the port."""
    values = hub.settings.values
    proxy = {"trusted_proxy": values.trusted_proxy, "trusted_proxy_headers": _PROXY_HEADERS}
    server = create_server(
        make_app(hub),
        host=values.host,
        port=values.port,
        threads=values.threads,
        ident="schoolbox-hub",
        connection_limit=1000,
        max_request_body_size=4 * SENT_BYTES_MAX,
        clear_untrusted_proxy_headers=True,
        **(proxy if values.trusted_proxy else {}),
    )
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _stop)
    port = int(server.effective_port)
    _log.info("serving host=%s port=%d", values.host, port)
    on_ready(port)
    try:
        server.run()
    finally:
        server.close()
        hub.close()
        _log.info("stopped")


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """End the server's loop; waitress then finishes what is under way."""
    raise SystemExit(0)
