"""What pupils watch and open: kept and told upstream in one transaction, once, for the right pupil."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.errors import ThrottledError, WriteFailedError
from schoolbox.services.pace import KEPT
from schoolbox.services.watching import WatchReport
from tests.simulators.device import Device
from tests.simulators.lesson_source import AUDIO, LAST, LENGTH_S, QUIZ, SHEET, VIDEO
from tests.simulators.lessons import LessonBox, lesson_box

SITTING = "01890000-0000-7000-8000-000000000001"
NEXT_SITTING = "01890000-0000-7000-8000-000000000002"


@pytest.fixture
def school(tmp_path: Path) -> Iterator[LessonBox]:
    with lesson_box(tmp_path) as opened:
        yield opened


@pytest.fixture
def arta(school: LessonBox) -> Device:
    device = school.device()
    device.sign_in(school.arta)
    return device


def at(school: LessonBox, item_id: str = VIDEO) -> tuple[str, float, float]:
    """State, place and seconds watched of Arta."""
    row = school.box.learning.progress(school.arta.person_id, [item_id])[item_id]
    return row.state, row.position_s, row.watched_s


def test_watching_is_kept_and_the_page_offers_to_go_on(school: LessonBox, arta: Device) -> None:
    answer = arta.watch(VIDEO, position_s="31.8", segments="0-12.3,20-31.8", sitting=SITTING)
    assert (answer.status_code, answer.data) == (204, b"")
    state, position_s, watched_s = at(school)
    assert (state, position_s, round(watched_s, 1)) == ("started", 31.8, 24.1)
    page = arta.text(f"/items/{VIDEO}")
    assert 'data-resume="31.8"' in page
    assert "?t=31" in page
    assert "0:31" in arta.text("/")
    assert school.statements() == []


def test_leaving_tells_the_sitting_and_watching_nine_tenths_completes(school: LessonBox, arta: Device) -> None:
    arta.watch(VIDEO, position_s="40", segments="0-40", sitting=SITTING, left="1")
    arta.watch(VIDEO, position_s="85", segments="40-85", sitting=NEXT_SITTING)
    arta.watch(VIDEO, position_s="85", segments="40-85", sitting=NEXT_SITTING, left="1")
    assert school.statements() == [("completed", VIDEO), ("terminated", VIDEO), ("terminated", VIDEO)], "results first"
    assert at(school)[0] == "done"
    _, _, raw = school.told()[1]
    assert '"0[.]40"' in raw
    assert SITTING in raw
    assert "Arta" not in raw


def test_a_report_that_comes_twice_is_told_once(school: LessonBox, arta: Device) -> None:
    for _ in range(3):
        arta.watch(VIDEO, position_s="90", segments="0-90", sitting=SITTING, left="1", ended="1")
    assert sorted(school.statements()) == [("completed", VIDEO), ("terminated", VIDEO)]


def test_a_video_that_was_never_left_is_told_when_the_next_one_begins(school: LessonBox, arta: Device) -> None:
    arta.watch(VIDEO, position_s="30", segments="0-30", sitting=SITTING)
    arta.watch(LAST, position_s="5", segments="0-5", sitting=NEXT_SITTING)
    assert school.statements() == [("terminated", VIDEO)]
    arta.watch(LAST, position_s="9", segments="0-9", sitting=NEXT_SITTING)
    assert school.statements() == [("terminated", VIDEO)]


def test_skipping_to_the_end_does_not_complete(school: LessonBox, arta: Device) -> None:
    arta.watch(VIDEO, position_s="90", segments="0-1,88-90", sitting=SITTING, ended="1")
    assert at(school)[0] == "started"
    assert "completed" not in [verb for verb, _ in school.statements()]


def test_a_recording_is_kept_like_a_video(school: LessonBox, arta: Device) -> None:
    length = school.box.library.entries([AUDIO], staff=False)[AUDIO].item.duration_s
    assert length > 10
    arta.watch(AUDIO, position_s="10", segments=f"0-{length:.1f}", sitting=SITTING)
    assert at(school, AUDIO)[0] == "done"


@pytest.mark.parametrize(
    "form",
    [
        {"position_s": "nan"}, {"position_s": "-1"}, {"position_s": "inf"}, {"position_s": ""}, {"position_s": "1e9"},
        {"duration_s": "NaN"}, {"duration_s": "x"}, {"duration_s": "-5"}, {"segments": "5"}, {"segments": "a-b"},
        {"segments": "0-1," * 600}, {"segments": "-5-10"}, {"sitting": "x"}, {"sitting": "../../etc"},
        {"segments": "0-1\x00"},
    ],
)  # fmt: skip
def test_a_report_that_makes_no_sense_is_refused_and_nothing_changes(
    school: LessonBox, arta: Device, form: dict[str, str]
) -> None:
    answer = arta.watch(VIDEO, **form)
    assert answer.status_code == 400
    assert school.box.learning.progress(school.arta.person_id, [VIDEO]) == {}
    assert school.statements() == []


def test_stretches_beyond_the_end_are_cut(school: LessonBox, arta: Device) -> None:
    arta.watch(VIDEO, position_s="5000", segments="80-5000", sitting=SITTING)
    assert at(school) == ("started", 0.0, 10.0)


@pytest.mark.parametrize("item_id", [QUIZ, SHEET])
def test_only_what_is_watched_or_heard_takes_reports(school: LessonBox, arta: Device, item_id: str) -> None:
    form = {"csrf_token": arta.mark(f"/items/{SHEET}"), "position_s": "1", "duration_s": "9", "segments": "0-1"}
    assert arta.client.post(f"/items/{item_id}/watched", data=form).status_code == 400
    assert arta.client.post("/items/mash:nope/watched", data=form).status_code == 404
    assert school.statements() == []


def test_a_report_from_another_site_is_refused(school: LessonBox, arta: Device) -> None:
    form = {"position_s": "10", "duration_s": "90", "segments": "0-10"}
    assert arta.client.post(f"/items/{VIDEO}/watched", data=form).status_code == 400
    assert school.box.learning.progress(school.arta.person_id, [VIDEO]) == {}


def test_guests_and_teachers_leave_no_trace(school: LessonBox) -> None:
    guest, teacher = school.device(), school.device()
    teacher.sign_in_staff(school.teacher)
    for device in (guest, teacher):
        assert device.watch(VIDEO, position_s="80", segments="0-90", sitting=SITTING, ended="1").status_code == 204
        assert device.post(f"/items/{SHEET}/open", {"place": 0}).status_code == 303
    assert school.statements() == []
    rows = school.box.database.fetch_sql(int, "SELECT COUNT(*) FROM progress")
    assert rows == [0]


def test_a_page_that_stayed_open_counts_for_nobody_else(school: LessonBox) -> None:
    tablet = school.device()
    tablet.sign_in(school.arta)
    whose = str(school.arta.person_id)
    assert tablet.watch(VIDEO, position_s="10", segments="0-10", who=whose).status_code == 204
    tablet.sign_in(school.blend)
    assert tablet.watch(VIDEO, position_s="60", segments="0-60", who=whose).status_code == 403
    assert school.box.learning.progress(school.blend.person_id, [VIDEO]) == {}
    assert at(school)[1] == 10
    tablet.post("/sign-out", {})
    assert tablet.watch(VIDEO, position_s="60", segments="0-60", who=whose).status_code in (401, 403)
    assert at(school)[1] == 10


def test_opening_a_document_makes_it_done_and_leads_to_the_file(school: LessonBox, arta: Device) -> None:
    answer = arta.post(f"/items/{SHEET}/open", {"place": 0})
    assert answer.status_code == 303
    assert answer.headers["Location"] == school.media(SHEET, "document")
    assert at(school, SHEET)[0] == "done"
    assert school.statements() == [("experienced", SHEET), ("completed", SHEET)]
    arta.post(f"/items/{SHEET}/open", {"place": 0})
    assert school.statements() == [("experienced", SHEET), ("completed", SHEET), ("experienced", SHEET)]


@pytest.mark.parametrize("place", ["1", "-1", "99999999999999"])
def test_a_document_that_is_not_there_cannot_be_opened(school: LessonBox, arta: Device, place: str) -> None:
    assert arta.post(f"/items/{SHEET}/open", {"place": place}).status_code == 404
    assert arta.post(f"/items/{VIDEO}/open", {"place": 0}).status_code == 404
    assert school.statements() == []


def test_what_cannot_be_written_is_not_acknowledged(school: LessonBox) -> None:
    viewer = school.viewer(school.arta)
    school.box.database.close()
    report = WatchReport(LENGTH_S, LENGTH_S, ((0.0, LENGTH_S),), ended=True, left=True, sitting=SITTING)
    with pytest.raises(WriteFailedError):
        school.box.outbox.write(lambda: None, by=1)
    with pytest.raises(WriteFailedError):
        school.box.learning.watch(viewer, VIDEO, report)
    with sqlite3.connect(school.box.config.database_file) as raw:
        assert raw.execute("SELECT COUNT(*) FROM progress").fetchone() == (0,)
        assert raw.execute("SELECT COUNT(*) FROM outbox").fetchone() == (0,)
    raw.close()


def test_many_reports_at_once_are_all_kept(school: LessonBox) -> None:
    viewers = [school.viewer(school.arta), school.viewer(school.blend)]
    step_s = LENGTH_S / 8

    def watch(viewer_place: int, step: int) -> None:
        segment = (step * step_s, (step + 1) * step_s)
        report = WatchReport(segment[1], LENGTH_S, (segment,), ended=False, left=False, sitting=SITTING)
        school.box.learning.watch(viewers[viewer_place], VIDEO, report)
        school.box.database.close_thread()

    threads = [threading.Thread(target=watch, args=(who, step)) for step in range(8) for who in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert school.statements() == [("completed", VIDEO), ("completed", VIDEO)]
    for viewer in viewers:
        row = school.box.learning.progress(viewer.person_id, [VIDEO])[VIDEO]
        assert row.done
        assert row.watched_s == pytest.approx(LENGTH_S)


def test_progress_survives_a_new_version_and_a_removed_pack(school: LessonBox, arta: Device) -> None:
    arta.watch(VIDEO, position_s="31", segments="0-31", sitting=SITTING)
    school.install(2)
    assert at(school)[1] == 31
    school.box.packs.remove("mash:thyesat-6")
    assert at(school)[1] == 31
    assert arta.text("/")
    assert arta.text("/my-progress")


def test_my_progress_is_for_pupils_only(school: LessonBox, arta: Device) -> None:
    teacher = school.device()
    teacher.sign_in_staff(school.teacher)
    assert teacher.get("/my-progress").status_code == 403
    assert school.device().get("/my-progress").status_code == 303
    arta.watch(VIDEO, position_s="90", segments="0-90", sitting=SITTING, ended="1")
    assert "/courses/mash:thyesat-6" in arta.text("/my-progress")


def test_the_home_page_leads_from_what_was_done_to_what_comes_next(arta: Device) -> None:
    assert f'class="btn btn-gold btn-l btn-w" href="/items/{VIDEO}"' in arta.text("/")
    arta.watch(VIDEO, position_s="90", segments="0-90", sitting=SITTING, ended="1")
    assert f'class="btn btn-gold btn-l btn-w" href="/items/{AUDIO}"' in arta.text("/")
    arta.watch(LAST, position_s="9", segments="0-9", sitting=NEXT_SITTING)
    assert f'class="btn btn-gold btn-l btn-w" href="/items/{LAST}"' in arta.text("/")


def test_a_page_asks_the_database_little(school: LessonBox, arta: Device) -> None:
    arta.watch(VIDEO, position_s="9", segments="0-9", sitting=SITTING)
    asked: list[str] = []
    connection: sqlite3.Connection = school.box.database._handle.connection()  # type: ignore[no-untyped-call]
    connection.set_trace_callback(asked.append)
    for path, most in (("/", 11), ("/courses/mash:thyesat-6", 7), (f"/items/{VIDEO}", 7), ("/subjects/math", 5)):
        asked.clear()
        arta.text(path)
        reads = [sql for sql in asked if sql.lstrip().startswith(("SELECT", "WITH"))]
        assert len(reads) <= most, (path, reads)
    connection.set_trace_callback(None)


def test_a_pupil_with_a_program_fills_no_disk_and_keeps_nobody_else_out(school: LessonBox, arta: Device) -> None:
    with contextlib.suppress(ThrottledError):
        for _ in range(10 * KEPT.free):
            school.box.outbox.write(lambda: None, by=school.arta.person_id)
    assert arta.watch(VIDEO, position_s="40", segments="0-40", sitting=SITTING, left="1").status_code == 429
    assert arta.post(f"/items/{SHEET}/open", {"place": 0}).status_code == 429
    assert school.statements() == []
    other = school.device()
    other.sign_in(school.blend)
    assert other.watch(VIDEO, position_s="40", segments="0-40", sitting=SITTING, left="1").status_code == 204
