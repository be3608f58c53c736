"""Signing in and out with a browser: the right person, a fresh cookie, nobody led astray, nothing given away."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox import logs
from schoolbox.config import Config
from schoolbox.web.app import create_app
from schoolbox.web.doorway import local_path
from schoolbox.wiring import open_box
from tests.simulators.device import Device
from tests.simulators.people import wrong
from tests.simulators.rooms import TECHNICIAN, Pages, open_pages
from tests.simulators.seeded import PASSWORD


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with open_pages(tmp_path_factory.mktemp("doorway"), pupils=8) as opened:
        yield opened


def cookie(device: Device) -> str:
    found = device.client.get_cookie("schoolbox")
    return found.value if found else ""


def test_a_pupil_comes_in_by_class_name_and_pin_and_goes_on_where_it_wanted_to(pages: Pages) -> None:
    device, pupil = pages.device(), pages.seeded.pupils[0]
    led = device.get("/my-progress")
    assert led.headers["Location"] == "/sign-in?next=/my-progress"
    classes = device.get(led.headers["Location"]).text
    assert f'href="/sign-in/{pupil.class_id}?next=/my-progress"' in classes
    names = device.get(f"/sign-in/{pupil.class_id}?next=/my-progress").text
    assert "Nxënës0 K." in names
    assert "Krasniqi" not in names
    entered = device.sign_in_pupil(pupil, following="/my-progress")
    assert (entered.status_code, entered.headers["Location"]) == (303, "/my-progress")
    assert "Nxënës0 K." in device.get("/my-progress").text


def test_a_wrong_pin_says_what_is_safe_and_what_to_do_and_is_forgotten_at_once(pages: Pages) -> None:
    device, pupil = pages.device(), pages.seeded.pupils[1]
    refused = device.sign_in_pupil(pupil, pin=wrong(pupil.pin), following="/my-progress")
    assert refused.status_code == 401
    assert "Ky PIN nuk është i saktë." in refused.text
    assert 'name="next" value="/my-progress"' in refused.text
    device.sign_in(pupil)


def test_after_many_wrong_pins_the_page_says_how_long_to_wait_and_another_child_is_let_in(pages: Pages) -> None:
    device = pages.device("10.0.0.66")
    victim, other = pages.seeded.pupils[2], pages.seeded.pupils[3]
    statuses = [device.sign_in_pupil(victim, pin=wrong(victim.pin)).status_code for _ in range(7)]
    assert statuses == [401] * 5 + [429] * 2
    device.sign_in(other)
    assert pages.device("10.0.0.9").sign_in_pupil(victim).status_code == 303


def test_the_next_child_on_a_tablet_replaces_the_last_one_whose_session_is_over(pages: Pages) -> None:
    tablet = pages.device()
    tablet.sign_in_pupil(pages.seeded.pupils[0])
    first = cookie(tablet)
    tablet.sign_in_pupil(pages.seeded.pupils[1])
    assert "Nxënës1 K." in tablet.get("/").text
    thief = pages.device()
    thief.client.set_cookie("schoolbox", first)
    assert thief.get("/my-progress").status_code == 303


def test_signing_out_ends_the_session_on_the_box_too(pages: Pages) -> None:
    device = pages.device()
    device.sign_in_pupil(pages.seeded.pupils[0])
    before = cookie(device)
    assert device.post("/sign-out", on="/sign-in/staff").headers["Location"] == "/"
    assert "Hyr" in device.get("/").text
    thief = pages.device()
    thief.client.set_cookie("schoolbox", before)
    assert thief.get("/my-progress").status_code == 303


def test_a_cookie_from_before_signing_in_is_worth_nothing_after_it(pages: Pages) -> None:
    device = pages.device()
    device.get("/sign-in/staff")
    planted = cookie(device)
    device.sign_in_staff(pages.seeded.teacher)
    attacker = pages.device()
    attacker.client.set_cookie("schoolbox", planted)
    assert attacker.get("/classes").headers["Location"].startswith("/sign-in")


def test_a_form_mark_from_before_signing_in_no_longer_works(pages: Pages) -> None:
    device = pages.device()
    found = re.search(r'name="csrf_token" value="([^"]+)"', device.get("/sign-in/staff").text)
    assert found
    device.sign_in_staff(TECHNICIAN)
    assert device.client.post("/status/packs", data={"csrf_token": found[1]}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/", "javascript:alert(1)",
        "/\t/evil", "///evil.example", "/sign-in", "/sign-in/staff?next=/", "/claim", "evil", "", "/a\nb",
        "/" + "a" * 600, "http:///x", "/%0d%0aSet-Cookie:x\r\n",
    ],
)  # fmt: skip
def test_nobody_is_led_to_another_site_after_signing_in(pages: Pages, path: str) -> None:
    assert local_path(path) == ""
    entered = pages.device().sign_in_staff(pages.seeded.teacher, following=path)
    assert entered.headers["Location"] == "/classes"


@pytest.mark.parametrize("path", ["/", "/items/mash:pjeset?t=5", "/search?q=thyesa&kind=video", "/grades/6#a"])
def test_a_page_of_this_box_is_where_somebody_goes_on(path: str) -> None:
    assert local_path(path) == path


def test_teachers_and_technicians_land_on_their_own_page(pages: Pages) -> None:
    assert pages.device().sign_in_staff(pages.seeded.teacher).headers["Location"] == "/classes"
    assert pages.device().sign_in_staff(TECHNICIAN).headers["Location"] == "/status"


def test_an_unknown_login_and_a_wrong_password_get_the_same_page(pages: Pages) -> None:
    def refused(login: str) -> tuple[int, str]:
        answered = pages.device().sign_in_staff(login, password="not the password")
        return answered.status_code, re.sub(r'value="[^"]*"', "", answered.text)

    assert refused(pages.seeded.teacher) == refused("nobody.here")


def test_hostile_forms_are_answered_without_an_error_of_ours(pages: Pages) -> None:
    device, pupil = pages.device(), pages.seeded.pupils[4]
    path = f"/sign-in/{pupil.class_id}/{pupil.person_id}"
    for values in ({}, {"pin": "x" * 5_000}, {"pin": "\x00"}, {"pin": "１２３４"}):
        assert device.post(path, values, on=path).status_code in (401, 429)
    for values in ({}, {"login": "\x00", "password": "\ud7ff"}, {"login": "x" * 9_000, "password": "y" * 9_000}):
        assert device.post("/sign-in/staff", values).status_code in (401, 429)
    for path in ("/sign-in/9999", f"/sign-in/{pupil.class_id}/9999", "/sign-in/99999999999999999999", "/sign-in/x"):
        assert device.get(path).status_code == 404


def test_a_made_up_cookie_is_a_guest(pages: Pages) -> None:
    device = pages.device()
    for value in ("x", "", "eyJ0b2tlbiI6MX0.aaaa.bbbb", "." * 4_000):
        device.client.set_cookie("schoolbox", value)
        assert device.get("/").status_code == 200


def test_a_pin_stays_out_of_pages_logs_and_addresses(pages: Pages, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logs.keep_values_out()
    device, pupil = pages.device(), pages.seeded.pupils[5]
    entered = device.sign_in_pupil(pupil)
    assert pupil.pin not in entered.headers["Location"]
    refused = pages.device().sign_in_pupil(pupil, pin="8642")
    assert "8642" not in refused.text
    assert f"person={pupil.person_id}" in caplog.text
    for private in ("8642", "Krasniqi", "Nxënës", f"pin={pupil.pin}"):
        assert private not in caplog.text


def test_behind_a_front_server_tries_are_counted_by_the_real_address(tmp_path: Path) -> None:
    with open_pages(tmp_path) as opened:
        box = opened.box
        box.close()
    behind = open_box(Config(data=opened.seeded.data, reserve_mb=0, accel_prefix="/blobs"))
    try:
        app = create_app(behind)
        victim = opened.seeded.pupils[0]
        path = f"/sign-in/{victim.class_id}/{victim.person_id}"
        statuses = []
        for number in range(14):
            client = app.test_client()
            headers = {"X-Real-IP": f"10.0.0.{number}"}
            found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path, headers=headers).text)
            assert found
            values = {"csrf_token": found[1], "pin": wrong(victim.pin)}
            statuses.append(client.post(path, data=values, headers=headers).status_code)
        assert statuses == [401] * 14
    finally:
        behind.close()


def test_without_scripts_the_pin_is_an_ordinary_form(pages: Pages) -> None:
    pupil = pages.seeded.pupils[0]
    page = pages.device().get(f"/sign-in/{pupil.class_id}/{pupil.person_id}").text
    assert 'type="password" inputmode="numeric"' in page
    assert re.search(r'<div class="buttons" hidden>', page)


def test_a_new_box_leads_to_its_claim_and_then_to_its_set_up(tmp_path: Path) -> None:
    box = open_box(Config(data=tmp_path / "data", reserve_mb=0))
    try:
        code = box.claim.prepare()
        assert code
        device = Device(create_app(box))
        assert "/claim" in device.get("/sign-in").text
        values = {"code": "WRONG-ONE", "school": "Shkolla „Agimi”", "municipality": "Gjilan", "login": "teknik"}
        refused = device.post("/claim", {**values, "password": PASSWORD}, on="/claim")
        assert refused.status_code == 401
        assert "Shkolla „Agimi”" in refused.text
        assert PASSWORD not in refused.text
        short = device.post("/claim", {**values, "code": code, "password": "short"}, on="/claim")
        assert short.status_code == 400
        assert 'id="password-bad"' in short.text
        taken = device.post("/claim", {**values, "code": code, "password": PASSWORD}, on="/claim")
        assert (taken.status_code, taken.headers["Location"]) == (303, "/setup")
        assert "Shkolla „Agimi”, Gjilan" in device.get("/status").text
        assert device.get("/claim").status_code == 404
    finally:
        box.close()
