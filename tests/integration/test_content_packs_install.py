"""Installing, updating, repairing and removing, with a ministry that really signs (FORMAT.md section 8)."""

from datetime import timedelta
from pathlib import Path

import pytest

from content_packs.copying import Progress
from content_packs.errors import MissingBlobError, NotInstalledError, TamperedError
from content_packs.install import Installed
from tests.simulators.counting_shelf import CountingShelf
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox

PACK = "mash:thyesat"


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    """A ministry with two publishers."""
    return Ministry(tmp_path, publishers=("mash", "qendra"))


@pytest.fixture
def box(tmp_path: Path, ministry: Ministry) -> SchoolBox:
    """A box that trusts the ministry."""
    return SchoolBox(tmp_path / "box", root=ministry.root)


def blobs(box: SchoolBox) -> set[str]:
    """What the store holds, blobs and manifests."""
    return {path.name.partition(".")[0] for path in box.store.folder.glob("*/**/*") if path.suffix not in ("", ".part")}


def test_a_pack_is_offered_installed_and_shown_with_its_publisher(box: SchoolBox, ministry: Ministry) -> None:
    manifest = ministry.publish(PACK)
    ministry.clock.at += timedelta(days=400)
    box.clock.at += timedelta(days=400)
    offers = box.installer.offers(ministry.shelf)
    offer = offers.find(PACK)
    assert (offer.state, offer.version, offer.publisher, offer.installable) == ("new", 1, "mash", True)
    assert offer.size_bytes == offer.missing_bytes == manifest.size_bytes
    assert offers.age == timedelta(days=400)
    assert box.install(ministry.shelf, PACK) == Installed(PACK, 1, True, manifest.size_bytes, 0)
    shown = box.library.shown()[PACK]
    assert (shown.version, shown.publisher_names["sq"], shown.catalogue_version) == (1, "Botuesi mash", 1)
    assert box.store.manifest(shown.manifest_sha256) == manifest
    assert box.installer.verify(PACK).sound


def test_an_update_copies_only_what_is_new_and_keeps_the_version_before(box: SchoolBox, ministry: Ministry) -> None:
    old = ministry.publish(PACK, 1)
    box.install(ministry.shelf, PACK)
    new = ministry.publish(PACK, 2)
    offer = box.installer.offers(ministry.shelf).find(PACK)
    assert (offer.state, offer.installed_version) == ("newer", 1)
    assert 0 < offer.missing_bytes < offer.size_bytes
    done = box.install(ministry.shelf, PACK)
    assert (done.changed, done.copied_bytes, done.freed_bytes) == (True, offer.missing_bytes, 0)
    manifests = {listing.manifest_sha256 for listing in ministry.listings("mash")}
    assert blobs(box) == set(old.files()) | set(new.files()) | manifests


def test_the_version_after_deletes_what_only_the_one_before_the_last_used(box: SchoolBox, ministry: Ministry) -> None:
    manifests = []
    for version in (1, 2, 3):
        manifests.append(ministry.publish(PACK, version))
        done = box.install(ministry.shelf, PACK)
    assert done.freed_bytes > 0
    used = {*manifests[1].files(), *manifests[2].files()}
    assert set(manifests[0].files()) - used
    assert blobs(box) & set(manifests[0].files()) == used & set(manifests[0].files())


def test_progress_grows_to_the_end_and_counts_what_was_there(box: SchoolBox, ministry: Ministry) -> None:
    manifest = ministry.publish(PACK, files={"a": mp4() + bytes(3_000_000), "b": mp4(seconds=2)})
    box.install(ministry.shelf, PACK)
    done = [step.bytes_done for step in box.progress]
    assert done == sorted(done)
    assert len(done) > 4
    assert box.progress[-1] == Progress(PACK, 2, 2, manifest.size_bytes, manifest.size_bytes)


def test_pausing_keeps_what_was_copied(box: SchoolBox, ministry: Ministry) -> None:
    class Paused(Exception):  # noqa: N818 - a wish, not an error
        pass

    def pause(progress: Progress) -> None:
        if progress.bytes_done > 1_000_000:
            raise Paused

    ministry.publish(PACK, files={"a": mp4() + bytes(3_000_000)})
    with pytest.raises(Paused):
        box.installer.install(ministry.shelf, PACK, progress=pause)
    assert box.version(PACK) is None
    box.install(ministry.shelf, PACK)
    assert box.progress[0].bytes_done > 1_000_000
    assert box.installer.verify(PACK).sound


def test_giving_up_frees_what_was_copied(box: SchoolBox, ministry: Ministry) -> None:
    ministry.publish(PACK)
    ministry.publish("qendra:python", files={"x": mp4(), "y": mp4(seconds=9)})
    box.install(ministry.shelf, PACK)
    before = box.snapshot()
    for blob in sorted(ministry.folder.glob("blobs/*/*"), key=lambda path: path.stat().st_mtime_ns)[-2:]:
        blob.write_bytes(b"")
    with pytest.raises(TamperedError):
        box.install(ministry.shelf, "qendra:python")
    assert box.installer.sweep() >= 0
    assert box.snapshot() == before


def test_installing_the_same_again_repairs_what_is_missing_or_wrong(box: SchoolBox, ministry: Ministry) -> None:
    manifest = ministry.publish(PACK)
    box.install(ministry.shelf, PACK)
    first, second = manifest.files().values()
    box.store.path(first.sha256, first.ext).unlink()
    path = box.store.path(second.sha256, second.ext)
    path.write_bytes(bytes(path.stat().st_size))
    found = box.installer.verify(PACK)
    assert (found.missing, found.corrupt, found.sound) == ((first,), (second,), False)
    done = box.install(ministry.shelf, PACK)
    assert (done.changed, done.copied_bytes) == (False, manifest.size_bytes)
    assert box.installer.verify(PACK).sound
    assert box.install(ministry.shelf, PACK).copied_bytes == 0


def test_a_lost_manifest_is_brought_back_too(box: SchoolBox, ministry: Ministry) -> None:
    ministry.publish(PACK)
    box.install(ministry.shelf, PACK)
    (path,) = (box.store.folder / "manifests").iterdir()
    path.unlink()
    with pytest.raises(MissingBlobError):
        box.installer.verify(PACK)
    box.install(ministry.shelf, PACK)
    assert box.installer.verify(PACK).sound


def test_a_file_two_packs_share_is_stored_once_and_stays_until_both_are_gone(
    box: SchoolBox, ministry: Ministry
) -> None:
    shared = {"a": mp4(seconds=5)}
    ministry.publish(PACK, files=shared)
    ministry.publish("qendra:python", files=shared)
    box.install(ministry.shelf, PACK)
    assert box.install(ministry.shelf, "qendra:python").copied_bytes == 0
    (blob,) = box.store.folder.glob("blobs/*/*")
    assert box.installer.remove(PACK) > 0
    assert blob.exists()
    assert box.installer.verify("qendra:python").sound
    assert box.installer.remove("qendra:python") > blob.parent.stat().st_nlink
    assert blobs(box) == set()


def test_removing_frees_the_bytes_and_what_is_not_installed_is_told_apart(box: SchoolBox, ministry: Ministry) -> None:
    manifest = ministry.publish(PACK)
    box.install(ministry.shelf, PACK)
    assert box.installer.remove(PACK) > manifest.size_bytes
    assert box.version(PACK) is None
    for attempt in (box.installer.remove, box.installer.verify):
        with pytest.raises(NotInstalledError):
            attempt(PACK)


def test_a_shelf_that_holds_a_part_offers_that_part(box: SchoolBox, ministry: Ministry) -> None:
    """FORMAT 2.5: the catalogue is whole, the stick is not."""
    ministry.publish(PACK, 1)
    ministry.publish(PACK, 2)
    ministry.publish("mash:tjeter", 1)
    for path in ministry.folder.glob("manifests/*"):
        raw = path.read_bytes()
        if b'"mash:tjeter"' in raw or b'"version":2' in raw:
            path.unlink()
    offers = box.installer.offers(ministry.shelf)
    assert [(offer.pack_id, offer.version) for offer in offers.offers] == [(PACK, 1)]


def test_each_byte_of_a_blob_is_read_once_from_the_stick(box: SchoolBox, ministry: Ministry) -> None:
    manifest = ministry.publish(PACK, files={"a": mp4() + bytes(2_000_000)})
    shelf = CountingShelf(ministry.folder)
    box.install(shelf, PACK)
    assert shelf.blob_bytes == manifest.size_bytes
