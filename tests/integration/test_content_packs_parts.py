"""Packs of which a part is there: chosen units, bad files, what is missing, going back (FORMAT 8.8-8.11)."""

from pathlib import Path

import pytest

from content_packs.build import build_pack
from content_packs.durable import Disk
from content_packs.errors import (
    MissingOnShelfError,
    NoSuchUnitError,
    NothingToUndoError,
    TamperedError,
    UnknownPublisherError,
)
from content_packs.manifest import Manifest
from content_packs.sign import sign_pack
from tests.faults.test_install_disk import SmallDisk
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox

PACK = "mash:fizika"


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    """A ministry with one publisher."""
    return Ministry(tmp_path)


@pytest.fixture
def box(tmp_path: Path, ministry: Ministry) -> SchoolBox:
    """A box that trusts the ministry."""
    return SchoolBox(tmp_path / "box", root=ministry.root)


def publish(ministry: Ministry, version: int, units: dict[str, dict[str, int]]) -> Manifest:
    """Sign a pack with units of videos; a number makes the content of a video."""
    source = ministry.folder.parent / f"units-{version}"
    source.mkdir()
    lines = []
    for unit, items in units.items():
        lines.append(f'[[units]]\nslug = "{unit}"\ntitle = {{ sq = "{unit}" }}')
        for slug, number in items.items():
            (source / f"{slug}.mp4").write_bytes(mp4(seconds=number))
            lines.append(
                f'[[units.items]]\nslug = "{slug}"\nkind = "video"\ntitle = {{ sq = "{slug}" }}\n'
                f'[[units.items.files]]\npath = "{slug}.mp4"\nrole = "video"'
            )
    (source / "pack.toml").write_text(
        f'format = 1\npack = "{PACK}"\nversion = {version}\nreleased_at = "2026-09-01T08:00:00Z"\nlanguage = "sq"\n'
        'subject = "physics"\narea = "natu"\ngrades = [8]\nlicence = "CC0-1.0"\nauthors = ["Vlora"]\n'
        'title = { sq = "Fizika" }\nsummary = { sq = "Prova" }\n' + "\n".join(lines)
    )
    built = ministry.folder.parent / f"built-units-{version}"
    manifest = build_pack(source, built, Disk()).manifest
    sign_pack(built, ministry.folder, [ministry.signers["mash"]], disk=Disk(), clock=ministry.clock)
    return manifest


def blob(ministry: Ministry, manifest: Manifest, slug: str) -> Path:
    """Where the video of an item lies on the shelf."""
    [file] = next(item.files for item in manifest.items() if item.id == f"mash:{slug}")
    return ministry.folder / "blobs" / file.sha256[:2] / f"{file.sha256}.mp4"


def shown(box: SchoolBox) -> set[str]:
    """The slugs of the items that pupils see."""
    return {item.partition(":")[2] for item in box.library.shown_items(PACK)}


THREE = {"forca": {"f1": 1, "f2": 2}, "levizja": {"l1": 3}, "energjia": {"e1": 4}}


def install(box: SchoolBox, ministry: Ministry, *units: str) -> set[str]:
    """Install some units, or what was chosen before; give what is shown then."""
    box.installer.install(ministry.shelf, PACK, units=units or None, progress=box.progress.append)
    return shown(box)


def test_only_the_chosen_units_are_copied_and_shown_and_more_can_be_added(box: SchoolBox, ministry: Ministry) -> None:
    manifest = publish(ministry, 1, THREE)
    assert install(box, ministry, "levizja") == {"l1"}
    assert box.progress[-1].bytes_total < manifest.size_bytes / 2
    assert box.library.installed()[PACK].units == ("levizja",)
    assert install(box, ministry, "forca") == {"l1", "f1", "f2"}
    assert install(box, ministry) == {"l1", "f1", "f2"}
    assert install(box, ministry, "energjia") == {"l1", "f1", "f2", "e1"}
    assert box.library.installed()[PACK].units is None


def test_a_new_version_keeps_the_choice_and_what_moved_to_another_unit(box: SchoolBox, ministry: Ministry) -> None:
    publish(ministry, 1, THREE)
    install(box, ministry, "forca")
    publish(ministry, 2, {"forca": {"f1": 1, "f3": 5}, "levizja": {"l1": 3, "f2": 2}})
    assert install(box, ministry) == {"f1", "f2", "f3"}
    assert box.library.installed()[PACK].units == ("forca",)


@pytest.mark.parametrize("units", [("nuk-ka",), ()])
def test_units_that_are_not_there_are_refused(box: SchoolBox, ministry: Ministry, units: tuple[str, ...]) -> None:
    publish(ministry, 1, THREE)
    with pytest.raises(NoSuchUnitError) as caught:
        box.installer.install(ministry.shelf, PACK, units=units, progress=box.progress.append)
    assert (caught.value.pack_id, caught.value.unit) == (PACK, units[0] if units else "")
    assert box.library.shown() == {}


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_one_bad_file_does_not_stop_the_others_and_another_shelf_supplies_it_later(
    box: SchoolBox, ministry: Ministry, tmp_path: Path, harm: str
) -> None:
    manifest = publish(ministry, 1, THREE)
    whole = ministry.copy("whole")
    path = blob(ministry, manifest, "f2")
    if harm == "changed":
        path.write_bytes(bytes(path.stat().st_size))
    else:
        path.unlink()
    done = box.install(ministry.shelf, PACK)
    assert done.changed
    assert [type(each.error) for each in done.missing] == [TamperedError if harm == "changed" else MissingOnShelfError]
    assert shown(box) == {"f1", "l1", "e1"}
    assert (box.progress[-1].files_done, box.progress[-1].files_failed) == (3, 1)
    assert [gap.item.id for gap in box.installer.gaps(PACK)] == ["mash:f2"]
    assert box.installer.offers(ministry.shelf).find(PACK).state == "incomplete"
    assert not box.install(ministry.shelf, PACK).changed

    ministry.folder.rename(tmp_path / "broken")
    whole.rename(ministry.folder)
    done = box.install(ministry.shelf, PACK)
    assert (done.changed, done.missing, done.copied_bytes) == (True, (), path.stat().st_size)
    assert shown(box) == {"f1", "f2", "l1", "e1"}
    assert box.installer.gaps(PACK) == ()
    assert box.installer.offers(ministry.shelf).find(PACK).state == "same"


def test_an_update_with_a_bad_file_takes_nothing_from_pupils(box: SchoolBox, ministry: Ministry) -> None:
    publish(ministry, 1, THREE)
    install(box, ministry)
    manifest = publish(ministry, 2, {"forca": {"f1": 9, "f2": 8}, "levizja": {"l1": 3, "l2": 7}, "energjia": {"e1": 4}})
    before = box.library.shown()
    path = blob(ministry, manifest, "f2")
    path.write_bytes(bytes(path.stat().st_size))
    blob(ministry, manifest, "l2").unlink()
    with pytest.raises(TamperedError) as caught:
        box.install(ministry.shelf, PACK)
    assert path.name in caught.value.name
    assert box.library.shown() == before
    assert box.installer.verify(PACK).sound
    path.write_bytes(mp4(seconds=8))
    assert box.install(ministry.shelf, PACK).changed
    assert shown(box) == {"f1", "f2", "l1", "e1"}, "what is new may wait, what was there is there"


def test_a_pack_of_which_nothing_is_whole_is_refused(box: SchoolBox, ministry: Ministry) -> None:
    manifest = publish(ministry, 1, {"forca": {"f1": 1}})
    blob(ministry, manifest, "f1").unlink()
    with pytest.raises(MissingOnShelfError):
        box.install(ministry.shelf, PACK)
    assert box.library.shown() == {}


def test_one_can_go_back_and_forth_between_two_versions(box: SchoolBox, ministry: Ministry) -> None:
    publish(ministry, 1, THREE)
    install(box, ministry)
    with pytest.raises(NothingToUndoError):
        box.installer.undo(PACK)
    publish(ministry, 2, {"forca": {"f1": 9}})
    assert install(box, ministry) == {"f1"}
    assert box.installer.undo(PACK).version == 1
    assert shown(box) == {"f1", "f2", "l1", "e1"}
    assert box.installer.verify(PACK).sound
    assert box.library.installed()[PACK].held_back == 2
    assert box.installer.undo(PACK).version == 2
    assert shown(box) == {"f1"}
    assert box.misnamed_blobs() == []


def test_nobody_goes_back_to_a_publisher_that_was_revoked(box: SchoolBox, ministry: Ministry) -> None:
    for version in (1, 2):
        publish(ministry, version, {"forca": {"f1": version}})
        install(box, ministry)
    ministry.revoke("mash")
    box.installer.offers(ministry.shelf)
    with pytest.raises(UnknownPublisherError):
        box.installer.undo(PACK)
    assert box.version(PACK) == 2


def test_the_version_before_is_given_up_when_its_room_is_needed(tmp_path: Path, ministry: Ministry) -> None:
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    for version in (1, 2):
        publish(ministry, version, {"forca": {"f1": version}})
        install(box, ministry)
    publish(ministry, 3, {"forca": {"f1": 3}})
    kept = box.library.shown()[PACK].kept
    assert kept
    old = set(kept.blobs)
    full = SchoolBox(tmp_path / "box", disk=FreedDisk(tmp_path / "box", old))
    assert install(full, ministry) == {"f1"}
    assert full.version(PACK) == 3


class FreedDisk(SmallDisk):
    """A disk that has room only once some blobs are gone."""

    def __init__(self, folder: Path, blobs: set[str]) -> None:
        super().__init__(1_000_000)
        self._box = folder
        self._until_gone = blobs

    def free_bytes(self, path: Path) -> int:
        """Look whether they are gone."""
        there = {each.name.partition(".")[0] for each in self._box.glob("store/blobs/*/*")}
        return 0 if there & self._until_gone else super().free_bytes(path)
