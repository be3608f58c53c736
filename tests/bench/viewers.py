"""Viewers of videos, many and slow or one and fast, in a process of their own; prints what they got as JSON.

    python -m tests.bench.viewers http://10.0.0.1:9080 /media/a.mp4,/media/b.mp4 100 300000 15

Each viewer asks like a browser (`Range: bytes=0-`, keep-alive) and starts the file again at its end. Bytes are dropped
in the kernel (MSG_TRUNC), so that the loader takes little of the machine it shares with what it measures.
"""

import json
import re
import socket
import sys
import time
from urllib.parse import urlsplit

TICK_S = 0.05
TAKE_BYTES = 1024 * 1024
RECEIVE_BUFFER_BYTES = 128 * 1024

_sink = bytearray(TAKE_BYTES)


class Viewer:
    """One connection that reads a body again and again."""

    def __init__(self, host: str, port: int, path: str) -> None:
        self._request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nRange: bytes=0-\r\n\r\n".encode()
        self._socket = socket.socket(socket.AF_INET)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        self._socket.settimeout(10)
        self._socket.connect((host, port))
        self._socket.setblocking(False)
        self._head = b""
        self._left = 0
        self.body_bytes = 0
        self.gone = False
        self._ask()

    def _ask(self) -> None:
        self._head = b""
        self._left = 0
        self._socket.send(self._request)

    def take(self, limit: int) -> int:
        """Read at most `limit` bytes of the body, without waiting; return how many there were."""
        try:
            return self._take(limit)
        except BlockingIOError:
            return 0
        except OSError:
            self.gone = True
            return 0

    def _take(self, limit: int) -> int:
        if not self._left:
            self._read_head()
            return 0
        got = self._socket.recv_into(_sink, min(limit, self._left, TAKE_BYTES), socket.MSG_TRUNC)
        if not got:
            self.gone = True
        self._left -= got
        self.body_bytes += got
        if not self._left and got:
            self._ask()
        return got

    def _read_head(self) -> None:
        seen = self._socket.recv(4096, socket.MSG_PEEK)
        if not seen:
            self.gone = True
        end = seen.find(b"\r\n\r\n")
        if end >= 0:
            self._head = self._socket.recv(end + 4)
            length = re.search(rb"(?i)content-length: *(\d+)", self._head)
            self._left = int(length.group(1)) if length else 0

    def wait(self) -> None:
        """Wait until there may be something to read."""
        self._socket.setblocking(True)
        self._socket.settimeout(5)
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except OSError:
            self.gone = True
        self._socket.setblocking(False)


def watch_slowly(viewers: list[Viewer], *, rate_bytes_s: int, seconds: float) -> float:
    """Let every viewer read at its rate; return how long that took, in seconds."""
    started = time.monotonic()
    while (elapsed := time.monotonic() - started) < seconds:
        due = int((elapsed + TICK_S) * rate_bytes_s)
        for viewer in viewers:
            while not viewer.gone and due > viewer.body_bytes and viewer.take(due - viewer.body_bytes):
                pass
        time.sleep(max(0.0, TICK_S - (time.monotonic() - started - elapsed)))
    return time.monotonic() - started


def watch_fast(viewer: Viewer, *, seconds: float) -> float:
    """Let one viewer read as fast as it can; return how long that took, in seconds."""
    started = time.monotonic()
    while not viewer.gone and time.monotonic() - started < seconds:
        if not viewer.take(TAKE_BYTES):
            viewer.wait()
    return time.monotonic() - started


def main() -> None:
    """Watch, and print the bytes each viewer got."""
    url, paths, count, rate, seconds = sys.argv[1:]
    where = urlsplit(url)
    names = paths.split(",")
    assert where.hostname
    viewers = [Viewer(where.hostname, where.port or 80, names[n % len(names)]) for n in range(int(count))]
    if int(rate):
        took = watch_slowly(viewers, rate_bytes_s=int(rate), seconds=float(seconds))
    else:
        took = watch_fast(viewers[0], seconds=float(seconds))
    body_bytes = [each.body_bytes for each in viewers]
    print(json.dumps({"seconds": took, "body_bytes": body_bytes, "gone": sum(each.gone for each in viewers)}))


if __name__ == "__main__":
    main()
