"""A hub publishes the shelf of a ministry: to boxes all of it, to strangers all but right answers (PROTOCOL 8)."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from content_packs.errors import CodeNeededError, LineLostError, NotAShelfError
from content_packs.manifest import File, decode_manifest
from content_packs.paths import blob_name
from content_packs.shelf import read_up_to
from content_packs.shelf.http import HttpShelf, shelf_client
from sync.hub.config import load_settings
from sync.hub.errors import ConfigError
from tests.simulators.hub import RunningHub, make_data, running_hub
from tests.simulators.neighbours import ANSWERS, PACK, QUIZ, VIDEO, publish_physics
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox
from tests.simulators.waiting import eventually


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    ministry = Ministry(tmp_path, publishers=("mash", "qendra"))
    publish_physics(ministry, tmp_path / "sources")
    return ministry


@contextmanager
def publishing(tmp_path: Path, folder: Path) -> Iterator[RunningHub]:
    make_data(tmp_path / "hub")
    (tmp_path / "hub" / "hub.toml").write_text(f'shelf = "{folder}"\n')
    with running_hub(tmp_path / "hub") as hub:
        yield hub


@pytest.fixture
def hub(ministry: Ministry, tmp_path: Path) -> Iterator[RunningHub]:
    with publishing(tmp_path, ministry.folder) as hub:
        yield hub


@contextmanager
def looking(hub: RunningHub, tmp_path: Path, *, as_box: bool = False) -> Iterator[HttpShelf]:
    enrolled = hub.enrol().credentials if as_box else None
    with shelf_client(basic=(enrolled.key, enrolled.secret) if enrolled else None) as client:
        yield HttpShelf(f"{hub.url}/shelf", tmp_path / "kept", client)


def file_of(ministry: Ministry, item_id: str) -> File:
    manifest = decode_manifest(ministry.one("manifests/*.json").read_bytes())
    [found] = [item.files[0] for item in manifest.items() if item.id == item_id]
    return found


def read(shelf: HttpShelf, file: File, offset: int = 0) -> bytes:
    with shelf.open_blob(file.sha256, file.ext, offset=offset) as blob:
        return read_up_to(blob, file.size_bytes + 1)


def test_a_box_installs_everything_with_the_credentials_it_has(
    hub: RunningHub, ministry: Ministry, tmp_path: Path
) -> None:
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    with looking(hub, tmp_path, as_box=True) as shelf:
        assert box.install(shelf, PACK).missing == ()
    assert box.library.shown_items(PACK) == {VIDEO, QUIZ, ANSWERS}


def test_a_stranger_gets_all_but_right_answers(hub: RunningHub, ministry: Ministry, tmp_path: Path) -> None:
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    with looking(hub, tmp_path) as shelf:
        missing = box.install(shelf, PACK).missing
    assert [type(each.error) for each in missing] == [CodeNeededError, CodeNeededError]
    assert box.library.shown_items(PACK) == {VIDEO}


def test_a_withdrawn_box_is_a_stranger(hub: RunningHub, ministry: Ministry, tmp_path: Path) -> None:
    with looking(hub, tmp_path, as_box=True) as shelf:
        assert read(shelf, file_of(ministry, QUIZ))
        for box in hub.hub.boxes.all():
            hub.hub.care.withdraw(box.id, by="test")
        with pytest.raises(CodeNeededError):
            read(shelf, file_of(ministry, QUIZ))


def test_a_look_at_an_unchanged_hub_costs_less_than_a_kilobyte(
    hub: RunningHub, ministry: Ministry, tmp_path: Path
) -> None:
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    with looking(hub, tmp_path) as shelf:
        box.installer.offers(shelf)
    with looking(hub, tmp_path, as_box=True) as shelf:
        assert len(box.installer.offers(shelf).offers) == 1
        print(f"unchanged: {shelf.travelled.bytes_out} bytes out, {shelf.travelled.bytes_in} bytes in")
        assert shelf.travelled.bytes_in + shelf.travelled.bytes_out < 1024


def test_what_is_published_while_the_hub_runs_is_seen_at_once(
    hub: RunningHub, ministry: Ministry, tmp_path: Path
) -> None:
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    with looking(hub, tmp_path) as shelf:
        box.installer.offers(shelf)
    (ministry.folder / "meta" / "index.json").unlink()
    publish_physics(ministry, tmp_path / "sources", version=2)
    ministry.publish("qendra:english")
    (ministry.folder / "meta" / "index.json").write_bytes(b"an index of somebody else")
    with looking(hub, tmp_path) as shelf:
        offers = box.installer.offers(shelf).offers
        assert {offer.pack_id: offer.version for offer in offers} == {PACK: 2, "qendra:english": 1}
        assert box.install(shelf, "qendra:english").missing == ()


def test_a_blob_of_an_item_for_everybody_is_open_though_teachers_have_it_too(
    hub: RunningHub, ministry: Ministry, tmp_path: Path
) -> None:
    answers, quiz = file_of(ministry, ANSWERS), file_of(ministry, QUIZ)
    with looking(hub, tmp_path) as shelf:
        with pytest.raises(CodeNeededError):
            read(shelf, answers)
        [manifest] = (ministry.folder / "manifests").iterdir()
        text = manifest.read_text().replace('"teacher_only":true,', "").replace(',"teacher_only":true', "")
        (ministry.folder / "manifests" / f"{'ab' * 32}.json").write_text(text)
        assert read(shelf, answers) == b"b"
        (ministry.folder / "manifests" / f"{'ab' * 32}.json").unlink()
        (ministry.folder / "manifests" / f"{'cd' * 32}.json").write_text("not a manifest")
        for guarded in (answers, quiz):
            with pytest.raises(CodeNeededError):
                read(shelf, guarded)


def test_a_blob_that_no_manifest_names_is_guarded(hub: RunningHub, ministry: Ministry, tmp_path: Path) -> None:
    stray = File(role="video", sha256="ab" * 32, ext="mp4", size_bytes=5)
    path = ministry.folder / blob_name(stray.sha256, stray.ext)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"stray")
    with looking(hub, tmp_path) as shelf, pytest.raises(CodeNeededError):
        read(shelf, stray)
    with looking(hub, tmp_path, as_box=True) as shelf:
        assert read(shelf, stray) == b"stray"


def test_ranges_tags_and_heads_are_right(hub: RunningHub, ministry: Ministry) -> None:
    video = file_of(ministry, VIDEO)
    name = blob_name(video.sha256, video.ext)
    url, content = f"{hub.url}/shelf/{name}", (ministry.folder / name).read_bytes()
    size = len(content)
    with httpx.Client() as client:
        whole = client.get(url)
        assert (whole.content, whole.headers["ETag"]) == (content, f'"{video.sha256}"')
        part = client.get(url, headers={"Range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, content[10:20])
        assert part.headers["Content-Range"] == f"bytes 10-19/{size}"
        rest = client.get(url, headers={"Range": f"bytes={size - 7}-"})
        assert (rest.status_code, rest.content) == (206, content[-7:])
        assert client.get(url, headers={"Range": f"bytes={size}-"}).status_code == 416
        assert client.get(url, headers={"If-None-Match": f'"{video.sha256}"'}).status_code == 304
        head = client.head(url)
        assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(size))
        assert client.get(url, headers={"If-Range": '"x"', "Range": "bytes=1-"}).content == content


ODD_NAMES = [
    "", "meta", "meta/../../hub.db", "..%2f..%2fhub.db", "%2e%2e/hub.key", "manifests/", "CONTENTS.html",
    f"blobs/ab/{'ab' * 32}.mp4", f"manifests/{'ab' * 32}.json", "blobs/ab/../../x", "hub.db", "staging/x",
    "meta/2.root.json",
]  # fmt: skip


@pytest.mark.parametrize("name", ODD_NAMES)
def test_names_that_lead_elsewhere_are_not_found(hub: RunningHub, name: str) -> None:
    assert httpx.get(f"{hub.url}/shelf/{name}").status_code == 404


def test_links_on_the_shelf_are_not_followed(hub: RunningHub, ministry: Ministry, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    for name in (f"blobs/ab/{'ab' * 32}.mp4", f"manifests/{'ab' * 32}.json", "meta/2.root.json"):
        (ministry.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (ministry.folder / name).symlink_to(secret)
    with httpx.Client(auth=httpx.BasicAuth(*basic(hub))) as client:
        for name in (f"blobs/ab/{'ab' * 32}.mp4", f"manifests/{'ab' * 32}.json", "meta/2.root.json"):
            assert client.get(f"{hub.url}/shelf/{name}").status_code == 404


def basic(hub: RunningHub) -> tuple[str, str]:
    program = hub.program()
    return program.key, program.secret


def test_a_hub_that_publishes_nothing_is_no_shelf(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub, looking(hub, tmp_path) as shelf, pytest.raises(NotAShelfError):
        shelf.meta_names()


def test_a_folder_that_is_away_for_a_while_is_a_passing_trouble(
    hub: RunningHub, ministry: Ministry, tmp_path: Path
) -> None:
    ministry.folder.rename(tmp_path / "unplugged")
    with looking(hub, tmp_path) as shelf:
        with pytest.raises(LineLostError):
            shelf.meta_names()
        (tmp_path / "unplugged").rename(ministry.folder)
        assert shelf.meta_names()


def test_a_shelf_must_be_named_by_a_whole_path(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        load_settings(tmp_path / "none.toml", {"SCHOOLBOX_HUB_SHELF": "packs"}, {})


def test_boxes_on_slow_lines_hold_up_nobody(hub: RunningHub, ministry: Ministry) -> None:
    """More slow readers than the hub has threads; pages are answered all the same."""
    video = file_of(ministry, VIDEO)
    path = ministry.folder / blob_name(video.sha256, video.ext)
    with path.open("r+b") as file:
        file.truncate(64 * 1024 * 1024)
    with ExitStack() as stack:
        for _ in range(20):
            reader = stack.enter_context(socket.socket())
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.connect(("127.0.0.1", int(hub.url.rpartition(":")[2])))
            reader.sendall(f"GET /shelf/{blob_name(video.sha256, video.ext)} HTTP/1.1\r\nHost: hub\r\n\r\n".encode())
            assert reader.recv(12) == b"HTTP/1.1 200"
        for _ in range(5):
            assert httpx.get(f"{hub.url}/health", timeout=45).status_code == 200
        assert is_open(path)
    eventually(lambda: not is_open(path))


def is_open(path: Path) -> bool:
    """Whether this process, the hub among it, has a file open."""
    return any(_leads_to(link, path) for link in Path("/proc/self/fd").iterdir())


def _leads_to(link: Path, path: Path) -> bool:
    try:
        return link.readlink() == path
    except FileNotFoundError:  # another thread has closed it since the list was read
        return False
