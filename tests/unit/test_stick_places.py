"""Where sticks are found, how they are told apart, and what a stick cannot do to whoever looks."""

import os
from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.shelf import DirectoryShelf
from schoolbox.services.stick_places import LABEL_MAX, NOTES_MAX, Places, fingerprint
from tests.simulators.publisher import Ministry


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return Ministry(tmp_path / "ministry").folder


def places(tmp_path: Path) -> Places:
    media = tmp_path / "media"
    media.mkdir(exist_ok=True)
    return Places(media, notes=tmp_path / "notes", disk=Disk())


def put(shelf: Path, *parts: str) -> Path:
    target = shelf.parent.parent.joinpath("media", *parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    return shelf.rename(target)


@pytest.mark.parametrize("parts", [("MASHT",), ("pi", "MASHT")])
def test_a_stick_is_found_where_systems_mount_it(tmp_path: Path, shelf: Path, parts: tuple[str, ...]) -> None:
    folder = put(shelf, *parts)
    [place] = places(tmp_path).look()
    assert (place.folder, place.label, place.has_packs) == (folder, "MASHT", True)


def test_an_ordinary_folder_is_no_stick_and_nothing_deeper_is_looked_at(tmp_path: Path, shelf: Path) -> None:
    put(shelf, "a", "b", "c")
    assert places(tmp_path).look() == ()


def test_a_folder_in_which_nothing_is_mounted_is_no_stick(tmp_path: Path) -> None:
    found = places(tmp_path)
    left = tmp_path / "media" / "MASHT"
    left.mkdir()
    found.announce(left)
    assert found.look() == ()


def test_where_the_system_lists_no_drives_folders_are_sticks_all_the_same(tmp_path: Path, shelf: Path) -> None:
    put(shelf, "MASHT")
    found = Places(tmp_path / "media", notes=tmp_path / "notes", disk=Disk(), drives=tmp_path / "no-list")
    assert [place.label for place in found.look()] == ["MASHT"]


def test_no_link_is_followed(tmp_path: Path, shelf: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "link").symlink_to(shelf)
    assert places(tmp_path).look() == ()


def test_a_folder_that_was_announced_is_looked_at_by_every_program(tmp_path: Path, shelf: Path) -> None:
    Places(None, notes=tmp_path / "notes", disk=Disk()).announce(shelf)
    assert [place.folder for place in places(tmp_path).look()] == [shelf]
    shelf.rename(shelf.with_name("gone"))
    assert places(tmp_path).look() == ()


def test_a_stick_that_is_found_in_both_ways_is_one(tmp_path: Path, shelf: Path) -> None:
    folder = put(shelf, "MASHT")
    found = places(tmp_path)
    found.announce(folder)
    assert [place.folder for place in found.look()] == [folder]


def test_notes_of_folders_that_are_gone_do_not_pile_up(tmp_path: Path) -> None:
    found = places(tmp_path)
    for number in range(NOTES_MAX + 9):
        found.announce(tmp_path / f"stick-{number}")
    assert len(list((tmp_path / "notes").iterdir())) == NOTES_MAX


def test_a_folder_that_cannot_be_looked_at_keeps_no_other_stick_from_being_announced(
    tmp_path: Path, shelf: Path
) -> None:
    found = places(tmp_path)
    found.announce(tmp_path / ("x" * 300))  # the system refuses to say whether it is there
    found.announce(shelf)
    assert [place.folder for place in found.look()] == [shelf]


def test_a_label_that_is_no_text_is_shown_as_one_all_the_same(tmp_path: Path, shelf: Path) -> None:
    put(shelf, os.fsdecode(b"Z\xffYRA\n" + b"x" * 90))
    [place] = places(tmp_path).look()
    assert place.label.encode()
    assert place.label.isprintable()
    assert len(place.label) <= LABEL_MAX


def test_a_stick_is_the_same_under_another_folder_and_another_after_a_change(tmp_path: Path) -> None:
    ministry = Ministry(tmp_path)
    before = fingerprint(ministry.shelf)
    assert fingerprint(DirectoryShelf(ministry.copy("twin"))) == before
    ministry.publish("mash:thyesat-6")
    assert fingerprint(ministry.shelf) != before


def test_metadata_that_is_too_large_or_odd_still_makes_a_fingerprint(tmp_path: Path) -> None:
    ministry = Ministry(tmp_path)
    (ministry.folder / "meta" / "cat").mkdir(exist_ok=True)
    (ministry.folder / "meta" / "cat" / "huge.json").write_bytes(bytes(3 * 1024 * 1024))
    (ministry.folder / "meta" / "cat" / "link.json").symlink_to("/etc/passwd")
    assert len(fingerprint(ministry.shelf)) == 20
