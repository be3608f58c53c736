"""Numbers that no column of the database can hold, in addresses and forms: nothing is found, and nothing breaks."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox import web
from tests.simulators.device import shown
from tests.simulators.rooms import TECHNICIAN, Pages, open_pages
from tests.simulators.seeded import QUIZ, VIDEO

HUGE = ["99999999999999999999999", "-99999999999999999999999", "9" * 5_000, "9223372036854775808"]
GETS = [
    (TECHNICIAN, "/people?class={}"), (TECHNICIAN, "/people?page={}"), (TECHNICIAN, "/people/year?grade={}&last={}"),
    (TECHNICIAN, "/privacy/log?person={}&before={}"), ("", "/subjects/math?grade={}"),
    ("", f"/items/{VIDEO}?rendition={{}}"), ("", f"/quizzes/{QUIZ}?place={{}}"),
]  # fmt: skip
POSTS = [
    (TECHNICIAN, "/people/new", {"role": "pupil", "given_name": "A", "surname": "B", "class": "#", "grade": "#"}),
    (TECHNICIAN, "/people/year", {"grade": "#", "last": "#"}),
    (TECHNICIAN, "/people/classes", {"name": "7/9", "grade": "#"}),
    (TECHNICIAN, "/transfers/arriving", {"class": "#", "join": "#"}),
    ("", "/classes/{class}/cards", {"pupil": "#"}),
    ("", "/classes/{class}/groups", {"name": "Readers", "pupil": "#"}),
    ("", "/classes/{class}/lessons", {"item": VIDEO, "whom": "some", "pupil": "#"}),
    ("", "/classes/{class}/lessons", {"item": VIDEO, "whom": "group-#"}),
    ("", "/classes/{class}/lessons/copy", {"lesson": "#", "class": "#"}),
    ("", "/classes/{class}/lessons/file", {"lesson": "#"}),
    ("", "/classes/{class}/tests", {"item": QUIZ, "minutes": "#"}),
    ("", "/classes/{class}/pupils", {"given_name": "A", "surname": "C", "grade": "#"}),
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with open_pages(tmp_path_factory.mktemp("numbers")) as opened:
        yield opened


@pytest.mark.parametrize("huge", HUGE, ids=["long", "negative", "page", "2_63"])
def test_a_number_that_is_too_large_breaks_no_page_and_no_form(pages: Pages, huge: str) -> None:
    desks = {login: pages.staff(login or pages.seeded.teacher) for login in (TECHNICIAN, "")}
    answers = {page: desks[who].get(page.replace("{}", huge)).status_code for who, page in GETS}
    for who, page, form in POSTS:
        sent = {name: value.replace("#", huge) for name, value in form.items()}
        on = "/people/new" if who else f"/classes/{pages.class_id}"
        address = page.replace("{class}", str(pages.class_id))
        answers[f"{page} {form}"] = desks[who].post(address, sent, on=on).status_code
    assert [page for page, status in answers.items() if status >= 500] == []


def test_a_class_that_cannot_be_lists_everybody(pages: Pages) -> None:
    desk = pages.staff(TECHNICIAN)
    assert shown(desk, f"/people?class={HUGE[0]}") == shown(desk, "/people")


def test_every_number_of_a_form_is_read_with_a_bound() -> None:
    rooms = Path(web.__file__).parent.glob("*.py")
    assert [room.name for room in rooms if re.search(r"type=(int|float)\b", room.read_text())] == []
