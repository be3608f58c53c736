"""Finding lessons: what guests, pupils and staff see, which files they may have, what search finds."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from content_packs.manifest import decode_manifest
from schoolbox.errors import NotFoundError
from tests.simulators.lesson_source import ANSWERS, AUDIO, LAST, PACK, QUIZ, SHEET, VIDEO
from tests.simulators.lessons import LessonBox, lesson_box


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LessonBox]:
    """One box for all tests that only look."""
    with lesson_box(tmp_path_factory.mktemp("school")) as opened:
        yield opened


@pytest.fixture
def own(tmp_path: Path) -> Iterator[LessonBox]:
    """A box of its own, for a test that changes what is there."""
    with lesson_box(tmp_path) as opened:
        yield opened


def links(page: str) -> list[str]:
    return [html.unescape(link) for link in re.findall(r'href="(/[^"]*)"', page)]


def main(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def test_a_guest_finds_a_fractions_lesson_in_three_taps(school: LessonBox) -> None:
    device = school.device()
    assert "/subjects/math" in links(main(device.text("/")))
    assert f"/courses/{PACK}" in links(main(device.text("/subjects/math")))
    assert f"/items/{VIDEO}" in links(main(device.text(f"/courses/{PACK}")))
    assert "<video" in device.text(f"/items/{VIDEO}")


def test_only_areas_and_grades_with_courses_are_shown(school: LessonBox) -> None:
    page = main(school.device().text("/subjects"))
    assert "/subjects/math" in links(page)
    assert "/grades/6" in links(page)
    assert "/subjects/lang" not in links(page)
    assert "/grades/8" not in links(page)
    assert f"/courses/{PACK}" in links(main(school.device().text("/grades/6")))


def test_an_area_without_courses_says_so_and_leads_on(school: LessonBox) -> None:
    page = main(school.device().text("/subjects/arts"))
    assert "/subjects" in links(page)
    assert f"/courses/{PACK}" not in links(page)


def test_a_course_shows_units_items_publisher_and_what_it_is_about(school: LessonBox) -> None:
    page = school.device().text(f"/courses/{PACK}?lang=en")
    text = html.unescape(re.sub(r"<[^>]+>", "", main(page)))
    for words in ("Fractions", "Parts of a whole", "Fractions in the kitchen", "CC BY-SA 4.0", "Publisher mash",
                  "Të mbledhësh thyesa", "5 items", "September 2026", "4 questions", "2 pages", "1:30"):  # fmt: skip
        assert words in text, words


def test_words_in_another_language_than_the_page_are_marked(school: LessonBox) -> None:
    page = school.device().text(f"/courses/{PACK}?lang=en")
    assert '<span lang="sq">Çfarë është thyesa?</span>' in page
    assert '<span lang="sq">' not in school.device().text(f"/courses/{PACK}?lang=sq")


def test_words_of_a_pack_are_never_markup(school: LessonBox) -> None:
    page = school.device().text(f"/courses/{PACK}")
    assert "Fletë pune: &lt;thyesat&gt;" in page
    assert "<thyesat>" not in page


def test_items_for_teachers_are_seen_by_teachers_only(school: LessonBox) -> None:
    guest, pupil, teacher = school.device(), school.device(), school.device()
    pupil.sign_in(school.arta)
    teacher.sign_in_staff(school.teacher)
    for device in (guest, pupil):
        assert "Zgjidhjet" not in device.text(f"/courses/{PACK}")
        assert "Zgjidhjet" not in device.text("/search?q=zgjidhjet")
        assert device.get(f"/items/{ANSWERS}").status_code == 404
        assert device.get(school.media(ANSWERS, "document", staff=True)).status_code == 404
        assert device.post(f"/items/{ANSWERS}/open", {"place": 0}).status_code == 404
    assert "Zgjidhjet" in teacher.text(f"/courses/{PACK}")
    assert "Zgjidhjet" in teacher.text("/search?q=zgjidhjet")
    answers = teacher.get(school.media(ANSWERS, "document", staff=True))
    assert answers.status_code == 200
    assert answers.headers["Cache-Control"] == "private, no-store"
    assert "public" in teacher.get(school.media(SHEET, "document")).headers["Cache-Control"]


def test_media_are_sent_with_ranges_and_documents_under_their_title(school: LessonBox) -> None:
    device = school.device()
    video = device.get(school.media(VIDEO, "video"), Range="bytes=0-9")
    assert (video.status_code, video.mimetype, len(video.data)) == (206, "video/mp4", 10)
    assert "Content-Disposition" not in video.headers
    sheet = device.get(school.media(SHEET, "document"))
    assert sheet.mimetype == "application/pdf"
    assert sheet.headers["Content-Disposition"].startswith("inline; filename=")
    assert "thyesat" in sheet.headers["Content-Disposition"]
    assert device.get(school.media(VIDEO, "captions")).mimetype == "text/vtt"
    assert device.get(school.media(VIDEO, "thumbnail")).mimetype == "image/jpeg"


def test_a_quiz_file_is_never_sent_to_anybody(school: LessonBox) -> None:
    address = school.media(QUIZ, "quiz")
    teacher = school.device()
    teacher.sign_in_staff(school.teacher)
    for device in (school.device(), teacher):
        assert device.get(address).status_code == 404
        assert device.get(address.replace(".json", ".pdf")).status_code == 404
        assert device.get(address.replace(".json", ".txt")).status_code == 404


@pytest.mark.parametrize(
    "name",
    ["", "x", "../box.db", "..%2fbox.db", "%00", f"{'0' * 64}.mp4", f"{'0' * 64}.exe", f"{'A' * 64}.mp4", f"{'0' * 64}",
     f"{'0' * 63}.mp4", f"{'0' * 64}.mp4/x", f"{'0' * 64}.mp4%0a"],
)  # fmt: skip
def test_no_other_file_can_be_asked_for(school: LessonBox, name: str) -> None:
    assert school.device().get(f"/media/{name}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/courses/nope", "/courses/mash:nope", "/items/mash:nope", "/items/%F0%9F%98%80", "/quizzes/mash:pjeset",
     "/quizzes/mash:nope", "/subjects/nope", "/grades/13", "/grades/99999999999999999999", "/items/x'--",
     "/quizzes/mash:nope/result", "/static/x/nope.js", "/courses/" + "x" * 3000],
)  # fmt: skip
def test_what_is_not_there_is_told_kindly(school: LessonBox, path: str) -> None:
    answer = school.device().get(path)
    assert answer.status_code == 404
    assert "/subjects" in links(main(answer.text))


def test_the_packs_of_a_withdrawn_publisher_are_hidden_and_come_back(own: LessonBox) -> None:
    device, address = own.device(), own.media(VIDEO, "video")
    own.ministry.admit("other")
    own.ministry.revoke("mash")
    own.box.packs.offers(own.ministry.shelf)
    for path in (f"/courses/{PACK}", f"/items/{VIDEO}", f"/quizzes/{QUIZ}", address):
        assert device.get(path).status_code == 404, path
    assert PACK not in device.text("/")
    assert PACK not in device.text("/search?q=thyesat")
    assert [row.hidden for row in own.box.packs.list()] == [True]
    assert own.box.library.entries([VIDEO], staff=True) == {}


@pytest.mark.parametrize(
    "words",
    ["thyes", "THYESAT", "pjeset te tere", "Pjesët e një", "cfare eshte", "kuzhine", "мбледхја", "matematikë", "p te"],
)
def test_search_finds_without_marks_in_any_case_by_beginnings(school: LessonBox, words: str) -> None:
    page = main(school.device().client.get("/search", query_string={"q": words}).text)
    assert any(link.startswith(("/items/", "/quizzes/")) for link in links(page)), words


def test_titles_come_before_mentions(school: LessonBox) -> None:
    found = school.box.library.search("mbledhja", staff=False)
    assert found.entries[0].item.id == LAST
    assert {entry.item.id for entry in found.entries} >= {LAST, QUIZ}


def test_results_can_be_narrowed_to_a_kind(school: LessonBox) -> None:
    found = school.box.library.search("thyesat", kind="audio", staff=False)
    assert [entry.item.id for entry in found.entries] == [AUDIO]
    assert found.counts["quiz"] == 1
    assert found.counts["course"] == 1


@pytest.mark.parametrize(
    "words", ['"', "a OR b", "NEAR(", "*", "'; DROP TABLE pack; --", "x" * 5000, "\x00", "<script>"]
)
def test_no_search_breaks_the_page(school: LessonBox, words: str) -> None:
    answer = school.device().client.get("/search", query_string={"q": words, "kind": words})
    assert answer.status_code == 200
    assert "<script>" not in main(answer.text)


def test_an_empty_result_helps_further(school: LessonBox) -> None:
    page = main(school.device().text("/search?q=thyersat"))
    assert "„thyersat”" in page
    assert "/subjects/math" in links(page)


def test_a_new_version_replaces_the_old_one_in_one_step(own: LessonBox) -> None:
    before = own.box.library.newest(4)
    assert own.install(2).changed
    assert own.box.library.pack(PACK).version == 2
    assert len(own.box.library.packs()) == 1
    assert len(own.box.library.newest(4)) == len(before)
    assert own.box.library.search("thyesat", staff=False).counts["course"] == 1


def test_publishing_the_same_again_changes_nothing(own: LessonBox) -> None:
    before = own.box.packs.list()
    assert not own.box.packs.install(own.ministry.shelf, PACK, progress=lambda _: None).changed
    assert own.box.packs.list() == before


def test_a_removed_pack_is_gone_from_every_page(own: LessonBox) -> None:
    own.box.packs.remove(PACK)
    device = own.device()
    assert device.get(f"/courses/{PACK}").status_code == 404
    assert PACK not in device.text("/")
    with pytest.raises(NotFoundError):
        own.box.library.pack(PACK)


def test_a_page_stays_light(school: LessonBox) -> None:
    device = school.device()
    for path in ("/", "/subjects", f"/courses/{PACK}", f"/items/{VIDEO}", f"/quizzes/{QUIZ}", "/search?q=thyesat"):
        answer = device.get(path, Accept_Encoding="gzip")
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(answer.data) < 8_000, path


def test_own_files_are_kept_by_browsers_under_their_hash(school: LessonBox) -> None:
    device = school.device()
    for address in re.findall(r'"(/static/[^"]+)"', device.text(f"/items/{VIDEO}")):
        answer = device.get(address, Accept_Encoding="gzip")
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Encoding"] == "gzip"
        stale = device.get(re.sub(r"/static/[0-9a-f]+/", "/static/000000000000/", address))
        assert stale.headers["Cache-Control"] == "no-cache"


def test_the_manifest_on_the_disk_says_what_the_pages_say(school: LessonBox) -> None:
    row = school.box.library.pack(PACK)
    raw = next((school.ministry.folder / "manifests").glob("*.json")).read_bytes()
    manifest = decode_manifest(raw)
    assert row.items == sum(not item.teacher_only for item in manifest.items())
    assert dict(row.title) == manifest.title
