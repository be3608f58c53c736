"""A teacher's own files become a signed course of the school: sent in pieces, looked at, used, changed, taken along."""

import io
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from content_packs.durable import Disk, locked
from content_packs.media.mp4 import read_movie
from content_packs.shelf import DirectoryShelf
from schoolbox.config import Config
from schoolbox.errors import NotFoundError
from schoolbox.jobs.own_file_work import OwnFileJob
from schoolbox.services.own_files import CourseDraft, OwnFiles, Piece
from schoolbox.wiring import open_box
from tests.simulators.device import Device, shown
from tests.simulators.media import HIGH, mp3, mp4, pdf, png
from tests.simulators.pictures import jpeg
from tests.simulators.rooms import STRANGER, Pages, open_pages
from tests.simulators.waiting import eventually


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(pages: Pages) -> Device:
    return pages.staff(pages.seeded.teacher)


def begin(desk: Device, title: str = "Punët tona") -> str:
    return desk.post("/my-files", {"title": title, "subject": "music"}, on="/my-files").headers["Location"]


def give(desk: Device, url: str, name: str, raw: bytes) -> str:
    desk.post(f"{url}/files", {"list": (io.BytesIO(raw), name)}, on=url)
    return shown(desk, url)


def pack_of(pages: Pages) -> str:
    return pages.box.own_files.all(pages.seeded.pupils[0].person_id - 1)[0].pack_id


def use(pages: Pages, desk: Device, url: str) -> str:
    """Ask for a course in the library, let the background do it, and read what the page says then."""
    desk.post(f"{url}/use", on=url)
    told = shown(desk, url)
    if "On its way into the library" in told:
        pages.box.own_file_publishing.run_next(threading.Event())
        told = shown(desk, url)
    return told


def test_files_of_every_kind_become_a_course_that_pupils_open(pages: Pages, desk: Device) -> None:
    url = begin(desk)
    for name, raw in [
        ("Mali.mp4", mp4(seconds=7)), ("kenga.MP3", mp3()), ("fleta_e_punes.pdf", pdf(pages=3)), ("lule.JPEG", jpeg()),
    ]:  # fmt: skip
        assert "The file is here." in give(desk, url, name, raw), name
    assert "Say of each picture what it shows" in use(pages, desk, url)
    desk.post(f"{url}/files/4", {"title": "Lulja", "says": "Një lule e kuqe"}, on=url)
    desk.post(f"{url}/settings", {"title": "Natyra", "subject": "biology", "grade": "6", "language": "sq"}, on=url)
    assert "It is in the library, as it is here." in use(pages, desk, url)
    pack_id = pack_of(pages)
    outline = pages.box.library.outline(pack_id, staff=False)
    assert [(item.kind, item.title["sq"]) for item in outline.items] == [
        ("video", "Mali"), ("audio", "kenga"), ("document", "fleta e punes"), ("document", "Lulja"),
    ]  # fmt: skip
    assert (outline.items[0].duration_s, outline.items[2].pages) == (7.0, 3)
    assert (outline.pack.area, outline.pack.grades, outline.pack.title) == ("natu", (6,), {"sq": "Natyra"})
    assert pages.box.packs.verify(pack_id).sound
    guest = pages.device("10.0.0.6")
    assert "<video" in guest.text(f"/items/{outline.items[0].id}")
    picture = guest.text(f"/items/{outline.items[3].id}")
    assert 'alt="Një lule e kuqe"' in picture


def test_a_video_as_a_phone_films_it_is_made_ready_to_play_while_it_loads(pages: Pages, desk: Device) -> None:
    url, raw = begin(desk), mp4(seconds=7, profile=HIGH, index_first=False)
    assert "The file is here." in give(desk, url, "VID_20261128.mp4", raw)
    use(pages, desk, url)
    [item] = pages.box.library.outline(pack_of(pages), staff=False).items
    player = pages.device("10.0.0.6").text(f"/items/{item.id}")
    served = pages.device("10.0.0.6").get(re.search(r"/media/[0-9a-f]+\.mp4", player).group())  # type: ignore[union-attr]
    movie = read_movie(io.BytesIO(served.data))
    assert (movie.index_first, movie.duration_s, len(served.data)) == (True, 7.0, len(raw))


def test_what_was_asked_goes_on_after_the_program_ended(pages: Pages, desk: Device) -> None:
    url, stopping = begin(desk), threading.Event()
    give(desk, url, "mali.mp4", mp4(index_first=False))
    desk.post(f"{url}/use", on=url)
    desk.post(f"{url}/use", on=url)
    stopping.set()
    assert pages.box.own_file_publishing.run_next(stopping) == 0.0
    assert desk.get(f"{url}/live").get_json() == {"stamp": "asked-0", "share": 0}
    desk.post(f"{url}/delete", on=url)
    assert "Wait until that is done" in shown(desk, url)
    assert "On its way into the library" in shown(desk, "/my-files")
    job, stop = OwnFileJob(pages.box.own_file_publishing), threading.Event()
    thread = threading.Thread(target=job.run, args=(stop,), daemon=True)
    thread.start()
    eventually(lambda: desk.get(f"{url}/live").get_json()["stamp"] == "rests-1", saying="it never ended")
    stop.set()
    job.wake()
    thread.join(45)
    assert not thread.is_alive()
    assert "It is in the library" in shown(desk, url)
    assert pages.box.own_file_publishing.run_next(threading.Event()) > 60, "nothing is left"


def test_a_pupil_waits_for_no_course_of_videos_that_is_being_signed(pages: Pages) -> None:
    academy = pages.box.academy
    with locked(academy.shelf.parent / "lock", wait=False):
        assert academy.write_letter("passport", CourseDraft("x")).startswith(b"schoolbox passport 1\n")


def test_what_cannot_be_made_is_told_and_can_be_asked_again(
    pages: Pages, desk: Device, caplog: pytest.LogCaptureFixture
) -> None:
    url = begin(desk)
    give(desk, url, "Arta Krasniqi.pdf", pdf())
    [course] = pages.box.own_files.all(pages.seeded.pupils[0].person_id - 1)
    lost = pages.box.own_files.folder(course.id) / "1.pdf"
    raw = lost.read_bytes()
    lost.write_bytes(b"MZ")
    told = use(pages, desk, url)
    assert "Krasniqi" not in caplog.text
    assert "own_files_failed" in caplog.text
    assert "The file “Arta Krasniqi” is damaged on the box's disk. Pupils see what they saw before." in told
    assert "Put it into the library" in told
    lost.write_bytes(raw)
    assert "It is in the library" in use(pages, desk, url)


def test_files_of_a_teacher_who_is_erased_go_with_the_teacher(pages: Pages, desk: Device) -> None:
    url = begin(desk)
    give(desk, url, "a.pdf", pdf())
    teacher_id = pages.seeded.pupils[0].person_id - 1
    [course] = pages.box.own_files.all(teacher_id)
    folder = pages.box.own_files.folder(course.id)
    assert list(folder.iterdir())
    pages.box.erasures.erase(teacher_id, by=0)
    assert not folder.exists()


def test_a_file_comes_in_pieces_and_a_break_leaves_nothing_in_the_course(pages: Pages, desk: Device) -> None:
    url, raw = begin(desk), pdf(pages=2)
    path = f"{url}/piece?total={len(raw)}&name=fleta.pdf"
    first = desk.send(f"{path}&at=0", raw[:100], on=url).get_json()
    assert first == {"at": 100}
    assert desk.send(f"{path}&at=150", raw[150:], on=url).get_json()["open"] == url
    assert "did not arrive whole" in shown(desk, url)
    desk.send(f"{path}&at=0", raw[:100], on=url)
    assert desk.send(f"{path}&at=100", raw[100:], on=url).get_json()["open"] == url
    assert "The file is here." in shown(desk, url)
    [course] = pages.box.own_files.all(pages.seeded.pupils[0].person_id - 1)
    assert [file.title for file in course.draft.files] == ["fleta"]


def test_after_a_break_the_same_file_goes_on_where_it_was_and_another_begins_anew(pages: Pages, desk: Device) -> None:
    url, raw, other = begin(desk), pdf(pages=2), pdf(pages=3)
    path = f"{url}/piece?total={len(raw)}&name=fleta.pdf&mark=1764310000"
    desk.send(f"{path}&at=0", raw[:40], on=url)
    desk.send(f"{path}&at=40", raw[40:120], on=url)
    assert desk.send(f"{path}&at=0", raw[:40], on=url).get_json() == {"at": 120}
    assert desk.send(f"{path}&at=150", raw[150:200], on=url).get_json() == {"at": 120}
    assert desk.send(f"{path}&at=100", raw[100:200], on=url).get_json() == {"at": 200}
    assert desk.send(f"{path}&at=200", raw[200:], on=url).get_json()["open"] == url
    assert "The file is here." in shown(desk, url)
    desk.send(f"{url}/piece?total={len(other)}&name=tjetra.pdf&mark=7&at=0", other[:60], on=url)
    changed = f"{url}/piece?total={len(other)}&name=tjetra.pdf&mark=8"
    assert desk.send(f"{changed}&at=0", other[:50], on=url).get_json() == {"at": 50}, "it was changed meanwhile"
    assert desk.send(f"{changed}&at=50", other[50:], on=url).get_json()["open"] == url
    [course] = pages.box.own_files.all(pages.seeded.pupils[0].person_id - 1)
    folder = pages.box.own_files.folder(course.id)
    assert [(folder / file.name).read_bytes() for file in course.draft.files] == [raw, other]
    assert {"1.pdf", "2.pdf"} <= {path.name for path in folder.iterdir()}


def test_two_files_that_come_at_once_do_not_undo_each_other(pages: Pages, desk: Device) -> None:
    url, one, other = begin(desk), pdf(pages=2), pdf(pages=3)
    paths = [(f"{url}/piece?total={len(raw)}&name={name}.pdf&mark=1", raw) for name, raw in (("a", one), ("b", other))]
    for begins in (0, 60, 120):
        for path, raw in paths:
            assert desk.send(f"{path}&at={begins}", raw[begins : begins + 60], on=url).get_json() == {"at": begins + 60}
    for path, raw in paths:
        assert "open" in desk.send(f"{path}&at=180", raw[180:], on=url).get_json()
    [course] = pages.box.own_files.all(pages.seeded.pupils[0].person_id - 1)
    assert [file.title for file in course.draft.files] == ["a", "b"]


def test_what_arrived_before_the_machine_started_again_is_not_believed(pages: Pages, desk: Device) -> None:
    url, raw = begin(desk), pdf(pages=2)
    path = f"{url}/piece?total={len(raw)}&name=fleta.pdf&mark=1"
    desk.send(f"{path}&at=0", raw[:100], on=url)
    files = pages.box.own_files
    again = OwnFiles(
        pages.box.database, folder=files.folder(1).parent, disk=Disk(), clock=pages.box.clock, reserve_bytes=0,
        boot_id="another start",
    )  # fmt: skip
    teacher_id = pages.seeded.pupils[0].person_id - 1
    piece = Piece(raw[60:120], 60, len(raw), "fleta.pdf", "1")
    assert again.take(teacher_id, 1, piece) == 0, "it is asked for from the beginning"
    assert again.take(teacher_id, 1, msgspec.structs.replace(piece, raw=raw[:60], at=0)) == 60
    assert len(list(files.folder(1).iterdir())) == 1


@pytest.mark.parametrize(("name", "raw"), [("fleta.pdf", pdf()), ("lule.jpg", jpeg())])
def test_the_same_file_is_in_a_course_once_whatever_it_is_called(
    pages: Pages, desk: Device, name: str, raw: bytes
) -> None:
    url = begin(desk)
    give(desk, url, name, raw)
    assert "This file is in the course already. Nothing was added." in give(desk, url, f"kopje-{name}", raw)
    [course] = pages.box.own_files.all(pages.seeded.pupils[0].person_id - 1)
    assert len(course.draft.files) == len(list(pages.box.own_files.folder(course.id).iterdir())) == 1


@pytest.mark.parametrize(
    ("name", "raw", "sentence"),
    [
        ("virus.exe", b"MZ", "Choose a video"),
        ("page.html", b"<script src='http://x.example/'></script>", "Choose a video"),
        ("film.webm", b"\x1a\x45\xdf\xa3" + bytes(50), "Choose a video"),
        ("renamed.mp4", b"MZ" + bytes(200), "damaged, cut short, or of a kind that phones do not play"),
        ("hevc.mp4", mp4(codec=b"hvc1"), "Choose “Most compatible” or H.264"),
        ("silent.mp4", mp4(sound=b""), "This video has no sound"),
        ("cut.mp4", mp4()[:-30], "damaged, cut short"),
        ("renamed.pdf", b"MZ" + bytes(200), "not a PDF that can be opened"),
        ("song.mp3", bytes(500), "not an MP3"),
        ("cut.png", png()[:-20], "not a JPEG, PNG or WebP picture"),
        ("other.png", jpeg(), "not a JPEG, PNG or WebP picture"),
        ("empty.pdf", b"", "The file is empty."),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_in_a_sentence_and_leaves_nothing(
    pages: Pages, desk: Device, name: str, raw: bytes, sentence: str
) -> None:
    url = begin(desk)
    assert sentence in give(desk, url, name, raw)
    [course] = pages.box.own_files.all(pages.seeded.pupils[0].person_id - 1)
    assert course.draft.files == ()
    assert not list(pages.box.own_files.folder(course.id).glob("*"))


def test_a_file_too_large_is_refused_before_it_comes(desk: Device) -> None:
    url = begin(desk)
    desk.send(f"{url}/piece?total=300000001&name=film.mp4&at=0", b"x", on=url)
    assert "too large" in shown(desk, url)
    desk.send(f"{url}/piece?total=9000000&name=lule.jpg&at=0", b"x", on=url)
    assert "too large" in shown(desk, url)


def test_a_changed_course_is_a_new_version_and_progress_keeps_its_items(pages: Pages, desk: Device) -> None:
    url = begin(desk)
    give(desk, url, "a.pdf", pdf(pages=1))
    give(desk, url, "b.pdf", pdf(pages=2))
    use(pages, desk, url)
    pack_id = pack_of(pages)
    first = pages.box.library.outline(pack_id, staff=False)
    desk.post(f"{url}/files/2", {"do": "up"}, on=url)
    desk.post(f"{url}/files/1", {"do": "remove"}, on=url)
    assert [item.id for item in pages.box.library.outline(pack_id, staff=False).items] == [i.id for i in first.items]
    use(pages, desk, url)
    after = pages.box.library.outline(pack_id, staff=False)
    assert [item.id for item in after.items] == [first.items[1].id]
    assert after.pack.version > first.pack.version
    assert pages.device("10.0.0.6").get(f"/items/{first.items[0].id}").status_code == 410
    desk.post(f"{url}/delete", on=url)
    assert "The course is deleted." in shown(desk, "/my-files")
    with pytest.raises(NotFoundError):
        pages.box.library.pack(pack_id)


def test_a_neighbour_installs_the_course_of_a_school_it_trusts(pages: Pages, desk: Device, tmp_path: Path) -> None:
    url = begin(desk)
    give(desk, url, "mali.mp4", mp4(seconds=9))
    use(pages, desk, url)
    pack_id, academy = pack_of(pages), pages.box.academy
    neighbour = open_box(Config(data=tmp_path / "b", reserve_mb=0, announce=False, sync=False, sticks=None))
    try:
        neighbour.trust.accept(academy.begin().catalogue_file.read_bytes())
        neighbour.packs.install(DirectoryShelf(academy.shelf), pack_id, progress=lambda _: None)
        [item] = neighbour.library.outline(pack_id, staff=False).items
        assert (item.kind, item.duration_s) == ("video", 9.0)
        assert neighbour.packs.verify(pack_id).sound
    finally:
        neighbour.close()


def test_a_course_of_another_teacher_does_not_exist(pages: Pages, desk: Device) -> None:
    url = begin(desk)
    other = pages.staff(STRANGER)
    assert other.get(url).status_code == 404
    assert other.post(f"{url}/use", on="/my-files").status_code == 404
    assert "Punët tona" not in shown(other, "/my-files")


def test_a_power_cut_between_signing_and_installing_is_finished_by_the_same_button(pages: Pages, desk: Device) -> None:
    url = begin(desk)
    give(desk, url, "a.pdf", pdf(pages=1))
    use(pages, desk, url)
    pack_id = pack_of(pages)
    [before] = pages.box.library.outline(pack_id, staff=False).items
    pages.box.packs.remove(pack_id, by=None)  # what the cut leaves: signed, not installed, and not noted
    pages.box.own_files.note_used(1, "", 0)
    with pytest.raises(NotFoundError):
        pages.box.library.pack(pack_id)
    assert "It is in the library, as it is here." in use(pages, desk, url)
    assert pack_of(pages) == pack_id
    assert [item.id for item in pages.box.library.outline(pack_id, staff=False).items] == [before.id]


def test_what_a_cut_left_of_a_file_is_overwritten_by_the_next(pages: Pages, desk: Device) -> None:
    url, raw = begin(desk), pdf(pages=2)
    desk.send(f"{url}/piece?total={len(raw)}&name=a.pdf&at=0", raw[:50], on=url)
    assert "The file is here." in give(desk, url, "b.pdf", pdf(pages=3))
    use(pages, desk, url)
    [item] = pages.box.library.outline(pack_of(pages), staff=False).items
    assert (item.title["sq"], item.pages) == ("b", 3)


def test_a_picture_is_looked_at_on_its_page_and_is_no_document_to_open(pages: Pages, desk: Device) -> None:
    url = begin(desk)
    give(desk, url, "lule.jpg", jpeg())
    desk.post(f"{url}/files/1", {"title": "Lulja", "says": "Një lule e kuqe"}, on=url)
    use(pages, desk, url)
    [item] = pages.box.library.outline(pack_of(pages), staff=False).items
    pupil = pages.device("10.0.1.1")
    pupil.sign_in(pages.seeded.pupils[0])
    pupil.get("/?lang=en")
    page = f"/items/{item.id}"
    assert "Open the document" not in shown(pupil, page)
    assert re.search(r'<a [^>]*href="/media/\w+\.jpg" download', pupil.text(page))
    pupil.post(f"{page}/open", {"place": "0"}, on=page)
    assert "You have looked at this." in shown(pupil, page)


def test_versions_count_what_went_into_the_library(pages: Pages, desk: Device) -> None:
    url = begin(desk)
    give(desk, url, "a.pdf", pdf(pages=1))
    give(desk, url, "b.pdf", pdf(pages=2))
    use(pages, desk, url)
    assert pages.box.packs.versions()[pack_of(pages)] == 1
    for title in ("Fleta", "Fleta e parë"):
        desk.post(f"{url}/files/1", {"title": title}, on=url)
    desk.post(f"{url}/use", on=url)
    desk.post(f"{url}/files/2", {"title": "Fleta e dytë"}, on=url)
    pages.box.own_file_publishing.run_next(threading.Event())
    assert pages.box.packs.versions()[pack_of(pages)] in (2, 3)
    use(pages, desk, url)
    assert pages.box.packs.versions()[pack_of(pages)] == 3


def test_a_course_is_begun_with_a_subject_and_the_grade_of_the_class(pages: Pages, desk: Device) -> None:
    form = desk.text("/my-files")
    assert '<option selected>6</option>' in form
    assert '<option value="en" selected>' in form
    back = desk.post("/my-files", {"title": "Kurs"}, on="/my-files").headers["Location"]
    assert "Choose a subject." in shown(desk, back)
    assert 'value="Kurs"' in desk.text(back)
    typed = {"title": "Kurs", "subject": "music", "grade": "4", "language": "sr"}
    desk.post("/my-files", typed, on="/my-files")
    [made] = pages.box.own_files.all(pages.seeded.pupils[0].person_id - 1)
    assert (made.draft.subject, made.draft.grade, made.draft.language) == ("music", 4, "sr")
    assert '<option value="music" selected>' in desk.text("/my-files")
