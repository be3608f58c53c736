"""Hubs for tests: a real one in this process, and lines that lie; `tests.simulators.programs` has the hub as a process.

`CuttingLine` is a line between box and hub that swallows
answers: the hub has stored the batch, the box never hears of it. `Portal` is something else that answers.
"""

import base64
import gzip
import json
import re
import secrets
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from waitress import wasyncore
from waitress.server import create_server

from content_packs.clock import Clock, SystemClock
from content_packs.durable import Disk
from sync.enrolment import BoxIdentity, Enrolment, enrol
from sync.hub.app import make_app
from sync.hub.beside import beside
from sync.hub.config import load_settings
from sync.hub.folder import DataFolder
from sync.hub.services import Hub
from sync.ports import Credentials
from sync.transport import HubTransport
from tests.simulators.relay import relay

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

ADMIN, PASSWORD = "Drita", "tri fjalë të gjata"
STARTS_WITHIN_S = 30.0


def make_data(path: Path, database: str = "") -> DataFolder:
    """Make a hub's data with one person who may look at it; `database` is the address of another than its own file."""
    folder = DataFolder(path)
    if database:
        path.mkdir()
        folder.settings.write_text(f'database = "{database}"\n')
    folder.make(Disk(), secrets.token_bytes, database)
    hub = open_hub(folder, SystemClock())
    hub.admins.add(ADMIN, PASSWORD, secrets.token_bytes(16))
    hub.close()
    return folder


def open_hub(folder: DataFolder, clock: Clock) -> Hub:
    settings = load_settings(folder.settings, {}, {"title": "Komuna e Gjilanit"})
    return Hub.open(folder, settings, clock, secrets.token_bytes)


@dataclass
class RunningHub:
    """A real hub behind waitress in a thread of this process."""

    hub: Hub
    url: str
    folder: Path

    def enrol(self, school: str = "Agimi", box_id: str | None = None, *, municipality: str = "Gjilan") -> Enrolment:
        code = self.hub.enrolments.make_code(school, municipality).code
        with HubTransport() as transport:
            identity = BoxIdentity(box_id or secrets.token_hex(16), "0.1.0")
            return enrol(self.url, code, identity, transport, token_urlsafe=secrets.token_urlsafe)

    def program(self, *scopes: str) -> Credentials:
        issued = self.hub.credentials.add("test", scopes or ("all",), secrets.token_urlsafe)
        return Credentials(f"{self.url}/xapi/", issued.key, issued.secret)

    def client(self, credentials: Credentials | None = None, *, version: str | None = "1.0.3") -> httpx.Client:
        """A plain xAPI client, as another program would be."""
        headers = {"X-Experience-API-Version": version} if version else {}
        auth = httpx.BasicAuth(credentials.key, credentials.secret) if credentials else None
        return httpx.Client(base_url=self.url, headers=headers, auth=auth, timeout=30)

    def arrived(self, credentials: Credentials) -> list[str]:
        """The ids a reader sees, in the order they were stored."""
        return [str(one["id"]) for one in self.statements(credentials)]

    def statements(self, credentials: Credentials) -> list[dict[str, object]]:
        """The statements a reader sees, in the order they were stored."""
        found: list[dict[str, object]] = []
        with self.client(credentials) as client:
            page = client.get("/xapi/statements", params={"ascending": "true"}).json()
            found += page["statements"]
            while page["more"]:
                page = client.get(page["more"]).json()
                found += page["statements"]
        return found

    def count(self) -> int:
        with self.hub.database.read() as db:
            return int(db.execute("SELECT count(*) FROM statement").fetchone()[0])


@contextmanager
def running_hub(path: Path, clock: Clock | None = None, *, database: str = "") -> Iterator[RunningHub]:
    """Run a new hub, or one whose data is there already."""
    folder = DataFolder(path) if (path / "hub.key").exists() else make_data(path, database)
    hub = open_hub(folder, clock or SystemClock())
    application, close_beside = beside(hub, make_app(hub))
    server = create_server(
        _indexed(hub, application), host="127.0.0.1", port=0, threads=8, max_request_body_size=32 * 1024 * 1024
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield RunningHub(hub, f"http://127.0.0.1:{server.effective_port}", path)
    finally:
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join(STARTS_WITHIN_S)
        assert not thread.is_alive()
        close_beside()
        hub.close()


def _indexed(hub: Hub, application: "WSGIApplication") -> "WSGIApplication":
    """Make the rows of what a box sent before its answer goes out, so that a test reads what it sent."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        body = application(environ, start_response)
        if hub.landings and hub.landings.came.is_set():
            hub.landings.came.clear()
            index_all(hub)
        return body

    return answer


def index_all(hub: Hub) -> None:
    """Make the rows of all that was landed, where a hub makes them later."""
    while hub.indexer and hub.indexer.index():
        pass


@dataclass
class CuttingLine:
    """A line to a hub that lets requests through and, while `cuts` > 0, swallows the answer and hangs up.

    `on_cut` runs when the hub's answer has arrived and before the box sees anything: kill the hub there.
    """

    target: Callable[[], tuple[str, int]]
    cuts: int = 0
    cut_at: bytes = b" /xapi/statements"
    on_cut: Callable[[], None] = lambda: None
    seen: list[bytes] = field(default_factory=list)

    def open(self) -> AbstractContextManager[str]:
        """Listen; gives the address in place of the hub's."""
        return relay(self._carry)

    def _carry(self, box: socket.socket) -> None:
        """Carry one connection: a request, its answer, again."""
        try:
            with socket.create_connection(self.target(), timeout=30) as hub:
                box.settimeout(30)
                while request := _message(box):
                    hub.sendall(request)
                    answer = _message(hub)
                    self.seen.append(answer)
                    if self.cuts > 0 and self.cut_at in request.partition(b"\r\n")[0]:
                        self.cuts -= 1
                        self.on_cut()
                        return
                    box.sendall(answer)
        except OSError:
            return


def _message(source: socket.socket) -> bytes:
    """Read one HTTP message with a Content-Length; empty if the other side hung up."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = source.recv(65536)
        if not chunk:
            return b""
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    found = re.search(rb"(?i)content-length: *(\d+)", head)
    missing = (int(found[1]) if found else 0) - len(body)
    while missing > 0:
        chunk = source.recv(65536)
        if not chunk:
            return b""
        data += chunk
        missing -= len(chunk)
    return data


@dataclass(frozen=True)
class Scripted:
    """One answer of a `Portal`."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b"<html>Welcome to the free Wi-Fi</html>"


@dataclass
class Portal:
    """Something that answers HTTP and is no hub; lies by answering whatever the test says, the last answer for ever."""

    answers: Sequence[Scripted]
    requests: list[tuple[str, int]] = field(default_factory=list)

    @contextmanager
    def open(self) -> Iterator[str]:
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                found = json.loads(body or b"{}")
                portal.requests.append((self.path, len(found) if isinstance(found, list) else 1))
                answer = portal.answers[min(len(portal.requests), len(portal.answers)) - 1]
                self.send_response(answer.status)
                for name, value in answer.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_GET = do_POST = do_PUT = _answer  # noqa: N815  names the library wants

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            server.daemon_threads = True
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_address[1]}"
            finally:
                server.shutdown()
                thread.join(STARTS_WITHIN_S)


def basic(key: str, secret: str) -> dict[str, str]:
    """The header of basic auth."""
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()}
