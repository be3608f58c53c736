"""A Learning Record Store that is not our hub: takes statements as xAPI allows, and in ways that some are known for.

It lies by design: `says_204` answers a batch without ids, `refuses_repeats` answers 409 to a statement that it has,
the same one too, `refuses_gzip` and `refuses_zstd` are what it answers to bodies packed so (0: it unpacks), `accepts`
is what its answers say about that, it `loses` so many answers, and `refuses` batches that hold one of these ids.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from sync.codings import unpack_kept
from sync.ports import Credentials


@dataclass
class OtherStore:
    """What it has, in order, and what it was asked."""

    says_204: bool = False
    refuses_repeats: bool = False
    refuses_gzip: int = 0
    accepts: str = ""
    refuses_zstd: int = 415
    refuses: set[str] = field(default_factory=set)
    loses: int = 0
    has: dict[str, dict[str, object]] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Method, path without its query, how the body was packed."""

    def take(self, raw: bytes, coding: str) -> tuple[int, bytes]:
        """Take a batch: the status and the body of the answer."""
        if refused := {"gzip": self.refuses_gzip, "zstd": self.refuses_zstd}.get(coding, 0):
            return refused, b'{"error":"what is this"}'
        batch = json.loads(unpack_kept(raw) if coding else raw)
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
                coding = self.headers.get("Content-Encoding", "")
                store.asked.append((self.command, urlsplit(self.path).path, coding))
                is_batch = self.command == "POST" and self.path == "/data/xAPI/statements"
                status, body = store.take(raw, coding) if is_batch else store.give(self.path)
                if is_batch and status < 300 and store.loses > 0:
                    store.loses -= 1
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("X-Experience-API-Version", "1.0.3")
                if store.accepts:
                    self.send_header("Accept-Encoding", store.accepts)
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
