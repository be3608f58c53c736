"""A line between a box and a server that counts every byte of TCP's payload, and how often somebody connected.

    with CountingLine(hub.port) as line:
        ...                      # talk to line.url
        line.travelled
"""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

from tests.simulators.waiting import DEADLINE_S


class CountingLine:
    """Forwards connections; counts both directions together."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self.travelled = 0
        self.requests: list[bytes] = []
        self._threads[0].start()

    def forget(self) -> None:
        """Begin counting anew."""
        with self._lock:
            self.travelled = 0
            self.requests.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in (self._door, *self._sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(DEADLINE_S)
        for each in (self._door, *self._sockets):
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._port), timeout=DEADLINE_S)
            except OSError:  # nobody is there: so it looks from this side, too
                near.close()
                continue
            self._sockets += [near, far]
            for source, target in ((near, far), (far, near)):
                thread = threading.Thread(target=self._carry, args=(source, target), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65_536):
                with self._lock:
                    self.travelled += len(piece)
                    if piece.startswith((b"GET ", b"POST ", b"PUT ")):
                        self.requests.append(piece.partition(b"\r\n")[0])
                target.sendall(piece)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)
