"""A Learning Record Store that is not our hub: takes statements as xAPI allows, and in ways that some are known for.

It lies by design: `says_204` answers a batch without ids, `refuses_repeats` answers 409 to a statement that it has,
the same one too, `refuses_gzip` is what it answers to a packed body (0: it unpacks), `loses` so many answers, `refuses`
batches that hold one of these ids.
"""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from sync.ports import Credentials


@dataclass
class OtherStore:
    """What it has, in order, and what it was asked."""

    says_204: bool = False
    refuses_repeats: bool = False
    refuses_gzip: int = 0
    refuses: set[str] = field(default_factory=set)
    loses: int = 0
    has: dict[str, dict[str, object]] = field(default_factory=dict)
    asked: list[tuple[str, str, bool]] = field(default_factory=list)
    """Method, path without its query, whether the body was packed."""

    def take(self, raw: bytes, *, packed: bool) -> tuple[int, bytes]:
        """Take a batch: the status and the body of the answer."""
        if packed and self.refuses_gzip:
            return self.refuses_gzip, b'{"error":"what is this"}'
        batch = json.loads(gzip.decompress(raw) if packed else raw)
        if any(one["id"] in self.refuses for one in batch):
            return 400, b'{"message":"no"}'
        if self.refuses_repeats and any(one["id"] in self.has for one in batch):
            return 409, b"there already"
        self.has |= {one["id"]: one for one in batch}
        return (204, b"") if self.says_204 else (200, json.dumps([one["id"] for one in batch]).encode())

    def give(self, path: str) -> tuple[int, bytes]:
        """Answer a question."""
        if urlsplit(path).path.endswith("/about"):
            return 200, b'{"version":["1.0.3"]}'
        wanted = parse_qs(urlsplit(path).query).get("statementId", ["?"])[0]
        if wanted not in self.has:
            return 404, b""
        return 200, json.dumps({**self.has[wanted], "stored": "2026-11-28T04:00:00Z", "version": "1.0.0"}).encode()

    @contextmanager
    def open(self) -> Iterator[Credentials]:
        """Serve it; what a box is told of it."""
        store = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                packed = self.headers.get("Content-Encoding") == "gzip"
                store.asked.append((self.command, urlsplit(self.path).path, packed))
                is_batch = self.command == "POST" and self.path == "/data/xAPI/statements"
                status, body = store.take(raw, packed=packed) if is_batch else store.give(self.path)
                if is_batch and status < 300 and store.loses > 0:
                    store.loses -= 1
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("X-Experience-API-Version", "1.0.3")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = _answer  # noqa: N815  names the library wants

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            server.daemon_threads = True
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            try:
                yield Credentials(f"http://127.0.0.1:{server.server_address[1]}/data/xAPI/", "k", "s", store_only=True)
            finally:
                server.shutdown()
                thread.join(30)
