"""What can answer at the address of a shelf: portals, broken proxies, liars, lines that break (FORMAT 2.10)."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from content_packs.errors import (
    CodeNeededError,
    LineLostError,
    MetadataTooLargeError,
    MissingOnShelfError,
    NotAShelfError,
    ShelfError,
    ShelfRefusedError,
    StrangerAnswersError,
    UnreadableOnShelfError,
)
from content_packs.paths import blob_name
from content_packs.shelf import read_up_to
from content_packs.shelf.http import HttpShelf, shelf_client
from content_packs.shelf.http_line import HttpLine
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox
from tests.simulators.shelf_server import Asked, ShelfServer, Trick

SHA = "ab" * 32
CONTENT = bytes(range(256)) * 1000
PORTAL = b"<html>Welcome to Cafe Gjilani</html>"
PATIENT, IMPATIENT = httpx.Timeout(45.0), httpx.Timeout(45.0, read=0.3)
"""How long an answer may take: only where none comes is it not worth waiting for."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ShelfServer]:
    for name, content in {
        "meta/1.root.json": b"root",
        "meta/registry.json": b"registry",
        f"manifests/{SHA}.json": b"manifest",
        f"blobs/ab/{SHA}.mp4": CONTENT,
    }.items():
        (tmp_path / "shelf" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "shelf" / name).write_bytes(content)
    with ShelfServer(tmp_path / "shelf") as server:
        yield server


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with shelf_client(timeout=PATIENT) as client:
        yield client


@pytest.fixture
def shelf(server: ShelfServer, client: httpx.Client, tmp_path: Path) -> HttpShelf:
    return HttpShelf(server.address, tmp_path / "kept", client)


def read_all(shelf: HttpShelf, offset: int = 0) -> bytes:
    """Take the blob from an offset on, as the store does: one byte more than it should be is asked for."""
    with shelf.open_blob(SHA, "mp4", offset=offset) as blob:
        return read_up_to(blob, len(CONTENT) + 1 - offset)


def read_manifest(shelf: HttpShelf) -> bytes:
    with shelf.open_manifest(SHA) as manifest:
        return read_up_to(manifest, 100)


def portal(asked: Asked) -> bool:
    return asked.answer(200, PORTAL, Content_Type="text/html; charset=utf-8")


def portal_that_hides_its_kind(asked: Asked) -> bool:
    return asked.answer(200, PORTAL, Content_Type="application/json")


def redirect(asked: Asked) -> bool:
    return asked.answer(302, b"", Location="http://203.0.113.9/login")


def redirect_to_itself(asked: Asked) -> bool:
    return asked.answer(307, b"", Location=asked.path)


def compressed(asked: Asked) -> bool:
    return asked.answer(200, gzip.compress(asked.content() or b""), Content_Encoding="gzip")


def half(asked: Asked) -> bool:
    body = asked.content() or b""
    asked.head(200, Content_Length=str(len(body)))
    asked.wfile.write(body[: len(body) // 2])
    return asked.hang_up()


def silent(asked: Asked) -> bool:
    """Say nothing until the other side has gone."""
    asked.connection.recv(1)
    return asked.hang_up()


def nothing_at_all(asked: Asked) -> bool:
    return asked.hang_up()


def noise(asked: Asked) -> bool:
    asked.wfile.write(b"\x00\x01not HTTP\r\n\r\n")
    return asked.hang_up()


def endless(asked: Asked) -> bool:
    """Send until the other side has gone."""
    asked.head(200, Transfer_Encoding="chunked")
    while True:
        asked.wfile.write(b"4000\r\n" + bytes(0x4000) + b"\r\n")


def endless_head(asked: Asked) -> bool:
    asked.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        asked.wfile.write(b"X-More: and more\r\n" * 10_000)


def status(code: int) -> Trick:
    """Answer with a bare status."""

    def trick(asked: Asked) -> bool:
        return asked.answer(code, b"no")

    trick.__name__ = f"status_{code}"
    return trick


ANSWERS: list[tuple[Trick, type[ShelfError], bool]] = [
    (portal, StrangerAnswersError, True),
    (redirect, StrangerAnswersError, True),
    (redirect_to_itself, StrangerAnswersError, True),
    (compressed, ShelfRefusedError, False),
    (half, LineLostError, True),
    (silent, LineLostError, True),
    (nothing_at_all, LineLostError, True),
    (noise, LineLostError, True),
    (endless_head, LineLostError, True),
    (status(400), ShelfRefusedError, False),
    (status(401), CodeNeededError, False),
    (status(403), CodeNeededError, False),
    (status(429), LineLostError, True),
    (status(500), LineLostError, True),
    (status(503), LineLostError, True),
    (status(511), StrangerAnswersError, True),
]


@pytest.mark.parametrize(("trick", "error", "transient"), ANSWERS, ids=lambda value: getattr(value, "__name__", ""))
def test_every_bad_answer_is_told_for_what_it_is(
    server: ShelfServer,
    client: httpx.Client,
    shelf: HttpShelf,
    trick: Trick,
    error: type[ShelfError],
    *,
    transient: bool,
) -> None:
    """What a server refuses is about one file, unless it is the index, without which nothing is known."""
    shelf.meta_names()
    server.trick, client.timeout = trick, IMPATIENT if trick is silent else PATIENT
    for attempt in (
        lambda: read_all(shelf), lambda: shelf.read_meta("registry.json", 100), lambda: read_manifest(shelf),
        shelf.meta_names,
    ):  # fmt: skip
        with pytest.raises(ShelfError) as caught:
            attempt()
        one_file = error is ShelfRefusedError and attempt != shelf.meta_names
        assert type(caught.value) is (UnreadableOnShelfError if one_file else error)
        assert caught.value.transient == transient
    server.trick, client.timeout = None, PATIENT
    assert read_manifest(shelf) == b"manifest"
    assert read_all(shelf) == CONTENT
    assert shelf.read_meta("registry.json", 100) == b"registry"


def test_a_portal_that_hides_its_kind_is_no_shelf(server: ShelfServer, shelf: HttpShelf, tmp_path: Path) -> None:
    server.trick = portal_that_hides_its_kind
    with pytest.raises(StrangerAnswersError):
        shelf.meta_names()
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize("code", [404, 410])
def test_an_address_without_an_index_is_no_shelf(server: ShelfServer, shelf: HttpShelf, code: int) -> None:
    server.trick = status(code)
    with pytest.raises(NotAShelfError):
        shelf.meta_names()
    with pytest.raises(MissingOnShelfError):
        read_all(shelf)


NO_ADDRESSES = [
    "", "gjilan", "ftp://hub/shelf", "http://", "http://a b/", "http://hub/shelf?x=1", "http://name:secret@hub/shelf",
    "http://hub:99999/", "file:///etc/passwd", "http://hub..example/shelf", f"http://{'a' * 64}.example/shelf",
]  # fmt: skip


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_what_is_no_address_is_no_shelf(url: str, tmp_path: Path) -> None:
    with shelf_client() as client, pytest.raises(NotAShelfError):
        HttpShelf(url, tmp_path, client).meta_names()


def test_an_answer_without_end_is_read_no_further_than_asked(server: ShelfServer, shelf: HttpShelf) -> None:
    shelf.meta_names()
    server.trick = endless
    assert len(read_all(shelf)) == len(CONTENT) + 1
    with pytest.raises(MetadataTooLargeError):
        shelf.read_meta("registry.json", 100)
    with pytest.raises(StrangerAnswersError):
        shelf.meta_names()
    assert shelf.travelled.bytes_in < 2_000_000


def test_an_answer_that_is_longer_than_announced_is_cut_there(server: ShelfServer, shelf: HttpShelf) -> None:
    def longer(asked: Asked) -> bool:
        asked.head(200, Content_Length="8")
        asked.wfile.write(b"registry and something that nobody asked for")
        return asked.hang_up()

    shelf.meta_names()
    server.trick = longer
    assert shelf.read_meta("registry.json", 100) == b"registry"


def test_a_server_that_knows_no_ranges_is_read_from_the_start(server: ShelfServer, shelf: HttpShelf) -> None:
    server.trick = lambda asked: asked.answer(200, asked.content())
    assert read_all(shelf, offset=1001) == CONTENT[1001:]
    assert read_all(shelf, offset=len(CONTENT)) == b""


@pytest.mark.parametrize("place", ["bytes 0-255999/256000", "bytes 2000-255999/256000", "nonsense", ""])
def test_another_part_than_was_asked_for_is_refused(server: ShelfServer, shelf: HttpShelf, place: str) -> None:
    server.trick = lambda asked: asked.answer(206, CONTENT[1001:], Content_Range=place)
    with pytest.raises(UnreadableOnShelfError):
        read_all(shelf, offset=1001)


def test_a_part_that_nobody_asked_for_is_refused(server: ShelfServer, shelf: HttpShelf) -> None:
    server.trick = lambda asked: asked.answer(206, CONTENT[5:], Content_Range="bytes 5-255999/256000")
    with pytest.raises(UnreadableOnShelfError):
        read_all(shelf)


def test_nothing_new_is_no_answer_to_who_has_nothing(server: ShelfServer, shelf: HttpShelf) -> None:
    server.trick = lambda asked: asked.answer(304, None)
    for attempt in (lambda: read_all(shelf), shelf.meta_names):
        with pytest.raises(ShelfRefusedError):
            attempt()


def test_what_the_index_says_is_not_believed(server: ShelfServer, shelf: HttpShelf) -> None:
    """An index with other hashes costs requests; what is read is what the server has."""

    def lies(asked: Asked) -> bool:
        if asked.name != "meta/index.json":
            return False
        index = b'{"files":{"registry.json":{"sha256":"%s","size_bytes":1}},"format":1}' % (b"0" * 64)
        return asked.answer(200, index)

    server.trick = lies
    assert [shelf.read_meta("registry.json", 100) for _ in range(2)] == [b"registry", b"registry"]
    assert server.names().count("meta/registry.json") == 2


def test_a_code_goes_to_its_shelf_and_is_never_sent_on(server: ShelfServer, tmp_path: Path) -> None:
    with ShelfServer(tmp_path / "shelf") as elsewhere, shelf_client(code="K7QF-2M9X") as client:
        server.trick = lambda asked: asked.answer(302, b"", Location=elsewhere.address)
        with pytest.raises(StrangerAnswersError):
            HttpShelf(server.address, tmp_path / "kept", client).meta_names()
        assert server.asked[0].headers["Authorization"] == "Bearer K7QF-2M9X"
        assert elsewhere.asked == []


def test_a_code_that_no_header_can_hold_is_refused(server: ShelfServer, tmp_path: Path) -> None:
    with shelf_client(code="x\r\nHost: elsewhere") as client, pytest.raises(ShelfRefusedError):
        HttpShelf(server.address, tmp_path / "kept", client).meta_names()
    assert server.asked == []


def test_a_hub_is_shown_name_and_secret(server: ShelfServer, tmp_path: Path) -> None:
    with shelf_client(basic=("box-7", "secret")) as client:
        HttpShelf(server.address, tmp_path / "kept", client).meta_names()
    assert server.asked[0].headers["Authorization"] == "Basic Ym94LTc6c2VjcmV0"


def test_no_proxy_of_the_environment_is_used(
    server: ShelfServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with shelf_client() as client:
        assert HttpShelf(server.address, tmp_path / "kept", client).meta_names()


TAGS = ['"\xe9"', '"' + "x" * 300 + '"', '"two words"']


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_that_cannot_be_sent_back_is_not_kept_and_an_old_one_not_sent(
    server: ShelfServer, shelf: HttpShelf, tmp_path: Path, tag: str
) -> None:
    server.trick = lambda asked: asked.answer(200, asked.content(), ETag=tag)
    for _ in range(2):
        assert "registry.json" in shelf.meta_names()
    kept = tmp_path / "kept" / "index"
    kept.write_bytes(kept.read_bytes().replace(b'"tag":""', b'"tag":"\xc3\xa9"'))

    assert "registry.json" in shelf.meta_names()
    assert not any("If-None-Match" in request.headers for request in server.asked)


def test_cookies_are_neither_kept_nor_sent(server: ShelfServer) -> None:
    server.trick = lambda asked: asked.answer(404, Set_Cookie=f"c{len(server.asked)}={'x' * 4000}; Path=/")
    with shelf_client() as client:
        for _ in range(3):
            with pytest.raises(MissingOnShelfError):
                HttpLine(server.address, client).open("blobs/x")

    assert not any("Cookie" in request.headers for request in server.asked)


@pytest.mark.parametrize("code", [400, 401, 403])
def test_a_list_a_manifest_or_a_file_that_a_server_withholds_stops_nothing_else(tmp_path: Path, code: int) -> None:
    """FORMAT 6.10, 8.9: each costs what it is, and no more."""
    ministry = Ministry(tmp_path, publishers=("mash", "qendra"))
    ministry.publish("qendra:english")
    both = {"a": mp4(seconds=1), "b": mp4(seconds=2)}
    withheld, given = ministry.publish("mash:thyesat", files=both).files().values()
    ministry.publish("mash:forcat")
    manifest = next(each for each in ministry.listings("mash") if each.pack_id == "mash:forcat").manifest_sha256
    no = {"meta/cat/qendra.json", f"manifests/{manifest}.json", blob_name(withheld.sha256, "mp4")}
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    with ShelfServer(ministry.folder) as server, shelf_client() as client:
        server.trick = lambda asked: asked.name in no and asked.answer(code, b"no")
        shelf = HttpShelf(server.address, tmp_path / "kept", client)
        offers = box.installer.offers(shelf)
        done = box.install(shelf, "mash:thyesat")

    error = UnreadableOnShelfError if code == 400 else CodeNeededError
    assert {refusal.name: type(refusal.error) for refusal in offers.refused} == {"cat/qendra.json": error}
    assert {offer.pack_id: type(offer.reason) for offer in offers.offers} == {
        "mash:thyesat": type(None), "mash:forcat": error
    }  # fmt: skip
    assert (done.copied_bytes, [(gap.file, type(gap.error)) for gap in done.missing]) == (
        given.size_bytes, [(withheld, error)]
    )  # fmt: skip
