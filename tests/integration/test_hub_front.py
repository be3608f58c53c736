"""What `deploy/hub` puts in front of a hub really gives packs: nginx over TLS, and rsync with a password."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from content_packs.errors import CodeNeededError, ShelfError
from content_packs.manifest import File
from content_packs.paths import blob_name
from sync.ports import Credentials
from sync.rsync import Access, RsyncShelf
from tests.integration.test_hub_shelf import file_of
from tests.simulators.front import nginx_front, shelf_daemon
from tests.simulators.hub import RunningHub, make_data, running_hub
from tests.simulators.neighbours import ANSWERS, PACK, QUIZ, VIDEO, publish_physics
from tests.simulators.programs import command
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox
from tests.simulators.shelf_kinds import AT_ONCE

PASSWORD = "shkolla-jonë-7"


@dataclass(frozen=True)
class Front:
    """A hub behind nginx, with the shelf of a ministry."""

    hub: RunningHub
    ministry: Ministry
    url: str
    certificate: Path

    def client(self, credentials: Credentials | None = None) -> httpx.Client:
        auth = httpx.BasicAuth(credentials.key, credentials.secret) if credentials else None
        context = ssl.create_default_context(cafile=str(self.certificate))
        return httpx.Client(base_url=self.url, verify=context, auth=auth, headers={"Accept-Encoding": "identity"})

    def file(self, item_id: str) -> File:
        return file_of(self.ministry, item_id)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    ministry = Ministry(folder)
    publish_physics(ministry, folder / "sources")
    make_data(folder / "hub")
    behind = 'accel_prefix = "/_shelf"\nhttps = true\ntrusted_proxy = "127.0.0.1"\n'
    (folder / "hub" / "hub.toml").write_text(f'shelf = "{ministry.folder}"\n{behind}')
    with running_hub(folder / "hub") as hub, nginx_front(hub.url, ministry.folder, folder / "nginx") as url:
        yield Front(hub, ministry, url, folder / "nginx" / "hub.crt")


def address(file: File) -> str:
    return f"/shelf/{blob_name(file.sha256, file.ext)}"


def test_a_box_pulls_everything_through_nginx(
    front: Front, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(front.certificate))
    data, code = tmp_path / "box", front.hub.hub.enrolments.make_code("Agimi", "Gjilan").code
    for words in (
        ("sync", "enrol", "--hub", front.url, "--code", code),
        ("trust", "add", front.ministry.folder / "meta" / "1.root.json"),
        ("pack", "subscribe", "mash:*"),
        ("pack", "pull", "--no-neighbours"),
    ):
        done = command("schoolbox", "--data", data, *words)
        assert done.returncode == 0, done.stdout + done.stderr
    assert PACK in command("schoolbox", "--data", data, "pack", "list").stdout
    assert sorted(path.stem for path in data.rglob("blobs/*/*")) == sorted(
        front.file(item).sha256 for item in (VIDEO, QUIZ, ANSWERS)
    )


def test_nginx_sends_what_the_hub_allows_with_the_headers_of_the_protocol(front: Front) -> None:
    video, quiz = front.file(VIDEO), front.file(QUIZ)
    tag = f'"{video.sha256}"'
    whole = (front.ministry.folder / blob_name(video.sha256, video.ext)).read_bytes()
    with front.client() as guest, front.client(front.hub.enrol().credentials) as box:
        all_of = guest.get(address(video))
        assert (all_of.content, all_of.headers["ETag"], all_of.headers["Content-Type"]) == (whole, tag, "video/mp4")
        assert (all_of.headers["X-Content-Type-Options"], "sandbox" in all_of.headers["Content-Security-Policy"]) == (
            "nosniff", True,
        )  # fmt: skip
        assert "immutable" in all_of.headers["Cache-Control"] or "max-age" in all_of.headers["Cache-Control"]
        part = guest.get(address(video), headers={"Range": "bytes=100000-"})
        assert (part.status_code, part.content, part.headers["ETag"]) == (206, whole[100_000:], tag)
        held = guest.get(address(video), headers={"Range": "bytes=5-9", "If-Range": tag})
        assert (held.status_code, held.content) == (206, whole[5:10])
        other = guest.get(address(video), headers={"Range": "bytes=5-9", "If-Range": '"another"'})
        assert (other.status_code, other.content) == (200, whole)
        assert guest.get(address(video), headers={"If-Match": tag}).status_code == 200
        assert guest.get(address(video), headers={"If-Match": '"another"'}).status_code == 412
        unchanged = guest.get(address(video), headers={"If-None-Match": tag})
        assert (unchanged.status_code, unchanged.headers["ETag"]) == (304, tag)
        assert guest.head(address(video)).headers["Content-Length"] == str(video.size_bytes)
        assert guest.get(address(quiz)).status_code == 401
        assert box.get(address(quiz)).headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/_shelf/{blob}", "/shelf/staging/x.part", "/shelf/blobs/", "/shelf/../hub.key"])
def test_nothing_else_of_the_disk_is_given(front: Front, path: str) -> None:
    quiz = front.file(QUIZ)
    with front.client(front.hub.enrol().credentials) as box:
        assert box.get(path.format(blob=blob_name(quiz.sha256, quiz.ext))).status_code == 404


def test_a_box_takes_everything_from_the_rsync_module_if_it_knows_the_password(front: Front, tmp_path: Path) -> None:
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    for path, text in ((right, PASSWORD), (wrong, "guess")):
        path.write_text(f"{text}\n")
        path.chmod(0o600)
    box = SchoolBox(tmp_path / "box", root=front.ministry.root)
    (front.ministry.folder / "staging").mkdir(exist_ok=True)
    (front.ministry.folder / "staging" / "half.part").write_text("on its way")
    with shelf_daemon(front.ministry.folder, tmp_path / "daemon", password=PASSWORD) as daemon:
        with pytest.raises(CodeNeededError):
            RsyncShelf(daemon, tmp_path / "m1", Access(password_file=wrong), patience=AT_ONCE).meta_names()
        shelf = RsyncShelf(daemon, tmp_path / "m2", Access(password_file=right), patience=AT_ONCE)
        assert box.install(shelf, PACK).missing == ()
        module = RsyncShelf(f"{daemon}/staging", tmp_path / "m3", Access(password_file=right), patience=AT_ONCE)
        with pytest.raises(ShelfError):
            module.meta_names()
    assert box.library.shown_items(PACK) == {VIDEO, QUIZ, ANSWERS}


def test_a_box_program_pulls_over_rsync_with_the_password_beside_its_keys(front: Front, tmp_path: Path) -> None:
    data = tmp_path / "box"
    for words in (("trust", "add", front.ministry.folder / "meta" / "1.root.json"), ("pack", "subscribe", "mash:*")):
        assert command("schoolbox", "--data", data, *words).returncode == 0
    (data / "keys").mkdir(mode=0o700, exist_ok=True)
    (data / "keys" / "rsync-password").write_text(f"{PASSWORD}\n")
    (data / "keys" / "rsync-password").chmod(0o600)
    with shelf_daemon(front.ministry.folder, tmp_path / "daemon", password=PASSWORD) as daemon:
        done = command("schoolbox", "--data", data, "pack", "pull", "--no-neighbours", "--from", daemon)
    assert done.returncode == 0, done.stdout + done.stderr
    assert PACK in command("schoolbox", "--data", data, "pack", "list").stdout
