"""The box's web server with real sockets: files, pages, slow clients, clients that vanish, stopping."""

import http.client
import os
import signal
import socket
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask, Response

from schoolbox.server.errors import BlobGoneError, ListenError
from schoolbox.server.options import ServerOptions
from schoolbox.server.server import make_server
from schoolbox.server.slices import FileSlice
from schoolbox.web.media import send_blob
from tests.integration.media_rig import (
    BIG_BYTES,
    DEADLINE_S,
    SHA,
    Box,
    Client,
    FakeClock,
    open_copies,
    open_files,
    running_box,
)
from tests.simulators.waiting import eventually

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    with running_box(tmp_path) as running:
        yield running


def stalled_viewer(box: Box) -> Client:
    """A client that has asked for the file, read the first bytes of it, and stopped reading."""
    client = box.connect()
    client.ask("/media")
    client.head()
    client.read(100)
    return client


def test_a_whole_file_arrives_unchanged_with_all_that_a_browser_needs(box: Box) -> None:
    answer = box.connect().get("/media")
    assert answer.status == 200
    assert answer.body == box.content
    assert answer.header("Content-Type") == "video/mp4"
    assert answer.header("Accept-Ranges") == "bytes"
    assert answer.header("Etag") == f'"{SHA}"'
    assert answer.header("Cache-Control") == "public, max-age=31536000"
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert answer.header("Content-Disposition") is None


def test_http_client_of_the_standard_library_gets_a_range_and_goes_on_with_the_connection(box: Box) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", box.server.port, timeout=DEADLINE_S)
    size = len(box.content)
    for headers, status, body in (
        ({"Range": "bytes=100-199"}, 206, box.content[100:200]),
        ({"Range": "bytes=-3"}, 206, b"end"),
        ({"Range": f"bytes={size - 5}-"}, 206, box.content[-5:]),
        ({"Range": f"bytes={size}-"}, 416, b""),
        ({"Range": "bytes=0-1,5-6"}, 200, box.content),
        ({"If-None-Match": f'"{SHA}"'}, 304, b""),
        ({"If-Range": f'"{SHA}"', "Range": "bytes=5-6"}, 206, box.content[5:7]),
        ({"If-Range": '"older"', "Range": "bytes=5-6"}, 200, box.content),
        ({"If-Match": '"older"'}, 412, b""),
    ):
        connection.request("GET", "/media", headers=headers)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (status, body), headers
        ranges = {206: f"/{size}", 416: f"bytes */{size}"}.get(status)
        assert (answer.headers["Content-Range"] or "").endswith(ranges or "")
    connection.close()


def test_content_range_names_the_first_and_the_last_byte(box: Box) -> None:
    answer = box.connect().get("/media", Range="bytes=10-19")
    assert answer.header("Content-Range") == f"bytes 10-19/{len(box.content)}"
    assert answer.header("Content-Length") == "10"


def test_head_answers_the_length_and_no_byte_of_the_body(box: Box) -> None:
    client = box.connect()
    client.ask("/media", method="HEAD")
    answer = client.answer(has_body=False)
    assert answer.status == 200
    assert answer.header("Content-Length") == str(len(box.content))
    assert client.get("/page").body == b"page"
    assert open_copies(box.path) == 0


def test_head_sends_no_body_even_if_the_application_returns_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")

    def application(_: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "7")])
        return FileSlice(tmp_path / "file")

    server = make_server(application, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    client = Client("127.0.0.1", server.port)
    client.ask("/", method="HEAD")
    assert client.answer(has_body=False).header("Content-Length") == "7"
    client.ask("/")
    assert client.answer().body == b"content"
    client.close()
    server.close()
    thread.join(DEADLINE_S)
    assert open_copies(tmp_path / "file") == 0


def test_an_empty_file_is_an_empty_answer(box: Box) -> None:
    box.path.write_bytes(b"")
    client = box.connect()
    assert client.get("/media").status == 200
    assert client.get("/media", Range="bytes=0-").status == 416
    assert client.get("/page").body == b"page"


def test_many_requests_share_one_connection(box: Box) -> None:
    client = box.connect()
    for _ in range(5):
        assert client.get("/media", Range="bytes=0-70000").body == box.content[:70001]
        assert client.get("/page").body == b"page"


def test_an_answer_without_a_body_keeps_the_connection_unless_the_client_wants_it_closed(box: Box) -> None:
    client = box.connect()
    for _ in range(3):
        fresh = client.get("/media", If_None_Match=f'"{SHA}"')
        assert (fresh.status, fresh.header("Connection")) == (304, None)
        assert client.get("/nothing").status == 204
    client.ask("/nothing", Connection="close")
    assert b"Connection: close" in client.read_to_end()


def test_requests_sent_ahead_are_answered_in_order(box: Box) -> None:
    client = box.connect()
    for path in ("/page", "/media", "/page", "/media", "/page"):
        client.ask(path)
    assert [client.answer().body for _ in range(5)] == [b"page", box.content, b"page", box.content, b"page"]


def test_an_http_1_0_client_gets_the_file_and_the_end_of_the_connection(box: Box) -> None:
    client = box.connect()
    client.socket.sendall(b"GET /media HTTP/1.0\r\n\r\n")
    head, _, body = client.read_to_end().partition(b"\r\n\r\n")
    assert b"200 OK" in head
    assert body == box.content


def test_a_body_announced_after_a_download_is_asked_for_when_its_turn_has_come(box: Box) -> None:
    client = box.connect()
    client.ask("/media")
    client.ask("/echo", method="POST", Content_Length="5", Expect="100-continue")
    assert client.answer().body == box.content
    assert client.head().startswith("HTTP/1.1 100 ")
    client.socket.sendall(b"hello")
    assert client.answer().body == b"hello"


def test_a_named_download_says_its_name(box: Box) -> None:
    disposition = box.connect().get("/named").header("Content-Disposition")
    assert disposition == "inline; filename=\"Thyesat per 6.pdf\"; filename*=UTF-8''Thyesat%20p%C3%ABr%206.pdf"


def test_behind_nginx_the_answer_names_the_file_and_has_no_body(box: Box) -> None:
    client = box.connect()
    answer = client.get("/accelerated", Range="bytes=5-6")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.header("X-Accel-Redirect") == f"/_blobs/{SHA[:2]}/{SHA}.mp4"
    assert answer.header("Content-Type") == "video/mp4"
    fresh = client.get("/accelerated", If_None_Match=f'"{SHA}"')
    assert (fresh.status, fresh.header("X-Accel-Redirect")) == (304, None)
    box.path.unlink()
    assert client.get("/accelerated").status == 404


def test_a_file_that_is_gone_is_an_error_of_its_own_and_the_connection_goes_on(box: Box) -> None:
    box.path.unlink()
    client = box.connect()
    assert client.get("/media").body == b"gone"
    assert client.get("/page").body == b"page"
    for path in (box.path, box.path.parent, Path("/proc/self/stat/no/such")):
        with pytest.raises(BlobGoneError) as caught:
            FileSlice(path)
        assert caught.value.path == path


def test_flasks_own_client_gets_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "file.vtt"
    path.write_bytes(bytes(range(256)) * 1000)
    app = Flask(__name__)

    @app.get("/media")
    def media() -> Response:
        return send_blob(path, mime="text/vtt", etag=SHA)

    whole = app.test_client().get("/media")
    assert whole.data == path.read_bytes()
    assert whole.content_type == "text/vtt; charset=utf-8"
    assert app.test_client().get("/media", headers={"Range": "bytes=7-9"}).data == b"\x07\x08\x09"
    assert app.test_client().head("/media").content_length == 256_000


def test_a_client_that_leaves_in_the_middle_leaves_no_open_file(box: Box) -> None:
    viewers = [stalled_viewer(box) for _ in range(10)]
    assert open_copies(box.path) == 10
    for viewer in viewers:
        viewer.close()
    eventually(lambda: open_copies(box.path) == 0)
    assert box.connect().get("/page").body == b"page"


def test_thirty_slow_readers_keep_no_page_waiting_and_cost_no_temporary_file(tmp_path: Path) -> None:
    with running_box(tmp_path, threads=2) as box:
        before = {name for name in open_files() if name.endswith("(deleted)")}
        viewers = [stalled_viewer(box) for _ in range(30)]
        assert open_copies(box.path) == 30
        for _ in range(20):
            assert box.connect().get("/page").body == b"page"
        assert {name for name in open_files() if name.endswith("(deleted)")} == before
        for viewer in viewers[:3]:
            assert viewer.read(len(box.content) - 100) == box.content[100:]


def test_a_slow_reader_that_has_sent_more_requests_ahead_holds_no_thread(tmp_path: Path) -> None:
    with running_box(tmp_path, threads=1, size_bytes=4 * BIG_BYTES) as box:
        greedy = box.connect()
        for path in ("/media", "/media", "/page"):
            greedy.ask(path)
        assert greedy.head().startswith("HTTP/1.1 200 ")
        assert box.connect().get("/page").body == b"page"
        assert greedy.read(len(box.content)) == box.content
        assert [greedy.answer().body, greedy.answer().body] == [box.content, b"page"]


def test_a_file_removed_from_the_library_under_way_arrives_whole(box: Box) -> None:
    viewer = stalled_viewer(box)
    box.path.unlink()
    assert viewer.read(len(box.content) - 100) == box.content[100:]


def test_a_file_that_becomes_shorter_under_way_closes_the_connection(box: Box) -> None:
    viewer = stalled_viewer(box)
    os.truncate(box.path, BIG_BYTES // 2)
    assert len(viewer.read_to_end()) <= BIG_BYTES // 2
    assert open_copies(box.path) == 0
    assert box.connect().get("/page").body == b"page"


def test_a_viewer_that_takes_nothing_for_too_long_is_let_go(tmp_path: Path) -> None:
    clock = FakeClock()
    options = ServerOptions(channel_timeout_s=100, cleanup_interval_s=0.02, monotonic=clock)
    with running_box(tmp_path, options=options) as box:
        stalled_viewer(box)
        clock.advance(60)
        assert open_copies(box.path) == 1
        for _ in range(5):  # the first ones may still see the kernel fill the client's buffer
            clock.advance(60)
        assert open_copies(box.path) == 0


def test_a_viewer_that_takes_a_little_now_and_then_is_kept(tmp_path: Path) -> None:
    clock = FakeClock()
    options = ServerOptions(channel_timeout_s=100, cleanup_interval_s=0.02, monotonic=clock)
    with running_box(tmp_path, options=options) as box:
        viewer = stalled_viewer(box)
        got = viewer.read(64 * 1024)
        for _ in range(10):
            clock.advance(60)
            got += viewer.read(64 * 1024)
        assert got == box.content[100 : 100 + len(got)]
        assert viewer.read(len(box.content) - 100 - len(got)) == box.content[100 + len(got) :]


def test_a_page_that_takes_long_is_not_taken_for_a_client_that_is_idle(tmp_path: Path) -> None:
    clock = FakeClock()
    options = ServerOptions(channel_timeout_s=100, cleanup_interval_s=0.02, monotonic=clock)
    with running_box(tmp_path, options=options) as box:
        client, idle = box.connect(), box.connect()
        assert idle.get("/page").body == b"page"
        client.ask("/slow")
        assert box.entered.wait(DEADLINE_S)
        for _ in range(4):
            clock.advance(60)
        assert idle.read_to_end() == b""
        box.let_go.set()
        assert client.answer().body == b"slow page"


def test_idle_clients_make_room_when_every_place_is_taken(tmp_path: Path) -> None:
    with running_box(tmp_path, connection_limit=20) as box:
        viewer = stalled_viewer(box)
        idle = [box.connect() for _ in range(60)]
        assert box.connect().get("/page").body == b"page"
        assert viewer.read(len(box.content) - 100) == box.content[100:]
        assert len(idle) == 60


def test_an_urgent_byte_is_no_reason_to_spin(box: Box) -> None:
    client = box.connect()
    client.socket.send(b"!", socket.MSG_OOB)
    assert client.get("/page").body == b"page"


def test_stopping_cuts_downloads_and_closes_everything(box: Box) -> None:
    viewer = stalled_viewer(box)
    box.stop()
    assert open_copies(box.path) == 0
    assert len(viewer.read_to_end()) < len(box.content)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", box.server.port))


def test_stopping_lets_a_page_in_the_making_finish(box: Box) -> None:
    client = box.connect()
    client.ask("/slow")
    assert box.entered.wait(DEADLINE_S)
    box.server.close()
    box.let_go.set()
    assert client.answer().body == b"slow page"
    box.thread.join(DEADLINE_S)
    assert not box.thread.is_alive()


def test_a_signal_handler_may_stop_the_server() -> None:
    server = make_server(Flask(__name__), host="127.0.0.1", port=0)
    before = signal.signal(signal.SIGUSR1, lambda *_: server.close())
    killer = threading.Timer(0.0, lambda: os.kill(os.getpid(), signal.SIGUSR1))
    killer.start()
    server.run()
    killer.join()
    signal.signal(signal.SIGUSR1, before)


def test_who_asks_a_server_to_stop_just_as_it_ends_touches_nothing_of_it_any_more() -> None:
    server = make_server(Flask(__name__), host="127.0.0.1", port=0)
    loop = threading.Thread(target=server.run)

    class WaitsForTheLoop:
        """The lock of the server, which the one who stops it only gets after the loop has let go of everything."""

        lock = server._ending  # the moment between two lines of `close`; no other door leads to it

        def __enter__(self) -> None:
            if threading.current_thread() is not loop:
                loop.join(DEADLINE_S)
                assert not loop.is_alive()
            self.lock.acquire()

        def __exit__(self, *_: object) -> None:
            self.lock.release()

    server._ending = WaitsForTheLoop()  # type: ignore[assignment]
    loop.start()
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=DEADLINE_S)
    client.request("GET", "/")
    assert client.getresponse().status == 404  # by now it runs
    client.close()
    server.close()
    assert not loop.is_alive()


def test_a_server_that_never_ran_gives_its_port_back() -> None:
    first = make_server(Flask(__name__), host="127.0.0.1", port=0)
    with pytest.raises(ListenError) as caught:
        make_server(Flask(__name__), host="127.0.0.1", port=first.port)
    assert (caught.value.host, caught.value.port, caught.value.transient) == ("127.0.0.1", first.port, True)
    first.close()
    second = make_server(Flask(__name__), host="127.0.0.1", port=first.port)
    assert second.port == first.port
    second.close()


def test_every_address_is_answered_on_one_port(tmp_path: Path) -> None:
    with running_box(tmp_path, host="0.0.0.0", size_bytes=65536) as box:
        assert [host for host, _ in box.server.addresses] in (["0.0.0.0", "::"], ["0.0.0.0"])
        assert {port for _, port in box.server.addresses} == {box.server.port}
        for host in ("127.0.0.1", "::1")[: len(box.server.addresses)]:
            assert box.connect(host).get("/media").body == box.content
