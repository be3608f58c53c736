"""Run an application behind waitress until SIGTERM or SIGINT, then stop it cleanly. Knows nothing of what it serves.

    listen(application, Place(host="127.0.0.1", port=8081, threads=8, trusted_proxy=""), ident="schoolbox-hub", ...)
"""

import logging
import signal
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

import msgspec
from waitress.server import create_server

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

_log = logging.getLogger(__name__)
_PROXY_HEADERS = {"x-forwarded-for", "x-forwarded-proto"}


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where to listen; `trusted_proxy` is the address of a reverse proxy that is believed, empty for none."""

    host: str
    port: int
    threads: int
    trusted_proxy: str
    ident: str
    body_bytes_max: int


def listen(application: "WSGIApplication", place: Place, on_ready: Callable[[int], None]) -> None:
    """Serve until told to stop; requests under way are finished. `on_ready` is told the port."""
    proxy = {"trusted_proxy": place.trusted_proxy, "trusted_proxy_headers": _PROXY_HEADERS}
    server = create_server(
        application,
        host=place.host,
        port=place.port,
        threads=place.threads,
        ident=place.ident,
        connection_limit=1000,
        max_request_body_size=place.body_bytes_max,
        clear_untrusted_proxy_headers=True,
        **(proxy if place.trusted_proxy else {}),
    )
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _stop)
    port = int(server.effective_port)
    _log.info("serving host=%s port=%d", place.host, port)
    on_ready(port)
    try:
        server.run()
    finally:
        server.close()
        _log.info("stopped")


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """End the server's loop; waitress then finishes what is under way."""
    raise SystemExit(0)
