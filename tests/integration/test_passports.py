"""Passports: taken along by the pupil and the teacher, and read at any box."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from content_packs.passport import read_passport
from schoolbox.services.audit import AuditFilter
from tests.integration.test_certificates import finish
from tests.simulators.device import Device
from tests.simulators.lesson_source import PACK, QUIZ, VIDEO
from tests.simulators.lessons import LessonBox, lesson_box


@pytest.fixture
def school(tmp_path: Path) -> Iterator[LessonBox]:
    with lesson_box(tmp_path) as opened:
        yield opened


def check(device: Device, raw: bytes) -> str:
    answer = device.post("/check/passport", {"passport": (io.BytesIO(raw), "passport.txt")}, on="/check")
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    return answer.text


def test_a_pupil_takes_along_what_was_learnt_and_nothing_that_signs_in(school: LessonBox) -> None:
    pupil = finish(school)
    answer = pupil.get("/my-progress/passport")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="passport-arta.krasniqi.txt"'
    letter = read_passport(answer.data)
    assert letter is not None
    said = letter.said
    assert (said.given_name, said.surname, said.grade, said.class_name) == ("Arta", "Krasniqi", 6, "6/2")
    assert (said.school, said.municipality) == ("Shkolla „Agimi”", "Gjilan")
    [course] = said.courses
    assert (course.pack, course.mastery, course.items) == (PACK, 100, 5)
    steps = {step.item: step for step in said.steps}
    assert (steps[QUIZ].passed, steps[QUIZ].best, steps[QUIZ].questions) == (True, 4, 4)
    assert (steps[VIDEO].done, steps[VIDEO].seconds) == (True, 90)
    row = school.box.database.fetch_named("SELECT actor_id, secret FROM person WHERE login = 'arta.krasniqi'")[0]
    assert not any(str(secret).encode() in answer.data for secret in row.values())


def test_a_teacher_takes_it_of_own_pupils_only_and_the_log_says_so(school: LessonBox) -> None:
    teacher = school.device()
    teacher.sign_in_staff(school.teacher)
    path = f"/classes/{school.arta.class_id}/pupils/{school.arta.person_id}/passport"
    assert read_passport(teacher.get(path).data) is not None
    assert school.box.audit.page(AuditFilter(person_id=school.arta.person_id)).rows[0].code == "passport_given"
    teacher_id = school.box.audit.page(AuditFilter()).rows[0].by_id
    assert teacher.get(f"/classes/{school.arta.class_id}/pupils/{teacher_id}/passport").status_code == 404


def test_any_box_says_what_a_passport_holds_and_whether_it_knows_who_signed(
    school: LessonBox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    raw = finish(school).get("/my-progress/passport").data
    caplog.set_level(logging.DEBUG)
    page = check(school.device(), raw)
    assert "Kjo pasaportë është e vërtetë." in page
    assert "E ka nënshkruar kjo shkollë" in page
    assert "Arta Krasniqi" in page
    assert "Krasniqi" not in caplog.text
    introduction = school.box.academy.begin().catalogue_file.read_bytes()
    with lesson_box(tmp_path / "other") as other:
        page = check(other.device(), raw)
        assert "nuk e njeh shkollën" in page
        assert "është e vërtetë." not in page
        other.box.trust.accept(introduction)
        assert "Kjo pasaportë është e vërtetë." in check(other.device(), raw)


def test_a_changed_file_and_one_that_is_none_each_get_a_sentence(school: LessonBox) -> None:
    raw = finish(school).get("/my-progress/passport").data
    guest = school.device()
    for bad in (raw[:-1], raw.replace(b"Krasniqi", b"Krasniqe"), raw.replace(b'"mastery":100', b'"mastery":99')):
        page = check(guest, bad)
        assert "Kjo nuk është pasaportë e vërtetë." in page
        assert "Arta" not in page
    for strange in (b"", b"%PDF-1.7", b"schoolbox certificate 1\n"):
        assert "Ky nuk është skedar pasaporte." in check(guest, strange)
