"""Uploads piece by piece: offsets, names, restarts; what is whole is a shelf and nothing else is."""

from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.errors import ArchiveError
from content_packs.store import Store
from schoolbox.errors import (
    BadInputError,
    NoPacksInUploadError,
    NotFoundError,
    WrongFileError,
)
from schoolbox.services.upload_facts import Chosen
from schoolbox.services.uploads import Uploads
from tests.simulators.clock import HandClock
from tests.simulators.laptop import Direct, Laptop, choose_file, list_of
from tests.simulators.upload_rig import BESNIK, VLORA, begun, open_uploads, packed, shelf_with_pack, small
from tests.simulators.zips import make_zip


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return shelf_with_pack(tmp_path)


@pytest.fixture
def archive(tmp_path: Path, shelf: Path) -> Path:
    return packed(tmp_path, shelf)


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return open_uploads(tmp_path)


@pytest.mark.parametrize("piece_bytes", [50, 999, 192 * 1024])
def test_an_archive_that_arrived_is_a_shelf(uploads: Uploads, archive: Path, piece_bytes: int) -> None:
    laptop = Laptop(Direct(uploads, VLORA), piece_bytes)
    upload = laptop.send(archive)

    assert (upload.state, upload.arrived_bytes) == ("whole", archive.stat().st_size)
    assert laptop.sent_bytes == archive.stat().st_size
    assert uploads.shelf(upload.id).meta_names() == ("1.root.json", "cat/mash.json", "registry.json")
    assert [place.mark for place in uploads.places()] == [upload.id]


@pytest.mark.parametrize("piece_bytes", [50, 999, 192 * 1024])
def test_a_folder_that_arrived_is_a_shelf(uploads: Uploads, shelf: Path, piece_bytes: int) -> None:
    (shelf / "thumbs.db").write_bytes(b"never sent")
    upload = Laptop(Direct(uploads, VLORA), piece_bytes).send(shelf, name="MASHT")

    assert (upload.state, upload.name, upload.kind) == ("whole", "MASHT", "folder")
    found = uploads.shelf(upload.id)
    for name in found.meta_names():
        assert found.read_meta(name, 1 << 20) == (shelf / "meta" / name).read_bytes()


def test_what_the_box_has_does_not_travel(tmp_path: Path, shelf: Path, uploads: Uploads) -> None:
    first = Laptop(Direct(uploads, VLORA))
    first.send(shelf)
    for blob in (shelf / "blobs").rglob("*.*"):
        there = tmp_path / "packs" / blob.relative_to(shelf)
        there.parent.mkdir(parents=True)
        there.write_bytes(blob.read_bytes())
    uploads.give_up(uploads.places()[0].mark, VLORA)
    second = Laptop(Direct(uploads, VLORA))
    upload = second.send(shelf)

    blob_bytes = sum(blob.stat().st_size for blob in (shelf / "blobs").rglob("*.*"))
    assert (upload.state, upload.spared_bytes) == ("whole", blob_bytes)
    assert second.sent_bytes == first.sent_bytes - blob_bytes


def test_a_piece_that_came_before_is_harmless(uploads: Uploads, archive: Path) -> None:
    raw, line = archive.read_bytes(), Direct(uploads, VLORA)
    upload = line.begin(choose_file(archive))
    assert line.piece(upload.id, raw[:100], 0).upload.arrived_bytes == 100
    assert line.piece(upload.id, raw[:100], 0).upload.arrived_bytes == 100
    assert line.piece(upload.id, raw[20:60], 20).fits
    assert line.piece(upload.id, raw[60:150], 60).upload.arrived_bytes == 150
    assert line.piece(upload.id, raw[150:], 150).upload.state == "whole"


def test_a_gap_is_answered_with_where_to_go_on(uploads: Uploads, archive: Path) -> None:
    raw, line = archive.read_bytes(), Direct(uploads, VLORA)
    upload = line.begin(choose_file(archive))
    line.piece(upload.id, raw[:100], 0)
    taken = line.piece(upload.id, raw[101:200], 101)

    assert (taken.fits, taken.upload.arrived_bytes) == (False, 100)


def test_more_than_was_announced_is_refused_and_not_written(tmp_path: Path, uploads: Uploads, archive: Path) -> None:
    raw, line = archive.read_bytes(), Direct(uploads, VLORA)
    upload = line.begin(choose_file(archive))
    for at, data in ((0, raw + b"x"), (0, raw[:10]), (5, raw[5:] + b"x")):
        if len(data) < 11:
            line.piece(upload.id, data, at)
            continue
        with pytest.raises(BadInputError):
            line.piece(upload.id, data, at)
    assert (tmp_path / "uploads" / upload.id / "content").stat().st_size == 10
    assert Laptop(line).send(archive).state == "whole"


def test_choosing_the_same_file_again_goes_on_where_it_was(tmp_path: Path, archive: Path) -> None:
    raw, line = archive.read_bytes(), Direct(open_uploads(tmp_path), VLORA)
    upload = line.begin(choose_file(archive))
    line.piece(upload.id, raw[:300], 0)
    laptop = Laptop(Direct(open_uploads(tmp_path), VLORA))

    assert laptop.send(archive).id == upload.id
    assert laptop.sent_bytes == len(raw) - 300


def test_another_file_of_the_same_name_begins_anew(uploads: Uploads, archive: Path) -> None:
    upload = begun(uploads, archive)
    raw = bytearray(archive.read_bytes())
    raw[40] ^= 1
    archive.write_bytes(raw)

    assert begun(uploads, archive).id != upload.id


def test_after_a_start_of_the_machine_only_what_was_flushed_counts(tmp_path: Path, archive: Path) -> None:
    raw, line = archive.read_bytes(), Direct(open_uploads(tmp_path), VLORA)
    upload = line.begin(choose_file(archive))
    for at in range(0, 400, 100):
        line.piece(upload.id, raw[at : at + 100], at)
    tuesday = open_uploads(tmp_path, boot_id="tuesday")

    assert begun(tuesday, archive).arrived_bytes == 300
    Direct(tuesday, VLORA).piece(upload.id, raw[300:310], 300)
    assert (tmp_path / "uploads" / upload.id / "content").read_bytes() == raw[:310]
    assert begun(open_uploads(tmp_path, boot_id="tuesday"), archive).arrived_bytes == 310
    assert Laptop(Direct(open_uploads(tmp_path, boot_id="wednesday"), VLORA)).send(archive).state == "whole"


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"\xff\xd8\xff\xe0 a photo", WrongFileError), (b"Rar!\x1a\x07\x01\x00", WrongFileError), (b"", WrongFileError),
        (b"7z\xbc\xaf\x27\x1c", WrongFileError), (b"PK\5\6" + bytes(18), NoPacksInUploadError),
        (b"PK\3\4 but cut off in the middle", ArchiveError),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_before_it_travels(
    tmp_path: Path, uploads: Uploads, raw: bytes, error: type[Exception]
) -> None:
    wrong = tmp_path / "wrong.zip"
    wrong.write_bytes(raw)

    with pytest.raises(error):
        begun(uploads, wrong)
    assert uploads.seen_by(BESNIK) == []


@pytest.mark.parametrize(("content", "refusal"), [(b"x" * 500, ArchiveError), (b"zip in zip", NoPacksInUploadError)])
def test_what_turns_out_wrong_is_kept_as_a_sentence_and_gives_its_room_back(
    tmp_path: Path, uploads: Uploads, archive: Path, content: bytes, refusal: type[Exception]
) -> None:
    wrong = tmp_path / "outer.zip"
    if refusal is NoPacksInUploadError:
        (tmp_path / "outer").mkdir()
        archive.rename(tmp_path / "outer" / "inner.zip")
        make_zip(wrong, tmp_path / "outer")
        content = wrong.read_bytes()
    line = Direct(uploads, VLORA)
    upload = line.begin(Chosen(kind="zip", name="outer.zip", size_bytes=len(content), mark="00000000"))
    refused = line.piece(upload.id, content, 0).upload

    assert (refused.state, type(refused.refusal)) == ("refused", refusal)
    assert {path.name for path in (tmp_path / "uploads" / upload.id).iterdir()} == {"upload.json"}
    assert open_uploads(tmp_path).find(upload.id, VLORA).refusal is not None
    with pytest.raises(NotFoundError):
        uploads.shelf(upload.id)
    line.begin(small())
    assert [each.state for each in uploads.seen_by(VLORA)] == ["content"]


def test_a_folder_without_packs_is_refused_by_its_list(uploads: Uploads, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"photo")
    upload = Laptop(Direct(uploads, VLORA)).send(tmp_path / "photos")

    assert isinstance(upload.refusal, NoPacksInUploadError)


@pytest.mark.parametrize("name", ["", "\x00\x1b", " "])
def test_a_name_that_cannot_be_shown_is_refused(uploads: Uploads, name: str) -> None:
    with pytest.raises(BadInputError):
        uploads.begin(Chosen(kind="zip", name=name, size_bytes=1, mark="00000000"), by=2)


def test_a_name_is_kept_as_a_page_may_show_it(uploads: Uploads) -> None:
    chosen = Chosen(kind="zip", name="<b>\x1b[31m" + "x" * 500, size_bytes=1, mark="00000000")
    assert uploads.begin(chosen, by=2).name == ("<b>[31m" + "x" * 500)[:100]


def test_the_list_of_a_folder_is_written_as_the_plan_reads_it(tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "ë.txt").write_bytes(b"123")
    assert list_of(tmp_path, [tmp_path / "a b" / "ë.txt"]) == "3 a b/ë.txt\n".encode()


def test_a_program_that_does_not_serve_sees_nothing_and_tidies_nothing_away(tmp_path: Path) -> None:
    half_made = tmp_path / "uploads" / ("ab" * 16)
    half_made.mkdir(parents=True)
    (half_made / "content").write_bytes(b"")
    disk = Disk()
    other = Uploads(
        tmp_path / "uploads", store=Store(tmp_path / "packs", disk), disk=disk, clock=HandClock(), boot_id="monday",
        reserve_bytes=0,
    )  # fmt: skip

    assert (other.seen_by(BESNIK), other.places()) == ([], [])
    assert (half_made / "content").exists()
