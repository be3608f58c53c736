"""A line between box and hub that breaks at random, in requests as in answers; the same seed breaks it the same way.

    with RaggedLine(hub_port, seed=7).open() as url: ...
"""

import random
import selectors
import socket
import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from tests.simulators.relay import relay


@dataclass
class RaggedLine:
    """Each connection carries a number of bytes drawn at random, both ways together, and breaks."""

    port: int
    seed: int
    least: int = 500
    most: int = 120_000
    breaks: int = 0
    connections: int = 0
    _random: random.Random = field(init=False)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def open(self) -> AbstractContextManager[str]:
        """Listen; gives the address in place of the hub's."""
        return relay(self._carry)

    def _carry(self, near: socket.socket) -> None:
        with self._lock:
            left = self._random.randint(self.least, self.most)
            self.connections += 1
        with socket.create_connection(("127.0.0.1", self.port)) as far, selectors.DefaultSelector() as ready:
            ready.register(near, selectors.EVENT_READ, far)
            ready.register(far, selectors.EVENT_READ, near)
            while left > 0:
                for key, _ in ready.select():
                    assert isinstance(key.fileobj, socket.socket)
                    try:
                        got = key.fileobj.recv(min(65_536, left))
                        if not got:
                            return
                        key.data.sendall(got)
                    except OSError:
                        return
                    left -= len(got)
                    if left <= 0:
                        break
        self.breaks += 1
