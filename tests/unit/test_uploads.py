"""Uploads piece by piece: offsets, limits, room, who may, restarts; what is whole is a shelf and nothing else is."""

from pathlib import Path

import pytest

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.errors import ArchiveError, NotEnoughSpaceError, ReadOnlyDiskError
from content_packs.store import Store
from schoolbox.errors import (
    BadInputError,
    NoPacksInUploadError,
    NotFoundError,
    TooManyUploadsError,
    UploadRoomError,
    WrongFileError,
)
from schoolbox.services.upload_facts import Chosen, Upload
from schoolbox.services.uploads import ALL_MAX, EACH_MAX, HELD_S, Uploads
from schoolbox.services.viewers import Viewer
from tests.simulators.clock import HandClock
from tests.simulators.laptop import Direct, Laptop, choose_file, list_of, somebody
from tests.simulators.publisher import Ministry
from tests.simulators.zips import make_zip

PACK = "mash:thyesat"


VLORA, VLERA, BESNIK = somebody(2), somebody(3), somebody(9, "technician")


class SmallDisk(Disk):
    """A disk that says how much is free; it lies by not being small."""

    def __init__(self, free_bytes: int) -> None:
        self.free = free_bytes

    def free_bytes(self, path: Path) -> int:
        """As much as was said."""
        return self.free if path else 0


def opened(
    tmp_path: Path, *, disk: Disk | None = None, boot_id: str = "monday", reserve_bytes: int = 0,
    clock: Clock | None = None,
) -> Uploads:  # fmt: skip
    disk = disk or Disk()
    uploads = Uploads(
        tmp_path / "uploads", store=Store(tmp_path / "packs", disk), disk=disk, clock=clock or HandClock(),
        boot_id=boot_id, reserve_bytes=reserve_bytes, flush_every_bytes=250,
    )  # fmt: skip
    uploads.open()
    return uploads


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    ministry = Ministry(tmp_path / "ministry")
    ministry.publish(PACK, 1)
    return ministry.folder


@pytest.fixture
def archive(tmp_path: Path, shelf: Path) -> Path:
    return make_zip(tmp_path / "MASHT 2026.zip", shelf, top="MASHT/")


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return opened(tmp_path)


def begun(uploads: Uploads, archive: Path, by: Viewer = VLORA) -> Upload:
    return Direct(uploads, by).begin(choose_file(archive))


def small(number: int = 0) -> Chosen:
    return Chosen(kind="zip", name=f"{number}.zip", size_bytes=100, mark="00000000")


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
    raw, line = archive.read_bytes(), Direct(opened(tmp_path), VLORA)
    upload = line.begin(choose_file(archive))
    line.piece(upload.id, raw[:300], 0)
    laptop = Laptop(Direct(opened(tmp_path), VLORA))

    assert laptop.send(archive).id == upload.id
    assert laptop.sent_bytes == len(raw) - 300


def test_another_file_of_the_same_name_begins_anew(uploads: Uploads, archive: Path) -> None:
    upload = begun(uploads, archive)
    raw = bytearray(archive.read_bytes())
    raw[40] ^= 1
    archive.write_bytes(raw)

    assert begun(uploads, archive).id != upload.id


def test_after_a_start_of_the_machine_only_what_was_flushed_counts(tmp_path: Path, archive: Path) -> None:
    raw, line = archive.read_bytes(), Direct(opened(tmp_path), VLORA)
    upload = line.begin(choose_file(archive))
    for at in range(0, 400, 100):
        line.piece(upload.id, raw[at : at + 100], at)
    tuesday = opened(tmp_path, boot_id="tuesday")

    assert begun(tuesday, archive).arrived_bytes == 300
    Direct(tuesday, VLORA).piece(upload.id, raw[300:310], 300)
    assert (tmp_path / "uploads" / upload.id / "content").read_bytes() == raw[:310]
    assert begun(opened(tmp_path, boot_id="tuesday"), archive).arrived_bytes == 310
    assert Laptop(Direct(opened(tmp_path, boot_id="wednesday"), VLORA)).send(archive).state == "whole"


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
    assert opened(tmp_path).find(upload.id, VLORA).refusal is not None
    with pytest.raises(NotFoundError):
        uploads.shelf(upload.id)
    line.begin(small())
    assert [each.state for each in uploads.seen_by(VLORA)] == ["content"]


def test_a_folder_without_packs_is_refused_by_its_list(uploads: Uploads, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"photo")
    upload = Laptop(Direct(uploads, VLORA)).send(tmp_path / "photos")

    assert isinstance(upload.refusal, NoPacksInUploadError)


def test_an_upload_belongs_to_who_made_it(uploads: Uploads, archive: Path) -> None:
    upload = begun(uploads, archive)

    assert uploads.seen_by(VLERA) == []
    assert [each.id for each in uploads.seen_by(BESNIK)] == [upload.id]
    assert begun(uploads, archive, VLERA).id != upload.id
    for asks in (uploads.find, uploads.wanted, uploads.give_up):
        with pytest.raises(NotFoundError):
            asks(upload.id, VLERA)
    for another in (VLERA, BESNIK):
        with pytest.raises(NotFoundError):
            Direct(uploads, another).piece(upload.id, b"PK", 0)
    uploads.give_up(upload.id, BESNIK)
    assert uploads.seen_by(VLORA) == []


def test_giving_up_leaves_nothing_behind(tmp_path: Path, uploads: Uploads, archive: Path, shelf: Path) -> None:
    line = Direct(uploads, VLORA)
    whole = Laptop(line).send(archive)
    folder = Laptop(line).send(shelf)
    half = line.begin(small())
    line.piece(half.id, b"PK", 0)
    for upload in (whole, folder, half):
        uploads.give_up(upload.id, VLORA)

    assert list((tmp_path / "uploads").iterdir()) == []
    with pytest.raises(NotFoundError):
        line.piece(half.id, b"PK", 2)


def test_one_person_has_so_many_uploads_and_no_more(uploads: Uploads) -> None:
    made = [uploads.begin(small(number), by=2) for number in range(EACH_MAX)]
    with pytest.raises(TooManyUploadsError) as caught:
        uploads.begin(small(99), by=2)
    assert caught.value.limit == EACH_MAX
    assert uploads.begin(small(0), by=2).id == made[0].id
    uploads.give_up(made[1].id, VLORA)
    assert uploads.begin(small(99), by=2).state == "content"


def test_the_oldest_that_nobody_goes_on_with_gives_way_by_order_alone(tmp_path: Path) -> None:
    first = opened(tmp_path)
    made = [first.begin(small(number), by=10 + number) for number in range(ALL_MAX)]
    with pytest.raises(TooManyUploadsError):
        first.begin(small(99), by=99)
    again = opened(tmp_path)
    again.begin(small(0), by=10)

    new = again.begin(small(99), by=99)
    assert {each.id for each in again.seen_by(BESNIK)} == {each.id for each in made if each != made[1]} | {new.id}


def refused(uploads: Uploads, by: int) -> Upload:
    """Somebody sends what is no zip file behind its first bytes."""
    upload = uploads.begin(small(), by=by)
    return uploads.take(upload.id, bytes(100), at=0, by=by).upload


@pytest.mark.parametrize("started_again", [False, True])
def test_what_was_refused_blocks_nobody_and_gives_way_before_what_can_still_become_whole(
    tmp_path: Path, *, started_again: bool
) -> None:
    uploads = opened(tmp_path)
    half = uploads.begin(small(), by=10)
    made = [refused(uploads, 11 + number) for number in range(ALL_MAX - 1)]
    assert {each.state for each in made} == {"refused"}
    if started_again:
        uploads = opened(tmp_path)

    new = uploads.begin(small(), by=99)
    assert {each.id for each in uploads.seen_by(BESNIK)} == {half.id, new.id, *(each.id for each in made[1:])}


def test_after_an_hour_without_a_piece_an_upload_holds_no_room_and_no_place(tmp_path: Path, archive: Path) -> None:
    size, clock = archive.stat().st_size, HandClock()
    uploads = opened(tmp_path, disk=SmallDisk(4 * size - 1), clock=clock)
    upload = begun(uploads, archive)
    for _ in range(3):  # as long as pieces come, it is not left
        clock.tick(HELD_S - 1)
        uploads.take(upload.id, b"", at=0, by=VLORA.person_id)
        with pytest.raises(UploadRoomError):
            begun(uploads, archive, VLERA)
    clock.tick(HELD_S + 1)
    assert begun(uploads, archive, VLERA).state == "content"
    for number in range(ALL_MAX - 2):
        uploads.begin(Chosen(kind="zip", name="a.zip", size_bytes=1, mark="00000000"), by=100 + number)
    uploads.begin(Chosen(kind="zip", name="a.zip", size_bytes=1, mark="00000000"), by=99)
    assert uploads.seen_by(VLORA) == []
    assert len(uploads.seen_by(BESNIK)) == ALL_MAX


def test_what_is_just_being_written_is_not_deleted_to_make_place(tmp_path: Path) -> None:
    class SlowDisk(Disk):
        """A disk on which something else happens while a file is deleted."""

        meanwhile = staticmethod(lambda: None)

        def unlink(self, path: Path) -> None:
            """Say so first."""
            if path.name == "content":
                self.meanwhile()
            super().unlink(path)

    disk = SlowDisk()
    uploads = opened(tmp_path, disk=disk)

    def choose_anew() -> None:
        disk.meanwhile = lambda: None
        uploads.begin(small(2), by=2)

    disk.meanwhile = choose_anew
    upload = refused(uploads, 2)
    assert {each.state for each in uploads.seen_by(VLORA)} == {"refused", "content"}
    uploads.give_up(upload.id, VLORA)
    assert [each.state for each in uploads.seen_by(VLORA)] == ["content"]


def test_on_a_disk_that_can_only_be_read_an_upload_stays_as_it_is_until_it_can_be_deleted(
    tmp_path: Path, archive: Path
) -> None:
    class FailingDisk(Disk):
        """A disk that can only be read, as a card does that fails."""

        fails = False

        def unlink(self, path: Path) -> None:
            """Refuse while it fails."""
            if self.fails:
                raise ReadOnlyDiskError(path=path, problem="read-only")
            super().unlink(path)

    disk = FailingDisk()
    uploads = opened(tmp_path, disk=disk)
    whole = Laptop(Direct(uploads, VLORA)).send(archive)
    half = uploads.begin(small(), by=2)
    disk.fails = True
    for upload in (whole, half):
        with pytest.raises(ReadOnlyDiskError):
            uploads.give_up(upload.id, VLORA)

    assert [each.id for each in uploads.seen_by(VLORA)] == [whole.id, half.id]
    assert uploads.shelf(whole.id).meta_names()
    assert uploads.take(half.id, b"PK", at=0, by=2).upload.arrived_bytes == 2
    disk.fails = False
    for upload in (whole, half):
        uploads.give_up(upload.id, VLORA)
    assert list((tmp_path / "uploads").iterdir()) == []


def test_room_is_asked_for_the_upload_and_for_what_is_installed_from_it(tmp_path: Path, archive: Path) -> None:
    size = archive.stat().st_size
    disk = SmallDisk(2 * size + 1000 - 1)
    with pytest.raises(UploadRoomError) as caught:
        begun(opened(tmp_path, disk=disk, reserve_bytes=1000), archive)
    assert (caught.value.needs_bytes, caught.value.free_bytes) == (2 * size, 2 * size - 1)
    disk.free += 1
    assert begun(opened(tmp_path, disk=disk, reserve_bytes=1000), archive).state == "content"


def test_room_that_others_were_promised_is_taken(tmp_path: Path, archive: Path) -> None:
    size = archive.stat().st_size
    uploads = opened(tmp_path, disk=SmallDisk(4 * size - 1))
    begun(uploads, archive)
    with pytest.raises(UploadRoomError):
        begun(uploads, archive, VLERA)


def test_a_folder_asks_for_room_once_it_is_known_what_travels_and_can_ask_again(tmp_path: Path, shelf: Path) -> None:
    disk = SmallDisk(500)
    laptop = Laptop(Direct(opened(tmp_path, disk=disk), VLORA))
    with pytest.raises(UploadRoomError):
        laptop.send(shelf)
    disk.free = 10_000_000
    assert laptop.send(shelf).state == "whole"


def test_the_reserve_is_left_alone_on_the_way_and_what_arrived_is_kept(tmp_path: Path, archive: Path) -> None:
    disk = SmallDisk(10_000_000)
    line = Direct(opened(tmp_path, disk=disk, reserve_bytes=1000), VLORA)
    upload = line.begin(choose_file(archive))
    line.piece(upload.id, archive.read_bytes()[:100], 0)
    disk.free = 1050
    with pytest.raises(NotEnoughSpaceError) as caught:
        line.piece(upload.id, archive.read_bytes()[100:200], 100)
    assert (caught.value.needs_bytes, caught.value.free_bytes) == (archive.stat().st_size - 100, 50)
    disk.free = 10_000_000
    laptop = Laptop(line)
    assert laptop.send(archive).state == "whole"
    assert laptop.sent_bytes == archive.stat().st_size - 100


@pytest.mark.parametrize("left", ["", "{}", '{"id":"another"}', "\xff"])
def test_what_is_no_upload_is_tidied_away_at_the_next_start(tmp_path: Path, left: str) -> None:
    folder = tmp_path / "uploads" / ("ab" * 16)
    folder.mkdir(parents=True)
    (folder / "content").write_bytes(b"left over")
    if left:
        (folder / "upload.json").write_text(left, encoding="latin-1")

    assert opened(tmp_path).seen_by(BESNIK) == []
    assert list((tmp_path / "uploads").iterdir()) == []


def test_only_so_many_pieces_are_written_at_a_time(tmp_path: Path, archive: Path) -> None:
    class SlowDisk(Disk):
        """A disk on which something else happens in the middle of writing."""

        meanwhile = staticmethod(lambda: None)

        def free_bytes(self, path: Path) -> int:
            """Asked before each piece."""
            self.meanwhile()
            return super().free_bytes(path)

    disk = SlowDisk()
    uploads = opened(tmp_path, disk=disk)
    lines = [Direct(uploads, somebody(number)) for number in range(2, 5)]
    ids = [line.begin(choose_file(archive)).id for line in lines]
    raw = archive.read_bytes()
    busy: list[bool] = []

    def second() -> None:
        disk.meanwhile = third
        busy.append(lines[0].piece(ids[0], raw[:10], 0).busy)
        busy.append(lines[1].piece(ids[1], raw[:10], 0).busy)

    def third() -> None:
        disk.meanwhile = lambda: None
        busy.append(lines[2].piece(ids[2], raw[:10], 0).busy)

    disk.meanwhile = second
    busy.append(lines[0].piece(ids[0], raw[:10], 0).busy)

    assert busy == [True, True, False, False]
    assert all(Laptop(line).send(archive).state == "whole" for line in lines)


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
