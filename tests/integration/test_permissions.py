"""Every address of the box, for everybody who may ask: one table, and no address outside it."""

import itertools
from collections.abc import Iterator

import pytest

from schoolbox.services.people_rows import NewPerson
from schoolbox.services.shelf_jobs import Order, Wish
from schoolbox.services.stick_listing import Need
from tests.simulators.asked_for import address
from tests.simulators.device import Device
from tests.simulators.rooms import STRANGER, TECHNICIAN, Pages, open_pages
from tests.simulators.seeded import VIDEO, Pupil
from tests.simulators.stick_rig import order, put_in

WHO = ("guest", "pupil", "teacher", "stranger", "technician")
"""`teacher` teaches the class, `stranger` is a teacher who does not."""
ALL = "ok ok ok ok ok"

MATRIX: dict[tuple[str, str], str] = {
    ("GET", "/"): ALL,
    ("GET", "/subjects"): ALL,
    ("GET", "/subjects/<area>"): ALL,
    ("GET", "/grades/<int:grade>"): ALL,
    ("GET", "/courses/<pack_id>"): ALL,
    ("GET", "/items/<item_id>"): ALL,
    ("POST", "/items/<item_id>/watched"): ALL,
    ("POST", "/items/<item_id>/open"): "gone gone gone gone gone",  # the item asked for is a video, not a document
    ("GET", "/media/<name>"): ALL,
    ("GET", "/quizzes/<item_id>"): ALL,
    ("POST", "/quizzes/<item_id>/answer"): ALL,
    ("GET", "/quizzes/<item_id>/result"): ALL,
    ("POST", "/quizzes/<item_id>/again"): ALL,
    ("POST", "/quizzes/<item_id>/hint"): ALL,
    ("GET", "/quizzes/<item_id>/hand-in"): ALL,
    ("POST", "/quizzes/<item_id>/hand-in"): ALL,
    ("GET", "/search"): ALL,
    ("GET", "/my-progress"): "door ok no no no",
    ("GET", "/sign-in"): ALL,
    ("GET", "/sign-in/<int:class_id>"): ALL,
    ("GET", "/sign-in/<int:class_id>/<int:person_id>"): ALL,
    ("POST", "/sign-in/<int:class_id>/<int:person_id>"): ALL,
    ("GET", "/sign-in/staff"): ALL,
    ("POST", "/sign-in/staff"): ALL,
    ("POST", "/sign-out"): ALL,
    ("GET", "/claim"): "gone gone gone gone gone",
    ("POST", "/claim"): "gone gone gone gone gone",
    ("GET", "/classes"): "door no ok ok no",
    ("GET", "/classes/<int:class_id>"): "door no ok gone no",
    ("GET", "/classes/<int:class_id>/pupils/<int:person_id>"): "door no ok gone no",
    ("POST", "/classes/<int:class_id>/pupils/<int:person_id>/pin"): "closed no ok gone no",
    ("GET", "/reports"): "door no ok ok no",
    ("GET", "/reports/<int:class_id>/now"): "door no ok gone no",
    ("GET", "/reports/<int:class_id>/now.json"): "door no ok gone no",
    ("GET", "/reports/<int:class_id>/week"): "door no ok gone no",
    ("GET", "/reports/<int:class_id>/week.<form>"): "door no ok gone no",
    ("GET", "/reports/<int:class_id>/quizzes"): "door no ok gone no",
    ("GET", "/reports/<int:class_id>/quizzes.<form>"): "door no ok gone no",
    ("GET", "/reports/<int:class_id>/quizzes/<item_id>"): "door no ok gone no",
    ("GET", "/reports/<int:class_id>/quizzes/<item_id>/questions.<form>"): "door no ok gone no",
    ("GET", "/reports/<int:class_id>/courses/<pack_id>/map.<form>"): "door no ok gone no",
    ("GET", "/reports/<int:class_id>/pupils/<int:person_id>"): "door no ok gone no",
    ("GET", "/classes/<int:class_id>/lessons"): "door no ok gone no",
    ("GET", "/classes/<int:class_id>/lessons/new"): "door no ok gone no",
    ("POST", "/classes/<int:class_id>/lessons"): "closed no ok gone no",
    ("GET", "/lessons/<int:lesson_id>"): "door ok ok gone no",
    ("POST", "/lessons/<int:lesson_id>"): "closed no ok gone no",
    ("POST", "/lessons/<int:lesson_id>/items"): "closed no ok gone no",
    ("POST", "/lessons/<int:lesson_id>/end"): "closed no ok gone no",
    ("POST", "/lessons/<int:lesson_id>/copy"): "closed no ok gone no",
    ("POST", "/lessons/<int:lesson_id>/give"): "closed no ok gone no",
    ("GET", "/classes/<int:class_id>/lessons/copy"): "door no ok gone no",
    ("POST", "/classes/<int:class_id>/lessons/copy"): "closed no ok gone no",
    ("GET", "/items/<item_id>/lessons"): "door no ok ok no",
    ("POST", "/lessons/<int:lesson_id>/stuck"): "closed ok no no no",
    ("GET", "/lessons/<int:lesson_id>/delete"): "door no ok gone no",
    ("POST", "/lessons/<int:lesson_id>/delete"): "closed no ok gone no",
    ("GET", "/classes/<int:class_id>/pupils"): "door no ok gone no",
    ("POST", "/classes/<int:class_id>/pupils"): "closed no ok gone no",
    ("POST", "/classes/<int:class_id>/pupils/<int:person_id>"): "closed no ok gone no",
    ("POST", "/classes/<int:class_id>/pupils/<int:person_id>/left"): "closed no no gone no",  # unless a setting lets
    ("GET", "/classes/<int:class_id>/groups"): "door no ok gone no",
    ("POST", "/classes/<int:class_id>/groups"): "closed no ok gone no",
    ("POST", "/classes/<int:class_id>/groups/<int:group_id>"): "closed no ok gone no",
    ("POST", "/classes/<int:class_id>/groups/<int:group_id>/delete"): "closed no ok gone no",
    ("GET", "/lessons/<int:lesson_id>/file"): "door no ok gone no",
    ("POST", "/classes/<int:class_id>/lessons/file"): "closed no ok gone no",
    ("GET", "/courses/<pack_id>/lesson-file"): "door no ok ok no",
    ("GET", "/classes/<int:class_id>/lessons/bring"): "door no ok gone no",
    ("POST", "/classes/<int:class_id>/lessons/bring"): "closed no ok gone no",
    ("GET", "/classes/<int:class_id>/lessons/brought"): "door no ok gone no",
    ("POST", "/classes/<int:class_id>/lessons/brought"): "closed no ok gone no",
    ("GET", "/classes/<int:class_id>/tests"): "door no ok gone no",
    ("GET", "/classes/<int:class_id>/tests/new"): "door no ok gone no",
    ("POST", "/classes/<int:class_id>/tests"): "closed no gone gone no",  # the item asked for is no quiz
    ("GET", "/quizzes/<item_id>/tests"): "door no ok ok no",
    ("GET", "/tests/<int:test_id>"): "door ok ok gone no",
    ("GET", "/tests/<int:test_id>/live"): "door no ok gone no",
    ("POST", "/tests/<int:test_id>/state"): "closed no ok gone no",
    ("POST", "/tests/<int:test_id>/pupils/<int:person_id>"): "closed no ok gone no",
    ("GET", "/tests/<int:test_id>/pictures/<name>"): "door gone no no no",  # it has no such picture
    ("GET", "/my-tests"): "door ok no no no",
    ("GET", "/my-quizzes"): "door no ok ok no",
    ("POST", "/my-quizzes"): "closed no ok ok no",
    ("GET", "/my-quizzes/<int:quiz_id>"): "door no ok gone no",
    ("GET", "/my-quizzes/<int:quiz_id>/settings"): "door no ok gone no",
    ("POST", "/my-quizzes/<int:quiz_id>/settings"): "closed no ok gone no",
    ("POST", "/my-quizzes/<int:quiz_id>/questions"): "closed no ok gone no",
    ("POST", "/my-quizzes/<int:quiz_id>/order"): "closed no gone gone no",  # it has no question of that name
    ("GET", "/my-quizzes/<int:quiz_id>/questions/<question_id>"): "door no ok gone no",
    ("POST", "/my-quizzes/<int:quiz_id>/questions/<question_id>"): "closed no ok gone no",
    ("GET", "/my-quizzes/<int:quiz_id>/preview"): "door no ok gone no",
    ("POST", "/my-quizzes/<int:quiz_id>/use"): "closed no ok gone no",
    ("POST", "/my-quizzes/<int:quiz_id>/copy"): "closed no ok gone no",
    ("POST", "/my-quizzes/<int:quiz_id>/share"): "closed no ok gone no",
    ("GET", "/my-quizzes/<int:quiz_id>/delete"): "door no ok gone no",
    ("POST", "/my-quizzes/<int:quiz_id>/delete"): "closed no ok gone no",
    ("GET", "/my-quizzes/pictures/<name>"): "door no gone gone no",  # there is no such picture
    ("GET", "/my-files"): "door no ok ok no",
    ("POST", "/my-files"): "closed no ok ok no",
    ("GET", "/my-files/<int:course_id>"): "door no ok gone no",
    ("POST", "/my-files/<int:course_id>/settings"): "closed no ok gone no",
    ("POST", "/my-files/<int:course_id>/files"): "closed no ok gone no",
    ("POST", "/my-files/<int:course_id>/piece"): "closed no ok gone no",
    ("POST", "/my-files/<int:course_id>/files/<int:file_id>"): "closed no gone gone no",  # it has no file yet
    ("POST", "/my-files/<int:course_id>/use"): "closed no ok gone no",
    ("GET", "/my-files/<int:course_id>/live"): "door no ok gone no",
    ("GET", "/my-files/<int:course_id>/delete"): "door no ok gone no",
    ("POST", "/my-files/<int:course_id>/delete"): "closed no ok gone no",
    ("GET", "/collections/<int:collection_id>"): ALL,
    ("GET", "/tailoring/<scope>/collections"): "door no ok gone gone",
    ("POST", "/tailoring/<scope>/collections"): "closed no ok gone gone",
    ("GET", "/tailoring/<scope>/collections/<int:collection_id>"): "door no ok gone gone",
    ("POST", "/tailoring/<scope>/collections/<int:collection_id>"): "closed no ok gone gone",
    ("GET", "/tailoring"): "door no ok ok ok",
    ("GET", "/tailoring/<scope>"): "door no ok gone gone",  # a class; the school and grades are the technician's
    ("POST", "/tailoring/<scope>"): "closed no ok gone gone",
    ("GET", "/tailoring/<scope>/<pack_id>"): "door no ok gone gone",
    ("GET", "/classes/<int:class_id>/sign-in"): "door no ok gone no",
    ("POST", "/classes/<int:class_id>/sign-in"): "closed no ok gone no",
    ("GET", "/classes/<int:class_id>/sessions"): "door no ok gone no",
    ("POST", "/classes/<int:class_id>/sessions"): "closed no ok gone no",
    ("GET", "/classes/<int:class_id>/cards"): "door no ok gone no",
    ("POST", "/classes/<int:class_id>/cards"): "closed no ok gone no",
    ("GET", "/classes/<int:class_id>/cards/sheet"): "door no ok gone no",
    ("GET", "/my-progress/certificates/<pack_id>"): "door gone no no no",  # nobody here has finished a course
    ("GET", "/classes/<int:class_id>/certificates"): "door no ok gone no",
    ("GET", "/classes/<int:class_id>/certificates/<pack_id>"): "door no gone gone no",
    ("GET", "/classes/<int:class_id>/pupils/<int:person_id>/certificates/<pack_id>"): "door no gone gone no",
    ("GET", "/my-progress/passport"): "door ok no no no",
    ("GET", "/classes/<int:class_id>/pupils/<int:person_id>/passport"): "door no ok gone no",
    ("POST", "/check/passport"): ALL,
    ("GET", "/check"): ALL,
    ("POST", "/check"): ALL,
    ("GET", "/check/<code>"): ALL,
    ("GET", "/CHECK/<code>"): ALL,
    ("GET", "/card/<code>"): ALL,
    ("GET", "/card"): ALL,
    ("POST", "/card"): ALL,
    ("GET", "/school"): "door no no no ok",
    ("POST", "/school"): "closed no no no ok",
    ("GET", "/my-pin"): "door no no no no",  # unless a setting lets pupils
    ("POST", "/my-pin"): "closed no no no no",
    ("GET", "/people"): "door no no no ok",
    ("GET", "/people/new"): "door no no no ok",
    ("POST", "/people/new"): "closed no no no ok",
    ("GET", "/people/<int:person_id>"): "door no no no ok",
    ("POST", "/people/<int:person_id>"): "closed no no no ok",
    ("POST", "/people/<int:person_id>/archive"): "closed no no no ok",
    ("POST", "/people/<int:person_id>/restore"): "closed no no no ok",
    ("POST", "/people/<int:person_id>/secret"): "closed no no no ok",
    ("GET", "/people/classes"): "door no no no ok",
    ("POST", "/people/classes"): "closed no no no ok",
    ("POST", "/people/classes/<int:class_id>"): "closed no no no ok",
    ("POST", "/people/classes/<int:class_id>/archive"): "closed no no no ok",
    ("POST", "/people/classes/<int:class_id>/restore"): "closed no no no gone",  # the one asked for is of today
    ("GET", "/people/year"): "door no no no ok",
    ("POST", "/people/year"): "closed no no no ok",
    ("GET", "/people/<int:person_id>/transfer"): "door no no no ok",
    ("POST", "/people/<int:person_id>/transfer"): "closed no no no ok",
    ("GET", "/people/<int:person_id>/transfer/file"): "door no no no gone",  # none was made
    ("POST", "/people/<int:person_id>/transfer/stick"): "closed no no no gone",
    ("GET", "/people/<int:person_id>/transfer/hub"): "door no no no gone",
    ("POST", "/people/<int:person_id>/transfer/hub"): "closed no no no ok",  # no school was chosen
    ("POST", "/people/<int:person_id>/transfer/take-back"): "closed no no no gone",
    ("GET", "/transfers"): "door no no no ok",
    ("POST", "/transfers"): "closed no no no ok",
    ("GET", "/transfers/arriving"): "door no no no gone",  # no file was opened
    ("POST", "/transfers/arriving"): "closed no no no gone",
    ("POST", "/transfers/end"): "closed no no no ok",
    ("GET", "/transfers/<transfer_id>"): "door no no no gone",  # nobody came
    ("GET", "/transfers/<transfer_id>/receipt"): "door no no no gone",
    ("POST", "/transfers/<transfer_id>/receipt/stick"): "closed no no no gone",
    ("GET", "/privacy"): ALL,
    ("GET", "/privacy/log"): "door no no no ok",
    ("GET", "/privacy/log.csv"): "door no no no ok",
    ("GET", "/privacy/classes/<int:class_id>"): "door no no no ok",
    ("POST", "/privacy/classes/<int:class_id>/consent"): "closed no no no ok",
    ("GET", "/privacy/people"): "door no no no ok",
    ("GET", "/privacy/people/<int:person_id>"): "door no no no ok",
    ("POST", "/privacy/people/<int:person_id>/consent"): "closed no no no ok",
    ("POST", "/privacy/people/<int:person_id>/export"): "closed no no no ok",
    ("GET", "/privacy/people/<int:person_id>/erase"): "door no no no ok",
    ("POST", "/privacy/people/<int:person_id>/erase"): "closed no no no ok",  # and asks for the login
    ("GET", "/status"): "door no no no ok",
    ("POST", "/status/sync"): "closed no no no ok",
    ("POST", "/status/database"): "closed no no no ok",
    ("POST", "/status/packs"): "closed no no no ok",
    ("POST", "/status/pull"): "closed no no no ok",
    ("GET", "/sticks"): "door no ok ok ok",
    ("GET", "/sticks/live"): "door no ok ok ok",
    ("GET", "/sticks/<stick_id>"): "door no ok ok ok",
    ("GET", "/sticks/<stick_id>/live"): "door no ok ok ok",
    ("GET", "/sticks/<stick_id>/packs/<pack_id>"): "door no ok ok ok",
    ("POST", "/sticks/<stick_id>/install"): "closed no ok ok ok",
    ("GET", "/sticks/<stick_id>/write"): "door no ok ok ok",
    ("POST", "/sticks/<stick_id>/write"): "closed no ok ok ok",
    ("GET", "/sticks/<stick_id>/schools/<academy_id>"): "door no no no gone",  # no school's lessons are on it
    ("POST", "/sticks/<stick_id>/schools/<academy_id>"): "closed no no no gone",
    ("POST", "/sticks/<stick_id>/root"): "closed no no no ok",
    ("GET", "/sticks/jobs/<int:job_id>"): "door no ok ok ok",
    ("GET", "/sticks/jobs/<int:job_id>/live"): "door no ok ok ok",
    ("POST", "/sticks/jobs/<int:job_id>/give-up"): "closed no ok ok ok",
    ("POST", "/sticks/jobs/<int:job_id>/again"): "closed no ok ok ok",
    ("POST", "/sticks/jobs/<int:job_id>/seen"): "closed no ok ok ok",
    ("GET", "/couriers"): "door no ok ok ok",
    ("POST", "/couriers/sticks/<stick_id>"): "closed no ok ok ok",
    ("POST", "/couriers/sticks/<stick_id>/request"): "closed no no no ok",
    ("POST", "/couriers/sticks/<stick_id>/answer"): "closed no no no ok",
    ("POST", "/couriers/phone"): "closed no ok ok ok",
    ("POST", "/couriers/receipt"): "closed no ok ok ok",
    ("POST", "/clock"): "closed no ok ok ok",
    ("GET", "/reset"): "door no no no gone",  # no helper is installed here
    ("POST", "/reset"): "closed no no no gone",
    ("GET", "/setup"): "door no no no ok",
    ("POST", "/setup/school"): "closed no no no ok",
    ("POST", "/setup/hub"): "closed no no no ok",
    ("GET", "/poster"): "door no ok ok ok",
    ("GET", "/machine"): "door no no no gone",  # no helper of root is installed
    ("POST", "/machine/restart"): "closed no no no gone",
    ("POST", "/machine/off"): "closed no no no gone",
    ("POST", "/machine/network"): "closed no no no gone",
    ("POST", "/machine/zone"): "closed no no no gone",
    ("GET", "/network-check/"): ALL,
    ("GET", "/network-check/<path:asked>"): ALL,
    ("GET", "/captive-portal/api"): ALL,
    ("GET", "/welcome"): ALL,
    ("GET", "/welcome/stay"): ALL,
    ("GET", "/program"): "door no no no gone",  # no updater is installed there, nor where the tests run
    ("GET", "/program/live"): "door no no no gone",
    ("POST", "/program/take"): "closed no no no gone",
    ("POST", "/program/hub"): "closed no no no gone",
    ("POST", "/program/night"): "closed no no no gone",
    ("GET", "/line"): "door no no no ok",
    ("POST", "/line"): "closed no no no ok",
    ("POST", "/line/send"): "closed no no no ok",
    ("POST", "/line/refused/retry"): "closed no no no ok",
    ("POST", "/line/refused/<int:seq>/retry"): "closed no no no gone",
    ("POST", "/line/refused/<int:seq>/keep"): "closed no no no gone",
    ("POST", "/line/number"): "closed no no no ok",
    ("POST", "/line/orders/<name>/refuse"): "closed no no no ok",
    ("POST", "/line/orders/<name>/follow"): "closed no no no ok",
    ("POST", "/notices/<int:notice_id>/dismiss"): "closed no ok ok ok",
    ("GET", "/packs"): "door no ok ok ok",
    ("GET", "/packs/<pack_id>"): "door no ok ok ok",
    ("GET", "/packs/<pack_id>/remove"): "door no ok ok ok",
    ("POST", "/packs/<pack_id>/remove"): "closed no gone gone gone",  # the one asked for is not installed
    ("GET", "/packs/<pack_id>/undo"): "door no ok ok ok",
    ("POST", "/packs/<pack_id>/undo"): "closed no gone gone gone",
    ("GET", "/shelf/<path:name>"): "gone gone gone gone gone",  # nothing is shared unless a setting says so
    ("GET", "/uploads"): "door no ok ok ok",
    ("POST", "/uploads"): "closed no ok ok ok",
    ("GET", "/uploads/<upload_id>"): "door no ok gone ok",
    ("POST", "/uploads/<upload_id>/piece"): "closed no ok gone gone",  # nobody sends pieces of another's upload
    ("POST", "/uploads/<upload_id>/give-up"): "closed no ok gone ok",
    ("GET", "/rosters"): "door no no no ok",
    ("POST", "/rosters"): "closed no no no ok",
    ("POST", "/rosters/piece"): "closed no no no ok",
    ("GET", "/rosters/columns"): "door no no no ok",
    ("POST", "/rosters/columns"): "closed no no no ok",
    ("GET", "/rosters/check"): "door no no no ok",
    ("POST", "/rosters/import"): "closed no no no ok",
    ("GET", "/rosters/done"): "door no no no ok",
    ("POST", "/rosters/put-away"): "closed no no no ok",
    ("POST", "/rosters/kept"): "closed no no no ok",
    ("GET", "/rosters/people.<form>"): "door no no no ok",
    ("GET", "/health"): ALL,
    ("GET", "/help"): ALL,
    ("GET", "/help/<topic>"): ALL,
    ("GET", "/static/<tag>/<name>"): ALL,
    ("GET", "/favicon.ico"): ALL,
}
"""ok: not refused · door: sent to sign in · closed: 401 · no: 403 · gone: 404."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with open_pages(tmp_path_factory.mktemp("permissions")) as opened:
        opened.seeded.ministry.publish("mash:fizika-8")
        [stick] = put_in(opened.box, opened.seeded.ministry.folder)
        order(opened.box, stick, "mash:fizika-8")
        yield opened


def enter(pages: Pages, who: str) -> Device:
    device = pages.device()
    if who == "pupil":
        device.sign_in(pages.seeded.pupils[0])
    elif who != "guest":
        login = {"teacher": pages.seeded.teacher, "stranger": STRANGER, "technician": TECHNICIAN}[who]
        assert device.sign_in_staff(login).status_code == 303
    return device


def answer(device: Device, method: str, path: str) -> str:
    """What a request meets; a form is sent with its mark, so that only permission is left to refuse it."""
    form = {"question": "q0", "answer": "b", "go": "1", "item": VIDEO, "stuck": "1", "class": "1",
            "target": f"item {VIDEO}", "do": "up" if "tailoring" in path or "my-files" in path else f"up {VIDEO}",
            "guests_watch": "1", "teachers_add_pupils": "1"}  # fmt: skip
    response = device.get(path) if method == "GET" else device.post(path, form)
    response.close()
    if response.status_code == 303 and method == "GET" and "/sign-in?next=" in response.headers["Location"]:
        return "door"
    if path.startswith(("/sign-in", "/card")) and response.status_code == 401:
        return "ok"  # the page is for everybody; only the PIN, password or card was wrong
    return {401: "closed", 403: "no", 404: "gone"}.get(response.status_code, "ok")


def test_every_address_of_the_box_stands_in_the_table_and_no_other(pages: Pages) -> None:
    rules = list(pages.app.url_map.iter_rules())
    found = {(method, rule.rule) for rule in rules for method in rule.methods or ()}
    assert {key for key in found if key[0] not in ("HEAD", "OPTIONS")} == set(MATRIX)


@pytest.mark.parametrize("who", WHO)
def test_everybody_may_do_exactly_what_the_table_says(pages: Pages, who: str) -> None:
    place = WHO.index(who)
    met: dict[tuple[str, str], str] = {}
    for method, rule in MATRIX:
        device = enter(pages, who)
        met[method, rule] = answer(device, method, address(pages, method, rule))
    assert met == {key: row.split()[place] for key, row in MATRIX.items()}


@pytest.mark.parametrize("who", WHO)
def test_an_order_about_an_upload_is_for_who_asked_and_the_technician(pages: Pages, who: str) -> None:
    wish = Wish("mash:fizika-8", 1, "0" * 64, {}, Need(1, 1))
    order = Order("no-such-upload", "MASHT.zip", (wish,), shelf="upload")
    job_id = pages.box.jobs.ask(order, by=pages.seeded.pupils[0].person_id - 1)
    rules = {key: row.split()[WHO.index(who)] for key, row in MATRIX.items() if "<int:job_id>" in key[1]}
    expected = {key: "gone" if who == "stranger" else met for key, met in rules.items()}
    device = enter(pages, who)
    met = {key: answer(device, key[0], key[1].replace("<int:job_id>", str(job_id))) for key in rules}
    assert met == expected


def test_no_page_of_staff_can_be_changed_without_the_mark_of_its_form(pages: Pages) -> None:
    devices = {who: enter(pages, who) for who in ("pupil", "teacher", "technician")}
    forms = [rule for method, rule in MATRIX if method == "POST"]
    for rule, who in itertools.product(forms, devices):
        answered = devices[who].client.post(address(pages, "POST", rule), data={"pin": "0000"})
        assert answered.status_code in (400, 403), (rule, who)


ELSEWHERE = {
    ("GET", "/lessons/<int:lesson_id>"): "gone",
    ("GET", "/tests/<int:test_id>"): "gone",
    ("POST", "/lessons/<int:lesson_id>/stuck"): "gone",
}
"""What a pupil of another class meets where it is not what a pupil of this class does."""


def pupil_elsewhere(pages: Pages) -> Pupil:
    """A pupil of a class that another teacher teaches."""
    name = f"9/{len(pages.box.people.classes())}"
    class_id = pages.box.people.class_add(name, 9)
    made = pages.box.people.add(NewPerson("pupil", "Drin", "Berisha", class_ids=(class_id,)))
    return Pupil(made.person_id, class_id, made.pin or "")


def test_a_pupil_of_another_class_meets_only_what_is_for_everybody(pages: Pages) -> None:
    elsewhere = pupil_elsewhere(pages)
    met: dict[tuple[str, str], str] = {}
    for method, rule in MATRIX:
        device = pages.device()
        device.sign_in(elsewhere)
        met[method, rule] = answer(device, method, address(pages, method, rule))
    assert met == {key: ELSEWHERE.get(key, row.split()[WHO.index("pupil")]) for key, row in MATRIX.items()}


def test_nobody_but_a_pupil_of_the_class_is_found_through_a_teachers_own_class(pages: Pages) -> None:
    device = enter(pages, "teacher")
    teacher_id = pages.seeded.pupils[0].person_id - 1
    others = (pupil_elsewhere(pages).person_id, teacher_id, 999)
    rules = [key for key, row in MATRIX.items() if "<int:person_id>" in key[1] and row.split()[2:4] == ["ok", "gone"]]
    assert len(rules) >= 2
    for (method, rule), person_id in itertools.product(rules, others):
        path = address(pages, method, rule.replace("<int:person_id>", str(person_id)))
        assert answer(device, method, path) == "gone", (method, path)
