"""A box gives its packs to its neighbours, and right answers only to those who know its code (PROTOCOL section 8)."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from content_packs.errors import CodeNeededError, LineLostError, MissingOnShelfError, NotAShelfError
from content_packs.manifest import File
from content_packs.paths import blob_name
from content_packs.shelf import read_up_to
from content_packs.shelf.http import HttpShelf, shelf_client
from schoolbox.config import Config
from schoolbox.wiring import Box, open_box
from tests.simulators.neighbours import ANSWERS, PACK, QUIZ, VIDEO, publish_physics, serving
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    ministry = Ministry(tmp_path, publishers=("mash", "qendra"))
    publish_physics(ministry, tmp_path / "sources")
    ministry.publish("qendra:english")
    return ministry


@contextmanager
def opened(tmp_path: Path, ministry: Ministry, *, share: bool = True, accel_prefix: str = "") -> Iterator[Box]:
    config = Config(data=tmp_path / "data", reserve_mb=0, announce=False, sync=False, share=share)
    box = open_box(replace(config, accel_prefix=accel_prefix))
    try:
        box.trust.pin(ministry.root)
        box.packs.install(ministry.shelf, PACK, progress=lambda _: None)
        yield box
    finally:
        box.close()


@pytest.fixture
def box(tmp_path: Path, ministry: Ministry) -> Iterator[Box]:
    with opened(tmp_path, ministry) as box:
        yield box


@pytest.fixture
def address(box: Box) -> Iterator[str]:
    with serving(box) as address:
        yield address


@pytest.fixture
def neighbour(tmp_path: Path, ministry: Ministry) -> SchoolBox:
    return SchoolBox(tmp_path / "neighbour", root=ministry.root)


@contextmanager
def looking(address: str, tmp_path: Path, code: str = "") -> Iterator[HttpShelf]:
    with shelf_client(code=code) as client:
        yield HttpShelf(address, tmp_path / "kept", client)


def file_of(box: Box, item_id: str) -> File:
    [sha256] = box.database.fetch_sql(str, "SELECT manifest_sha256 FROM pack WHERE id = ?", (PACK,))
    manifest = box.store.manifest(sha256)
    [found] = [item.files[0] for item in manifest.items() if item.id == item_id]
    return found


def read(shelf: HttpShelf, file: File, offset: int = 0) -> bytes:
    with shelf.open_blob(file.sha256, file.ext, offset=offset) as blob:
        return read_up_to(blob, file.size_bytes + 1)


def test_a_neighbour_with_the_code_installs_everything(
    box: Box, address: str, neighbour: SchoolBox, tmp_path: Path
) -> None:
    with looking(address, tmp_path, box.sharing_code.renew()) as shelf:
        assert [offer.pack_id for offer in neighbour.installer.offers(shelf).offers] == [PACK]
        installed = neighbour.install(shelf, PACK)
    assert installed.missing == ()
    assert neighbour.installer.verify(PACK).sound


def test_a_neighbour_without_the_code_gets_all_but_answers(
    address: str, neighbour: SchoolBox, tmp_path: Path
) -> None:
    with looking(address, tmp_path) as shelf:
        installed = neighbour.install(shelf, PACK)
    assert neighbour.library.shown_items(PACK) == {VIDEO}
    assert [type(each.error) for each in installed.missing] == [CodeNeededError, CodeNeededError]
    assert {each.file.role for each in installed.missing} == {"quiz", "document"}


def test_what_was_withheld_comes_with_the_code(
    box: Box, address: str, neighbour: SchoolBox, tmp_path: Path
) -> None:
    with looking(address, tmp_path) as shelf:
        neighbour.install(shelf, PACK)
    with looking(address, tmp_path, box.sharing_code.renew().lower().replace("-", " ")) as shelf:
        assert neighbour.install(shelf, PACK).missing == ()
    assert neighbour.library.shown_items(PACK) == {VIDEO, QUIZ, ANSWERS}


def test_a_look_at_an_unchanged_box_costs_less_than_a_kilobyte(
    address: str, neighbour: SchoolBox, tmp_path: Path
) -> None:
    with looking(address, tmp_path) as shelf:
        neighbour.installer.offers(shelf)
    with looking(address, tmp_path) as shelf:
        assert len(neighbour.installer.offers(shelf).offers) == 1
        print(f"unchanged: {shelf.travelled.bytes_out} bytes out, {shelf.travelled.bytes_in} bytes in")
        assert shelf.travelled.bytes_in + shelf.travelled.bytes_out < 1024


def test_blobs_go_on_where_they_stopped(box: Box, address: str, tmp_path: Path) -> None:
    video = file_of(box, VIDEO)
    content = box.store.path(video.sha256, video.ext).read_bytes()
    with looking(address, tmp_path) as shelf:
        assert read(shelf, video) == content
        before = shelf.travelled.bytes_in
        assert read(shelf, video, offset=len(content) - 10) == content[-10:]
        assert read(shelf, video, offset=len(content)) == b""
        assert shelf.travelled.bytes_in - before < 2000


def test_nothing_is_given_unless_the_setting_says_so(tmp_path: Path, ministry: Ministry) -> None:
    with opened(tmp_path, ministry, share=False) as box, serving(box) as address, looking(address, tmp_path) as shelf:
        with pytest.raises(NotAShelfError):
            shelf.meta_names()
        with pytest.raises(MissingOnShelfError):
            read(shelf, file_of(box, VIDEO))


def test_a_box_that_trusts_nobody_yet_is_no_shelf(tmp_path: Path) -> None:
    box = open_box(Config(data=tmp_path / "data", reserve_mb=0, announce=False, sync=False, share=True))
    with serving(box) as address, looking(address, tmp_path) as shelf, pytest.raises(NotAShelfError):
        shelf.meta_names()
    box.close()


@pytest.mark.parametrize("item_id", [QUIZ, ANSWERS])
def test_answers_are_only_for_the_code_of_today(box: Box, address: str, tmp_path: Path, item_id: str) -> None:
    guarded = file_of(box, item_id)
    old = box.sharing_code.renew()
    new = box.sharing_code.renew()
    with looking(address, tmp_path, new) as shelf:
        assert read(shelf, guarded) == box.store.path(guarded.sha256, guarded.ext).read_bytes()
    box.sharing_code.withdraw()
    for code in ("", old, new, "0"):
        with looking(address, tmp_path, code) as shelf, pytest.raises(CodeNeededError):
            read(shelf, guarded)


def test_guessing_the_code_is_spaced_and_never_locks(box: Box, address: str, tmp_path: Path) -> None:
    code, guarded = box.sharing_code.renew(), file_of(box, QUIZ)
    answers = []
    with httpx.Client() as client:
        for _ in range(8):
            headers = {"Authorization": "Bearer 0000-0000-0000"}
            answers.append(client.get(f"{address}/{blob_name(guarded.sha256, guarded.ext)}", headers=headers))
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 3
    assert answers[0].headers["WWW-Authenticate"].startswith("Bearer")
    assert int(answers[-1].headers["Retry-After"]) <= 11
    with looking(address, tmp_path, code) as shelf:
        with pytest.raises(LineLostError):
            read(shelf, guarded)
        assert read(shelf, file_of(box, VIDEO))


def test_other_ways_to_sign_in_open_nothing(box: Box, address: str) -> None:
    guarded = file_of(box, QUIZ)
    code = box.sharing_code.renew()
    for header in (f"Basic {code}", code, f"Bearer: {code}", "Bearer", "Digest x", "\xff"):
        answer = httpx.get(
            f"{address}/{blob_name(guarded.sha256, guarded.ext)}",
            headers=[(b"Authorization", header.encode("latin-1"))],
        )
        assert answer.status_code == 401, header


def test_packs_of_a_withdrawn_publisher_are_given_no_longer(
    box: Box, address: str, ministry: Ministry, tmp_path: Path
) -> None:
    video = file_of(box, VIDEO)
    ministry.revoke("mash")
    box.packs.offers(ministry.shelf)
    with looking(address, tmp_path) as shelf:
        assert "cat/mash.json" not in shelf.meta_names()
        with pytest.raises(MissingOnShelfError):
            read(shelf, video)
        assert not shelf.has_manifest(box.database.fetch_sql(str, "SELECT manifest_sha256 FROM pack")[0])


def test_a_neighbour_learns_of_a_new_pack_and_a_removed_one(
    box: Box, address: str, ministry: Ministry, neighbour: SchoolBox, tmp_path: Path
) -> None:
    box.packs.install(ministry.shelf, "qendra:english", progress=lambda _: None)
    with looking(address, tmp_path) as shelf:
        assert {offer.pack_id for offer in neighbour.installer.offers(shelf).offers} == {PACK, "qendra:english"}
    box.packs.remove(PACK)
    with looking(address, tmp_path) as shelf:
        assert {offer.pack_id for offer in neighbour.installer.offers(shelf).offers} == {"qendra:english"}


ODD_NAMES = [
    "", "meta", "meta/", "meta/lock", "meta/../box.db", "..%2f..%2fbox.db", "%2e%2e/%2e%2e/keys/web.key", "manifests/",
    "blobs/ab/../../box.db", "staging/x.mp4.part", "meta/9.root.json", "meta/cat/nobody.json", "keys/sharing.code",
    f"manifests/{'ab' * 32}.json", f"blobs/ab/{'ab' * 32}.mp4", f"blobs/cd/{'ab' * 32}.mp4", "meta/registry.json/",
]  # fmt: skip


@pytest.mark.parametrize("name", ODD_NAMES)
def test_names_that_are_not_there_or_lead_elsewhere_are_not_found(address: str, name: str) -> None:
    answer = httpx.get(f"{address}/{name}")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/")


def test_answers_for_programs_are_short_and_set_no_cookie(box: Box, address: str) -> None:
    guarded = file_of(box, QUIZ)
    for name in ("meta/index.json", "meta/none", blob_name(guarded.sha256, guarded.ext)):
        answer = httpx.get(f"{address}/{name}")
        assert "Set-Cookie" not in answer.headers
        assert "<html" not in answer.text
        assert answer.status_code == 200 or len(answer.content) < 100


def test_behind_nginx_blobs_are_named_to_it_and_manifests_sent(tmp_path: Path, ministry: Ministry) -> None:
    with opened(tmp_path, ministry, accel_prefix="/_blobs") as box, serving(box) as address:
        video = file_of(box, VIDEO)
        answer = httpx.get(f"{address}/{blob_name(video.sha256, video.ext)}")
        assert answer.headers["X-Accel-Redirect"] == f"/_blobs/{video.sha256[:2]}/{video.sha256}.mp4"
        sha256 = box.database.fetch_sql(str, "SELECT manifest_sha256 FROM pack")[0]
        assert httpx.get(f"{address}/manifests/{sha256}.json").json()["pack"] == PACK


def test_the_code_is_kept_where_only_the_box_can_read_it(box: Box) -> None:
    code = box.sharing_code.renew()
    file = box.config.data / "keys" / "sharing.code"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert box.sharing_code.current() == code
    assert len(code.replace("-", "")) == 12
    assert [event.code for event in box.events.latest(5)].count("sharing_code_made") == 1
