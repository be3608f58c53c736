"""A server or neighbour that answers anything: nothing is believed, and what is not honest is a reason of its own.

The input is a script: for each request whether the answer is the honest one, and if not, what is wrong with it. The
line is httpx's own stand-in, which gives answers without a socket; everything above it is real.
"""

from collections.abc import Iterator

import httpx

from content_packs.shelf.http import HttpShelf
from content_packs.shelf.index import INDEX_NAME, encode_index
from tests.fuzz.material import scratch
from tests.fuzz.script import Script
from tests.fuzz.sticks import check, fresh_box, fresh_stick, try_everything, world
from tests.fuzz.target import Target

_STATUSES = (200, 206, 304, 416, 404, 410, 401, 403, 429, 500, 503, 302, 511, 100, 204, 299, 999)
_HEADERS = (
    ("Content-Range", "bytes 0-9/10"), ("Content-Range", "bytes 99999999999999999999-/*"), ("Content-Encoding", "gzip"),
    ("Content-Type", "text/html; charset=x"), ("ETag", "x" * 5000), ("ETag", '"a"'), ("Content-Length", "-1"),
    ("Content-Range", "bytes \u0663-9/10"), ("Location", "http://portal.example/"), ("Content-Length", "5"),
)  # fmt: skip
_FILLING = (b"", b"\0" * 100, b"<html>", b"[" * 3000, b"{}", b"x" * 5_000_000)


def run(data: bytes) -> None:
    script = Script(data)
    fresh_stick()
    box = fresh_box()
    transport = httpx.MockTransport(lambda request: _answer(request, script))
    with httpx.Client(transport=transport) as client:
        for _ in range(2):
            try_everything(box, HttpShelf("http://hub.example/shelf", scratch("case") / "kept", client))
    check(box)


def _answer(request: httpx.Request, script: Script) -> httpx.Response:
    """Answer honestly, or as the script says."""
    name = request.url.path.removeprefix("/shelf/")
    path = world().ministry.folder / name
    raw = _index() if name == f"meta/{INDEX_NAME}" else path.read_bytes() if path.is_file() else b""
    first = int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")[0])
    honest = 206 if first else 200 if raw else 404
    headers = {"Content-Range": f"bytes {first}-{len(raw) - 1}/{len(raw)}"} if first else {}
    if not script.more or script.number(0, 3):
        return httpx.Response(honest, headers=headers, stream=_Body(raw[first:], breaks=False))
    status = script.choice((honest, *_STATUSES))
    if script.number(0, 1):
        key, value = script.choice(_HEADERS)
        headers[key] = value.encode("ascii", "replace").decode()
    body = script.choice((raw[first:], raw[: len(raw) // 2], raw + b"\n", raw[::-1], *_FILLING))
    return httpx.Response(status, headers=headers, stream=_Body(body, breaks=bool(script.number(0, 1))))


class _Body(httpx.SyncByteStream):
    """A body in pieces; a line that breaks ends in the middle."""

    def __init__(self, raw: bytes, *, breaks: bool) -> None:
        self._raw = raw
        self._breaks = breaks

    def __iter__(self) -> Iterator[bytes]:
        """Piece by piece."""
        half = len(self._raw) // 2
        yield self._raw[:half]
        if self._breaks:
            raise httpx.ReadError("the line broke")
        yield self._raw[half:]


def _index() -> bytes:
    """The index of the newest shelf."""
    folder = world().ministry.folder
    meta = [(str(path.relative_to(folder / "meta")),
    path.read_bytes()) for path in sorted(folder.glob("meta/**/*.json"))]
    names = [(name, raw) for name, raw in meta if name != INDEX_NAME]
    return encode_index(names, manifests=sorted(path.stem for path in folder.glob("manifests/*.json")))


TARGET = Target(
    run=run,
    allowed=(),
    seeds=lambda: [
        b"", *(bytes([0, status, 1, header, 3, 1] * 3) for status in range(17) for header in (4 * (status % 2),)),
    ],
    max_bytes=96,
    runs=15,
)
