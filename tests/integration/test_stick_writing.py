"""Packs of a box written onto a stick: what travels, what stays, what is refused at once (FORMAT 2.12-2.17)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from content_packs.errors import ForkedMetadataError, MissingBlobError, NoRootError, OddNameError, UnknownPublisherError
from content_packs.export import Options, StickProgress
from content_packs.export.errors import (
    FileTooLargeError,
    NoStickError,
    NotListedError,
    OtherRegistryError,
    StickBusyError,
)
from content_packs.export.writer import StickWriter
from content_packs.shelf import DirectoryShelf, is_shelf
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox
from tests.simulators.stick_desk import OTHER, PACK, Desk, sha_of, version_on


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_written_stick_is_a_shelf_that_any_box_of_the_ministry_installs_from(desk: Desk) -> None:
    written = desk.write()
    assert (written.whole, {pack.pack_id for pack in written.packs}) == (True, {PACK, OTHER})
    fresh = desk.fresh_box()
    for pack_id in (PACK, OTHER):
        assert fresh.install(DirectoryShelf(desk.stick), pack_id).changed
    assert fresh.installer.offers(DirectoryShelf(desk.stick)).refused == ()
    assert {path.name for path in desk.stick.iterdir()} == {"CONTENTS.html", "contents", "meta", "manifests", "blobs"}


def test_writing_again_changes_nothing(desk: Desk) -> None:
    desk.write()
    before = desk.on_stick()
    again = desk.write()
    assert (again.whole, again.copied_bytes, desk.on_stick()) == (True, 0, before)


def test_only_what_was_asked_for_goes_out(desk: Desk) -> None:
    desk.write(OTHER)
    assert {path.name for path in (desk.stick / "meta" / "cat").iterdir()} == {"qendra.json"}
    assert [path.name for path in (desk.stick / "contents").iterdir()] == ["qendra.python.html"]
    assert len(list(desk.stick.glob("manifests/*"))) == 1


def test_progress_is_told_in_bytes_and_files_and_ends_with_everything(desk: Desk) -> None:
    desk.write()
    first, last = desk.told[0], desk.told[-1]
    assert (last.bytes_done, last.files_done) == (last.bytes_total, last.files_total)
    assert first.bytes_done < last.bytes_done
    assert last.bytes_total == sum(path.stat().st_size for path in desk.stick.glob("blobs/*/*"))


def test_what_else_is_on_the_stick_stays(desk: Desk) -> None:
    (desk.stick / "Foto").mkdir()
    (desk.stick / "Foto" / "klasa.jpg").write_bytes(b"a picture of the class")
    (desk.stick / "blobs" / "ab").mkdir(parents=True)
    foreign = desk.stick / "blobs" / "ab" / f"{'ab' * 32}.mp4"
    foreign.write_bytes(b"of a pack this box does not know")
    desk.write(PACK)
    desk.write(OTHER)
    assert (desk.stick / "Foto" / "klasa.jpg").read_bytes() == b"a picture of the class"
    assert foreign.exists()
    assert {path.stem for path in (desk.stick / "meta" / "cat").iterdir()} == {"mash", "qendra"}
    page = (desk.stick / "CONTENTS.html").read_text()
    assert "mash.thyesat.html" in page
    assert "qendra.python.html" in page


def test_only_takes_off_what_was_not_chosen_and_never_a_teachers_own_file(desk: Desk) -> None:
    desk.write()
    (desk.stick / "Foto").mkdir()
    own = (desk.stick / "Foto" / "klasa.jpg", desk.stick / "blobs" / "shenime.txt", desk.stick / "meta" / "lexo.txt")
    for path in own:
        path.write_bytes(b"mine")
    written = desk.write(OTHER, options=Options(only=True))
    assert written.freed_bytes > 0
    assert all(path.read_bytes() == b"mine" for path in own)
    assert {path.stem for path in (desk.stick / "meta" / "cat").iterdir()} == {"qendra"}
    assert [path.name for path in (desk.stick / "contents").iterdir()] == ["qendra.python.html"]
    fresh = desk.fresh_box()
    assert {offer.pack_id for offer in fresh.installer.offers(DirectoryShelf(desk.stick)).offers} == {OTHER}
    assert fresh.install(DirectoryShelf(desk.stick), OTHER).changed
    left = {path.name.partition(".")[0] for path in desk.stick.glob("blobs/*/*.mp4")}
    assert len(left) == 2
    assert left.isdisjoint(desk.manifest.files())


def test_every_root_travels_so_that_an_old_box_catches_up(desk: Desk) -> None:
    desk.ministry.renew_root(version=2, new_registry_key=True)
    desk.ministry.renew_root(version=3)
    desk.ministry.write_registry(7, "mash", names={"sq": "Ministria"})
    desk.box.trust.apply(desk.ministry.shelf)
    desk.write(PACK)
    assert {path.name for path in (desk.stick / "meta").glob("*.root.json")} == {f"{n}.root.json" for n in (1, 2, 3)}
    fresh = desk.fresh_box()
    trust = fresh.trust.apply(DirectoryShelf(desk.stick)).trust
    assert (trust.root.version, trust.registry and trust.registry.version) == (3, 7)


def test_a_stick_that_knows_more_teaches_the_box_and_stays_so(desk: Desk) -> None:
    desk.write()
    desk.ministry.publish(PACK, 2)
    desk.ministry.admit("tjeter")
    newer = desk.ministry.copy("newer")
    for name in ("registry.json", "cat/mash.json"):
        (desk.stick / "meta" / name).write_bytes((newer / "meta" / name).read_bytes())
    versions = [version_on(desk.stick, name) for name in ("registry.json", "cat/mash.json")]
    written = desk.write(PACK)
    assert (written.whole, written.kept) == (True, ())
    assert [version_on(desk.stick, name) for name in ("registry.json", "cat/mash.json")] == versions
    trust = desk.box.trust.trust()
    assert [trust.registry and trust.registry.version, trust.catalogues["mash"].version] == versions


def test_a_newer_list_that_is_not_right_is_left_and_told(desk: Desk) -> None:
    desk.write()
    path = desk.stick / "meta" / "cat" / "mash.json"
    forged = path.read_bytes().replace(b'"version":1', b'"version":9')
    path.write_bytes(forged)
    written = desk.write(PACK)
    assert [refusal.name for refusal in written.kept] == ["cat/mash.json"]
    assert path.read_bytes() == forged
    assert desk.write(PACK, options=Options(only=True)).kept == ()
    assert version_on(desk.stick, "cat/mash.json") == 1


@pytest.mark.parametrize("name", ["1.root.json", "registry.json", "cat/mash.json"])
def test_a_damaged_list_on_the_stick_is_mended(desk: Desk, name: str) -> None:
    desk.write()
    before = desk.on_stick()
    (desk.stick / "meta" / name).write_bytes(b'{"signed": torn')
    assert desk.write(PACK).whole
    assert desk.on_stick() == before


def test_an_older_stick_is_brought_up_to_date(desk: Desk) -> None:
    desk.write()
    desk.ministry.publish(PACK, 2)
    desk.box.install(desk.ministry.shelf, PACK)
    desk.write(OTHER)
    assert version_on(desk.stick, "cat/mash.json") == 2
    desk.write(PACK)
    fresh = desk.fresh_box()
    assert fresh.install(DirectoryShelf(desk.stick), PACK).version == 2


@pytest.mark.parametrize("older_root", [False, True])
def test_a_stick_of_another_registry_is_refused_unless_it_is_to_be_replaced(desk: Desk, *, older_root: bool) -> None:
    foreign = Ministry(desk.folder / "foreign", publishers=("mash",))
    foreign.publish(PACK, 3)
    desk.stick.rmdir()
    desk.stick = foreign.folder
    if older_root:
        desk.ministry.renew_root(version=2)
        desk.box = SchoolBox(desk.folder / "other", root=(desk.ministry.folder / "meta" / "2.root.json").read_bytes())
        desk.box.install(desk.ministry.shelf, PACK)
    before = desk.on_stick()
    with pytest.raises(OtherRegistryError):
        desk.write(PACK)
    assert desk.on_stick() == before
    assert desk.write(PACK, options=Options(only=True)).whole
    if older_root:
        assert (desk.stick / "meta" / "1.root.json").read_bytes() == desk.ministry.root
        assert desk.box.trust.apply(DirectoryShelf(desk.stick)).refused == ()
    else:
        assert desk.fresh_box().install(DirectoryShelf(desk.stick), PACK).version == 1


def test_a_stick_with_the_roots_before_the_boxs_own_is_of_the_same_registry(desk: Desk) -> None:
    desk.write(OTHER)
    desk.ministry.renew_root(version=2)
    (desk.ministry.folder / "meta" / "1.root.json").unlink()
    desk.box = SchoolBox(desk.folder / "later", root=(desk.ministry.folder / "meta" / "2.root.json").read_bytes())
    desk.box.install(desk.ministry.shelf, PACK)
    assert desk.write(PACK).whole
    assert {path.name for path in (desk.stick / "meta").glob("*.root.json")} == {"1.root.json", "2.root.json"}
    first = (desk.stick / "meta" / "1.root.json").read_bytes()
    fresh = SchoolBox(desk.folder / "fresh", root=first)
    assert fresh.trust.apply(DirectoryShelf(desk.stick)).trust.root.version == 2


def test_a_stick_that_begins_with_a_later_root_is_seen_as_a_shelf(desk: Desk) -> None:
    desk.ministry.renew_root(version=2)
    (desk.ministry.folder / "meta" / "1.root.json").unlink()
    desk.box = SchoolBox(desk.folder / "later", root=(desk.ministry.folder / "meta" / "2.root.json").read_bytes())
    desk.box.install(desk.ministry.shelf, PACK)
    desk.write(PACK)
    assert not (desk.stick / "meta" / "1.root.json").exists()
    assert is_shelf(desk.stick)


def test_packs_of_a_withdrawn_publisher_do_not_leave_the_box(desk: Desk) -> None:
    desk.ministry.revoke("qendra")
    desk.box.trust.apply(desk.ministry.shelf)
    written = desk.write()
    assert [pack.pack_id for pack in written.packs] == [PACK]
    assert {key: type(error) for key, error in written.failed.items()} == {OTHER: UnknownPublisherError}
    assert not (desk.stick / "meta" / "cat" / "qendra.json").exists()


def test_a_stick_that_knows_of_a_withdrawal_is_believed_before_anything_is_written(desk: Desk) -> None:
    desk.write()
    desk.ministry.revoke("qendra")
    (desk.stick / "meta" / "registry.json").write_bytes((desk.ministry.folder / "meta" / "registry.json").read_bytes())
    assert set(desk.write().failed) == {OTHER}


def test_a_version_that_no_list_names_any_more_is_not_written(desk: Desk) -> None:
    desk.ministry.write_catalogue("mash", 5, [])
    desk.box.trust.apply(desk.ministry.shelf)
    written = desk.write()
    assert isinstance(written.failed[PACK], NotListedError)
    assert [pack.pack_id for pack in written.packs] == [OTHER]


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("harm", [damage, Path.unlink])
def test_what_the_box_itself_lacks_is_told_and_never_written_under_a_wrong_name(
    desk: Desk, harm: Callable[[Path], None]
) -> None:
    harm(desk.own_blob())
    written = desk.write()
    packs = {pack.pack_id: [file.sha256 for file in pack.missing] for pack in written.packs}
    assert (packs[PACK], packs[OTHER]) == ([desk.own_blob().name.partition(".")[0]], [])
    assert not written.whole
    assert not desk.blob().exists()
    assert all(path.name.startswith(sha_of(path)) for path in desk.stick.glob("blobs/*/*"))
    assert not (desk.stick / "staging").exists()
    last = desk.told[-1]
    assert last.bytes_done == last.bytes_total


def test_a_manifest_the_box_itself_lacks_stops_only_its_pack(desk: Desk) -> None:
    (desk.box.folder / "store" / "manifests" / f"{desk.box.library.shown()[PACK].manifest_sha256}.json").unlink()
    written = desk.write()
    assert isinstance(written.failed[PACK], MissingBlobError)
    assert [pack.pack_id for pack in written.packs] == [OTHER]


def test_what_is_on_the_stick_already_is_read_before_it_is_believed(desk: Desk) -> None:
    desk.write()
    before = desk.on_stick()
    damage(desk.blob())
    assert desk.write(PACK, options=Options(quick=True)).copied_bytes == 0
    assert desk.on_stick() != before
    assert desk.write(PACK).copied_bytes == desk.blob().stat().st_size
    assert desk.on_stick() == before


def test_a_file_that_no_stick_holds_is_told_before_anything_is_written(desk: Desk) -> None:
    big = desk.ministry.publish("mash:gjate", 1, files={"film": mp4() + bytes(5000)})
    desk.box.install(desk.ministry.shelf, "mash:gjate")
    cap = next(iter(big.files().values())).size_bytes - 1
    written = desk.write("mash:gjate", options=Options(file_bytes_max=cap))
    error = written.failed["mash:gjate"]
    assert isinstance(error, FileTooLargeError)
    assert (error.size_bytes, error.cap_bytes) == (cap + 1, cap)
    assert list(desk.stick.iterdir()) == []
    assert desk.write(options=Options(file_bytes_max=cap)).packs[0].pack_id == PACK


@pytest.mark.parametrize("name", ["meta", "meta/cat", "manifests", "blobs", "staging", "contents"])
def test_nothing_is_written_through_a_link(desk: Desk, name: str) -> None:
    desk.write()
    outside = desk.folder / "outside"
    outside.mkdir()
    if (desk.stick / name).exists():
        (desk.stick / name).rename(desk.folder / "aside")
    (desk.stick / name).symlink_to(outside)
    with pytest.raises(OddNameError):
        desk.write()
    assert list(outside.iterdir()) == []


def test_nothing_is_written_through_a_link_among_the_blobs(desk: Desk) -> None:
    outside = desk.folder / "outside"
    outside.mkdir()
    (desk.stick / "blobs").mkdir()
    (desk.stick / "blobs" / desk.blob().parent.name).symlink_to(outside)
    with pytest.raises(OddNameError):
        desk.write()
    assert list(outside.iterdir()) == []


def test_a_link_in_place_of_a_blob_is_replaced_by_the_blob(desk: Desk) -> None:
    desk.write()
    outside = desk.folder / "outside"
    desk.blob().rename(outside)
    desk.blob().symlink_to(outside)
    desk.write(PACK)
    assert not desk.blob().is_symlink()
    assert sha_of(desk.blob()) == sha_of(outside)


def test_a_stick_is_written_by_one_program_at_a_time(desk: Desk) -> None:
    def try_again(_progress: StickProgress) -> None:
        with pytest.raises(StickBusyError):
            desk.write()
        raise KeyboardInterrupt

    writer = StickWriter(store=desk.box.store, trust=desk.box.trust, disk=desk.box.disk)
    with pytest.raises(KeyboardInterrupt):
        writer.write(desk.stick, desk.box.library.installed().values(), progress=try_again)
    assert desk.write().whole


@pytest.mark.parametrize("name", ["stick/nowhere", "plain.txt", "box/store", "box/store/blobs"])
def test_only_a_folder_outside_of_the_box_is_a_stick(desk: Desk, name: str) -> None:
    (desk.folder / "plain.txt").write_text("plain")
    before = desk.box.snapshot()
    desk.stick = desk.folder / name
    with pytest.raises(NoStickError):
        desk.write()
    assert desk.box.snapshot() == before


def test_a_box_that_trusts_nobody_writes_nothing(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    box = SchoolBox(tmp_path / "box")
    with pytest.raises(NoRootError):
        StickWriter(store=box.store, trust=box.trust, disk=box.disk).write(stick, [], progress=lambda _: None)
    assert list(stick.iterdir()) == []


def test_a_forked_list_of_the_same_version_is_replaced_by_the_boxs_own(desk: Desk) -> None:
    desk.write()
    before = desk.on_stick()
    desk.ministry.clock.at = desk.ministry.clock.at.replace(year=2030)
    desk.ministry.write_catalogue("mash", 1, desk.ministry.listings("mash"))
    forked = (desk.ministry.folder / "meta" / "cat" / "mash.json").read_bytes()
    (desk.stick / "meta" / "cat" / "mash.json").write_bytes(forked)
    refusal = desk.box.trust.apply(DirectoryShelf(desk.stick)).refused[0]
    assert isinstance(refusal.error, ForkedMetadataError)
    desk.write(PACK)
    assert desk.on_stick() == before


def test_drafts_of_a_writing_that_was_cut_off_are_taken_away(desk: Desk) -> None:
    desk.write()
    before = desk.on_stick()
    for name in ("meta/.registry.json.77.new", ".CONTENTS.html.9.new", f"staging/{'ab' * 32}.mp4.part"):
        (desk.stick / name).parent.mkdir(exist_ok=True)
        (desk.stick / name).write_bytes(b"half")
    (desk.stick / ".bookmarks.new").write_bytes(b"not ours")
    desk.write(PACK)
    (desk.stick / ".bookmarks.new").unlink()
    assert desk.on_stick() == before
    assert not (desk.stick / "staging").exists()


def test_a_name_in_upper_case_is_another_name_where_case_matters(desk: Desk) -> None:
    desk.write()
    (desk.stick / "meta" / "cat" / "mash.json").rename(desk.stick / "meta" / "cat" / "MASH.JSON")
    assert "cat/mash.json" not in DirectoryShelf(desk.stick).meta_names()
