"""A pupil changes schools: a sealed file, a code on paper, a receipt back, and what each box keeps."""

import io
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from content_packs.certificate import read_code
from content_packs.letter import write_letter
from content_packs.transfer import KIND, TRANSFER_BYTES_MAX, Transfer, read_receipt, read_transfer, seal, unseal
from schoolbox.services.audit import AuditFilter
from schoolbox.services.codes import as_meant
from schoolbox.services.erasure import Erasures
from tests.integration.test_certificates import answer_quiz, code_of, finish
from tests.simulators.clock import HandClock
from tests.simulators.device import Device, shown
from tests.simulators.lesson_source import AUDIO, PACK, QUIZ, VIDEO
from tests.simulators.seeded import Pupil
from tests.simulators.stick_rig import put_in
from tests.simulators.two_schools import SchoolDesk, two_schools

NAME, SURNAME = "Xhevahire", "Mustafa-Kelmendi"
LOGIN = "xhevahire.mustafa"
SITTING = "01890000-0000-7000-8000-000000000009"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def schools(tmp_path: Path, clock: HandClock) -> Iterator[tuple[SchoolDesk, SchoolDesk]]:
    with two_schools(tmp_path, clock) as opened:
        yield opened


def newcomer(old: SchoolDesk) -> tuple[Pupil, Device]:
    """Somebody of the old school whose name nobody has at the new one, in the middle of a video."""
    pupil = old.school.pupil(NAME, SURNAME, old.school.arta.class_id)
    phone = old.school.device()
    phone.sign_in(pupil)
    phone.watch(VIDEO, position_s="30", segments="0-30", sitting=SITTING)
    return pupil, phone


def inside(file: bytes, code: str) -> Transfer:
    opened = unseal(file, as_meant(code))
    assert isinstance(opened, bytes)
    letter = read_transfer(opened)
    assert letter is not None
    return letter.said


def number_of(desk: SchoolDesk, person_id: int) -> str:
    return desk.box.database.fetch_sql(str, "SELECT actor_id FROM person WHERE id = ?", (person_id,))[0]


def test_a_pupil_goes_along_with_everything_and_the_old_box_forgets(schools: tuple[SchoolDesk, SchoolDesk]) -> None:
    old, new = schools
    pupil, phone = newcomer(old)
    number = number_of(old, pupil.person_id)
    file, code = old.hand_over(pupil, "Dituria")
    assert phone.get("/my-progress").status_code == 303, "signed out at once"
    for word in (NAME, SURNAME, "xhevahire", number):
        assert word.encode() not in file, word
    assert SURNAME in shown(old.desk, "/transfers"), "it waits for the receipt"

    new.open(file, code.lower().replace("-", " "))
    page = shown(new.desk, "/transfers/arriving")
    assert f"{NAME} {SURNAME} comes from another school" in page
    assert "this box does not know the school that signed" in page
    arrival = new.take_in(file, code)
    assert number_of(new, arrival.person_id) == number, "the learner goes on under the same number"
    whom = new.box.people_search.one(arrival.person_id)
    assert (whom.name, whom.login, whom.classes) == (f"{NAME} {SURNAME}", LOGIN, "6/2")
    [kept] = new.box.learning.progress(arrival.person_id, [VIDEO]).values()
    assert (kept.position_s, kept.watched_s, kept.state) == (30, 30, "started")
    path = f"/transfers/{arrival.id}"
    receipt = new.desk.get(f"{path}/receipt").data
    assert read_receipt(receipt) is not None

    page = old.end(arrival.code)
    assert "Erased from this box." in page
    assert "A pupil was handed over on" in page
    assert "Dituria" in page
    assert old.desk.get(f"/people/{pupil.person_id}").status_code == 404
    assert "This receipt was entered before" in old.end(arrival.code)
    assert [desk.box.database_care.check() for desk in schools] == [[], []]
    old.box.close()
    for held in sorted(old.school.box.config.data.rglob("*")):
        raw = held.read_bytes() if held.is_file() else b""
        for word in (NAME, SURNAME, "xhevahire", number):
            assert word.encode() not in raw, (held, word)


def test_a_file_on_a_stick_in_the_box_is_listed_and_read_from_it(
    schools: tuple[SchoolDesk, SchoolDesk], tmp_path: Path
) -> None:
    old, new = schools
    file, code = old.hand_over(newcomer(old)[0])
    stick = tmp_path / "KINGSTON"
    stick.mkdir()
    (stick / "transfer-0f3a2b1c.schoolbox").write_bytes(file)
    (stick / "linked.schoolbox").symlink_to(stick / "transfer-0f3a2b1c.schoolbox")
    (stick / "java-12.schoolbox-lesson").write_bytes(b"{}")
    [found] = put_in(new.box, stick)
    page = shown(new.desk, "/transfers")
    assert "KINGSTON: transfer-0f3a2b1c.schoolbox" in page
    assert "linked" not in page
    assert "java-12" not in page
    for gone in ("transfer-ffffffff.schoolbox", "linked.schoolbox", "../x.schoolbox"):
        assert new.desk.post("/transfers", {"on_stick": f"{found.id} {gone}"}, on="/transfers").status_code == 404
    form: dict[str, object] = {"on_stick": f"{found.id} transfer-0f3a2b1c.schoolbox", "code": code}
    sent = {**form, "transfer": (io.BytesIO(b"%PDF-1.7"), "own.schoolbox")}
    assert new.desk.post("/transfers", sent, on="/transfers").headers["Location"] == "/transfers", "it counts"
    assert new.desk.post("/transfers", form, on="/transfers").headers["Location"] == "/transfers/arriving"
    assert SURNAME in shown(new.desk, "/transfers/arriving")


def test_the_new_pin_is_shown_once_and_opens_the_box(schools: tuple[SchoolDesk, SchoolDesk]) -> None:
    old, new = schools
    pupil, _ = newcomer(old)
    arrival = new.take_in(*old.hand_over(pupil))
    page = new.desk.text(f"/transfers/{arrival.id}")
    pin = page.partition('<p class="score">')[2].partition("<")[0]
    assert len(pin) == 4
    assert f'<p class="score">{pin}' not in new.desk.text(f"/transfers/{arrival.id}")
    phone = new.school.device()
    phone.sign_in(Pupil(arrival.person_id, new.school.arta.class_id, pin))
    assert "0:30" in phone.text(f"/items/{VIDEO}"), "the video goes on where it stopped"


def test_a_finished_course_keeps_the_signature_of_the_old_school(schools: tuple[SchoolDesk, SchoolDesk]) -> None:
    old, new = schools
    finish(old.school)
    before = old.box.certificates.all_of(old.school.arta.person_id)[0][1]
    file, code = old.hand_over(old.school.arta)
    new.open(file, code)
    assert "Signed by a school this box does not know" in shown(new.desk, "/transfers/arriving")
    arrival = new.take_in(file, code)
    [row] = new.box.certificates.record(arrival.person_id)
    assert (row.pack_id, row.mastery, row.school) == (PACK, 100, "Agimi")
    phone = new.school.device()
    pin = new.box.people.new_pin(arrival.person_id)
    phone.sign_in(Pupil(arrival.person_id, new.school.arta.class_id, pin))
    address = code_of(phone, f"/my-progress/certificates/{PACK}")
    certificate = read_code(address)
    assert certificate is not None
    assert certificate.certificate.school == "Agimi"
    assert certificate.academy == old.box.academy.begin().id
    assert certificate == read_code(before)
    letter = new.box.passports.check(phone.get("/my-progress/passport").data)
    assert [one.academy for one in letter.courses] == [certificate.academy], "and goes along to a third school"


def test_what_cannot_be_taken_in_gets_a_sentence_each_and_changes_nothing(
    schools: tuple[SchoolDesk, SchoolDesk], clock: HandClock
) -> None:
    old, new = schools
    pupil, _ = newcomer(old)
    file, code = old.hand_over(pupil)
    people = new.box.people_search.find("").all
    assert "This is no transfer file." in new.refused(b"%PDF-1.7", code)
    assert "its end is missing" in new.refused(file[:-1], code)
    assert "its end is missing" in new.refused(file[:40], code)
    assert "The code does not open this file." in new.refused(file, "K7PM-2R9X-0QTB")
    assert "changed or damaged" in new.refused(file[:-1] + bytes([file[-1] ^ 1]), code)
    assert "changed or damaged" in new.refused(file + b"x", code)
    assert "This box made the file itself." in old.refused(file, code)
    said = inside(file, code)
    forged = write_letter(KIND, said, "8a" * 32, lambda _: bytes(64))
    assert "no school's signature in it is right" in new.refused(seal(forged, as_meant(code), bytes), code)
    clock.at += timedelta(days=91)
    assert "The last day of this transfer has passed" in new.refused(file, code)
    clock.at -= timedelta(days=91)
    assert new.desk.get("/transfers/arriving").status_code == 404
    assert new.box.people_search.find("").all == people
    arrival = new.take_in(file, code)
    assert new.open(file, code).headers["Location"] == f"/transfers/{arrival.id}"
    assert "taken in before" in shown(new.desk, f"/transfers/{arrival.id}")
    assert new.box.people_search.find("").all == people + 1


def test_a_receipt_that_is_strange_changed_or_of_another_pupil_ends_nothing(
    schools: tuple[SchoolDesk, SchoolDesk],
) -> None:
    old, new = schools
    arrival = new.take_in(*old.hand_over(newcomer(old)[0]))
    other, _ = old.hand_over(old.school.blend)
    receipt = new.desk.get(f"/transfers/{arrival.id}/receipt").data
    assert "A receipt has 12 letters" in old.end("")
    assert "No transfer that is open here" in old.end("0000-0000-0000")
    assert "This is no receipt" in old.end("", receipt.replace(b"Dituria", b"Drituri"))
    assert len(old.box.departures.open_ones()) == 2
    assert "Erased from this box." in old.end(receipt.decode(), b""), "pasted as text"
    [left] = old.box.departures.open_ones()
    assert left.person_id == old.school.blend.person_id
    assert other
    assert old.box.departures.ended()[0].school == "Dituria, Gjilan"


def test_staff_join_the_pupil_to_one_who_is_there_already_and_the_better_result_counts(
    schools: tuple[SchoolDesk, SchoolDesk],
) -> None:
    old, new = schools
    finish(old.school)
    there = new.school.arta.person_id
    phone = new.school.device()
    phone.sign_in(new.school.arta)
    phone.watch(AUDIO, position_s="20", segments="0-20", sitting=SITTING)
    number = number_of(new, there)
    file, code = old.hand_over(old.school.arta)
    new.open(file, code)
    assert "Is the pupil in the box already?" in shown(new.desk, "/transfers/arriving")
    assert new.desk.post(
        "/transfers/arriving", {"class": new.school.arta.class_id, "join": new.school.blend.person_id},
        on="/transfers/arriving",
    ).status_code == 404, "only whom the page offers"  # fmt: skip
    arrival = new.take_in(file, code, join=there)
    assert (arrival.person_id, number_of(new, there)) == (there, number)
    progress = new.box.learning.progress(there, [AUDIO, QUIZ, VIDEO])
    assert {item: one.state for item, one in progress.items()} == {AUDIO: "done", QUIZ: "done", VIDEO: "done"}
    assert progress[QUIZ].best_correct == 4
    assert phone.get("/my-progress").status_code == 200, "the PIN of this box stays"
    [first, *_] = new.box.learning.latest(there, 3)
    assert first.entry.item.id == AUDIO, "what was done here is the latest"
    assert "Erased from this box." in old.end(arrival.code)


def test_a_transfer_is_taken_back_and_a_file_made_again_is_the_same_transfer(
    schools: tuple[SchoolDesk, SchoolDesk],
) -> None:
    old, new = schools
    pupil, _ = newcomer(old)
    file, code = old.hand_over(pupil)
    again, other = old.hand_over(pupil)
    assert inside(file, code).id == inside(again, other).id
    assert code != other
    assert "The code does not open this file." in new.refused(again, code)
    path = f"/people/{pupil.person_id}/transfer"
    assert old.desk.post(f"{path}/take-back", on=path).status_code == 303
    assert old.box.departures.open_ones() == []
    phone = old.school.device()
    phone.sign_in(pupil)
    arrival = new.take_in(again, other)
    assert "No transfer that is open here" in old.end(arrival.code)
    assert phone.get("/my-progress").status_code == 200


def test_a_pupil_whom_a_list_brought_back_is_not_erased_unseen(schools: tuple[SchoolDesk, SchoolDesk]) -> None:
    old, new = schools
    pupil, _ = newcomer(old)
    arrival = new.take_in(*old.hand_over(pupil))
    old.box.people_desk.restore(pupil.person_id, by=old.technician)
    assert "the pupil was brought back here meanwhile" in old.end(arrival.code)
    assert old.box.people_search.one(pupil.person_id).name == f"{NAME} {SURNAME}"


def test_nobody_is_erased_by_mistake_while_the_transfer_waits(schools: tuple[SchoolDesk, SchoolDesk]) -> None:
    old, _ = schools
    pupil, _ = newcomer(old)
    old.make(pupil.person_id)
    path = f"/privacy/people/{pupil.person_id}"
    assert old.desk.post(f"{path}/erase", {"login": LOGIN}, on=f"{path}/erase").status_code == 303
    assert "Nothing was erased." in shown(old.desk, path)
    old.desk.post(f"/people/{pupil.person_id}/transfer/take-back", on=f"/people/{pupil.person_id}/transfer")
    old.desk.post(f"{path}/erase", {"login": LOGIN}, on=f"{path}/erase")
    assert old.desk.get(path).status_code == 404


def test_a_pupil_who_comes_back_before_the_receipt_came_is_the_same_person(
    schools: tuple[SchoolDesk, SchoolDesk],
) -> None:
    old, new = schools
    pupil, _ = newcomer(old)
    there = new.take_in(*old.hand_over(pupil))
    phone = new.school.device()
    phone.sign_in(Pupil(there.person_id, new.school.arta.class_id, new.box.people.new_pin(there.person_id)))
    phone.watch(AUDIO, position_s="20", segments="0-20", sitting=SITTING)
    home = Pupil(there.person_id, new.school.arta.class_id, "")
    file, code = new.hand_over(home)
    old.open(file, code)
    assert "This pupil was here before." in shown(old.desk, "/transfers/arriving")
    back = old.take_in(file, code, join=pupil.person_id)
    assert back.person_id == pupil.person_id
    assert set(old.box.learning.progress(pupil.person_id, [VIDEO, AUDIO])) == {VIDEO, AUDIO}
    assert old.box.departures.open_ones() == []
    old.school.device().sign_in(pupil)


def test_parents_who_did_not_agree_need_not_say_so_again(schools: tuple[SchoolDesk, SchoolDesk]) -> None:
    old, new = schools
    pupil, _ = newcomer(old)
    old.box.consents.record([pupil.person_id], "upstream", given=False, by=old.technician)
    arrival = new.take_in(*old.hand_over(pupil))
    assert not new.box.consents.may_send(arrival.person_id)
    assert new.box.consents.of(arrival.person_id)[0].note == "Agimi"


def test_a_learner_who_keeps_the_number_is_not_forgotten_by_the_hub(schools: tuple[SchoolDesk, SchoolDesk]) -> None:
    old, _ = schools
    answer_quiz(old.school)
    waiting, db = old.box.outbox.counts().waiting, old.box.database
    erasures = Erasures(
        db, clock=old.box.clock, audit=old.box.audit, on_erased=lambda: True, needs_hub=lambda: True
    )
    arta, blend = old.school.arta.person_id, old.school.blend.person_id
    db.write(lambda: erasures.erase_inside(arta, by=0, goes_on=True))
    assert (old.box.outbox.counts().waiting, erasures.waiting()) == (waiting, [])
    number = number_of(old, blend)
    db.write(lambda: erasures.erase_inside(blend, by=0, goes_on=False))
    assert erasures.waiting() == [number]


def test_a_file_that_was_interrupted_while_it_was_made_is_made_again(schools: tuple[SchoolDesk, SchoolDesk]) -> None:
    old, _ = schools
    pupil, _ = newcomer(old)
    old.box.departures._begin(pupil.person_id, "", old.technician)
    page = shown(old.desk, f"/people/{pupil.person_id}/transfer")
    assert "making it was interrupted" in page
    assert old.desk.get(f"/people/{pupil.person_id}/transfer/file").status_code == 404
    file, code = old.hand_over(pupil)
    assert inside(file, code).login == LOGIN


def test_a_certificate_that_is_not_genuine_is_shown_and_not_taken_over(schools: tuple[SchoolDesk, SchoolDesk]) -> None:
    old, new = schools
    finish(old.school)
    db = old.box.database
    db.write(lambda: db.run_sql("UPDATE finished_course SET pack_id = 'mash:tjeter'"))
    file, code = old.hand_over(old.school.arta)
    said = inside(file, code)
    [course] = said.passport.courses
    assert course.certified(said.passport.name) is not None
    broken = msgspec.structs.replace(course, certificate="SB1AAAA")
    passport = msgspec.structs.replace(said.passport, courses=(broken,))
    letter = old.box.academy.write_letter(KIND, msgspec.structs.replace(said, passport=passport))
    forged = seal(letter, as_meant(code), bytes)
    new.open(forged, code)
    assert "Its certificate is not genuine" in shown(new.desk, "/transfers/arriving")
    arrival = new.take_in(forged, code)
    assert new.box.certificates.record(arrival.person_id) == []


def test_a_pupil_of_many_years_goes_along_as_far_as_the_file_holds_and_the_rest_is_told(
    schools: tuple[SchoolDesk, SchoolDesk],
) -> None:
    old, new = schools
    pupil, _ = newcomer(old)
    chance, db = random.Random(7), old.box.database
    rows = [
        (pupil.person_id, f"mash:{chance.getrandbits(200):x}", order + 10, f"2026-05-12T08:15:{order % 60:02}.000Z")
        for order in range(9_000)
    ]
    insert = (
        "INSERT INTO progress (person_id, item_id, state, touched_order, touched_at, done_at)"
        " VALUES (?, ?, 'done', ?, ?, '2026-05-12T08:15:00.000Z')"
    )
    db.write(lambda: db.run_many(insert, rows))
    file, code = old.hand_over(pupil)
    assert len(file) <= TRANSFER_BYTES_MAX
    said = inside(file, code)
    assert len(said.work) + said.left_out == 9_001
    assert (said.work[0].item, said.work[0].done) == (rows[-1][1], True), "the newest first"
    new.open(file, code)
    assert f"Items that did not fit {said.left_out:,}" in shown(new.desk, "/transfers/arriving")
    arrival = new.take_in(file, code)
    kept = new.box.database.fetch_sql(int, "SELECT COUNT(*) FROM progress WHERE person_id = ?", (arrival.person_id,))
    assert kept == [len(said.work)]


def test_every_step_stands_in_the_log(schools: tuple[SchoolDesk, SchoolDesk]) -> None:
    old, new = schools
    pupil, _ = newcomer(old)
    arrival = new.take_in(*old.hand_over(pupil))
    old.end(arrival.code)
    codes = [row.code for row in old.box.audit.page(AuditFilter(person_id=pupil.person_id)).rows]
    assert {"transfer_made", "transfer_taken", "person_departed", "person_erased"} <= set(codes)
    assert new.box.audit.page(AuditFilter(person_id=arrival.person_id)).rows[-1].code == "person_arrived"
