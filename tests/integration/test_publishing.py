"""What publishers send is checked as a box would, kept off the shelf, and published in one step (PROTOCOL 15)."""

import hashlib
import secrets
import shutil
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO, FileIO
from pathlib import Path

import httpx
import pytest

from content_packs.durable import Disk
from content_packs.errors import NotEnoughSpaceError
from content_packs.manifest import decode_manifest
from content_packs.shelf import DirectoryShelf
from content_packs.trust import Listing
from sync.hub.errors import ProposalRefusedError, ProposalStateError
from sync.hub.publishing.checking import Checker
from sync.hub.publishing.desk import Bounds, Publishing
from sync.hub.publishing.problems import SENTENCES
from sync.hub.publishing.proposals import Sender
from tests.simulators.media import mp4
from tests.simulators.neighbours import PACK, publish_physics
from tests.simulators.proposals import Scene, bare_shelf, publishing_hub

THYESAT = "mash:thyesat"


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with publishing_hub(tmp_path) as scene:
        scene.ministry.publish(THYESAT)
        yield scene


@pytest.fixture
def any_scene(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[Scene]:
    with publishing_hub(tmp_path, database=new_database()) as scene:
        scene.ministry.publish(THYESAT)
        yield scene


def members(raw: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """Write an archive again with other members; None leaves one out."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(raw)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            content = change(name, before.read(name))
            if content is not None:
                after.writestr(name, content)
    return out.getvalue()


def test_what_was_sent_reaches_no_box_before_it_is_published(any_scene: Scene) -> None:
    scene = any_scene
    before = scene.files()
    number = scene.send(scene.archive(), piece_bytes=700)
    scene.desk.work()
    assert scene.desk.proposals.one(number).state == "waiting"
    assert scene.files() == before
    with scene.hub.client(scene.hub.enrol().credentials) as box, zipfile.ZipFile(BytesIO(scene.archive())) as sent:
        for name in sent.namelist():
            if name.startswith(("blobs/", "manifests/", "meta/cat/")):
                assert box.get(f"/shelf/{name}").status_code == 404, name
    scene.desk.approve(number, "Drita")
    scene.desk.work()
    box_of_school = scene.box()
    assert box_of_school.install(DirectoryShelf(scene.shelf), THYESAT).missing == ()
    with scene.hub.client() as guest, zipfile.ZipFile(BytesIO(scene.archive())) as sent:
        for name in sent.namelist():
            assert guest.get(f"/shelf/{name}").content == sent.read(name), name
    steps = [(step.state, step.who) for step in scene.desk.proposals.one(number).steps]
    assert [state for state, _ in steps] == ["checking", "waiting", "publishing", "published"]
    assert steps[2][1] == "Drita"
    assert steps[0][1] == "mash sends"
    assert not list(scene.hub.folder.glob("publishing/*/*"))


def test_a_newer_version_takes_the_place_of_the_older_one_and_its_files_go(scene: Scene) -> None:
    scene.publish(scene.archive())
    first = set(scene.files())
    scene.ministry.publish(THYESAT, 2)
    raw = scene.archive()
    lean = members(raw, lambda name, content: None if name in first and name.startswith("blobs/") else content)
    assert len(lean) < len(raw)
    assert scene.sent(lean) == ("waiting", "")
    [change] = scene.desk.changes(scene.desk.proposals.all()[0])
    assert (change.kind, change.before and change.before.version, change.now and change.now.version) == ("newer", 1, 2)
    assert [one.what for one in change.changed] == [("files",)]
    assert (change.added, change.removed, change.same) == ((), (), 1)
    scene.desk.approve(2, "Drita")
    scene.desk.work()
    box = scene.box()
    box.install(DirectoryShelf(scene.shelf), THYESAT)
    assert (box.version(THYESAT), len(list((scene.shelf / "manifests").iterdir()))) == (2, 2)


def test_a_pack_that_its_publisher_takes_back_goes_with_its_files(scene: Scene) -> None:
    scene.ministry.publish("mash:other", files={"tjeter": mp4(seconds=5), "fjala": mp4(seconds=99)})
    scene.publish(scene.archive())
    both = set(scene.files())
    keep = [one for one in scene.ministry.listings("mash") if one.pack_id == THYESAT]
    scene.ministry.write_catalogue("mash", 9, keep)
    assert scene.sent(scene.archive()) == ("waiting", "")
    kinds = {change.pack: change.kind for change in scene.desk.changes(scene.desk.proposals.all()[0])}
    assert kinds == {"mash:other": "gone", THYESAT: "same"}
    scene.desk.approve(2, "Drita")
    scene.desk.work()
    left = set(scene.files())
    gone = both - left
    assert len([name for name in gone if name.startswith("manifests/")]) == 1
    assert scene.box().install(DirectoryShelf(scene.shelf), THYESAT).missing == ()
    named = {file for one in scene.desk.published("mash") for file in one.files()}
    assert {Path(name).stem for name in left if name.startswith("blobs/")} == named


def _sha(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


class FullShelf(Disk):
    """A disk on which nothing more can be written below one folder."""

    def __init__(self, folder: Path) -> None:
        self._full = folder

    def open_append(self, path: Path, *, mode: int = 0o644) -> FileIO:
        if path.is_relative_to(self._full):
            raise NotEnoughSpaceError(path=path, needs_bytes=1, free_bytes=0)
        return super().open_append(path, mode=mode)


def with_list(scene: Scene, raw: bytes, version: int, *listings: Listing) -> bytes:
    """The archive with another list that mash really signed."""
    scene.ministry.write_catalogue("mash", version, listings)
    changed = (scene.ministry.folder / "meta" / "cat" / "mash.json").read_bytes()
    return members(raw, lambda name, content: changed if name == "meta/cat/mash.json" else content)


def without(scene: Scene, what: Callable[[], None], raw: bytes) -> bytes:
    """The archive, after something was done to the registry."""
    what()
    bare_shelf(scene.ministry, scene.shelf)
    return raw


def published(scene: Scene, raw: bytes) -> bytes:
    """The archive, after it was published."""
    scene.publish(raw)
    return raw


def superseded(scene: Scene, raw: bytes) -> bytes:
    """The archive, after a newer one was published."""
    scene.ministry.publish(THYESAT, 2)
    scene.publish(scene.archive())
    return raw


def of_another(scene: Scene) -> bytes:
    """An archive of the other publisher."""
    scene.ministry.publish("qendra:english")
    return scene.archive("qendra:english")


def harmed(where: str, name: str, content: bytes) -> bytes:
    return content[:-1] + b"~" if name.startswith(where) else content


def without_registry(scene: Scene, raw: bytes) -> bytes:
    (scene.shelf / "meta" / "registry.json").unlink()
    return raw


NOTHING = Listing(THYESAT, 1, "ab" * 32, 5)
STORIES: dict[str, Callable[[Scene, bytes], bytes]] = {
    "not-archive": lambda _, raw: raw[:-30],
    "no-catalogue": lambda scene, _: of_another(scene),
    "unknown-publisher": lambda scene, raw: without(scene, lambda: scene.ministry.revoke("mash"), raw),
    "not-signed": lambda scene, raw: without(scene, lambda: scene.ministry.admit("mash"), raw),
    "outside": lambda scene, raw: with_list(scene, raw, 2, Listing("qendra:x", 1, "ab" * 32, 5)),
    "older": superseded,
    "forked": lambda scene, raw: with_list(scene, published(scene, raw), 1),
    "changed-version": lambda scene, raw: with_list(scene, published(scene, raw), 2, NOTHING),
    "nothing-new": lambda scene, raw: members(published(scene, raw), lambda _, content: content),
    "manifest": lambda _, raw: members(raw, lambda name, content: harmed("manifests/", name, content)),
    "file": lambda _, raw: members(raw, lambda name, content: harmed("blobs/", name, content)),
    "no-lists": without_registry,
}


@pytest.mark.parametrize("word", list(STORIES))
def test_what_is_wrong_is_refused_with_its_sentence_and_changes_nothing(scene: Scene, word: str) -> None:
    raw = STORIES[word](scene, scene.archive())
    before = scene.files()
    assert scene.sent(raw) == ("refused", word)
    assert scene.files() == before
    one = scene.desk.proposals.all()[0]
    with scene.client() as client:
        told = client.get(f"/publish/v1/proposals/{one.number}").json()
    assert (told["state"], told["problem"]) == ("refused", word)
    assert told["message"]
    assert "%(" not in told["message"]
    assert not list(scene.hub.folder.glob("publishing/incoming/*.zip"))
    assert not list(scene.hub.folder.glob("publishing/proposals/*"))


def test_a_file_that_is_not_in_the_archive_is_named_by_its_item(scene: Scene) -> None:
    raw = scene.archive()
    blob = next(name for name in zipfile.ZipFile(BytesIO(raw)).namelist() if name.startswith("blobs/"))
    assert scene.sent(members(raw, lambda name, content: None if name == blob else content)) == ("refused", "file")


def test_an_item_of_another_pack_is_refused(scene: Scene) -> None:
    scene.publish(scene.archive())
    source = scene.ministry.source("mash:other", 1, {"hyrje": b"x"})
    text = (source / "pack.toml").read_text().replace('slug = "other-hyrje"', 'slug = "thyesat-hyrje"')
    (source / "pack.toml").write_text(text)
    (source / "hyrje.mp4").write_bytes((scene.folder / "work" / "source-mash-thyesat-1" / "hyrje.mp4").read_bytes())
    # Signing notices it, too, but only where the other pack is on the same shelf.
    (scene.ministry.folder / "manifests").rename(scene.folder / "aside")
    scene.ministry.publish_source(source)
    assert scene.sent(scene.archive("mash:other")) == ("refused", "item-taken")


def test_a_full_disk_refuses_before_anything_is_written(scene: Scene) -> None:
    archive = scene.folder / "packs.zip"
    archive.write_bytes(scene.archive())
    checker = Checker(scene.shelf, Disk(), reserve_bytes=2**60)
    with pytest.raises(ProposalRefusedError) as caught:
        checker.take(archive, "mash", into=scene.folder / "into")
    assert (caught.value.word, (scene.folder / "into" / "blobs").exists()) == ("no-room", False)


def test_a_disk_that_refuses_lets_what_was_approved_wait_again(scene: Scene) -> None:
    number = scene.send(scene.archive())
    scene.desk.work()
    scene.desk.approve(number, "Drita")
    hub = scene.hub.hub
    full = Publishing(
        hub.database, scene.hub.folder / "publishing", scene.shelf, hub.clock, bounds=Bounds(10**9, 0),
        disk=FullShelf(scene.shelf), token=secrets.token_bytes,
    )  # fmt: skip
    full.work()
    one = scene.desk.proposals.one(number)
    assert (one.state, one.problem and one.problem.word) == ("waiting", "disk")
    scene.desk.approve(number, "Drita")
    scene.desk.work()
    assert scene.desk.proposals.one(number).state == "published"


def test_what_is_no_longer_on_the_disk_has_to_be_sent_again(scene: Scene) -> None:
    number = scene.send(scene.archive())
    scene.desk.work()
    shutil.rmtree(scene.hub.folder / "publishing" / "proposals")
    assert scene.desk.changes(scene.desk.proposals.one(number)) == []
    scene.desk.approve(number, "Drita")
    scene.desk.work()
    one = scene.desk.proposals.one(number)
    assert (one.state, one.problem and one.problem.word) == ("refused", "gone")
    unseen = scene.send(members(scene.archive(), lambda _, content: content))
    shutil.rmtree(scene.hub.folder / "publishing" / "incoming")
    scene.desk.work()
    assert scene.desk.proposals.one(unseen).state == "refused"


def test_a_quiz_that_no_box_could_read_is_refused(scene: Scene) -> None:
    publish_physics(scene.ministry, scene.folder / "sources")
    listing = next(one for one in scene.ministry.listings("mash") if one.pack_id == PACK)
    raw = (scene.ministry.folder / "manifests" / f"{listing.manifest_sha256}.json").read_bytes()
    old = next(file for file in decode_manifest(raw).files().values() if file.role == "quiz")
    broken = b"no quiz".ljust(old.size_bytes)
    sha256 = hashlib.sha256(broken).hexdigest()
    changed = raw.replace(old.sha256.encode(), sha256.encode())
    for name, content in ((f"blobs/{sha256[:2]}/{sha256}.json", broken), (f"manifests/{_sha(changed)}.json", changed)):
        (scene.ministry.folder / name).parent.mkdir(exist_ok=True)
        (scene.ministry.folder / name).write_bytes(content)
    scene.ministry.write_catalogue("mash", 7, [Listing(PACK, 1, _sha(changed), len(changed))])
    assert scene.sent(scene.archive()) == ("refused", "quiz")


def test_pieces_that_come_again_or_too_early_change_nothing(scene: Scene) -> None:
    raw = scene.archive()
    asked = {"name": "a.zip", "size_bytes": len(raw), "mark": "m"}
    with scene.client() as client:
        begun = client.post("/publish/v1/uploads", json=asked).json()
        place = f"/publish/v1/uploads/{begun['upload']}"
        assert client.put(f"{place}/0", content=raw[:100]).json()["has_bytes"] == 100
        assert client.put(f"{place}/0", content=raw[:100]).json()["has_bytes"] == 100
        assert client.put(f"{place}/300", content=raw[300:400]).json()["has_bytes"] == 100
        assert client.post("/publish/v1/uploads", json=asked).json() == {**begun, "has_bytes": 100}
        last = client.put(f"{place}/100", content=raw[100:]).json()
        assert (last["has_bytes"], last["proposal"]) == (len(raw), 1)
        # The answer was lost: whoever asks again is told the same, and nothing is sent twice.
        assert client.post("/publish/v1/uploads", json=asked).json()["proposal"] == 1
        assert client.put(f"{place}/100", content=raw[100:]).status_code == 404
        assert len(client.get("/publish/v1/proposals").json()["proposals"]) == 1


def test_an_archive_is_bounded_and_only_a_few_unfinished_ones_are_kept(tmp_path: Path) -> None:
    with publishing_hub(tmp_path, settings="archive_bytes_max = 5000\n") as scene, scene.client() as client:
        def begin(mark: str, size_bytes: int = 4000) -> httpx.Response:
            return client.post("/publish/v1/uploads", json={"name": "a", "size_bytes": size_bytes, "mark": mark})

        assert begin("large", 5001).status_code == 413
        first = begin("first").json()["upload"]
        client.put(f"/publish/v1/uploads/{first}/0", content=b"x")
        for number in range(3):
            assert begin(f"more {number}").status_code == 200
        assert client.put(f"/publish/v1/uploads/{first}/1", content=b"x").status_code == 404
        assert not (scene.hub.folder / "publishing" / "incoming" / f"{first}.zip").exists()
        second = begin("more 2").json()["upload"]
        assert client.put(f"/publish/v1/uploads/{second}/0", content=b"x" * 4001).status_code == 400
        assert client.post("/publish/v1/uploads", content=b"{}").status_code == 400


def test_a_publisher_sees_and_touches_only_what_is_its_own(scene: Scene) -> None:
    number = scene.send(scene.archive())
    raw = scene.archive()
    with scene.client("mash") as mash, scene.client("qendra") as qendra:
        assert qendra.get(f"/publish/v1/proposals/{number}").status_code == 404
        assert qendra.get("/publish/v1/proposals").json() == {"publisher": "qendra", "proposals": []}
        begun = mash.post("/publish/v1/uploads", json={"name": "b", "size_bytes": len(raw) + 1, "mark": "b"}).json()
        assert qendra.put(f"/publish/v1/uploads/{begun['upload']}/0", content=b"x").status_code == 404
    for wrong in (scene.hub.program(), scene.hub.enrol().credentials, None):
        with scene.hub.client(wrong) as client:
            assert client.get("/publish/v1/proposals").status_code == (403 if wrong else 401)


def test_a_newer_proposal_takes_the_place_of_the_one_that_waits(scene: Scene) -> None:
    first = scene.send(scene.archive())
    scene.desk.work()
    scene.ministry.publish("mash:other")
    second = scene.send(scene.archive())
    scene.desk.work()
    states = {one.number: one.state for one in scene.desk.proposals.all()}
    assert states == {first: "replaced", second: "waiting"}
    assert [path.name for path in scene.hub.folder.glob("publishing/proposals/*")] == [str(second)]


def test_of_two_who_decide_at_once_one_is_told(scene: Scene) -> None:
    number = scene.send(scene.archive())
    scene.desk.work()
    scene.desk.give_back(number, "Drita", "Titulli mungon.")
    with pytest.raises(ProposalStateError):
        scene.desk.approve(number, "Nora")
    one = scene.desk.proposals.one(number)
    assert (one.state, one.reason, one.steps[-1].who) == ("returned", "Titulli mungon.", "Drita")
    with pytest.raises(ProposalStateError):
        scene.desk.withdraw(number, Sender("mash", "Vlora"))
    # The same archive may be sent again.
    assert scene.sent(scene.archive()) == ("waiting", "")


def test_what_changed_on_the_shelf_since_the_check_is_noticed_before_anything_is_published(scene: Scene) -> None:
    number = scene.send(scene.archive())
    scene.desk.work()
    scene.ministry.revoke("mash")
    bare_shelf(scene.ministry, scene.shelf)
    before = scene.files()
    scene.desk.approve(number, "Drita")
    scene.desk.work()
    one = scene.desk.proposals.one(number)
    assert (one.state, one.problem and one.problem.word) == ("refused", "unknown-publisher")
    assert scene.files() == before


def test_what_lies_of_a_proposal_that_was_decided_is_swept(scene: Scene) -> None:
    left = scene.hub.folder / "publishing" / "proposals" / "77"
    left.mkdir(parents=True)
    number = scene.send(scene.archive())
    scene.desk.work()
    scene.desk.sweep()
    assert [path.name for path in left.parent.iterdir()] == [str(number)]


def test_a_quiz_and_what_is_for_teachers_come_through_guarded(scene: Scene) -> None:
    publish_physics(scene.ministry, scene.folder / "sources")
    scene.publish(scene.archive())
    assert {one.pack for one in scene.desk.published("mash")} == {PACK, THYESAT}
    quiz = next(file for one in scene.desk.published("mash") for file in one.files().values() if file.role == "quiz")
    with scene.hub.client() as guest, scene.hub.client(scene.hub.enrol().credentials) as box:
        name = f"/shelf/blobs/{quiz.sha256[:2]}/{quiz.sha256}.json"
        assert (guest.get(name).status_code, box.get(name).status_code) == (401, 200)


def test_every_word_of_a_refusal_has_a_story() -> None:
    others = {"quiz", "gone", "disk", "no-room", "item-taken", "unforeseen"}
    assert {*STORIES, *others} == set(SENTENCES)
