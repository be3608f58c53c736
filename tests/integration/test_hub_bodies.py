"""Bodies of requests to the hub: packed in the ways that it takes, bounded, and refused before they cost anything."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator

import httpx
import pytest

from sync.codings import ZSTD, pack
from sync.hub.bodies import STATEMENTS_MAX, UNPACKED_BYTES_MAX
from sync.hub.check import check
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.record_store import post, statement

ZSTANDARD = {"Content-Type": "application/json", "Content-Encoding": "zstd"}
WINDOW_8_MIB, WINDOW_16_MIB = (bytes.fromhex(f"28b52ffd00{code}110000") + b"[]" for code in ("68", "70"))
"""A frame with one block as it is; the code says how much its reader must be ready to hold (RFC 8878, 3.1.1.1.2)."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data", database=new_database()) as running:
        yield running


@pytest.fixture
def lrs(hub: RunningHub) -> Iterator[httpx.Client]:
    with hub.client(hub.program()) as client:
        yield client


def test_a_gzip_body_is_unpacked(lrs: httpx.Client) -> None:
    sent = statement()
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    body = gzip.compress(json.dumps([sent]).encode())
    assert lrs.post("/xapi/statements", content=body, headers=headers).json() == [sent["id"]]


@pytest.mark.parametrize(
    "body",
    [b"not gzip", gzip.compress(b"[]")[:-4], gzip.compress(b"[]") + b"more", zlib.compress(b"[]")],
    ids=["plain", "cut", "longer", "zlib"],
)
def test_a_broken_gzip_body_is_refused(lrs: httpx.Client, body: bytes) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = lrs.post("/xapi/statements", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "body-unreadable")


@pytest.mark.parametrize("path", ["about", "statements", "nowhere"])
def test_every_answer_says_how_requests_may_be_packed(lrs: httpx.Client, path: str) -> None:
    assert lrs.get(f"/xapi/{path}").headers["Accept-Encoding"] == "zstd, gzip"


def test_a_zstandard_body_is_unpacked_and_kept_as_it_came(hub: RunningHub, lrs: httpx.Client) -> None:
    sent = [statement(), statement()]
    answer = lrs.post("/xapi/statements", content=pack(ZSTD, json.dumps(sent).encode()), headers=ZSTANDARD)
    assert answer.json() == [one["id"] for one in sent]
    assert lrs.get("/xapi/statements", params={"statementId": str(sent[1]["id"])}).json()["id"] == sent[1]["id"]
    assert not check(hub.hub.database).problems


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"not zstd", 400), (gzip.compress(b"[]"), 400), (b"", 400), (pack(ZSTD, b"[]" * 50)[:-2], 400),
        (pack(ZSTD, b"[]") * 2, 400), (pack(ZSTD, b"[" + b" " * (4 * UNPACKED_BYTES_MAX) + b"]"), 413),
        (WINDOW_8_MIB, 200), (WINDOW_16_MIB, 400),
    ],
    ids=["plain", "gzip", "empty", "cut", "longer", "bomb", "8 MiB", "16 MiB"],
)  # fmt: skip
def test_a_zstandard_body_has_bounds(hub: RunningHub, lrs: httpx.Client, body: bytes, status: int) -> None:
    before = hub.count()
    assert len(body) < 200_000
    assert lrs.post("/xapi/statements", content=body, headers=ZSTANDARD).status_code == status
    assert hub.count() == before


def test_a_gzip_bomb_is_refused_before_it_goes_off(lrs: httpx.Client) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    bomb = gzip.compress(b"[" + b" " * (4 * UNPACKED_BYTES_MAX) + b"]")
    assert len(bomb) < 200_000
    assert lrs.post("/xapi/statements", content=bomb, headers=headers).status_code == 413


def test_too_many_statements_or_bytes_are_refused(hub: RunningHub, lrs: httpx.Client) -> None:
    before = hub.count()
    assert post(lrs, *([{}] * (STATEMENTS_MAX + 1))).status_code == 413
    plain = b"[" + b" " * (5 * 1024 * 1024) + b"]"
    answer = lrs.post("/xapi/statements", content=plain, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert hub.count() == before


@pytest.mark.parametrize("encoding", ["br", "deflate"])
def test_an_unknown_encoding_or_type_is_refused(lrs: httpx.Client, encoding: str) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
    assert lrs.post("/xapi/statements", content=b"[]", headers=headers).status_code == 400
    assert lrs.post("/xapi/statements", content=b"[]", headers={"Content-Type": "multipart/mixed"}).status_code == 400
