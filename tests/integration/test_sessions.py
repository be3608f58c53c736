"""The teacher sees who of the class is signed in where, and signs them out; nobody else can."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.errors import NotFoundError
from tests.simulators.clock import HandClock
from tests.simulators.device import Device
from tests.simulators.rooms import STRANGER, Pages, open_pages
from tests.simulators.seeded import VIDEO

SAYS = {
    "phone": "Mozilla/5.0 (Linux; Android 6.0; J5) AppleWebKit/537.36 Chrome/61.0.3163.98 Mobile Safari/537.36",
    "tablet": "Mozilla/5.0 (Linux; Android 9; SM-T510) AppleWebKit/537.36 Chrome/100.0.0.0 Safari/537.36",
    "computer": "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 Chrome/109.0.0.0 Safari/537.36",
    "": "curl/8.0",
}


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def pages(tmp_path: Path, clock: HandClock) -> Iterator[Pages]:
    with open_pages(tmp_path, pupils=4, clock=clock) as opened:
        yield opened


def signed_in(pages: Pages, place: int, kind: str = "phone") -> Device:
    device = pages.device(f"10.0.0.{place}")
    device.client.environ_base["HTTP_USER_AGENT"] = SAYS[kind]
    device.sign_in(pages.seeded.pupils[place])
    return device


def desk(pages: Pages, login: str = "") -> Device:
    device = pages.device("10.0.0.99")
    assert device.sign_in_staff(login or pages.seeded.teacher).status_code == 303
    return device


def teacher_id(pages: Pages) -> int:
    return pages.seeded.pupils[0].person_id - 1


def test_the_teacher_sees_who_is_signed_in_on_which_kind_of_device(pages: Pages, clock: HandClock) -> None:
    for place, kind in enumerate(SAYS):
        signed_in(pages, place, kind)
    rows = pages.box.sessions.of_class(teacher_id(pages), pages.class_id).rows
    assert [(row.short_name, row.device) for row in rows] == [
        (f"Nxënës{place} K.", kind) for place, kind in enumerate(SAYS)
    ]
    clock.tick(5 * 60)
    shown = desk(pages).text(f"/classes/{pages.class_id}/sessions")
    assert shown.count("Pa lëvizur prej 5 minutash") == 4
    assert "Krasniqi" not in shown
    clock.tick(16 * 60)
    assert pages.box.sessions.of_class(teacher_id(pages), pages.class_id).rows == ()


def test_one_is_signed_out_and_the_others_stay(pages: Pages) -> None:
    first, second = signed_in(pages, 0), signed_in(pages, 1)
    [row, _] = pages.box.sessions.of_class(teacher_id(pages), pages.class_id).rows
    address = f"/classes/{pages.class_id}/sessions"
    at_desk = desk(pages)
    assert at_desk.post(address, {"session": row.key}, on=address).status_code == 303
    assert first.get("/my-progress").status_code == 303
    assert second.get("/my-progress").status_code == 200
    assert at_desk.post(address, on=address).status_code == 303
    assert second.get("/my-progress").status_code == 303
    assert at_desk.get("/classes").status_code in (200, 303)


def test_the_name_of_a_session_lets_nobody_in(pages: Pages) -> None:
    signed_in(pages, 0)
    [row] = pages.box.sessions.of_class(teacher_id(pages), pages.class_id).rows
    assert pages.box.sign_in.viewer(row.key) is None


def test_a_teacher_of_another_class_ends_nothing(pages: Pages) -> None:
    device = signed_in(pages, 0)
    stranger = desk(pages, STRANGER)
    assert stranger.post(f"/classes/{pages.class_id}/sessions").status_code == 404
    other = pages.box.people.class_add("7/1", 7)
    teaching = pages.box.database.fetch_sql(int, "SELECT id FROM person WHERE login = ?", (STRANGER,))[0]
    pages.box.people.join(other, teaching)
    [row] = pages.box.sessions.of_class(teacher_id(pages), pages.class_id).rows
    pages.box.sessions.end(teaching, other, row.key)
    pages.box.sessions.end(teaching, other)
    assert device.get("/my-progress").status_code == 200
    with pytest.raises(NotFoundError):
        pages.box.sessions.of_class(teaching, pages.class_id)


def test_a_film_left_open_by_the_last_pupil_is_not_credited_to_the_next(pages: Pages) -> None:
    device = signed_in(pages, 0)
    left_open = device.mark(f"/sign-in/{pages.class_id}/{pages.seeded.pupils[0].person_id}")
    device.post("/sign-out")
    device.sign_in(pages.seeded.pupils[1])
    body = {"csrf_token": left_open, "position_s": "60", "duration_s": "90", "segments": "0-60", "left": "1"}
    assert device.client.post(f"/items/{VIDEO}/watched", data=body).status_code == 400
    assert pages.box.database.fetch_sql(int, "SELECT count(*) FROM progress") == [0]
