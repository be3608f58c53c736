"""A server that keeps the line busy without getting anywhere: no pull waits for it (FORMAT 2.10)."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from content_packs.clock import SystemClock
from content_packs.errors import LineLostError
from content_packs.shelf import read_up_to
from content_packs.shelf.http import HttpShelf, shelf_client
from content_packs.shelf.http_patience import Patience
from tests.simulators.shelf_server import Asked, ShelfServer, Trick
from tests.simulators.waiting import DEADLINE_S

SHA = "ab" * 32


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ShelfServer]:
    (tmp_path / "shelf").mkdir()
    with ShelfServer(tmp_path / "shelf") as server:
        yield server


def read_blob(shelf: HttpShelf) -> bytes:
    with shelf.open_blob(SHA, "mp4", offset=0) as blob:
        return read_up_to(blob, 1_000_000)


def drips_its_head(asked: Asked) -> bool:
    """Come to an answer only after a long time, with something coming all the while."""
    return drip(asked, b"HTTP/1.1 200 OK\r\nX-Slow: ", rest=b"\r\nContent-Length: 0\r\n\r\n")


def drips_interim_answers(asked: Asked) -> bool:
    """Say again and again that an answer will come."""
    return drip(asked, b"", each=b"HTTP/1.1 100 Continue\r\n\r\n", rest=b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")


def drips_its_body(asked: Asked) -> bool:
    """Give one byte after the other."""
    return drip(asked, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", each=b"1\r\nx\r\n", rest=b"0\r\n\r\n")


def drip(asked: Asked, head: bytes, *, each: bytes = b"x", rest: bytes) -> bool:
    """Write little at a time, until the other side has gone or the test would have failed long since."""
    asked.wfile.write(head)
    end_s, pause = time.monotonic() + DEADLINE_S, threading.Event()
    while time.monotonic() < end_s:
        asked.wfile.write(each)
        pause.wait(0.01)
    asked.wfile.write(rest)
    return True


def floods_with_interim_answers(asked: Asked) -> bool:
    """Say many times a moment that an answer will come."""
    for _ in range(1_000):
        asked.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000)
    return asked.answer(404)


@pytest.mark.parametrize(
    "trick", [drips_its_head, drips_interim_answers, drips_its_body, floods_with_interim_answers]
)
def test_a_server_that_only_keeps_the_line_busy_is_left(server: ShelfServer, tmp_path: Path, trick: Trick) -> None:
    """Each read brings something in good time; all of them together do not."""
    hasty = Patience(SystemClock(), wait_s=0.5, slowest_bytes_s=1_000_000)
    with shelf_client(timeout=httpx.Timeout(DEADLINE_S), patience=hasty) as client:
        shelf = HttpShelf(server.address, tmp_path / "kept", client)
        server.trick = trick
        for attempt in (shelf.meta_names, lambda: read_blob(shelf)):
            with pytest.raises(LineLostError):
                attempt()
