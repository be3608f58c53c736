"""Children's privacy: what is kept is listed, taken out and erased completely; who looked stands in a log."""

import io
import json
import logging
import re
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schoolbox.db.database import Database
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.jobs.snapshots import SnapshotJob
from schoolbox.services.audit import KEPT, SWEEP_EVERY, Audit, AuditFilter
from schoolbox.services.audit_words import CODES
from schoolbox.services.erasure import Erasures
from schoolbox.services.lesson_rows import LessonWish
from schoolbox.services.people_rows import NewPerson
from schoolbox.services.personal_tables import PERSONAL, WITHOUT_NAME
from schoolbox.services.policy import Allowed
from schoolbox.web import audited, privacy
from schoolbox.web.access import Role, roles_of
from sync import iris
from tests.simulators.clock import HandClock
from tests.simulators.device import Device, shown
from tests.simulators.programs import command
from tests.simulators.rooms import TECHNICIAN, Pages, open_pages
from tests.simulators.seeded import QUIZ, VIDEO, seed

NAME, SURNAME = "Xhevahire", "Mustafa-Kelmendi"


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime(2026, 9, 24, 8, 0, tzinfo=UTC))


@pytest.fixture
def pages(tmp_path: Path, clock: HandClock) -> Iterator[Pages]:
    with open_pages(tmp_path, clock=clock) as opened:
        yield opened


@pytest.fixture
def desk(pages: Pages) -> Device:
    device = pages.device("10.0.0.9")
    assert device.sign_in_staff(TECHNICIAN).status_code == 303
    device.get("/?lang=en")
    return device


def pupil(pages: Pages) -> int:
    return pages.seeded.pupils[0].person_id


def teacher(pages: Pages) -> int:
    return pupil(pages) - 1


def database(pages: Pages) -> Database:
    return pages.box.database


def learn(pages: Pages) -> Device:
    """A pupil with something in every table: sitting, quiz, lesson, help, card, consent."""
    phone = pages.device("10.0.1.1")
    phone.sign_in(pages.seeded.pupils[0])
    phone.watch(VIDEO, position_s="30", segments="0-30", sitting="01890000-0000-7000-8000-000000000001")
    phone.answer(QUIZ, "q0", ["b"])
    lesson = pages.box.lessons.make(teacher(pages), pages.class_id, LessonWish(items=(VIDEO,), pupils=(pupil(pages),)))
    viewer = phone.post(f"/lessons/{lesson}/stuck", {"item": VIDEO, "stuck": "1"}, on=f"/lessons/{lesson}")
    assert viewer.status_code == 303
    pages.box.cards.make(teacher(pages), pages.class_id, with_pins=False)
    return phone


def told_of_pupils(pages: Pages) -> int:
    """How many statements about pupils wait; what the school did with a class is of no person."""
    return sum(iris.ACTOR_HOME.encode() in row.statement for row in pages.box.outbox.pending(100))


def personal_columns(pages: Pages) -> dict[str, set[str]]:
    """Every table with a column that holds the number of a person, as the schema says."""
    found: dict[str, set[str]] = {}
    tables = database(pages).fetch_sql(str, "SELECT name FROM sqlite_master WHERE type = 'table'")
    for table in tables:
        columns = set(database(pages).fetch_sql(str, "SELECT name FROM pragma_table_info(?)", (table,)))
        held = {name for name in columns if name in ("actor_id", "by_id", "asked_by") or name.endswith(("person_id",
                "teacher_id", "attempt_id"))}  # fmt: skip
        keys = database(pages).fetch_sql(str, "SELECT \"from\" FROM pragma_foreign_key_list(?) WHERE \"table\" ="
                                         " 'person'", (table,))  # fmt: skip
        if held | set(keys):
            found[table] = held | set(keys)
    return found


def test_every_table_that_holds_something_of_a_person_is_listed(pages: Pages) -> None:
    known = {*PERSONAL, "erasure", "national_erasure"}  # notes for the hub and the office: of people who are gone
    assert set(personal_columns(pages)) <= known
    there = set(database(pages).fetch_sql(str, "SELECT name FROM sqlite_master WHERE type = 'table'"))
    assert set(PERSONAL) <= there


def test_what_parents_read_names_every_table_and_is_there_for_everybody(pages: Pages) -> None:
    guest = pages.device()
    guest.get("/?lang=en")
    words = shown(guest, "/privacy")
    for table in PERSONAL.values():
        assert table.what in words
        assert table.why in words
        assert table.seen_by in words
    assert "It sends nothing anywhere." in words
    assert "this one keeps: Language." in words
    assert 'href="/privacy"' in guest.text("/")


def test_everything_about_a_person_comes_out_as_one_file(pages: Pages, desk: Device) -> None:
    learn(pages)
    path = f"/privacy/people/{pupil(pages)}"
    assert "Nxënës0 Krasniqi" in shown(desk, path)
    sent = desk.post(f"{path}/export", {}, on=path)
    assert sent.headers["Content-Disposition"] == "attachment; filename=nxenes0.krasniqi.zip"
    with zipfile.ZipFile(io.BytesIO(sent.data)) as archive:
        tables = json.loads(archive.read("data.json"))["tables"]
        page = archive.read("read-me.html").decode()
    assert set(tables) == set(PERSONAL)
    empty = {name for name, rows in tables.items() if not rows}
    assert empty == {
        "class_group_pupil",
        "hint", "lesson", "own_quiz", "own_course", "class_test", "class_test_pupil", "consent", "shelf_job", "event",
        "finished_course", "departure", "arrival",
        "quarantine", "national_address", "notice_dismissed",
    }  # fmt: skip
    assert tables["person"][0]["given_name"] == "Nxënës0"
    assert not {"secret", "secret_kind"} & set(tables["person"][0])
    assert tables["answer"][0]["response"] == '["b"]'
    assert "Nxënës0" in page
    assert "<script" not in page
    assert "Nxënës1" not in json.dumps(tables, ensure_ascii=False)
    assert pages.box.audit.page(AuditFilter(person_id=pupil(pages))).rows[0].code == "person_exported"


def test_whoever_is_erased_is_nowhere_on_the_box_any_more(pages: Pages, desk: Device) -> None:
    phone = learn(pages)
    actor_id = database(pages).fetch_sql(str, "SELECT actor_id FROM person WHERE id = ?", (pupil(pages),))[0]
    pages.box.database.write(
        lambda: pages.box.database.run_sql(
            "UPDATE person SET given_name = ?, surname = ?, login = 'xhevahire.mustafa' WHERE id = ?",
            (NAME, SURNAME, pupil(pages)),
        )
    )
    pages.box.database_care.take_snapshot()
    path = f"/privacy/people/{pupil(pages)}/erase"
    wrong = desk.post(path, {"login": "somebody"}, on=path)
    assert wrong.status_code == 400
    assert "Nothing was erased." in wrong.text
    assert phone.get("/my-progress").status_code == 200
    assert desk.post(path, {"login": " Xhevahire.Mustafa "}, on=path).status_code == 303
    assert "Erased from this box." in shown(desk, "/privacy/people")

    assert phone.get("/my-progress").status_code == 303
    assert desk.get(f"/privacy/people/{pupil(pages)}").status_code == 404
    for table, columns in personal_columns(pages).items():
        for column in columns - {"attempt_id"}:
            left = database(pages).fetch_sql(
                int, f"SELECT COUNT(*) FROM {table} WHERE {column} IN (?, ?)", (pupil(pages), actor_id)
            )[0]
            assert not left or table in WITHOUT_NAME, (table, column)
    pages.box.close()
    for file in sorted(pages.seeded.data.rglob("*")):
        held = file.read_bytes() if file.is_file() else b""
        for word in (NAME, SURNAME, "xhevahire", actor_id):
            assert word.encode() not in held, (file, word)


def test_the_last_technician_cannot_be_erased(pages: Pages) -> None:
    [technician] = pages.box.people_search.find(TECHNICIAN).rows
    with pytest.raises(NotFoundError):
        pages.box.erasures.erase(technician.id, by=0)
    assert pages.box.people_search.find(TECHNICIAN).all == 1


def test_a_teacher_who_is_erased_leaves_lessons_without_a_name(pages: Pages) -> None:
    phone = learn(pages)
    assert "Vlora Gashi" in shown(phone, "/")
    pages.box.erasures.erase(teacher(pages), by=0)
    words = shown(phone, "/")
    assert "Vlora" not in words
    assert "Fractions" not in words or "Mësimi yt" in words
    assert not pages.box.erasures.waiting(), "a box without a hub asks nobody"


def test_records_are_sent_or_not_as_parents_say_and_learning_goes_on(pages: Pages, desk: Device) -> None:
    phone = learn(pages)
    waiting = told_of_pupils(pages)
    assert waiting
    path = f"/privacy/people/{pupil(pages)}"
    desk.post(f"{path}/consent", {"given": "0", "note": " Folder 3,  letter of 4 May "}, on=path)
    words = shown(desk, path)
    assert "They are not sent" in words
    assert "The parents took it back: Folder 3, letter of 4 May" in words
    assert told_of_pupils(pages) == 0, "what waited is dropped"
    phone.answer(QUIZ, "q1", ["b"])
    assert told_of_pupils(pages) == 0
    assert pages.box.learning.progress(pupil(pages), [QUIZ])[QUIZ].state == "started"
    desk.post(f"{path}/consent", {"given": "1"}, on=path)
    phone.answer(QUIZ, "q2", ["b"])
    assert told_of_pupils(pages) == 1
    codes = [row.code for row in pages.box.audit.page(AuditFilter(person_id=pupil(pages))).rows]
    assert [code for code in codes if code.startswith("consent")] == ["consent_given", "consent_withdrawn"]
    for kind, note in (("photo", ""), ("upstream", "x" * 201)):
        with pytest.raises(BadInputError):
            pages.box.consents.record([pupil(pages)], kind, given=True, by=0, note=note)
    with pytest.raises(NotFoundError):
        pages.box.consents.record([pupil(pages), 999], "upstream", given=True, by=0)


def test_where_the_school_asks_first_nothing_is_sent_until_parents_agree(pages: Pages) -> None:
    pages.box.policy.set(Allowed(consent_first=True), by=1)
    learn(pages)
    assert told_of_pupils(pages) == 0
    pages.box.consents.record([pupil(pages)], "upstream", given=True, by=0)
    assert pages.box.consents.may_send(pupil(pages))
    assert not pages.box.consents.may_send(pages.seeded.pupils[1].person_id)


def test_the_parents_of_a_class_are_recorded_at_once(pages: Pages, desk: Device) -> None:
    learn(pages)
    path, others = f"/privacy/classes/{pages.class_id}", pages.seeded.pupils
    stranger = pages.box.people.class_add("9/9", 9)
    elsewhere = pages.box.people.add(NewPerson("pupil", "Drin", "Berisha", class_ids=(stranger,))).person_id
    pages.box.consents.record([others[1].person_id], "upstream", given=False, by=0)
    shown_page = desk.text(path)
    assert f'value="{pupil(pages)}" checked' in shown_page
    assert f'value="{others[1].person_id}" checked' not in shown_page, "she has said something already"
    sent = {"pupil": [str(pupil(pages)), str(elsewhere)], "given": "1", "note": "Folder 4"}
    assert desk.post(f"{path}/consent", sent, on=path).status_code == 303
    words = shown(desk, path)
    assert "Recorded for 1 person. It holds from now on." in words
    assert words.count("Agreed") == 1
    assert pages.box.consents.of(pupil(pages))[0].note == "Folder 4"
    assert not pages.box.consents.of(elsewhere), "of another class"
    desk.post(f"{path}/consent", {"given": "0"}, on=path)
    assert "Nobody was chosen." in shown(desk, path)
    assert told_of_pupils(pages), "nothing was dropped"
    assert desk.get("/privacy/classes/999").status_code == 404
    assert f'href="{path}"' in desk.text("/people/classes")


def test_looks_and_changes_of_staff_stand_in_the_log_with_names_only_for_readers(
    pages: Pages, desk: Device, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    laptop = pages.device("10.0.0.7")
    laptop.sign_in_staff(pages.seeded.teacher)
    page = f"/classes/{pages.class_id}/pupils/{pupil(pages)}"
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            laptop.get(page)
        laptop.post(f"{page}/pin", {}, on=page)
        laptop.post(f"{page}/pin", {}, on=page)
        laptop.get(f"/classes/{pages.class_id}/pupils/999")
    about = pages.box.audit.page(AuditFilter(person_id=pupil(pages))).rows
    assert [row.code for row in about] == ["pin_given", "pin_given", "pupil_seen"]
    assert {row.by_id for row in about} == {teacher(pages)}
    clock.tick(3_601)
    laptop.get(page)
    assert len(pages.box.audit.page(AuditFilter(person_id=pupil(pages))).rows) == 4
    words = shown(desk, f"/privacy/log?person={pupil(pages)}")
    assert "Vlora Gashi gave a new PIN Nxënës0 Krasniqi" in words
    file = desk.get(f"/privacy/log.csv?person={pupil(pages)}").text
    assert file.startswith("\ufeffWhen,Who,What,Of whom,Class")
    assert "Vlora Gashi,gave a new PIN,Nxënës0 Krasniqi,6/2" in file
    assert not re.search("Nxënës|Vlora", caplog.text)
    pages.box.erasures.erase(pupil(pages), by=0)
    assert f"a person who was erased ({pupil(pages)})" in shown(desk, "/privacy/log")
    assert "the command line erased the person" in shown(desk, "/privacy/log")


def test_the_log_is_read_page_by_page_and_keeps_what_a_school_year_needs(
    pages: Pages, desk: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privacy, "FILE_ROWS", 40)
    for number in range(1, 251):
        pages.box.audit.note(by=1, code="pupil_seen", person_id=number)
    assert desk.get("/privacy/log.csv").text.count("\n") == 252, "the heading, 250 rows and that this was read"
    first = pages.box.audit.page(AuditFilter())
    assert len(first.rows) == 100
    older = pages.box.audit.page(AuditFilter(before=first.older))
    assert older.rows[0].id == first.rows[-1].id - 1
    assert f"before={first.older}" in desk.text("/privacy/log")
    for made_up in ("before=-1", "person=99999999999999999999", "by=x"):
        assert desk.get(f"/privacy/log?{made_up}").status_code == 200
    database(pages).write(
        lambda: database(pages).run_sql("UPDATE audit SET id = id + ? WHERE id > 100", (KEPT + SWEEP_EVERY,))
    )
    left = database(pages).fetch_sql(int, "SELECT COUNT(*) FROM audit WHERE id <= 100")[0]
    while pages.box.audit.page(AuditFilter(), limit=1).rows[0].id % SWEEP_EVERY:
        pages.box.audit.note(by=1, code="pupil_seen", person_id=7)
    assert left == 100
    assert database(pages).fetch_sql(int, "SELECT COUNT(*) FROM audit WHERE id <= 100")[0] == 0


def test_every_page_of_staff_is_in_the_log_or_shows_nobody(pages: Pages) -> None:
    staff = {
        endpoint
        for endpoint in pages.app.view_functions
        if not roles_of(pages.app, endpoint) & {Role.GUEST, Role.PUPIL}
        or endpoint in audited.AUDITED
    }
    told = set(audited.AUDITED) | audited.BY_SERVICE | audited.WITHOUT_PERSONS
    rest = {endpoint for endpoint in staff - told if endpoint.partition(".")[0] not in audited.ROOMS_WITHOUT_PERSONS}
    assert not rest
    assert told <= set(pages.app.view_functions)
    assert set(audited.AUDITED.values()) <= set(CODES)


def test_the_same_from_the_command_line(tmp_path: Path) -> None:
    data = seed(tmp_path, pupils=2).data
    box = ("schoolbox", "--data", data)
    file = tmp_path / "nxenes0.zip"
    consent = command(*box, "person", "consent", "nxenes0.krasniqi", "--records-to-hub", "taken-back", "--json")
    assert json.loads(consent.stdout)["records_to_hub"] is False
    assert command(*box, "person", "export", "nxenes0.krasniqi", file).returncode == 0
    assert file.stat().st_mode & 0o777 == 0o600
    unsure = command(*box, "person", "erase", "nxenes0.krasniqi")
    assert "say --yes" in unsure.stderr
    assert command(*box, "person", "erase", "nxenes0.krasniqi", "--yes").returncode == 0
    gone = command(*box, "person", "export", "nxenes0.krasniqi", file)
    assert gone.returncode not in (0, unsure.returncode)
    listed = json.loads(command(*box, "audit", "list", "--json").stdout)
    assert [entry["code"] for entry in listed] == ["person_erased", "person_exported", "consent_withdrawn"]
    assert command(*box, "roster", "export", tmp_path / "people.csv").returncode == 0
    added = command(*box, "person", "add", "--role", "pupil", "--given-name", "Dea", "--surname", "Limani", "--json")
    newest = json.loads(command(*box, "audit", "list", "--limit", "2", "--json").stdout)
    assert [entry["code"] for entry in newest] == ["person_added", "list_taken"]
    assert newest[0]["person"] == json.loads(added.stdout)["person_id"]
    assert {entry["by"] for entry in listed} == {0}


def test_an_erasure_that_was_interrupted_is_finished_after_the_next_start(pages: Pages) -> None:
    pages.box.database_care.take_snapshot()
    full = iter((False, True))
    erasures = Erasures(
        database(pages), clock=pages.box.clock, audit=pages.box.audit, needs_hub=lambda: False,
        on_erased=lambda: next(full) and pages.box.database_care.forget_copies(),
    )  # fmt: skip
    login = b"nxenes0.krasniqi"
    copies = pages.seeded.data / "snapshots"
    erasures.erase(pupil(pages), by=0)
    assert any(login in file.read_bytes() for file in copies.iterdir()), "the disk was full: a copy still has it"
    job, stop = SnapshotJob(pages.box.database_care, erasures), threading.Event()
    stop.set()
    job.wake()
    job.run(stop)
    assert not any(login in file.read_bytes() for file in copies.iterdir())
    erasures.finish()


def test_what_was_done_with_a_lesson_names_its_class(pages: Pages) -> None:
    laptop = pages.device("10.0.0.7")
    laptop.sign_in_staff(pages.seeded.teacher)
    lesson = pages.box.lessons.make(teacher(pages), pages.class_id, LessonWish(items=(VIDEO,)))
    laptop.get(f"/lessons/{lesson}")
    laptop.post(f"/lessons/{lesson}/delete", {}, on=f"/lessons/{lesson}/delete")
    rows = pages.box.audit.page(AuditFilter(class_id=pages.class_id)).rows
    assert [row.code for row in rows] == ["lesson_changed", "class_seen"]


def test_a_look_that_could_not_be_kept_is_kept_the_next_time(pages: Pages, tmp_path: Path) -> None:
    closed = Database(tmp_path / "closed.db", clock=pages.box.clock)
    audit = Audit(closed, clock=pages.box.clock)
    audit.note_look(by=1, code="pupil_seen", person_id=2)
    closed.open()
    try:
        audit.note_look(by=1, code="pupil_seen", person_id=2)
        assert [row.person_id for row in audit.page(AuditFilter()).rows] == [2]
    finally:
        closed.close()
