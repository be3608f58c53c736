"""The pages of the hub: who sees what, what they say, and what they never say."""

import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest
from msgspec.structs import replace

from content_packs.clock import SystemClock
from sync.enrolment import Enrolment
from sync.hub.app import make_app
from sync.ports import Credentials
from sync.statements import Score, Watched, quiz_passed, video_completed
from sync.wire import BoxStatus, ClassOnBox, PackOnBox
from tests.simulators.clock import HandClock
from tests.simulators.hub import ADMIN, PASSWORD, RunningHub, make_data, open_hub, running_hub
from tests.simulators.learning import QUIZ, SESSION_ID, VIDEO, WALL_AT, Classroom

BOX_ID = "0123456789abcdef0123456789abcdef"
PACK = "mash:thyesat-6"
SENDING_ID = "fedcba9876543210fedcba9876543210"
STATUS = BoxStatus(
    version="0.1.0", waiting=12, quarantined=1, disk_free_bytes=52_000_000_000, disk_total_bytes=64_000_000_000,
    clock_at="2025-09-25T08:42:00.000Z", clock_trusted=False, school="Agimi", municipality="Gjilan",
    packs=(PackOnBox(id="mash:thyesat-6", version=1),), classes=(ClassOnBox(id="c62", name="6/2", grade=6, pupils=28),),
)  # fmt: skip


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def agimi(hub: RunningHub) -> Enrolment:
    """A school where seven pupils learnt fractions and three something rare."""
    enrolled = hub.enrol("Agimi", BOX_ID)
    classroom = Classroom(box_id=BOX_ID, school_id=enrolled.school_id)
    rare = replace(VIDEO, id="mash:rralle", title={"sq": "E rrallë", "en": "Rare"})
    watched = Watched(time_s=100, length_s=100, segments=[(0, 100)], session_id=SESSION_ID)
    raws = [classroom.watched(pupil) for pupil in range(7)]
    raws += [quiz_passed(classroom.occasion(pupil), QUIZ, Score(raw=4, max=5)) for pupil in range(6)]
    raws += [video_completed(classroom.occasion(pupil), rare, watched) for pupil in range(3)]
    with hub.client(enrolled.credentials) as box:
        assert box.post("/xapi/statements", json=[msgspec.json.decode(raw) for raw in raws]).status_code == 200
        assert box.put("/box/v1/status", content=msgspec.json.encode(STATUS)).status_code == 200
    hub.hub.refresher.refresh()
    return enrolled


def token(page: httpx.Response) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return found[1]


def sign_in(client: httpx.Client, name: str = ADMIN, password: str = PASSWORD, **more: str) -> httpx.Response:
    page = client.get("/sign-in")
    return client.post("/sign-in", data={"csrf_token": token(page), "name": name, "password": password, **more})


@pytest.fixture
def admin(hub: RunningHub) -> Iterator[httpx.Client]:
    with hub.client() as client:
        assert sign_in(client).status_code == 303
        yield client


def credentials_of(hub: RunningHub, role: str, agimi: Enrolment) -> Credentials | None:
    return {"box": agimi.credentials, "program": hub.program(), "guest": None, "admin": None}[role]


ROLES = ("guest", "box", "program", "admin")
PERMISSIONS = {
    ("GET", "/health"): (200, 200, 200, 200),
    ("GET", "/static/<name>"): (200, 200, 200, 200),
    ("GET", "/sign-in"): (200, 200, 200, 200),
    ("POST", "/sign-in"): (400, 400, 400, 400),
    ("POST", "/sign-out"): (400, 400, 400, 400),
    ("GET", "/check"): (200, 200, 200, 200),
    ("POST", "/check"): (400, 400, 400, 400),
    ("GET", "/courier"): (200, 200, 200, 200),
    ("POST", "/courier"): (400, 400, 400, 400),
    ("GET", "/courier/receipts/<box_id>/<sha256>"): (404, 404, 404, 404),  # no such courier was brought
    ("GET", "/"): (303, 303, 303, 200),
    ("GET", "/boxes"): (303, 303, 303, 200),
    ("GET", "/boxes/<box_id>"): (303, 303, 303, 200),
    ("POST", "/boxes/<box_id>/rename"): (400, 400, 400, 400),
    ("POST", "/boxes/<box_id>/move"): (400, 400, 400, 400),
    ("POST", "/boxes/<box_id>/replace"): (400, 400, 400, 400),
    ("POST", "/boxes/<box_id>/withdraw"): (400, 400, 400, 400),
    ("POST", "/boxes/<box_id>/told-apart"): (400, 400, 400, 400),
    ("GET", "/orders"): (303, 303, 303, 200),
    ("POST", "/orders"): (400, 400, 400, 400),
    ("POST", "/orders/notices"): (400, 400, 400, 400),
    ("GET", "/municipalities/<municipality>/orders"): (303, 303, 303, 200),
    ("POST", "/municipalities/<municipality>/orders"): (400, 400, 400, 400),
    ("POST", "/municipalities/<municipality>/orders/notices"): (400, 400, 400, 400),
    ("GET", "/boxes/<box_id>/orders"): (303, 303, 303, 200),
    ("POST", "/boxes/<box_id>/orders"): (400, 400, 400, 400),
    ("POST", "/boxes/<box_id>/orders/notices"): (400, 400, 400, 400),
    ("POST", "/notices/<int:number>/end"): (400, 400, 400, 400),
    ("GET", "/enrolment"): (303, 303, 303, 200),
    ("POST", "/enrolment"): (400, 400, 400, 400),
    ("POST", "/enrolment/code"): (400, 400, 400, 400),
    ("POST", "/enrolment/codes/<mark>/withdraw"): (400, 400, 400, 400),
    ("POST", "/enrolment/<mark>/bind"): (400, 400, 400, 400),
    ("GET", "/enrolment/<mark>/answer"): (303, 303, 303, 404),  # no such request was brought
    ("GET", "/sendings"): (303, 303, 303, 200),
    ("GET", "/refused"): (303, 303, 303, 200),
    ("POST", "/refused/again"): (400, 400, 400, 400),
    ("POST", "/refused/late"): (400, 400, 400, 400),
    ("POST", "/refused/let-go"): (400, 400, 400, 400),
    ("GET", "/schools/<school_id>"): (303, 303, 303, 200),
    ("POST", "/schools/<school_id>/rename"): (400, 400, 400, 400),
    ("GET", "/municipalities/<municipality>"): (303, 303, 303, 200),
    ("GET", "/report.pdf"): (303, 303, 303, 200),
    ("GET", "/schools/<school_id>/report.pdf"): (303, 303, 303, 200),
    ("GET", "/municipalities/<municipality>/report.pdf"): (303, 303, 303, 200),
    ("GET", "/courses/<pack>"): (303, 303, 303, 200),
    ("GET", "/schools/<school_id>/courses/<pack>"): (303, 303, 303, 200),
    ("GET", "/municipalities/<municipality>/courses/<pack>"): (303, 303, 303, 200),
    ("GET", "/tables/<name>.<form>"): (303, 303, 303, 200),
    ("GET", "/schools/<school_id>/tables/<name>.<form>"): (303, 303, 303, 200),
    ("GET", "/municipalities/<municipality>/tables/<name>.<form>"): (303, 303, 303, 200),
    ("GET", "/xapi/about"): (200, 200, 200, 200),
    ("GET", "/xapi/statements"): (401, 200, 200, 401),
    ("POST", "/xapi/statements"): (401, 200, 200, 401),
    ("PUT", "/xapi/statements"): (401, 400, 400, 401),
    ("GET", "/xapi/activities"): (401, 400, 400, 401),
    ("GET", "/xapi/agents"): (401, 400, 400, 401),
    ("GET", "/xapi/activities/state"): (401, 403, 400, 401),
    ("PUT", "/xapi/activities/state"): (401, 403, 400, 401),
    ("POST", "/xapi/activities/state"): (401, 403, 400, 401),
    ("DELETE", "/xapi/activities/state"): (401, 403, 400, 401),
    ("GET", "/xapi/activities/profile"): (401, 403, 400, 401),
    ("PUT", "/xapi/activities/profile"): (401, 403, 400, 401),
    ("POST", "/xapi/activities/profile"): (401, 403, 400, 401),
    ("DELETE", "/xapi/activities/profile"): (401, 403, 400, 401),
    ("GET", "/xapi/agents/profile"): (401, 403, 400, 401),
    ("PUT", "/xapi/agents/profile"): (401, 403, 400, 401),
    ("POST", "/xapi/agents/profile"): (401, 403, 400, 401),
    ("DELETE", "/xapi/agents/profile"): (401, 403, 400, 401),
    ("PUT", "/box/v1/status"): (401, 200, 403, 401),
    ("POST", "/box/v1/erasures"): (401, 200, 403, 401),
    ("GET", "/box/v1/receipts"): (401, 200, 403, 401),
    ("GET", "/box/v1/schools"): (401, 200, 403, 401),
    ("GET", "/box/v1/sendings"): (401, 200, 403, 401),
    ("PUT", "/box/v1/sendings/<sending>"): (401, 404, 403, 401),  # the school named cannot be sent to
    ("DELETE", "/box/v1/sendings/<sending>"): (401, 204, 403, 401),
    ("PUT", "/box/v1/sendings/<sending>/<int:begins>"): (401, 404, 403, 401),
    ("GET", "/box/v1/sendings/<sending>/<int:begins>"): (401, 404, 403, 401),
    ("POST", "/box/v1/sendings/<sending>/receipt"): (401, 400, 403, 401),  # what is sent is no receipt
    ("POST", "/box/v1/identity"): (401, 404, 403, 401),
    ("GET", "/figures/v1/place"): (401, 403, 200, 401),
    ("GET", "/figures/v1/courses"): (401, 403, 200, 401),
    ("GET", "/figures/v1/languages"): (401, 403, 200, 401),
    ("GET", "/figures/v1/subjects"): (401, 403, 200, 401),
    ("GET", "/figures/v1/publishers"): (401, 403, 200, 401),
    ("GET", "/figures/v1/courses/<pack>"): (401, 403, 200, 401),
    ("GET", "/publishing"): (303, 303, 303, 404),
    ("GET", "/publishing/<int:number>"): (303, 303, 303, 404),
    ("GET", "/publishing/<int:number>/items/<item_id>"): (303, 303, 303, 404),
    ("GET", "/publishing/<int:number>/files/<sha256>"): (303, 303, 303, 404),
    ("POST", "/publishing/send"): (400, 400, 400, 400),
    ("POST", "/publishing/uploads"): (400, 400, 400, 400),
    ("POST", "/publishing/uploads/<upload>/<int:begins>"): (400, 400, 400, 400),
    ("POST", "/publishing/<int:number>/<decision>"): (400, 400, 400, 400),
    ("POST", "/publish/v1/uploads"): (404, 404, 404, 404),
    ("PUT", "/publish/v1/uploads/<upload>/<int:begins>"): (404, 404, 404, 404),
    ("GET", "/publish/v1/proposals"): (404, 404, 404, 404),
    ("GET", "/publish/v1/proposals/<int:number>"): (404, 404, 404, 404),
    ("POST", "/enrol"): (400, 400, 400, 400),
    ("GET", "/shelf/<path:name>"): (404, 404, 404, 404),
}
"""What each role is answered at every address, without a form's token. Whoever adds an address adds a row.

This hub publishes no packs; of one that does tell `test_hub_shelf.py` and `test_publishing_pages.py`.
"""


def test_every_address_of_the_hub_stands_in_the_table_of_permissions(tmp_path: Path) -> None:
    opened = open_hub(make_data(tmp_path / "data"), SystemClock())
    rules = make_app(opened).url_map.iter_rules()
    opened.close()
    spoken = {(method, rule.rule) for rule in rules for method in rule.methods or ()}
    assert {(method, rule) for method, rule in spoken if method not in ("HEAD", "OPTIONS")} == set(PERMISSIONS)


@pytest.mark.parametrize(("method", "rule"), list(PERMISSIONS))
@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_answered_what_the_table_says(
    hub: RunningHub, agimi: Enrolment, method: str, rule: str, role: str
) -> None:
    rule_of_files = rule.replace("<path:name>", "meta/index.json").replace("<name>.<form>", "places.csv")
    rule_of_places = rule_of_files.replace("<municipality>", "Gjilan").replace("<pack>", PACK)
    path = rule_of_places.replace("<name>", "schoolbox.css").replace("<box_id>", BOX_ID)
    path = path.replace("<school_id>", agimi.school_id).replace("<sending>", SENDING_ID).replace("<int:begins>", "0")
    path = path.replace("<int:number>", "1")
    body: dict[str, bytes] = {
        "/box/v1/status": msgspec.json.encode(STATUS), "/xapi/statements": b"[]", "/enrol": b"{}",
        "/box/v1/identity": msgspec.json.encode({"secret_sha256": "0" * 64}),
        "/box/v1/erasures": msgspec.json.encode({"actors": ["0" * 32]}),
        f"/box/v1/sendings/{SENDING_ID}": msgspec.json.encode({"to": "x", "size_bytes": 5, "sha256": "0" * 64}),
        f"/box/v1/sendings/{SENDING_ID}/0": b"piece",
        f"/box/v1/sendings/{SENDING_ID}/receipt": msgspec.json.encode({"receipt": "x"}),
    }  # fmt: skip
    with hub.client(credentials_of(hub, role, agimi)) as client:
        if role == "admin":
            sign_in(client)
        headers = {"Content-Type": "application/json"} if path in body else {}
        content = body.get(path) if method != "GET" else None
        answer = client.request(method, path, content=content, headers=headers)
    assert answer.status_code == PERMISSIONS[method, rule][ROLES.index(role)], answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" in answer.headers


def test_the_overview_says_what_was_learnt(admin: httpx.Client, agimi: Enrolment) -> None:
    page = admin.get("/").text
    for words in ("Fractions", agimi.school, "1 of 1", "28 are enrolled"):
        assert words in page, words
    page = admin.get(f"/courses/{PACK}").text
    for words in ("Fractions", "Parts", "Quiz: fractions", "80 %", "from mash"):
        assert words in page, words


def test_small_numbers_of_pupils_are_not_shown(admin: httpx.Client, agimi: Enrolment) -> None:
    for path in ("", "/municipalities/Gjilan", f"/schools/{agimi.school_id}"):
        row = re.search(r"<tr><th[^>]*>Rare</th>(.*?)</tr>", admin.get(f"{path}/courses/{PACK}").text)
        assert row
        assert re.findall(r"<td[^>]*>([^<]*)</td>", row[1]) == ["few", "few", "–"]


def test_no_page_holds_anything_that_points_at_a_pupil(admin: httpx.Client, agimi: Enrolment) -> None:
    for path in ("/", "/boxes", f"/boxes/{BOX_ID}", f"/schools/{agimi.school_id}"):
        assert f"{BOX_ID[:16]}{0:016x}" not in admin.get(path).text


def test_the_page_of_a_box_says_what_to_look_at(admin: httpx.Client, agimi: Enrolment) -> None:
    page = admin.get(f"/boxes/{BOX_ID}").text
    told = ("12 statements wait", "1 statement could not be taken", "does not trust its clock", "52 GB of 64 GB")
    for words in (*told, "mash:thyesat-6"):
        assert words in page, words
    assert agimi.school in page


@pytest.mark.parametrize("lang", ["en", "sq"])
@pytest.mark.parametrize(
    "path",
    [
        "/", "/boxes", f"/boxes/{BOX_ID}", "/schools/{school}", "/municipalities/Gjilan", f"/courses/{PACK}",
        "/nothing", "/sign-in", "/check", "/enrolment", "/orders",
        f"/boxes/{BOX_ID}/orders",
    ],
)
def test_every_page_is_whole_in_every_language(
    admin: httpx.Client, agimi: Enrolment, path: str, lang: str
) -> None:
    page = admin.get(path.format(school=agimi.school_id), params={"lang": lang}).text
    assert f'<html lang="{lang}">' in page
    assert page.count("<h1") == 1
    assert "style=" not in page
    assert "<script" not in page
    used, have = set(re.findall(r'xlink:href="#([^"]+)"', page)), set(re.findall(r'<symbol id="([^"]+)"', page))
    assert used <= have
    assert not re.search(r"%\(|\{\{|>None<|\"None\"|undefined", page)
    assert page.startswith("<!doctype html>")


def test_the_language_is_remembered(admin: httpx.Client) -> None:
    admin.get("/", params={"lang": "sq"})
    assert "Pasqyra" in admin.get("/").text


def test_an_empty_hub_says_what_to_do(tmp_path: Path) -> None:
    with running_hub(tmp_path / "data") as empty, empty.client() as client:
        sign_in(client)
        for path in ("/", "/boxes"):
            assert "schoolbox-hub code create" in client.get(path).text
        enrolled = empty.enrol("Ura")
        assert "Nothing has arrived yet" in client.get("/").text
        assert "Never" in client.get("/boxes").text
        assert client.get(f"/schools/{enrolled.school_id}").status_code == 200


def test_a_silent_box_is_named(tmp_path: Path) -> None:
    clock = HandClock(WALL_AT)
    with running_hub(tmp_path / "data", clock) as hub, hub.client() as client:
        enrolled = hub.enrol("Bjeshka")
        with hub.client(enrolled.credentials) as box:
            box.put("/box/v1/status", content=msgspec.json.encode(STATUS))
        sign_in(client)
        assert "1 box is silent" not in client.get("/").text
        clock.at += timedelta(days=12)
        sign_in(client)
        page = client.get("/").text
    assert "1 box is silent" in page
    assert "12 days" in page


def test_pages_are_not_cached_and_the_style_sheet_is(admin: httpx.Client) -> None:
    page = admin.get("/")
    assert page.headers["Cache-Control"] == "no-store"
    address = re.search(r'href="(/static/schoolbox\.css\?v=[0-9a-f]+)"', page.text)
    assert address
    sheet = admin.get(address[1])
    assert "max-age=31536000" in sheet.headers["Cache-Control"]
    assert sheet.headers["Content-Type"].startswith("text/css")
    assert sheet.headers["Content-Encoding"] == "gzip"
    plain = admin.get(address[1], headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.text == sheet.text


@pytest.mark.parametrize("path", ["/nothing", "/boxes/none", "/schools/none", "/static/secret.txt"])
def test_what_is_not_there_is_said_without_the_inside(admin: httpx.Client, path: str) -> None:
    answer = admin.get(path)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert "Traceback" not in answer.text


def test_a_status_that_names_a_person_is_refused(hub: RunningHub) -> None:
    enrolled = hub.enrol("Drita", secrets.token_hex(16))
    body = msgspec.json.encode(STATUS).replace(b'"name":"6/2"', b'"name":"6/2","pupil_names":["Arta"]')
    with hub.client(enrolled.credentials) as box:
        answer = box.put("/box/v1/status", content=body)
    assert answer.status_code == 400
    assert "pupil_names" in answer.json()["message"]


@pytest.mark.parametrize("told", ["2026-99-99T99:99:99Z", "2026-01-01T00:00:00Z\n", "0001-01-01T00:00:00Z"])
def test_a_box_with_an_impossible_clock_is_refused_and_breaks_no_page(
    hub: RunningHub, agimi: Enrolment, admin: httpx.Client, told: str
) -> None:
    body = msgspec.json.encode({**msgspec.to_builtins(STATUS), "clock_at": told})
    with hub.client(agimi.credentials) as box:
        assert box.put("/box/v1/status", content=body).status_code == 400
    assert admin.get("/").status_code == 200
    assert admin.get("/boxes").status_code == 200


def test_an_address_with_line_breaks_leads_to_the_sign_in_and_into_no_header(hub: RunningHub) -> None:
    with hub.client() as guest:
        answer = guest.get("/boxes/%0d%0aX-Mine:%20y")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=%2Fboxes%2F%0D%0AX-Mine%3A+y")
        assert sign_in(guest, next="/\r\nX-Mine: y").headers["Location"] == "/"
