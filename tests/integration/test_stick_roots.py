"""A box that believes nobody: a technician compares the number of a stick, once; whatever is not right is refused."""

import html
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from content_packs.trust.roots import pin_root
from schoolbox.services.sticks import Stick
from tests.simulators.device import Device, shown
from tests.simulators.laptop import Laptop
from tests.simulators.laptop import Pages as Line
from tests.simulators.programs import command
from tests.simulators.publisher import Ministry
from tests.simulators.rooms import STRANGER, TECHNICIAN, Pages, open_pages
from tests.simulators.stick_rig import order, put_in, work

PHYSICS = "mash:fizika-8"
NOBODY = "This box believes no publisher yet."


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    """A box in use that was never told whom to believe, as one that was flashed from an image without a root."""
    with open_pages(tmp_path) as opened:
        shutil.rmtree(opened.seeded.data / "trust")
        yield opened


@pytest.fixture
def ministry(pages: Pages) -> Ministry:
    pages.seeded.ministry.publish(PHYSICS)
    return pages.seeded.ministry


@pytest.fixture
def stick(pages: Pages, ministry: Ministry) -> Stick:
    [stick] = put_in(pages.box, ministry.folder)
    return stick


@pytest.fixture
def desk(pages: Pages) -> Device:
    return pages.staff(TECHNICIAN)


def number_of(ministry: Ministry) -> str:
    """What `content-packs root show` says of the newest root."""
    newest = max((ministry.folder / "meta").glob("*.root.json"), key=lambda path: int(path.name.partition(".")[0]))
    return pin_root(newest.read_bytes()).fingerprint


def number_on(device: Device, path: str) -> str:
    [number] = re.findall(r'name="number" value="([^"]*)"', device.text(path))
    return str(number)


def press(device: Device, stick: Stick, number: str) -> tuple[int, str]:
    answer = device.post(f"/sticks/{stick.id}/root", {"number": number}, on="/setup")
    return answer.status_code, html.unescape(re.sub(r"<[^>]+>|\s+", " ", answer.text))


def noted(pages: Pages) -> list[str]:
    return [row.code for row in pages.box.events.of(("root_pinned",), 9)]


def test_the_pages_say_who_it_is_of_and_the_number_and_one_button_lets_packs_be_installed(
    pages: Pages, desk: Device, ministry: Ministry, stick: Stick
) -> None:
    path = f"/sticks/{stick.id}"
    for page in (path, "/setup"):
        words = shown(desk, page)
        assert NOBODY in words
        assert "Publisher mash" in words
        assert number_of(ministry) in words
        assert number_on(desk, page) == number_of(ministry)
    assert not pages.box.first_root.is_there(), "nothing is believed because somebody looked"
    answer = desk.post(f"{path}/root", {"number": number_on(desk, path)}, on=path)
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert "The box takes packs of these publishers from now on." in shown(desk, path)
    pages.box.sticks.look()
    words = shown(desk, path)
    assert NOBODY not in words
    assert "1 can be installed now." in words
    [note] = pages.box.events.of(("root_pinned",), 9)
    assert note.facts["fingerprint"] == number_of(ministry)
    assert pages.box.people.names({int(note.facts["by"])}) == {int(note.facts["by"]): "Besnik Krasniqi"}
    setup = shown(desk, "/setup")
    assert "The box takes packs of: Publisher mash" in setup
    assert number_of(ministry) in setup
    [known] = pages.box.sticks.present()
    assert work(pages.box, order(pages.box, known, PHYSICS)).state == "done"


def test_the_number_is_that_which_the_ministrys_command_prints(pages: Pages, ministry: Ministry) -> None:
    ministry.renew_root(version=2, new_registry_key=True)
    ministry.desk().renew()
    [newer] = put_in(pages.box, ministry.folder)
    assert newer.listing is not None
    assert newer.listing.introduced is not None
    said = command("content-packs", "root", "show", ministry.folder).stdout
    assert "Root version 2" in said
    assert f"fingerprint {newer.listing.introduced.number}" in said


def test_a_teacher_learns_that_the_technician_does_it(pages: Pages, stick: Stick, ministry: Ministry) -> None:
    teacher = pages.staff(pages.seeded.teacher)
    words = shown(teacher, f"/sticks/{stick.id}")
    assert NOBODY in words
    assert "Your technician compares a number once" in words
    assert "schoolbox trust" not in words
    assert 'name="number"' not in teacher.text(f"/sticks/{stick.id}")
    answer = teacher.post(f"/sticks/{stick.id}/root", {"number": number_of(ministry)}, on="/sticks?all")
    assert answer.status_code == 403
    assert not pages.box.first_root.is_there()


def test_another_number_than_the_one_that_was_shown_is_refused(
    pages: Pages, desk: Device, ministry: Ministry, stick: Stick
) -> None:
    seen = number_on(desk, f"/sticks/{stick.id}")
    ministry.renew_root(version=2)
    ministry.desk().renew()
    status, words = press(desk, stick, seen)
    assert status == 409
    assert f"has another number now than the one that you compared: {number_of(ministry)}." in words
    for each in ("", seen.replace(" ", ""), "0000 0000 0000 0000 0000"):
        assert press(desk, stick, each)[0] == 409
    assert not pages.box.first_root.is_there()
    assert noted(pages) == []


def _cut_root(ministry: Ministry) -> None:
    file = ministry.one("meta/1.root.json")
    file.write_bytes(ministry.root[:-40])


def _changed_root(ministry: Ministry) -> None:
    ministry.one("meta/1.root.json").write_bytes(ministry.root.replace(b'"threshold":2', b'"threshold":1', 1))


def _another_second_root(ministry: Ministry) -> None:
    other = Ministry(ministry.folder.parent / "stranger")
    other.renew_root(version=2)
    shutil.copy(other.folder / "meta" / "2.root.json", ministry.folder / "meta" / "2.root.json")


def _wrong_name(ministry: Ministry) -> None:
    ministry.one("meta/1.root.json").rename(ministry.folder / "meta" / "3.root.json")


def _no_registry(ministry: Ministry) -> None:
    (ministry.folder / "meta" / "registry.json").unlink()


def _strange_registry(ministry: Ministry) -> None:
    other = Ministry(ministry.folder.parent / "stranger")
    shutil.copy(other.folder / "meta" / "registry.json", ministry.folder / "meta" / "registry.json")


BROKEN = (_cut_root, _changed_root, _another_second_root, _wrong_name, _no_registry, _strange_registry)


@pytest.mark.parametrize("harm", BROKEN)
def test_a_stick_that_is_not_right_introduces_nobody(
    pages: Pages, desk: Device, ministry: Ministry, harm: Callable[[Ministry], None]
) -> None:
    right = number_of(ministry)
    harm(ministry)
    [stick] = put_in(pages.box, ministry.folder)
    page = desk.text(f"/sticks/{stick.id}")
    assert 'name="number"' not in page
    assert "does not begin with this one." in page
    assert "does not begin with this one." in desk.text("/setup")
    status, words = press(desk, stick, right)
    assert status in (404, 409), words
    assert not pages.box.first_root.is_there()


@pytest.mark.parametrize("harm", BROKEN)
def test_what_is_harmed_between_look_and_press_is_refused_whole(
    pages: Pages, desk: Device, ministry: Ministry, stick: Stick, harm: Callable[[Ministry], None]
) -> None:
    seen = number_on(desk, f"/sticks/{stick.id}")
    harm(ministry)
    assert press(desk, stick, seen)[0] in (404, 409)
    assert not pages.box.first_root.is_there()
    assert not [*(pages.seeded.data / "trust").glob("*.json")]


def test_a_stick_pulled_between_look_and_press_changes_nothing(
    pages: Pages, desk: Device, ministry: Ministry, stick: Stick
) -> None:
    seen = number_on(desk, f"/sticks/{stick.id}")
    ministry.folder.rename(ministry.folder.with_name("pocket"))
    status, words = press(desk, stick, seen)
    assert status == 503, words
    pages.box.sticks.look()
    assert press(desk, stick, seen)[0] == 303
    assert "It is no longer there, so nothing was changed." in shown(desk, "/sticks?all")
    assert not pages.box.first_root.is_there()


def test_of_two_ministries_each_has_its_own_number_and_the_second_is_refused(
    pages: Pages, desk: Device, ministry: Ministry, tmp_path: Path
) -> None:
    other = Ministry(tmp_path / "other")
    other.publish("mash:muzika-6")
    put_in(pages.box, other.folder)
    sticks = put_in(pages.box, ministry.folder)
    numbers = dict(zip(re.findall(r'name="number" value="([^"]*)"', desk.text("/setup")), sticks, strict=True))
    assert set(numbers) == {number_of(ministry), number_of(other)}
    assert press(desk, numbers[number_of(ministry)], number_of(other))[0] == 409
    assert NOBODY in shown(desk, "/sticks?all")
    assert press(desk, numbers[number_of(ministry)], number_of(ministry))[0] == 303
    status, words = press(desk, numbers[number_of(other)], number_of(other))
    assert status == 409
    assert "This box already trusts another registry of publishers." in words
    for _ in range(2):  # the first look takes in the list of one, after the other may have been looked at
        pages.box.sticks.look()
    page = shown(desk, f"/sticks/{numbers[number_of(other)].id}")
    assert "signed under another registry than the one this box trusts" in page
    assert pages.box.trust.trust().root.raw == ministry.root


def test_pressing_again_in_another_tab_is_no_mistake_and_noted_once(
    pages: Pages, desk: Device, ministry: Ministry, stick: Stick
) -> None:
    seen = number_on(desk, f"/sticks/{stick.id}")
    assert [press(desk, stick, seen)[0] for _ in range(2)] == [303, 303]
    assert noted(pages) == ["root_pinned"]
    ministry.renew_root(version=2)
    ministry.desk().renew()
    pages.box.packs.take_in(ministry.shelf)
    [newer] = put_in(pages.box, ministry.folder)
    assert press(desk, newer, number_of(ministry))[0] == 303
    assert noted(pages) == ["root_pinned"]


def test_the_number_of_a_stick_is_asked_of_an_upload_as_well(
    pages: Pages, desk: Device, ministry: Ministry
) -> None:
    teacher = pages.staff(pages.seeded.teacher)
    upload = Laptop(Line(teacher)).send(ministry.folder, name="MASHT 2026")
    path = f"/sticks/{upload.id}"
    pages.box.sticks.look()
    assert "Your technician compares a number once" in shown(teacher, path)
    assert f"{NOBODY} You say it once" in shown(desk, path)
    stranger = pages.staff(STRANGER)
    assert stranger.post(f"{path}/root", {"number": number_of(ministry)}, on="/sticks?all").status_code == 403
    assert desk.post(f"{path}/root", {"number": number_on(desk, path)}, on=path).status_code == 303
    pages.box.sticks.look()
    assert "Paketa fizika-8 New 2 videos" in shown(teacher, path)


def test_a_stick_that_was_known_before_shows_at_once_when_nobody_is_believed_any_more(
    pages: Pages, desk: Device, ministry: Ministry, stick: Stick
) -> None:
    press(desk, stick, number_of(ministry))
    pages.box.sticks.look()
    assert NOBODY not in shown(desk, f"/sticks/{stick.id}")
    shutil.rmtree(pages.seeded.data / "trust")
    pages.box.sticks.look()
    assert NOBODY in shown(desk, f"/sticks/{stick.id}")
