"""A stick that was pulled out is not shown from the next look on, though the system goes on showing its mount.

What the kernel's own FAT does then needs a machine whose drives can be taken away: it lists an empty folder, without
an error. Here the list of drives is a copy that a test takes a drive out of.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from content_packs.durable import Disk
from schoolbox.services.stick_places import DRIVES, Places
from tests.simulators.publisher import Ministry
from tests.simulators.real_stick import RealStick
from tests.simulators.stick_school import KINDS, Kind


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    return folder


@pytest.fixture
def drives(tmp_path: Path) -> Path:
    """The list of the drives of this machine, from which one can be taken."""
    copy = tmp_path / "drives"
    copy.mkdir()
    for drive in DRIVES.iterdir():
        (copy / drive.name).touch()
    return copy


def mounted(media: Path, _stick: Path) -> Places:
    """How a box finds what its system mounts."""
    return Places(media, notes=media.parent / "notes", disk=Disk())


def announced(media: Path, stick: Path) -> Places:
    """How it finds what another program told."""
    found = Places(None, notes=media.parent / "notes", disk=Disk())
    found.announce(stick)
    return found


def names(found: Places) -> list[tuple[str, bool]]:
    return [(place.label, place.has_packs) for place in found.look()]


@pytest.mark.parametrize("has_packs", [True, False], ids=["packs", "bare"])
@pytest.mark.parametrize("way", [mounted, announced])
@pytest.mark.parametrize("kind", KINDS)
def test_a_stick_whose_driver_has_gone_is_not_shown_nor_is_the_folder_that_it_leaves(
    tmp_path: Path, media: Path, kind: Kind, way: Callable[[Path, Path], Places], *, has_packs: bool
) -> None:
    with kind(media) as stick:
        if has_packs:
            fill(stick.folder, Ministry(tmp_path / "ministry").folder)
        found = way(media, stick.folder)
        assert names(found) == [("AGIMI", has_packs)]
        stick.pull()
        assert names(found) == []
        stick.take_out()
        assert list(stick.folder.iterdir()) == []
        assert names(found) == []
        stick.put_in()
        assert names(found) == [("AGIMI", has_packs)]


@pytest.mark.parametrize("has_packs", [True, False], ids=["packs", "bare"])
@pytest.mark.parametrize("is_announced", [False, True], ids=["mounted", "announced"])
def test_a_stick_whose_drive_has_left_the_list_is_not_shown_though_all_of_it_can_still_be_seen(
    tmp_path: Path, drives: Path, *, is_announced: bool, has_packs: bool
) -> None:
    content = Ministry(tmp_path / "ministry").folder if has_packs else empty(tmp_path)
    with RealStick(tmp_path, content, size_mb=16) as stick:
        media = None if is_announced else stick.folder.parent
        found = Places(media, notes=tmp_path / "notes", disk=Disk(), drives=drives)
        if is_announced:
            found.announce(stick.folder)
        assert names(found) == [("first", has_packs)]
        drive = stick.folder.stat().st_dev
        (drives / f"{os.major(drive)}:{os.minor(drive)}").unlink()
        assert os.path.ismount(stick.folder)
        assert names(found) == []


@pytest.mark.parametrize("has_packs", [True, False], ids=["packs", "bare"])
def test_a_stick_of_which_nothing_can_be_read_is_not_shown_as_one_without_packs(
    tmp_path: Path, media: Path, *, has_packs: bool
) -> None:
    content = Ministry(tmp_path / "ministry").folder if has_packs else empty(tmp_path)
    with RealStick(tmp_path, content, size_mb=16) as stick:
        found = mounted(media, stick.folder)
        assert names(found) == [("first", has_packs)]
        stick.die()
        assert os.path.ismount(stick.folder)
        assert names(found) == []


def fill(stick: Path, shelf: Path) -> None:
    """Copy as FAT can: without times and rights."""
    for path in sorted(shelf.rglob("*")):
        target = stick / path.relative_to(shelf)
        target.mkdir() if path.is_dir() else target.write_bytes(path.read_bytes())


def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder
