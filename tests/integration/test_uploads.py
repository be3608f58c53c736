"""Packs from a teacher's computer: the page and its answers, from choosing a file to the course it holds."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.cli.stick_told import jobs_told
from schoolbox.services.uploads import EACH_MAX, PIECE_BYTES_MAX
from schoolbox.web.app import FORM_BYTES_MAX
from schoolbox.web.bodies import ATTRIBUTE
from tests.integration.test_content_packs_parts import PACK as PHYSICS_IN_UNITS
from tests.integration.test_content_packs_parts import publish as publish_units
from tests.simulators.device import Device, shown
from tests.simulators.harms import changed_byte
from tests.simulators.laptop import Laptop, choose_file
from tests.simulators.laptop import Pages as Line
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry
from tests.simulators.rooms import STRANGER, TECHNICIAN, Pages, open_pages
from tests.simulators.stick_rig import work
from tests.simulators.zips import make_zip

PHYSICS, MUSIC = "mash:fizika-8", "mash:muzika-6"


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path) as opened:
        opened.seeded.ministry.publish(PHYSICS)
        yield opened


@pytest.fixture
def ministry(pages: Pages) -> Ministry:
    return pages.seeded.ministry


@pytest.fixture
def archive(tmp_path: Path, ministry: Ministry) -> Path:
    return make_zip(tmp_path / "MASHT 2026.zip", ministry.folder, top="MASHT/")


def staff(pages: Pages, login: str = "") -> Device:
    device = pages.device()
    assert device.sign_in_staff(login or pages.seeded.teacher).status_code == 303
    assert device.get("/?lang=en").status_code == 200
    return device


@pytest.fixture
def desk(pages: Pages) -> Device:
    return staff(pages)


def install(pages: Pages, device: Device, stick: str, *packs: str) -> str:
    pages.box.sticks.look()
    answer = device.post(f"{stick}/install", {"pack": list(packs)}, on=stick)
    assert answer.status_code == 303
    job = answer.headers["Location"]
    work(pages.box, int(job.rpartition("/")[2]))
    return job


@pytest.mark.parametrize("kind", ["zip", "folder"])
def test_what_arrived_is_listed_like_a_stick_and_installed_like_one(
    pages: Pages, desk: Device, ministry: Ministry, archive: Path, kind: str
) -> None:
    upload = Laptop(Line(desk), 10_000).send(archive if kind == "zip" else ministry.folder, name="MASHT 2026")
    stick = f"/sticks/{upload.id}"
    assert "The box is looking at what is on it." in shown(desk, stick)
    pages.box.sticks.look()
    words = shown(desk, stick)
    assert "What is in “MASHT 2026”" in words
    assert "Paketa fizika-8 New 2 videos" in words
    assert "Fractions The same" in words
    assert "Found the stick" not in words
    job = install(pages, desk, stick, PHYSICS)

    words = shown(desk, job)
    assert "Everything is on the box Pupils see it now. The upload is deleted: it is no longer needed." in words
    assert "take the stick out" not in words
    assert desk.text(f"/courses/{PHYSICS}")
    assert pages.box.uploads.places() == []
    assert list((pages.seeded.data / "uploads").iterdir()) == []


def test_an_upload_stays_while_something_of_it_can_be_installed(
    pages: Pages, desk: Device, ministry: Ministry, tmp_path: Path
) -> None:
    ministry.publish(MUSIC)
    upload = Laptop(Line(desk)).send(make_zip(tmp_path / "two.zip", ministry.folder))
    job = install(pages, desk, f"/sticks/{upload.id}", MUSIC)
    assert "Back to the upload" in shown(desk, job)
    assert "two.zip It has arrived." in shown(desk, "/uploads")
    install(pages, desk, f"/sticks/{upload.id}", PHYSICS)
    assert "two.zip" not in shown(desk, "/uploads")


def test_an_upload_stays_while_units_of_it_can_be_chosen_or_an_order_waits_for_it(
    pages: Pages, desk: Device, ministry: Ministry, tmp_path: Path
) -> None:
    publish_units(ministry, 1, {"forca": {"a": 7}, "levizja": {"b": 8}, "energjia": {"c": 9}})
    stick = f"/sticks/{Laptop(Line(desk)).send(make_zip(tmp_path / 'units.zip', ministry.folder)).id}"
    pages.box.sticks.look()
    names = [f"{PHYSICS_IN_UNITS}/{slug}" for slug in ("forca", "levizja", "energjia")]
    asked = [
        {"pack": [PHYSICS, PHYSICS_IN_UNITS], "unit": names[0]},
        {"pack": PHYSICS_IN_UNITS, "unit": names},
        {"pack": PHYSICS_IN_UNITS, "unit": names[1:]},
    ]
    for form in asked:
        assert desk.post(f"{stick}/install", form, on=f"{stick}?more=1").status_code == 303
    for number in (1, 2):  # after the second there is nothing more to choose
        pages.box.job_runner.run_next(threading.Event())
        pages.box.sticks.look()
        assert [job.state for job in pages.box.jobs.latest(3)] == ["done"] * number + ["waiting"] * (3 - number)
    assert work(pages.box, 3).state == "done"
    assert pages.box.uploads.places() == []


def test_an_upload_of_which_single_units_were_installed_is_kept_for_the_rest(
    pages: Pages, desk: Device, ministry: Ministry, tmp_path: Path
) -> None:
    publish_units(ministry, 1, {"forca": {"a": 7}, "levizja": {"b": 8}})
    stick = f"/sticks/{Laptop(Line(desk)).send(make_zip(tmp_path / 'units.zip', ministry.folder)).id}"
    pages.box.sticks.look()
    for number, slug in enumerate(("forca", "levizja"), start=1):
        assert f"{PHYSICS_IN_UNITS}/{slug}" in desk.text(stick)
        desk.post(f"{stick}/install", {"pack": PHYSICS, "unit": f"{PHYSICS_IN_UNITS}/{slug}"}, on=stick)
        assert work(pages.box, number).state == "done"
    assert pages.box.uploads.places() == []


def test_the_page_of_sticks_leads_to_this_computer_and_names_what_arrived(
    pages: Pages, desk: Device, archive: Path
) -> None:
    assert 'href="/uploads"' in desk.text("/sticks")
    upload = Laptop(Line(desk)).send(archive)
    pages.box.sticks.look()
    page = desk.text("/sticks")
    assert f'href="/sticks/{upload.id}"' in page
    assert "MASHT 2026.zip" in page


def test_an_upload_of_somebody_else_is_nowhere(pages: Pages, desk: Device, archive: Path) -> None:
    upload = Laptop(Line(desk)).send(archive)
    pages.box.sticks.look()
    other = staff(pages, STRANGER)
    for path in ("/sticks?all=1", "/uploads", "/sticks/live", f"/packs/{PHYSICS}", "/packs"):
        assert upload.id not in other.get(path).text, path
    assert other.get(f"/sticks/{upload.id}").headers["Location"] == "/sticks"
    assert other.post(f"/sticks/{upload.id}/install", {"pack": PHYSICS}).status_code == 404
    assert other.get(f"/sticks/{upload.id}/packs/{PHYSICS}").status_code == 404
    assert other.get(f"/uploads/{upload.id}").status_code == 404
    assert Laptop(Line(other)).send(archive).id != upload.id
    technician = staff(pages, TECHNICIAN)
    assert technician.post(f"/uploads/{upload.id}/give-up").status_code == 303
    assert desk.get(f"/uploads/{upload.id}").status_code == 404


def test_what_is_installed_from_an_upload_of_somebody_else_is_nowhere_either(
    pages: Pages, desk: Device, archive: Path
) -> None:
    other, technician, quiet = staff(pages, STRANGER), staff(pages, TECHNICIAN), staff(pages, STRANGER)
    upload = Laptop(Line(desk)).send(archive)
    pages.box.sticks.look()
    stamp = quiet.get("/sticks/live").json
    job = desk.post(f"/sticks/{upload.id}/install", {"pack": PHYSICS}, on=f"/sticks/{upload.id}").headers["Location"]
    assert desk.get("/sticks").headers["Location"] == job

    assert "MASHT 2026" not in shown(other, "/sticks")
    assert quiet.get("/sticks/live").json == stamp
    assert other.get(f"/sticks/{upload.id}").headers["Location"] == "/sticks"
    assert [other.get(f"{job}{end}").status_code for end in ("", "/live")] == [404, 404]
    assert [other.post(f"{job}/{verb}").status_code for verb in ("give-up", "again", "seen")] == [404] * 3
    assert pages.box.jobs.open()[0].state == "waiting"
    assert technician.get(job).status_code == 200
    assert technician.post(f"{job}/give-up").status_code == 303
    assert "This installation was given up" in shown(desk, job)


def test_two_teachers_who_upload_the_same_each_have_an_order_of_their_own(
    pages: Pages, desk: Device, archive: Path
) -> None:
    other = staff(pages, STRANGER)
    jobs = []
    for device in (desk, other):
        stick = f"/sticks/{Laptop(Line(device)).send(archive).id}"
        pages.box.sticks.look()
        jobs.append(device.post(f"{stick}/install", {"pack": PHYSICS}, on=stick).headers["Location"])
    work(pages.box, 1)
    for device, job in zip((desk, other), jobs, strict=True):
        assert "Everything is on the box" in shown(device, job)
    assert pages.box.uploads.places() == []


def test_no_page_of_an_upload_speaks_of_a_stick(
    pages: Pages, desk: Device, ministry: Ministry, tmp_path: Path
) -> None:
    ministry.admit("fshat")
    ministry.publish("fshat:kopshti")
    ministry.tamper("meta/cat/fshat.json", at=40)
    before = set(ministry.folder.rglob("*.mp4"))
    ministry.publish(MUSIC, files={"kenga": mp4(seconds=42), "vallja": mp4(seconds=43)})
    changed_byte(min(set(ministry.folder.rglob("*.mp4")) - before))
    upload = Laptop(Line(desk)).send(make_zip(tmp_path / "MASHT.zip", ministry.folder))
    said = [shown(desk, f"/sticks/{upload.id}")]
    job = install(pages, desk, f"/sticks/{upload.id}", PHYSICS, MUSIC)
    said += [shown(desk, path) for path in (job, f"/sticks/{upload.id}?more=1", f"/packs/{MUSIC}", "/sticks?all=1")]

    assert "A file in this upload is not the one that was signed" in said[1]
    assert "1 list was not believed" in said[2]
    on_the_command_line = jobs_told(pages.box.jobs.latest(1))
    assert "A file in this upload is not the one that was signed" in on_the_command_line.text
    assert "A file in this upload is not the one that was signed" in json.dumps(on_the_command_line.data)
    for words in said:
        assert "stick" not in words.replace("Sticks and packs", "").replace("a stick or an upload", ""), words


def test_the_technician_sees_whose_uploads_there_are_and_how_much_room_they_take(
    pages: Pages, desk: Device, archive: Path
) -> None:
    raw, technician = archive.read_bytes(), staff(pages, TECHNICIAN)
    assert "upload" not in shown(technician, "/status")
    line = Line(desk)
    upload = line.begin(choose_file(archive))
    line.piece(upload.id, raw[:4000], 0)
    own = Line(technician).begin(choose_file(archive, name="own.zip"))
    Line(technician).piece(own.id, raw[:2000], 0)

    words = shown(technician, "/uploads")
    assert "MASHT 2026.zip Uploaded by Vlora Gashi 4 kB of" in words
    assert "Only whoever began it can go on with it." in words
    [others, mine] = words.split("own.zip", 1)
    assert "Choose the same one again" not in others.split("Uploads in the box")[1]
    assert mine.strip().startswith("2 kB of")
    assert "Choose the same one again" in mine
    assert "Uploaded by" not in shown(desk, "/uploads")
    page = technician.text("/status")
    assert re.search(r'<a href="/uploads">2 uploads take 6 kB</a>', page)


def test_giving_an_upload_up_ends_what_is_installed_from_it(pages: Pages, desk: Device, archive: Path) -> None:
    upload = Laptop(Line(desk)).send(archive)
    pages.box.sticks.look()
    job = desk.post(f"/sticks/{upload.id}/install", {"pack": PHYSICS}, on=f"/sticks/{upload.id}").headers["Location"]
    assert desk.post(f"/uploads/{upload.id}/give-up").headers["Location"] == "/uploads"
    assert "This installation was given up" in shown(desk, job)
    assert pages.box.jobs.open() == []


def test_leaving_the_page_and_choosing_again_goes_on(desk: Device, archive: Path) -> None:
    raw, line = archive.read_bytes(), Line(desk)
    upload = line.begin(choose_file(archive))
    line.piece(upload.id, raw[:4000], 0)
    words = shown(desk, "/uploads")
    assert "MASHT 2026.zip 4 kB of" in words
    assert "Choose the same one again, and it goes on." in words
    laptop = Laptop(line)
    assert laptop.send(archive).state == "whole"
    assert laptop.sent_bytes == len(raw) - 4000


def test_what_does_not_fit_is_answered_with_where_to_go_on(desk: Device, archive: Path) -> None:
    upload = Line(desk).begin(choose_file(archive))
    answer = desk.send(f"/uploads/{upload.id}/piece?at=5", b"x", on="/uploads")
    assert (answer.status_code, (answer.json or {})["at"]) == (409, 0)
    for at in ("", "-1", "x", "9" * 20):
        assert desk.send(f"/uploads/{upload.id}/piece?at={at}", b"x", on="/uploads").status_code == 400
    grown = desk.send(f"/uploads/{upload.id}/piece?at=0", archive.read_bytes() + b"x", on="/uploads").json or {}
    assert grown["happened"] == "What came does not fit what was announced: the file may have changed meanwhile."


@pytest.mark.parametrize(
    ("raw", "status", "said"),
    [
        (b"\xff\xd8\xff\xe0 a photo", 415, "“wrong.zip” is not a zip file."),
        (b"Rar!\x1a\x07\x01\x00", 415, "“wrong.zip” is not a zip file."),
        (b"PK\5\6" + bytes(18), 409, "No packs were found in “wrong.zip”."),
        (b"PK\3\4 cut off", 409, "it is damaged, or was not copied to the end."),
    ],
)
def test_a_wrong_file_is_told_in_three_sentences(desk: Device, raw: bytes, status: int, said: str) -> None:
    chosen = {"kind": "zip", "name": "wrong.zip", "size": len(raw), "mark": "00000000", "head": raw[:16].hex()}
    answer = desk.post("/uploads", {**chosen, "end": int(b"PK\5\6" in raw)}, on="/uploads")
    assert answer.status_code == status
    assert said in answer.text


def test_a_zip_in_a_zip_is_refused_with_what_to_do_and_put_aside(desk: Device, archive: Path, tmp_path: Path) -> None:
    (tmp_path / "outer").mkdir()
    archive.rename(tmp_path / "outer" / "inner.zip")
    upload = Laptop(Line(desk)).send(make_zip(tmp_path / "outer.zip", tmp_path / "outer"))
    assert upload.state == "refused"
    words = shown(desk, "/uploads")
    assert "No packs were found in “outer.zip”. It must hold one folder “meta”. If there is another zip file" in words
    assert desk.post(f"/uploads/{upload.id}/give-up").status_code == 303
    assert "outer.zip" not in shown(desk, "/uploads")


def test_two_hundred_uploads_at_once_are_not_taken(pages: Pages, desk: Device) -> None:
    mark = desk.mark("/uploads")
    statuses = [
        desk.client.post(
            "/uploads",
            data={"csrf_token": mark, "kind": "zip", "name": f"{number}.zip", "size": 50, "mark": "00000000",
                  "head": b"PK\3\4".hex(), "end": 1},
            environ_base={"REMOTE_ADDR": "10.0.0.5"},
        ).status_code
        for number in range(200)
    ]  # fmt: skip
    assert statuses == [200] * EACH_MAX + [429] * (200 - EACH_MAX)
    assert len(list((pages.seeded.data / "uploads").iterdir())) == EACH_MAX


LARGE = {"uploads.piece", "couriers.receipt", "rosters.piece", "rosters.take", "own_files.piece", "own_files.take",
         "own_quizzes.keep_question", "lesson_files.take", "passports.check",
         "transfers.open_file", "transfers.end"}  # fmt: skip
"""What takes more than a form: pieces of files, and small files where no script cuts them."""


def test_only_the_address_of_pieces_takes_a_large_body(pages: Pages, desk: Device, archive: Path) -> None:
    upload = Line(desk).begin(choose_file(archive))
    larger = bytes(FORM_BYTES_MAX + 1)
    assert desk.send(f"/uploads/{upload.id}/piece?at=0", larger, on="/uploads").status_code == 400  # too long a file
    assert desk.send(f"/uploads/{upload.id}/piece?at=0", bytes(PIECE_BYTES_MAX + 1), on="/uploads").status_code == 400
    adapter = pages.app.url_map.bind("")
    limits = {name: getattr(view, ATTRIBUTE, 0) for name, view in pages.app.view_functions.items()}
    large = {name for name, limit in limits.items() if limit > FORM_BYTES_MAX}
    assert large == LARGE
    for rule in pages.app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint not in large:
            path = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, 1), method="POST")
            answer = desk.client.post(path, data=larger, content_type="application/octet-stream")
            assert answer.status_code in (400, 403), (path, answer.status_code)
            answer = desk.send(path, larger, on="/uploads")
            assert answer.status_code in (400, 403), (path, answer.status_code)


def test_a_guest_and_a_pupil_cannot_have_a_large_body_read(pages: Pages) -> None:
    guest, pupil = pages.device(), pages.device()
    pupil.sign_in(pages.seeded.pupils[0])
    for device, status in ((guest, 401), (pupil, 403)):
        answer = device.client.post("/uploads/x/piece?at=0", data=bytes(PIECE_BYTES_MAX))
        assert answer.status_code == status


def test_without_scripts_the_page_says_what_to_do_instead(desk: Device) -> None:
    page = desk.text("/uploads")
    [inside] = re.findall(r"<noscript>(.*?)</noscript>", page, re.DOTALL)
    assert "Use a USB stick instead" in inside
    assert re.findall(r"<button[^>]+data-pick=[^>]+>", page) == re.findall(r"<button[^>]+data-pick=[^>]+hidden>", page)


def test_the_script_is_told_how_the_language_of_the_page_writes_numbers(pages: Pages, desk: Device) -> None:
    assert 'data-decimal="."' in desk.text("/uploads")
    assert 'data-decimal=","' in desk.text("/uploads?lang=sq")
    assert pages.box.uploads.places() == []


def test_names_are_shown_and_never_believed(desk: Device, archive: Path) -> None:
    upload = Laptop(Line(desk)).send(archive, name="<script>alert(1)</script>../../x.zip")
    page = desk.text("/uploads") + desk.text(f"/sticks/{upload.id}")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
