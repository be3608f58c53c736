"""A web server with the files of a shelf, which can be told to answer badly.

It serves like a real one: HTTP/1.1, ranges, entity tags, an index made from what is there. It lies in its answers only
where a test gives it a trick.

    with ShelfServer(folder) as server:
        server.trick = lambda asked: asked.answer(503)
"""

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from content_packs.shelf import DirectoryShelf
from content_packs.shelf.index import encode_index
from tests.simulators.waiting import DEADLINE_S

Trick = Callable[["Asked"], bool]
"""Answers a request in its own way, or says False to leave it to the server."""


@dataclass(frozen=True)
class Request:
    """What was asked for: the name of a file below the shelf, and the headers."""

    name: str
    headers: Mapping[str, str]


class Asked(BaseHTTPRequestHandler):
    """One request, and the means to answer it well or badly."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    stand: "ShelfServer"

    def do_GET(self) -> None:
        self.stand.asked.append(Request(self.name, dict(self.headers)))
        if not (self.stand.trick and self.stand.trick(self)):
            self.serve()

    @property
    def name(self) -> str:
        """The file that is asked for."""
        return self.path.removeprefix("/shelf/")

    def content(self) -> bytes | None:
        """What the file holds."""
        shelf = DirectoryShelf(self.stand.folder)
        if self.name == "meta/index.json":
            manifests = {path.stem for path in (self.stand.folder / "manifests").glob("*.json")}
            return encode_index(((name, shelf.read_meta(name, 2**22)) for name in shelf.meta_names()), manifests)
        path = self.stand.folder / self.name
        return path.read_bytes() if path.is_file() else None

    def serve(self) -> None:
        """Answer as a good server does."""
        body = self.content()
        if body is None:
            self.answer(404, b"nothing here")
            return
        tag = f'"{len(body)}-{hash(body)}"'
        if self.headers.get("If-None-Match") == tag:
            self.answer(304, None, ETag=tag)
            return
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(found[1]) if found else 0
        if found and start >= len(body):
            self.answer(416, b"", Content_Range=f"bytes */{len(body)}")
        elif found:
            self.answer(206, body[start:], Content_Range=f"bytes {start}-{len(body) - 1}/{len(body)}", ETag=tag)
        else:
            self.answer(200, body, ETag=tag)

    def answer(self, status: int, body: bytes | None = b"", **headers: str) -> bool:
        """Send an answer; headers are written with an underscore for the hyphen."""
        self.head(status, **{"Content_Length": str(len(body))} if body is not None else {}, **headers)
        self.wfile.write(body or b"")
        return True

    def head(self, status: int, **headers: str) -> None:
        """Send the head of an answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def hang_up(self) -> bool:
        """Close the connection in the middle."""
        self.close_connection = True
        self.wfile.flush()
        self.connection.close()
        return True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the standard library's
        """Say nothing."""

    def handle(self) -> None:
        """Clients of a test may go away at any moment, and so may this server."""
        self.stand.open.add(self.connection)
        with contextlib.suppress(OSError, ValueError):
            super().handle()
        self.stand.open.discard(self.connection)

    def finish(self) -> None:
        """What could not be sent any more is nobody's loss."""
        with contextlib.suppress(OSError, ValueError):
            super().finish()


class ShelfServer:
    """The server, running from the beginning of a `with` to its end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trick: Trick | None = None
        self.asked: list[Request] = []
        handler = type("AskedHere", (Asked,), {"stand": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_port

    @property
    def address(self) -> str:
        """Where the shelf is."""
        return f"http://127.0.0.1:{self.port}/shelf"

    def names(self) -> list[str]:
        """What was asked for so far."""
        return [request.name for request in self.asked]

    def stop(self) -> None:
        """Be gone: nobody listens any more."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(DEADLINE_S)
            self._server.server_close()
            for connection in [*self.open]:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()
