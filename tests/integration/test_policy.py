"""What the school allows: looking without signing in, and pupils changing their PIN."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.services.policy import Allowed
from tests.simulators.clock import HandClock
from tests.simulators.people import wrong
from tests.simulators.rooms import TECHNICIAN, Pages, open_pages
from tests.simulators.seeded import PACK, QUIZ, VIDEO

LESSONS = (
    "/", "/subjects", "/subjects/math", "/grades/6", f"/courses/{PACK}", f"/items/{VIDEO}", f"/quizzes/{QUIZ}",
    "/search",
)  # fmt: skip


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path, pupils=2) as opened:
        yield opened


def allow(pages: Pages, **form: str) -> None:
    device = pages.device("10.0.0.9")
    device.sign_in_staff(TECHNICIAN)
    assert device.post("/school", form, on="/school").status_code == 303
    assert "U ruajt." in device.text("/school")


def test_guests_look_at_lessons_until_the_school_says_no(pages: Pages) -> None:
    guest = pages.device()
    [video] = pages.box.library.item(VIDEO, staff=False).of_role("video")
    for path in LESSONS:
        assert guest.get(path).status_code == 200, path
    allow(pages)
    for path in (*LESSONS, f"/media/{video.name}"):
        led = guest.get(path)
        led.close()
        assert (led.status_code, led.headers["Location"][:8]) == (303, "/sign-in"), path
    assert guest.post(f"/quizzes/{QUIZ}/answer", {"question": "q0", "answer": "b", "go": 1}).status_code == 401
    assert guest.get("/").headers["Location"] == "/sign-in"
    assert "Shiko pa hyrë" not in guest.text("/sign-in")
    assert guest.get("/help").status_code == guest.get("/health").status_code == 200
    guest.sign_in(pages.seeded.pupils[0])
    assert guest.get(f"/items/{VIDEO}").status_code == 200


def test_a_pupil_changes_the_pin_where_it_is_allowed(pages: Pages) -> None:
    pupil = pages.seeded.pupils[0]
    device, elsewhere = pages.device(), pages.device("10.0.0.6")
    device.sign_in(pupil)
    elsewhere.sign_in(pupil)
    assert device.get("/my-pin").status_code == 403
    allow(pages, guests_watch="1", pupils_change_pin="1")
    assert 'href="/my-pin"' in device.text("/")
    new = "2580" if pupil.pin != "2580" else "2581"
    assert device.post("/my-pin", {"old": pupil.pin, "new": new, "again": new}, on="/my-pin").status_code == 303
    assert device.get("/my-progress").status_code == 200
    assert elsewhere.get("/my-progress").status_code == 303
    assert elsewhere.sign_in_pupil(pupil).status_code == 401
    assert elsewhere.sign_in_pupil(pupil, pin=new).status_code == 303


def test_a_wrong_old_pin_or_an_easy_new_one_changes_nothing(pages: Pages) -> None:
    pupil, device = pages.seeded.pupils[0], pages.device()
    pages.box.policy.set(Allowed(pupils_change_pin=True), by=1)
    device.sign_in(pupil)
    tried = [
        (wrong(pupil.pin), "2580", "2580", 401, "PIN-i i vjetër nuk është i saktë."),
        (pupil.pin, "2580", "2581", 400, "I vjetri vlen ende."),
        (pupil.pin, "1234", "1234", 400, "I vjetri vlen ende."),
        (pupil.pin, "25800", "25800", 400, "I vjetri vlen ende."),
        (pupil.pin, "٢٥٨٠", "٢٥٨٠", 400, "I vjetri vlen ende."),
    ]
    for old, new, again, status, said in tried:
        answer = device.post("/my-pin", {"old": old, "new": new, "again": again}, on="/my-pin")
        assert (answer.status_code, said in answer.text) == (status, True)
    assert pages.device("10.0.0.6").sign_in_pupil(pupil).status_code == 303


def test_old_pins_cannot_be_guessed_through_the_form(pages: Pages) -> None:
    pupil, device = pages.seeded.pupils[0], pages.device()
    pages.box.policy.set(Allowed(pupils_change_pin=True), by=1)
    device.sign_in(pupil)
    body = {"old": wrong(pupil.pin), "new": "2580", "again": "2580"}
    statuses = [device.post("/my-pin", body, on="/my-pin").status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]


def test_a_child_with_pictures_is_not_offered_a_pin(pages: Pages) -> None:
    pages.box.policy.set(Allowed(pupils_change_pin=True), by=1)
    secret = pages.box.people.choose_sign_in(pages.class_id, "pictures")[pages.seeded.pupils[0].person_id]
    device = pages.device()
    device.sign_in_pupil(pages.seeded.pupils[0], pin=secret)
    assert "/my-pin" not in device.text("/my-progress")
    assert device.get("/my-pin").status_code == 403


def test_pupils_are_signed_out_after_as_many_idle_minutes_as_the_school_decides(tmp_path: Path) -> None:
    clock = HandClock()
    with open_pages(tmp_path, pupils=2, clock=clock) as pages:
        tablet = pages.device()

        def is_in_after(minutes: int) -> bool:
            tablet.sign_in(pages.seeded.pupils[0])
            clock.tick(60 * minutes + 1)
            return tablet.get("/my-progress").status_code == 200

        assert [is_in_after(minutes) for minutes in (19, 20)] == [True, False]
        allow(pages, guests_watch="1", idle_minutes="20")
        assert pages.box.policy.allowed().idle_minutes == 0, "what the settings file says goes on deciding"
        allow(pages, guests_watch="1", idle_minutes="5")
        assert [is_in_after(minutes) for minutes in (4, 5)] == [True, False]
        tablet.sign_in(pages.seeded.pupils[0])
        clock.tick(301)
        assert pages.box.sessions.of_class(pages.seeded.pupils[0].person_id - 1, pages.class_id).rows == ()
        allow(pages, guests_watch="1")
        assert pages.box.policy.idle_minutes() == 5, "a form without the choice leaves it"
        office = pages.device("10.0.0.9")
        office.sign_in_staff(TECHNICIAN)
        for odd in ("0", "-5", "7", "x"):
            assert office.post("/school", {"idle_minutes": odd}, on="/school").status_code == 400
        assert pages.box.policy.idle_minutes() == 5
