"""Installing what is installed mends it as far as the shelf has it; a worn stick and a full disk stop no more than they
must (FORMAT 8.7, 8.9, 8.11)."""

from pathlib import Path

import pytest

from content_packs.errors import MissingOnShelfError, ShelfGoneError, UnreadableOnShelfError
from content_packs.manifest import File, Manifest
from content_packs.paths import blob_name
from tests.faults.test_install_disk import SmallDisk
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox
from tests.simulators.worn_stick import WornStick

PACK = "mash:thyesat"


class NearlyFullDisk(SmallDisk):
    """A disk that has more room when something is deleted."""

    def unlink(self, path: Path) -> None:
        """Delete, and count."""
        size_bytes = path.stat().st_size if path.exists() else 0
        super().unlink(path)
        self.room_bytes += size_bytes


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    return Ministry(tmp_path)


@pytest.fixture
def box(tmp_path: Path, ministry: Ministry) -> SchoolBox:
    return SchoolBox(tmp_path / "box", root=ministry.root)


def videos(count: int) -> dict[str, bytes]:
    return {f"v{number}": mp4(seconds=number + 1) for number in range(count)}


def on_shelf(ministry: Ministry, file: File) -> Path:
    return ministry.folder / blob_name(file.sha256, file.ext)


def spoil(box: SchoolBox, file: File) -> None:
    """Let a file of the box rot."""
    path = box.store.path(file.sha256, file.ext)
    path.write_bytes(bytes(path.stat().st_size))


def spoilt_while_one_was_missing(box: SchoolBox, ministry: Ministry) -> File:
    """A box that lacks one of three files, which the shelf has by now, and on which another one rotted; gives that."""
    spoilt, missing, _ = in_order(ministry.publish(PACK, 1, files=videos(3)))
    content = on_shelf(ministry, missing).read_bytes()
    on_shelf(ministry, missing).unlink()
    box.install(ministry.shelf, PACK)
    spoil(box, spoilt)
    on_shelf(ministry, missing).write_bytes(content)
    return spoilt


def in_order(manifest: Manifest) -> list[File]:
    return list(manifest.files().values())


@pytest.mark.parametrize("kind", ["unreadable", "unfindable"])
def test_any_number_of_bad_spots_in_a_row_cost_these_files_and_no_others(
    box: SchoolBox, ministry: Ministry, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    bad = in_order(ministry.publish(PACK, 1, files=videos(8)))[2:6]
    worn = WornStick(ministry.folder, monkeypatch)
    getattr(worn, kind).update(f"{file.sha256}.{file.ext}" for file in bad)

    done = box.install(ministry.shelf, PACK)

    assert box.version(PACK) == 1
    assert {gap.file for gap in done.missing} == set(bad)
    assert {type(gap.error) for gap in done.missing} == {UnreadableOnShelfError}


def test_a_stick_of_which_nothing_can_be_read_any_more_is_gone_at_the_first_file(
    box: SchoolBox, ministry: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = in_order(ministry.publish(PACK, 1, files=videos(4)))
    worn = WornStick(ministry.folder, monkeypatch)

    def tear_out(_: object) -> None:
        """The system goes on showing names."""
        worn.unreadable |= {f"{file.sha256}.{file.ext}" for file in files}
        worn.unreadable |= {"1.root.json", "registry.json", "mash.json"}

    with pytest.raises(ShelfGoneError):
        box.installer.install(ministry.shelf, PACK, progress=tear_out)
    assert box.version(PACK) is None


def test_what_is_damaged_on_the_box_is_mended_also_while_something_is_missing_everywhere(
    box: SchoolBox, ministry: Ministry
) -> None:
    spoilt, missing, _ = in_order(ministry.publish(PACK, 1, files=videos(3)))
    on_shelf(ministry, missing).unlink()
    box.install(ministry.shelf, PACK)
    spoil(box, spoilt)

    done = box.install(ministry.shelf, PACK)

    assert ([gap.file for gap in done.missing], done.copied_bytes) == ([missing], spoilt.size_bytes)
    assert box.installer.verify(PACK).sound


def test_a_stick_that_brings_what_was_missing_mends_what_is_damaged_in_one_go(
    box: SchoolBox, ministry: Ministry
) -> None:
    spoilt_while_one_was_missing(box, ministry)

    done = box.install(ministry.shelf, PACK)

    assert (done.changed, done.missing) == (True, ())
    assert box.installer.verify(PACK).sound


def test_what_is_damaged_and_not_on_the_shelf_is_told_and_what_was_missing_comes_all_the_same(
    box: SchoolBox, ministry: Ministry
) -> None:
    spoilt = spoilt_while_one_was_missing(box, ministry)
    on_shelf(ministry, spoilt).unlink()

    done = box.install(ministry.shelf, PACK)

    assert (done.changed, [gap.file for gap in done.missing]) == (True, [spoilt])
    assert len(box.library.shown_items(PACK)) == 3


def test_what_is_damaged_and_cannot_be_mended_is_an_error_and_changes_nothing(
    box: SchoolBox, ministry: Ministry
) -> None:
    spoilt = in_order(ministry.publish(PACK, 1, files=videos(3)))[0]
    box.install(ministry.shelf, PACK)
    spoil(box, spoilt)
    on_shelf(ministry, spoilt).unlink()
    before = box.library.shown()

    with pytest.raises(MissingOnShelfError):
        box.install(ministry.shelf, PACK)
    assert box.library.shown() == before


def test_a_box_that_asks_by_itself_every_day_reads_nothing_of_what_is_there(box: SchoolBox, ministry: Ministry) -> None:
    spoilt, missing, _ = in_order(ministry.publish(PACK, 1, files=videos(3)))
    on_shelf(ministry, missing).unlink()
    box.install(ministry.shelf, PACK)
    spoil(box, spoilt)

    done = box.installer.install(ministry.shelf, PACK, repair=False, progress=lambda _: None)

    assert ([gap.file for gap in done.missing], done.copied_bytes) == ([missing], 0)


def test_making_room_spares_what_only_the_version_before_has_and_the_new_one_needs(
    tmp_path: Path, ministry: Ministry
) -> None:
    """A lesson that was left out of version 2 comes back in version 3, onto a disk that is nearly full."""
    lesson, disk = mp4() + bytes(50_000), NearlyFullDisk(10_000_000)
    box = SchoolBox(tmp_path / "box", root=ministry.root, disk=disk)
    ministry.publish(PACK, 1, files={"a": lesson, "old": mp4(seconds=7) + bytes(30_000)})
    box.install(ministry.shelf, PACK)
    ministry.publish(PACK, 2, files={"b": mp4(seconds=2)})
    box.install(ministry.shelf, PACK)
    third = ministry.publish(PACK, 3, files={"a": lesson, "c": mp4(seconds=3) + bytes(60_000)})
    [wanted] = [file for file in third.files().values() if not box.store.has(file)]
    disk.room_bytes, before = wanted.size_bytes - 1, box.library.in_use()

    done = box.install(ministry.shelf, PACK)

    assert (done.copied_bytes, done.missing, box.version(PACK)) == (wanted.size_bytes, (), 3)
    assert before - box.library.in_use()
    assert box.installer.verify(PACK).sound
