"""A door on this machine through which one program talks to one distant server, so that we see what travels.

rsync tells how many bytes went over the line only when all is well; a bar and a figure of waste must know it always.
The relay also connects by itself, with a time limit that is the same for daemon and ssh, and host names never stand
on a command line. One connection, once.

    with Relay("hub.example", 873, travelled) as relay:
        ...  # a program connects to 127.0.0.1, port relay.port
"""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from content_packs.shelf.travelled import Travelled

CONNECT_S = 10.0
_PIECE_BYTES = 64 * 1024


class Relay:
    """Two sockets and two threads, one for each direction."""

    def __init__(self, host: str, port: int, travelled: Travelled, *, connect_s: float = CONNECT_S) -> None:
        """Connect to the server.

        Raises:
            OSError: Nobody answers there.
        """
        self._travelled = travelled
        self._far = socket.create_connection((host, port), timeout=connect_s)
        self._far.settimeout(None)
        self._door = socket.create_server(("127.0.0.1", 0), backlog=1)
        self._near: socket.socket | None = None
        self._threads = [threading.Thread(target=self._let_in, name="rsync relay", daemon=True)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        """Where the program is to connect."""
        return int(self._door.getsockname()[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in (self._door, self._far, self._near):
            if each is not None:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for each in (self._door, self._far, self._near):
            if each is not None:
                each.close()

    def _let_in(self) -> None:
        """Wait for the program, then carry what comes from afar; another thread carries what goes there."""
        try:
            self._near, _ = self._door.accept()
        except OSError:
            return
        outward = threading.Thread(target=self._carry_out, args=(self._near,), name="rsync relay out", daemon=True)
        self._threads.append(outward)
        outward.start()
        with suppress(OSError):
            while piece := self._far.recv(_PIECE_BYTES):
                self._travelled.bytes_in += len(piece)
                self._near.sendall(piece)
        with suppress(OSError):
            self._near.shutdown(socket.SHUT_WR)

    def _carry_out(self, near: socket.socket) -> None:
        """Carry what the program sends."""
        with suppress(OSError):
            while piece := near.recv(_PIECE_BYTES):
                self._travelled.bytes_out += len(piece)
                self._far.sendall(piece)
        with suppress(OSError):
            self._far.shutdown(socket.SHUT_WR)
