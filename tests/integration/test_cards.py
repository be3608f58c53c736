"""Sign-in cards: one tap lets the right pupil in, an old card nobody, and a code stands in no log and no address."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from schoolbox.errors import NotFoundError, SignInError, ThrottledError
from schoolbox.services.cards import NewCard
from tests.simulators.clock import HandClock
from tests.simulators.device import Device
from tests.simulators.printed import pages as printed_pages
from tests.simulators.rooms import STRANGER, Pages, open_pages


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def pages(tmp_path: Path, clock: HandClock) -> Iterator[Pages]:
    with open_pages(tmp_path, pupils=10, clock=clock) as opened:
        yield opened


def teacher(pages: Pages, login: str = "") -> Device:
    device = pages.device("10.0.0.9")
    assert device.sign_in_staff(login or pages.seeded.teacher).status_code == 303
    return device


def make(pages: Pages, device: Device, **form: object) -> list[str]:
    """Make cards as the teacher does, and read the addresses off the paper, as paths."""
    address = f"/classes/{pages.class_id}/cards"
    assert device.post(address, form, on=address).status_code == 303
    sheet = device.get(f"{address}/sheet")
    assert (sheet.mimetype, sheet.headers["Cache-Control"]) == ("application/pdf", "no-store")
    codes = [code for page in printed_pages(sheet.data) for code in page.codes()]
    return ["/card/" + code.partition("/card/")[2] for code in codes]


def name(device: Device) -> str:
    page = device.text("/card")
    return page.partition('<p class="q">')[2].partition("</p>")[0]


def show(device: Device, path: str) -> None:
    """Open the address of a card as the camera does."""
    answer = device.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/card")


def come_in(device: Device) -> None:
    answer = device.post("/card", on="/card")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def viewer(device: Device) -> str:
    """The name in the corner of the page; empty for a guest."""
    return device.text("/").partition('<span class="face" aria-hidden="true">')[2].partition("</summary>")[0]


def test_every_pupil_of_the_class_has_a_card_that_lets_exactly_this_pupil_in(pages: Pages) -> None:
    paths = make(pages, teacher(pages))
    assert len(set(paths)) == 10
    met = set()
    for place, path in enumerate(paths):
        device = pages.device(f"10.0.1.{place}")
        show(device, path)
        asked = name(device)
        come_in(device)
        given_name, _, surname = asked.partition(" ")
        assert f"{given_name} {surname[:1]}" in viewer(device)
        met.add(asked)
    assert len(met) == 10


def test_opening_a_card_signs_nobody_in_or_out_and_a_form_of_another_site_does_not_either(pages: Pages) -> None:
    [first, second, *_] = make(pages, teacher(pages))
    device = pages.device()
    show(device, first)
    come_in(device)
    before, cookie = viewer(device), device.client.get_cookie("schoolbox")
    answer = device.get(second)
    assert "schoolbox=" not in "".join(answer.headers.getlist("Set-Cookie"))
    assert device.client.post("/card", environ_base={"REMOTE_ADDR": "10.0.0.5"}).status_code == 400
    assert viewer(device) == before
    assert device.client.get_cookie("schoolbox") == cookie
    assert "do të dalë" in device.text("/card")
    come_in(device)
    assert viewer(device) != before


def test_a_code_is_not_kept_by_the_browser_not_passed_on_and_not_in_the_log(
    pages: Pages, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    [path, *_] = make(pages, teacher(pages))
    code, device = path.rpartition("/")[2], pages.device()
    answers = [device.get(path), device.get("/card"), device.get("/card/wrong-code")]
    for answer in answers:
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
    assert code not in answers[1].text
    assert code not in device.post("/card", on="/card").headers["Location"]
    assert code not in caplog.text
    assert "wrong-code" not in caplog.text
    with closing(sqlite3.connect(pages.box.database.path)) as copied:
        dump = "\n".join(copied.iterdump())
    assert code not in dump


def test_the_tablet_that_is_handed_on_does_not_let_the_next_one_in_as_the_last(pages: Pages, clock: HandClock) -> None:
    [path, *_] = make(pages, teacher(pages))
    device = pages.device()
    show(device, path)
    come_in(device)
    device.post("/sign-out")
    assert name(device) == ""
    assert device.post("/card").headers["Location"] == "/card"
    show(device, path)
    clock.tick(181)
    assert name(device) == ""


def test_new_cards_end_the_old_ones_and_whoever_came_in_with_them(pages: Pages) -> None:
    desk = teacher(pages)
    [path, *_] = make(pages, desk)
    device, waiting = pages.device(), pages.device("10.0.0.6")
    show(device, path)
    come_in(device)
    show(waiting, path)
    make(pages, desk)
    assert viewer(device) == ""
    assert name(waiting) == ""
    refused = pages.device("10.0.0.7").get(path)
    assert refused.status_code == 401
    assert "Kjo kartelë nuk vlen më." in refused.text


def test_a_lost_card_is_replaced_for_one_pupil_and_the_others_stay(pages: Pages) -> None:
    desk = teacher(pages)
    paths = make(pages, desk)
    pupil = pages.seeded.pupils[3]
    [renewed] = make(pages, desk, pupil=pupil.person_id)
    statuses = [pages.device(f"10.0.2.{place}").get(path).status_code for place, path in enumerate(paths)]
    assert sorted(statuses) == [303] * 9 + [401]
    device = pages.device()
    show(device, renewed)
    assert name(device).startswith("Nxënës3 ")
    pages.device("10.0.0.8").sign_in(pupil)  # the PIN stays


def test_a_sheet_with_new_pins_ends_the_old_pins_and_prints_ones_that_work(pages: Pages) -> None:
    desk, pupil = teacher(pages), pages.seeded.pupils[0]
    address = f"/classes/{pages.class_id}/cards"
    assert desk.post(address, {"pupil": pupil.person_id, "pins": "new"}, on=address).status_code == 303
    [page] = printed_pages(desk.get(f"{address}/sheet").data)
    [pin] = [line.removeprefix("PIN-i").strip() for line in page.lines if line.startswith("PIN-i ")]
    assert pages.device().sign_in_pupil(pupil, pin=pin).status_code == 303
    if pin != pupil.pin:
        assert pages.device().sign_in_pupil(pupil).status_code == 401


def test_a_sheet_is_for_its_teacher_and_for_half_an_hour(pages: Pages, clock: HandClock) -> None:
    desk = teacher(pages)
    make(pages, desk)
    address = f"/classes/{pages.class_id}/cards/sheet"
    assert teacher(pages, STRANGER).get(address).status_code == 404
    clock.tick(31 * 60)
    assert desk.get(address).headers["Location"] == f"/classes/{pages.class_id}/cards"


def test_a_card_is_made_only_for_a_pupil_of_the_class(pages: Pages) -> None:
    desk, address = teacher(pages), f"/classes/{pages.class_id}/cards"
    for wrong in (999, pages.seeded.pupils[0].person_id - 1, "x", "²"):
        assert desk.post(address, {"pupil": wrong}, on=address).status_code == 404


def test_the_number_comes_first_and_no_foreign_address_gets_into_a_code(pages: Pages) -> None:
    desk, address = teacher(pages), f"/classes/{pages.class_id}/cards"
    desk.post(address, {"host": "evil.example"}, on=address)
    [page, *_] = printed_pages(desk.get(f"{address}/sheet").data)
    hosts = {code.split("/")[2] for code in page.codes()}
    assert hosts == {sorted(pages.box.addresses(), key=lambda host: not host[0].isdigit())[0]}


def test_a_guesser_is_slowed_down_and_noted_and_keeps_nobody_out(pages: Pages) -> None:
    [code, *_] = [card.code for card in _made(pages)]
    met: list[type[Exception]] = []
    for number in range(60):
        with pytest.raises((SignInError, ThrottledError)) as told:
            pages.box.cards.check(f"guess-{number}", device="10.0.0.66/")
        met.append(told.type)
    assert met == [SignInError] * 5 + [ThrottledError] * 55
    for address in ("10.0.0.66/", "10.0.0.67/"):
        assert pages.box.cards.holder(pages.box.cards.check(code, device=address))
    pages.device("10.0.0.66").sign_in(pages.seeded.pupils[1])


def test_a_pupil_who_left_does_not_come_in_with_the_card(pages: Pages) -> None:
    [code, *_] = [card.code for card in _made(pages)]
    with closing(sqlite3.connect(pages.box.database.path)) as connection, connection:
        connection.execute("UPDATE person SET archived_at = '2026-06-19' WHERE role = 'pupil'")
    with pytest.raises(SignInError):
        pages.box.cards.check(code, device="10.0.0.5/")


def test_making_cards_for_a_class_is_noted_without_names(pages: Pages) -> None:
    _made(pages)
    [noted] = [event for event in pages.box.events.latest(5) if event.code == "cards_made"]
    assert noted.facts == {"by": pages.seeded.pupils[0].person_id - 1, "cards": 10, "class": pages.class_id}
    with pytest.raises(NotFoundError):
        pages.box.cards.make(999, pages.class_id, with_pins=False)


def _made(pages: Pages) -> list[NewCard]:
    return pages.box.cards.make(pages.seeded.pupils[0].person_id - 1, pages.class_id, with_pins=False)
