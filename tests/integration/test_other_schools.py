"""A technician trusts the lessons of another school from its stick; what only claims to be of a school is not there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.config import Config
from schoolbox.wiring import open_box
from tests.simulators.device import Device, shown
from tests.simulators.rooms import TECHNICIAN, Pages, open_pages
from tests.simulators.stick_rig import put_in


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(pages: Pages) -> Device:
    device = pages.device("10.0.0.9")
    device.sign_in_staff(TECHNICIAN)
    device.get("/?lang=en")
    return device


@pytest.fixture
def introduction(tmp_path: Path) -> tuple[str, bytes]:
    """How the academy of another school introduces itself: its number and its catalogue."""
    other = open_box(Config(data=tmp_path / "other", reserve_mb=0, announce=False, sync=False, sticks=None))
    try:
        other.school.set("Dituria", "Gjilan")
        facts = other.academy.begin()
        return facts.id, facts.catalogue_file.read_bytes()
    finally:
        other.close()


def stick_of(pages: Pages, folder: Path, name: str, raw: bytes) -> str:
    """A stick with the lists of the ministry, and this besides."""
    pages.seeded.ministry.copy(folder.name)
    (folder / "meta" / "cat" / f"{name}.json").write_bytes(raw)
    [stick] = put_in(pages.box, folder)
    return stick.id


def test_a_school_is_accepted_by_its_number_and_once(
    pages: Pages, desk: Device, tmp_path: Path, introduction: tuple[str, bytes]
) -> None:
    number, raw = introduction
    stick = stick_of(pages, tmp_path / "usb", number, raw)
    path = f"/sticks/{stick}/schools/{number}"
    page = shown(desk, path)
    assert "Dituria" in page
    assert number in page
    assert number not in pages.box.trust.accepted(), "nothing is trusted because somebody looked"
    assert desk.post(path, on=path).status_code == 303
    assert number in pages.box.trust.accepted()
    assert any(row.code == "academy_accepted" for row in pages.box.events.latest(5))


@pytest.mark.parametrize("changed", [b"Dituria", b"sig"])
def test_what_its_key_did_not_sign_is_no_school(
    pages: Pages, desk: Device, tmp_path: Path, introduction: tuple[str, bytes], changed: bytes
) -> None:
    number, raw = introduction
    forged = raw.replace(changed, changed[::-1], 1)
    stick = stick_of(pages, tmp_path / "usb", number, forged)
    path = f"/sticks/{stick}/schools/{number}"
    assert desk.get(path).status_code == 404
    assert number not in pages.box.trust.accepted()


def test_a_school_under_the_number_of_another_is_not_there(
    pages: Pages, desk: Device, tmp_path: Path, introduction: tuple[str, bytes]
) -> None:
    number = "box-" + "0" * 20
    stick = stick_of(pages, tmp_path / "usb", number, introduction[1])
    for each in (number, "../registry", "mash", introduction[0]):
        assert desk.get(f"/sticks/{stick}/schools/{each}").status_code == 404
