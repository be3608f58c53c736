"""What stands in front of a box on the image really serves a class: pages, videos, uploads, and many phones at once."""

import gzip
import http.server
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from sync.languages import LANGUAGES
from tests.simulators.box_front import FRONT, box_front, front_conf, nginx
from tests.simulators.browser import Browser
from tests.simulators.laptop import Laptop, Wire
from tests.simulators.programs import Program, running_box
from tests.simulators.seeded import PASSWORD, VIDEO, Seeded, seed
from tests.simulators.zips import make_zip

PHONES = 100
CONNECTIONS_OF_A_PHONE = 6


@dataclass(frozen=True)
class Front:
    """A school behind nginx."""

    seeded: Seeded
    box: Program
    url: str
    work: Path

    def get(self, path: str, **headers: str) -> httpx.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.get(f"{self.url}{path}", headers=sent, trust_env=False, timeout=45)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    seeded = seed(folder)
    (folder / "box.toml").write_text('accel_prefix = "/_blobs"\ntrusted_proxy = "127.0.0.1"\nsticks = ""\n')
    with (
        running_box(seeded.data, "--config", str(folder / "box.toml"), "--sync", "no") as box,
        box_front(box.port, seeded.data, folder / "nginx") as url,
    ):
        yield Front(seeded, box, url, folder / "nginx")


@pytest.fixture(scope="module")
def video(front: Front) -> str:
    """The address of the video, as the page of the lesson names it."""
    page = front.get(f"/items/{VIDEO}")
    assert page.status_code == 200
    found = re.search(r'(?:src|href)="([^"]+\.mp4)"', page.text)
    assert found, page.text
    return found[1]


def test_nginx_understands_the_configuration_and_warns_of_nothing(tmp_path: Path) -> None:
    text = front_conf(tmp_path, data=tmp_path, box_port=8080, port=8081)
    (tmp_path / "nginx.conf").write_text(text)
    done = subprocess.run([nginx(), "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False)
    assert (done.returncode, "warn" in done.stderr) == (0, False), done.stderr


def test_a_pupil_sees_the_home_page_and_stays_signed_in(front: Front) -> None:
    with Browser(front.url) as phone:
        phone.sign_in(front.seeded.pupils[0])
        home = phone.get("/")
    assert home.status_code == 200
    assert "Nxënës0" in home.text
    assert home.headers["Content-Encoding"] == "gzip"


def test_nginx_sends_videos_itself_and_ranges_of_them(front: Front, video: str) -> None:
    whole = front.get(video)
    sha = whole.headers["ETag"].strip('"')
    [path] = front.seeded.data.glob(f"packs/blobs/{sha[:2]}/{sha}.mp4")
    assert (whole.status_code, whole.content) == (200, path.read_bytes())
    assert (whole.headers["Content-Type"], whole.headers["Server"]) == ("video/mp4", "nginx")
    assert "max-age=31536000" in whole.headers["Cache-Control"]
    part = front.get(video, Range="bytes=5-9", If_Range=f'"{sha}"')
    assert (part.status_code, part.content) == (206, path.read_bytes()[5:10])
    assert part.headers["Content-Range"] == f"bytes 5-9/{len(whole.content)}"
    assert front.get(video, If_None_Match=f'"{sha}"').status_code == 304
    assert front.get(f"/_blobs/{sha[:2]}/{sha}.mp4").status_code == 404


def test_what_is_beside_the_lessons_is_never_given(front: Front) -> None:
    for path in ("/_blobs/../box.db", "/_blobs/../../box.db", "/_blobs/%2e%2e/%2e%2e/box.db"):
        with socket.create_connection(("127.0.0.1", int(front.url.rpartition(":")[2])), timeout=45) as line:
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n".encode())
            answer = line.makefile("rb").read()
        assert answer.split()[1] in (b"400", b"404"), path


def test_a_pack_is_uploaded_in_pieces_that_never_touch_the_disk_of_nginx(front: Front, tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "MASHT.zip", front.seeded.ministry.folder, top="MASHT/")
    with Browser(front.url) as laptop:
        laptop.sign_in_staff(front.seeded.teacher, PASSWORD)
        upload = Laptop(Wire(laptop)).send(archive)
        too_large = laptop.send("/uploads/none/piece?at=0", bytes(300 * 1024))
    assert not upload.arriving
    assert too_large.status_code == 413
    assert [path for path in (front.work / "body").rglob("*") if path.is_file()] == []


def test_a_hundred_phones_behind_one_address_hold_their_places_and_one_more_is_served(front: Front) -> None:
    port = int(front.url.rpartition(":")[2])
    ask = b"GET /health HTTP/1.1\r\nHost: box\r\n\r\n"
    lines = [socket.create_connection(("127.0.0.1", port), timeout=45) for _ in range(PHONES * CONNECTIONS_OF_A_PHONE)]
    try:
        for line in lines:
            line.sendall(ask)
        assert {line.recv(12) for line in lines} == {b"HTTP/1.1 200"}
        assert front.get("/").status_code == 200
    finally:
        for line in lines:
            line.close()


def test_whoever_dribbles_keeps_nobody_out(front: Front) -> None:
    port = int(front.url.rpartition(":")[2])
    lines = [socket.create_connection(("127.0.0.1", port), timeout=45) for _ in range(500)]
    try:
        for line in lines:
            line.sendall(b"GET / HTTP/1.1\r\nHost: b")
        assert front.get("/").status_code == 200
    finally:
        for line in lines:
            line.close()


class Mirror(http.server.BaseHTTPRequestHandler):
    """Answers with the headers it was sent."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        text = str(self.headers).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("X-Path", self.path)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_the_box_hears_who_asks_and_nobody_else_says_so(tmp_path: Path) -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    lies = dict.fromkeys(("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "X-Forwarded-Proto"), "6.6.6.6")
    try:
        with box_front(server.server_port, tmp_path, tmp_path / "nginx") as url:
            host = url.removeprefix("http://")
            heard = httpx.get(url, headers={**lies, "Forwarded": "for=6.6.6.6"}, trust_env=False).text
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert "6.6.6.6" not in heard
    assert f"Host: {host}\n" in heard
    assert "X-Forwarded-For: 127.0.0.1\n" in heard
    assert "X-Real-IP: 127.0.0.1\n" in heard


def test_style_is_kept_by_nginx_and_a_box_that_starts_is_told_of(tmp_path: Path) -> None:
    seeded = seed(tmp_path)
    with running_box(seeded.data, "--sync", "no") as box, box_front(box.port, seeded.data, tmp_path / "nginx") as url:
        page = httpx.get(url, trust_env=False, timeout=45)
        found = re.search(r'href="(/static/[^"]+\.css)"', page.text)
        assert found
        style = f"{url}{found[1]}"
        packed, plain = ({"Accept-Encoding": each} for each in ("gzip, deflate", "identity"))
        before = [httpx.get(style, headers=each, trust_env=False).text for each in (packed, plain)]
        box.kill()
        with httpx.Client(trust_env=False, timeout=45) as client:
            with client.stream("GET", style, headers=packed) as answer:
                raw = b"".join(answer.iter_raw())
            after = [gzip.decompress(raw).decode(), client.get(style, headers=plain).text]
            gone = client.get(url)
    assert after == before
    assert (gone.status_code, gone.headers["Retry-After"]) == (503, "5")
    assert "The box is starting" in gone.text


def test_in_the_boxs_own_wifi_whatever_is_asked_of_others_is_answered_by_the_box(tmp_path: Path) -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def path_of(url: str, host: str) -> str:
        return httpx.get(f"{url}/generate_204?x=1", headers={"Host": host}, trust_env=False).headers["X-Path"]

    try:
        with box_front(server.server_port, tmp_path, tmp_path / "own", own_wifi=True) as url:
            for host in ("connectivitycheck.gstatic.com", "captive.apple.com", "www.msftconnecttest.com", "6.6.6.6"):
                assert path_of(url, host) == "/network-check/generate_204?x=1"
            for host in ("127.0.0.1", "schoolbox.local", "schoolbox-2.local", "schoolbox", "schoolbox.lan"):
                assert path_of(url, host) == "/generate_204?x=1"
        with box_front(server.server_port, tmp_path, tmp_path / "cable") as url:
            assert path_of(url, "mesimi.example.org") == "/generate_204?x=1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_page_of_a_box_that_starts_is_in_every_language() -> None:
    text = (FRONT / "starting.html").read_text(encoding="utf-8")
    assert set(re.findall(r'lang="([^"]+)"', text)) == set(LANGUAGES)
