"""Collections of the school's own: made for school, grade or class, and found by whom they are meant for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.services.collections import changed
from schoolbox.services.tailoring import SCHOOL, Scope, Target
from tests.simulators.device import Device, shown
from tests.simulators.rooms import STRANGER, TECHNICIAN, Pages, open_pages
from tests.simulators.seeded import QUIZ, VIDEO


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path, pupils=2) as opened:
        yield opened


def staff(pages: Pages, login: str) -> Device:
    device = pages.device("10.0.0.9")
    assert device.sign_in_staff(login).status_code == 303
    device.get("/?lang=en")
    return device


def pupil(pages: Pages) -> Device:
    device = pages.device()
    device.sign_in(pages.seeded.pupils[0])
    device.get("/?lang=en")
    return device


def begin(desk: Device, scope: str, title: str) -> str:
    url = f"/tailoring/{scope}/collections"
    return desk.post(url, {"title": title}, on=url).headers["Location"]


def test_a_teacher_makes_a_collection_that_the_class_finds_and_guests_do_not(pages: Pages) -> None:
    desk = staff(pages, pages.seeded.teacher)
    url = begin(desk, f"class-{pages.class_id}", "Reading week")
    assert VIDEO in desk.text(f"{url}?q=pjes") or VIDEO in desk.text(f"{url}?q=thyesa")
    for item in (VIDEO, QUIZ, QUIZ):
        desk.post(url, {"do": f"add {item}"}, on=url)
    desk.post(url, {"do": "describe", "title": "Reading", "says": "For this week.", "area": "lang"}, on=url)
    assert "Reading" in shown(pupil(pages), "/")
    page = pupil(pages).text("/collections/1")
    assert page.index(f"/items/{VIDEO}") < page.index(f"/quizzes/{QUIZ}")
    assert "For this week." in page
    desk.post(url, {"do": f"up {QUIZ}"}, on=url)
    page = pupil(pages).text("/collections/1")
    assert page.index(f"/quizzes/{QUIZ}") < page.index(f"/items/{VIDEO}")
    guest = pages.device("10.0.0.6")
    assert guest.get("/collections/1").status_code == 404
    assert "Reading" not in guest.text("/")
    assert staff(pages, STRANGER).get(url).status_code == 404
    desk.post(url, {"do": "delete"}, on=url)
    assert pupil(pages).get("/collections/1").status_code == 404
    assert pages.box.library.entries([VIDEO], staff=False)


def test_a_collection_of_the_school_is_for_all_and_leaves_out_what_is_hidden(pages: Pages) -> None:
    desk = staff(pages, TECHNICIAN)
    url = begin(desk, "school", "Our best")
    for item in (VIDEO, QUIZ):
        desk.post(url, {"do": f"add {item}"}, on=url)
    guest = pages.device("10.0.0.6")
    assert "Our best" in guest.text("/")
    pages.box.tailoring.decide(SCHOOL, Target("item", VIDEO), "hide")
    page = guest.text("/collections/1")
    assert f"/items/{VIDEO}" not in page
    assert f"/quizzes/{QUIZ}" in page


def test_a_collection_without_a_title_is_refused(pages: Pages) -> None:
    desk = staff(pages, TECHNICIAN)
    assert begin(desk, "school", "  ").endswith("/tailoring/school/collections")
    assert "Write a title first." in shown(desk, "/tailoring/school/collections")
    assert not pages.box.collections.of_scope(Scope("school", 0))


def test_steps_that_make_no_sense_change_nothing() -> None:
    assert changed(["a", "b"], "add", "a") == ["a", "b"]
    assert changed(["a", "b"], "up", "a") == ["a", "b"]
    assert changed(["a", "b"], "down", "a") == ["b", "a"]
    assert changed(["a", "b"], "remove", "c") == ["a", "b"]
    assert changed(["a", "b"], "dance", "b") == ["a", "b"]
