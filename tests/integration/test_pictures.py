"""Three pictures instead of a PIN: touched one after the other, kept like a PIN, slowed down like a PIN."""

import itertools
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from schoolbox.errors import BadInputError, SignInError, ThrottledError
from schoolbox.services.pictures import LENGTH, PICTURES, make, touched
from tests.simulators.device import Device
from tests.simulators.printed import pages as printed_pages
from tests.simulators.rooms import Pages, open_pages
from tests.simulators.seeded import Pupil


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path, pupils=4) as opened:
        yield opened


def secrets_of(pages: Pages) -> list[str]:
    """Let the class sign in with pictures; the secrets in the order of the pupils."""
    made = pages.box.people.choose_sign_in(pages.class_id, "pictures")
    return [made[pupil.person_id] for pupil in pages.seeded.pupils]


def touch(device: Device, pupil: Pupil, names: list[str]) -> TestResponse:
    """Touch pictures one after the other, each on the page that the last one brought."""
    path = f"/sign-in/{pupil.class_id}/{pupil.person_id}"
    answer = device.get(path)
    for name in names:
        found = re.search(r'name="picked" value="([^"]*)"', answer.text)
        assert found
        answer = device.post(path, {"picked": found[1], "pick": name}, on=path)
    return answer


def test_a_child_touches_three_pictures_and_is_in(pages: Pages) -> None:
    [secret, *_] = secrets_of(pages)
    device, pupil = pages.device(), pages.seeded.pupils[0]
    first = touch(device, pupil, secret.split("-")[:1])
    assert "1 nga 3 figura" in first.text
    assert touch(device, pupil, secret.split("-")).status_code == 303
    assert "Nxënës0 K." in device.text("/")


def test_wrong_pictures_the_wrong_order_and_the_old_pin_are_refused(pages: Pages) -> None:
    [secret, *_] = secrets_of(pages)
    device, pupil = pages.device(), pages.seeded.pupils[0]
    refused = touch(device, pupil, secret.split("-")[::-1])
    assert refused.status_code == 401
    assert "Këto nuk janë tri figurat e tua." in refused.text
    assert 'name="picked" value=""' in refused.text
    assert device.sign_in_pupil(pupil).status_code == 401


def test_a_guesser_of_pictures_is_slowed_down_and_the_class_is_not_locked_out(pages: Pages) -> None:
    secrets = secrets_of(pages)
    victim = pages.seeded.pupils[0]
    looked_at = 0
    for guess in itertools.islice(itertools.permutations(PICTURES, LENGTH), 200):
        if "-".join(guess) == secrets[0]:
            continue
        try:
            pages.box.sign_in.sign_in_pin(victim.person_id, "-".join(guess), device=f"10.0.0.{looked_at}/new")
        except SignInError:
            looked_at += 1
        except ThrottledError:
            break
    assert looked_at <= 31
    for pupil, secret in list(zip(pages.seeded.pupils, secrets, strict=True))[1:]:
        assert touch(pages.device(), pupil, secret.split("-")).status_code == 303


def test_the_teacher_gives_the_class_pictures_once_and_one_child_new_ones(pages: Pages) -> None:
    desk = pages.device()
    desk.sign_in_staff(pages.seeded.teacher)
    address = f"/classes/{pages.class_id}/sign-in"
    assert desk.post(address, {"kind": "pictures"}, on=address).status_code == 303
    shown = desk.text(address)
    assert shown.count('role="img"') == 4
    assert 'role="img"' not in desk.text(address)
    pupil = pages.seeded.pupils[2]
    path = f"/classes/{pages.class_id}/pupils/{pupil.person_id}"
    desk.post(f"{path}/pin", on=address)
    assert "Figurat e reja, me këtë radhë" in desk.text(path)
    assert desk.post(address, {"kind": "pin"}, on=address).status_code == 303
    assert len(re.findall(r"<td><b>\d{4}</b></td>", desk.text(address))) == 4
    assert not pages.box.people.uses_pictures(pupil.person_id)


def test_a_sheet_of_cards_names_new_pictures(pages: Pages) -> None:
    secrets_of(pages)
    desk, address = pages.device(), f"/classes/{pages.class_id}/cards"
    desk.sign_in_staff(pages.seeded.teacher)
    desk.post(address, {"pins": "new"}, on=address)
    [page] = printed_pages(desk.get(f"{address}/sheet").data)
    names = {"dielli", "peshku", "molla", "shtëpia", "lulja", "makina", "topi", "ylli", "pema"}
    assert len([line for line in page.lines if set(line.split(", ")) <= names]) == 4


def test_a_copied_database_gives_no_pictures_away(pages: Pages) -> None:
    secrets = secrets_of(pages)
    with closing(sqlite3.connect(pages.box.database.path)) as copied:
        dump = "\n".join(copied.iterdump())
    assert not [secret for secret in secrets if secret in dump]


def test_only_pin_and_pictures_are_ways_to_sign_in(pages: Pages) -> None:
    with pytest.raises(BadInputError):
        pages.box.people.choose_sign_in(pages.class_id, "song")
    assert pages.box.people.class_sign_in(pages.class_id) == "pin"


def test_made_pictures_are_different_and_odd_touches_do_not_count() -> None:
    assert make(lambda _: 0) == "sun-fish-apple"
    assert make(lambda count: count - 1) == "tree-star-ball"
    assert touched("sun-x-sun", "fish") == ("sun", "fish")
    assert touched("", "no such picture") == ()
    assert touched("sun-fish-apple-car", "tree") == ("sun", "fish", "apple")
