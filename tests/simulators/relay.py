"""A place between two programs: each connection is handed to whoever says what becomes of it.

    with relay(carry) as url: ...
"""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ENDS_WITHIN_S = 30.0


@contextmanager
def relay(carry: Callable[[socket.socket], None]) -> Iterator[str]:
    """Listen; gives the address in place of the other program's."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            carry(self.request)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join(ENDS_WITHIN_S)
