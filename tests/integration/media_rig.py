"""A small box on a free port, clients with tiny buffers, and a look at this process's open files."""

import contextlib
import os
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, Response, request

from schoolbox.server.errors import BlobGoneError
from schoolbox.server.options import ServerOptions
from schoolbox.server.server import BoxServer, make_server
from schoolbox.web.media import send_blob
from tests.simulators.waiting import eventually

DEADLINE_S = 45.0
SHA = "5e" * 32
BIG_BYTES = 8 * 1024 * 1024
"""More than the kernel buffers of both ends together, so that a client that does not read stops the sender."""


@dataclass
class FakeClock:
    """Monotonic time that stands still until a test moves it; counts how often the server looks at it."""

    now_s: float = 1000.0
    looks: int = 0

    def __call__(self) -> float:
        self.looks += 1
        return self.now_s

    def advance(self, seconds: float) -> None:
        """Move on, and wait until the server has gone through all that it does for that."""
        self.now_s += seconds
        seen = self.looks
        eventually(lambda: self.looks > seen + 12)


@dataclass
class Box:
    """A running server with the file it serves."""

    server: BoxServer
    thread: threading.Thread
    path: Path
    content: bytes
    let_go: threading.Event = field(default_factory=threading.Event)
    entered: threading.Event = field(default_factory=threading.Event)
    clients: list["Client"] = field(default_factory=list)

    def connect(self, host: str = "127.0.0.1") -> "Client":
        """Connect a client that buffers as little as the kernel allows."""
        self.clients.append(Client(host, self.server.port))
        return self.clients[-1]

    def stop(self) -> None:
        """Stop the server and wait for it."""
        self.server.close()
        self.thread.join(DEADLINE_S)
        assert not self.thread.is_alive()


class Client:
    """A plain socket that speaks HTTP/1.1, reading as slowly as it is told to."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(DEADLINE_S)
        self.socket.connect((host, port))

    def ask(self, path: str, *, method: str = "GET", **headers: str) -> None:
        """Send a request without reading the answer."""
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in {"Host": "box", **headers}.items()]
        self.socket.sendall("\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode())

    def read(self, count: int) -> bytes:
        """Read exactly so many bytes."""
        parts = bytearray()
        while len(parts) < count:
            part = self.socket.recv(min(65536, count - len(parts)))
            assert part, f"closed after {len(parts)} of {count} bytes"
            parts += part
        return bytes(parts)

    def read_to_end(self) -> bytes:
        """Read until the server closes, politely or not."""
        parts = bytearray()
        with contextlib.suppress(ConnectionResetError):
            while part := self.socket.recv(65536):
                parts += part
        return bytes(parts)

    def head(self) -> str:
        """Read the head of an answer, and nothing of its body."""
        seen = b""
        while not seen.endswith(b"\r\n\r\n"):
            seen += self.read(1)
        return seen.decode("latin-1")

    def answer(self, *, has_body: bool = True) -> "Answer":
        """Read one whole answer."""
        head = self.head()
        length = re.search(r"(?im)^content-length: (\d+)", head)
        body = self.read(int(length.group(1))) if length and has_body else b""
        return Answer(head, body)

    def get(self, path: str, **headers: str) -> "Answer":
        """Ask, and read the whole answer."""
        self.ask(path, **headers)
        return self.answer()

    def close(self) -> None:
        """Go away; with unread bytes in the buffer the server sees a reset."""
        self.socket.close()


@dataclass(frozen=True)
class Answer:
    """The head of an answer as text, and its body."""

    head: str
    body: bytes

    @property
    def status(self) -> int:
        """The status code."""
        return int(self.head.split(" ", 2)[1])

    def header(self, name: str) -> str | None:
        """One header, None if there is none."""
        found = re.search(rf"(?im)^{name}: (.*)\r$", self.head)
        return found.group(1) if found else None


@contextlib.contextmanager
def running_box(
    folder: Path,
    *,
    size_bytes: int = BIG_BYTES,
    threads: int = 4,
    host: str = "127.0.0.1",
    connection_limit: int = 1024,
    options: ServerOptions = ServerOptions(),  # noqa: B008 - frozen
) -> Iterator[Box]:
    """Serve one file and some pages for as long as the block runs."""
    content = os.urandom(64 * 1024) * (size_bytes // (64 * 1024)) + b"end"
    path = folder / SHA[:2] / f"{SHA}.mp4"
    path.parent.mkdir()
    path.write_bytes(content)
    app = Flask(__name__)
    server = make_server(app, host=host, port=0, threads=threads, connection_limit=connection_limit, options=options)
    box = Box(server, threading.Thread(target=server.run), path, content)
    _add_pages(app, box)
    _add_files(app, box)
    box.thread.start()
    try:
        yield box
    finally:
        box.let_go.set()
        box.stop()
        for client in box.clients:
            client.close()
        assert open_copies(path) == 0


def _add_pages(app: Flask, box: Box) -> None:
    """Give the application pages: one at once, one that waits, one without a body, one that takes a body."""

    @app.get("/page")
    def page() -> str:
        return "page"

    @app.get("/nothing")
    def nothing() -> tuple[str, int]:
        return "", 204

    @app.get("/slow")
    def slow() -> str:
        box.entered.set()
        box.let_go.wait(DEADLINE_S)
        return "slow page"

    @app.post("/echo")
    def echo() -> bytes:
        return request.get_data()


def _add_files(app: Flask, box: Box) -> None:
    """Give the application the file, shown in place, named for saving, and by way of nginx."""

    @app.get("/media")
    def media() -> Response:
        return send_blob(box.path, mime="video/mp4", etag=SHA)

    @app.get("/named")
    def named() -> Response:
        return send_blob(box.path, mime="application/pdf", etag=SHA, name="Thyesat për 6.pdf")

    @app.get("/accelerated")
    def accelerated() -> Response:
        return send_blob(box.path, mime="video/mp4", etag=SHA, accel_prefix="/_blobs/")

    @app.errorhandler(BlobGoneError)
    def gone(_: BlobGoneError) -> tuple[str, int]:
        return "gone", 404


def open_files() -> list[str]:
    """List what this process has open, by name."""
    names = []
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            names.append(str(link.readlink()))
    return names


def open_copies(path: Path) -> int:
    """Count how often this process has a file open, unlinked or not."""
    return sum(name.removesuffix(" (deleted)") == str(path) for name in open_files())
