"""Finished courses and their certificates: kept with the progress, given to the right people, checked by anybody."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.services.finished import Finished
from schoolbox.services.tailoring import Scope, Target
from tests.simulators.device import Device
from tests.simulators.lesson_source import AUDIO, LAST, PACK, QUIZ, RIGHT, SHEET, VIDEO
from tests.simulators.lessons import LessonBox, lesson_box
from tests.simulators.printed import pages as printed_pages

SITTING = "01890000-0000-7000-8000-000000000001"


@pytest.fixture
def school(tmp_path: Path) -> Iterator[LessonBox]:
    with lesson_box(tmp_path) as opened:
        yield opened


def record(school: LessonBox) -> list[Finished]:
    return school.box.certificates.record(school.arta.person_id)


def answer_quiz(school: LessonBox) -> None:
    viewer, paper = school.viewer(school.arta), school.box.quizzes.paper(QUIZ, staff=False)
    for question in paper.quiz.questions:
        school.box.quizzes.answer(viewer, paper, question, tuple(RIGHT[question.id]), go=1)


def watch_all(device: Device) -> None:
    for item_id in (VIDEO, LAST, AUDIO):
        device.watch(item_id, position_s="90", segments="0-90", sitting=SITTING, ended="1")
    device.post(f"/items/{SHEET}/open", {"place": 0})


def finish(school: LessonBox) -> Device:
    device = school.device()
    device.sign_in(school.arta)
    watch_all(device)
    assert record(school) == []
    answer_quiz(school)
    return device


def code_of(device: Device, path: str) -> str:
    answer = device.get(path)
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/pdf", "no-store")
    [page] = printed_pages(answer.data)
    [read] = page.codes()
    assert "Arta Krasniqi" in page.lines
    return read


def test_a_course_is_kept_with_the_answer_that_finishes_it_and_outlives_its_pack(school: LessonBox) -> None:
    device = finish(school)
    [row] = record(school)
    assert (row.pack_id, row.title["sq"], row.items, row.mastery) == (PACK, "Thyesat", 5, 100)
    assert (row.school, row.municipality) == ("Shkolla „Agimi”", "Gjilan")
    school.box.packs.remove(PACK)
    assert record(school) == [row]
    assert "Thyesat" in device.text("/my-progress")
    assert code_of(device, f"/my-progress/certificates/{PACK}")


def test_a_course_that_ends_with_a_video_is_kept_too_and_only_once(school: LessonBox) -> None:
    device = school.device()
    device.sign_in(school.arta)
    answer_quiz(school)
    watch_all(device)
    [row] = record(school)
    watch_all(device)
    assert record(school) == [row]


@pytest.mark.parametrize("target", [Target("item", LAST), Target("unit", LAST)])
def test_a_course_is_finished_without_what_the_class_does_not_see(school: LessonBox, target: Target) -> None:
    others, device = (VIDEO, AUDIO), school.device()
    school.box.tailoring.decide(Scope("class", school.arta.class_id), target, "hide")
    device.sign_in(school.arta)
    if target.kind == "item":
        answer_quiz(school)
    for item_id in others:
        device.watch(item_id, position_s="90", segments="0-90", sitting=SITTING, ended="1")
    assert record(school) == []
    device.post(f"/items/{SHEET}/open", {"place": 0})
    [row] = record(school)
    assert row.items == (4 if target.kind == "item" else 3)
    school.box.tailoring.decide(Scope("class", school.arta.class_id), target, "show")
    assert record(school) == [row], "what was finished stays"


def test_a_pupil_prints_a_certificate_and_a_stranger_checks_it(
    school: LessonBox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    address = code_of(finish(school), f"/my-progress/certificates/{PACK}")
    path = "/CHECK/" + address.partition("/CHECK/")[2]
    guest = school.device()
    answer = guest.get(path)
    assert "është e vërtetë" in answer.text
    assert "Arta Krasniqi" in answer.text
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "është e vërtetë" in guest.post("/check", {"code": address}, on="/check").text
    assert path.rpartition("/")[2] not in caplog.text
    assert "Krasniqi" not in caplog.text


def test_the_short_code_on_the_paper_is_enough_at_the_school_that_printed_it(
    school: LessonBox, tmp_path: Path
) -> None:
    device = finish(school)
    [page] = printed_pages(device.get(f"/my-progress/certificates/{PACK}").data)
    [short] = [line for line in page.lines if re.fullmatch(r"([0-9A-Z]{4}-){2}[0-9A-Z]{4}", line)]
    guest = school.device()
    for typed in (short, short.lower().replace("-", " "), f"http://schoolbox.local/check/{short}"):
        answer = guest.post("/check", {"code": typed}, on="/check").text
        assert "është e vërtetë" in answer
        assert "Arta Krasniqi" in answer
    other = "0" if short[0] != "0" else "1"
    assert "nuk ka dhënë asnjë certifikatë" in guest.post("/check", {"code": other + short[1:]}, on="/check").text
    with lesson_box(tmp_path / "other") as elsewhere:
        page_there = elsewhere.device().post("/check", {"code": short}, on="/check").text
        assert "nuk ka dhënë asnjë certifikatë" in page_there
    school.box.erasures.erase(school.arta.person_id, by=0)
    assert "nuk ka dhënë asnjë certifikatë" in guest.post("/check", {"code": short}, on="/check").text


def test_a_changed_cut_or_strange_text_is_not_taken_for_a_certificate(school: LessonBox) -> None:
    address = code_of(finish(school), f"/my-progress/certificates/{PACK}")
    guest = school.device()
    for text in (address[:-1], address[:-9] + "AAAAAAAAA", "SB1", "SB1" + "Ë" * 20):
        page = guest.post("/check", {"code": text}, on="/check").text
        assert "nuk është certifikatë e vërtetë" in page
        assert "Arta" not in page
    for text in ("", "hello", "http://192.168.8.1/card/abc"):
        assert "nuk është teksti" in guest.post("/check", {"code": text}, on="/check").text


def test_another_school_says_that_it_does_not_know_the_key_until_it_accepts_it(
    school: LessonBox, tmp_path: Path
) -> None:
    address = code_of(finish(school), f"/my-progress/certificates/{PACK}")
    introduction = school.box.academy.begin().catalogue_file.read_bytes()
    with lesson_box(tmp_path / "other") as other:
        page = other.device().post("/check", {"code": address}, on="/check").text
        assert "nuk e njeh shkollën" in page
        assert "është e vërtetë" not in page
        academy = other.box.trust.accept(introduction)
        page = other.device().post("/check", {"code": address}, on="/check").text
        assert "është e vërtetë" in page
        assert "E ka nënshkruar kjo shkollë" not in page
        other.box.trust.forget(academy.id)
        assert "nuk e njeh shkollën" in other.device().post("/check", {"code": address}, on="/check").text


def test_a_teacher_prints_for_the_class_and_for_one_pupil_in_the_pupils_language(school: LessonBox) -> None:
    finish(school)
    class_id, arta = school.arta.class_id, school.arta.person_id
    teacher, base = school.device(), f"/classes/{class_id}"
    teacher.sign_in_staff(school.teacher)
    assert "Arta Krasniqi" in teacher.text(f"{base}/certificates")
    assert "Blend" not in teacher.text(f"{base}/certificates").partition("<main")[2]
    assert code_of(teacher, f"{base}/certificates/{PACK}")
    assert code_of(teacher, f"{base}/pupils/{arta}/certificates/{PACK}")
    assert teacher.get(f"{base}/pupils/{school.blend.person_id}/certificates/{PACK}").status_code == 404
    assert teacher.get(f"{base}/certificates/mash:nope").status_code == 404
    school.box.database.write(
        lambda: school.box.database.run_sql("UPDATE person SET language = 'en' WHERE id = ?", (arta,))
    )
    [page] = printed_pages(teacher.get(f"{base}/certificates/{PACK}").data)
    assert {"Certificate", "Fractions", "has finished the course"} <= set(page.lines)


def test_a_pupil_has_no_certificate_of_what_somebody_else_finished(school: LessonBox) -> None:
    finish(school)
    blend = school.device()
    blend.sign_in(school.blend)
    assert blend.get(f"/my-progress/certificates/{PACK}").status_code == 404
    assert "Thyesat" not in blend.text("/my-progress")
