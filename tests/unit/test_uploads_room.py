"""Uploads and their room: whose they are, how many, how much of the disk, and who gives way to whom."""

from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.errors import NotEnoughSpaceError, ReadOnlyDiskError
from schoolbox.errors import (
    NotFoundError,
    TooManyUploadsError,
    UploadRoomError,
)
from schoolbox.services.upload_facts import Chosen, Upload
from schoolbox.services.upload_live import DAY_S
from schoolbox.services.uploads import ALL_MAX, EACH_MAX, HELD_S, OLDER_EVERY_S, Uploads
from tests.simulators.clock import HandClock
from tests.simulators.laptop import Direct, Laptop, choose_file, somebody
from tests.simulators.upload_rig import BESNIK, VLERA, VLORA, begun, open_uploads, packed, shelf_with_pack, small


class SmallDisk(Disk):
    """A disk that says how much is free; it lies by not being small."""

    def __init__(self, free_bytes: int) -> None:
        self.free = free_bytes

    def free_bytes(self, path: Path) -> int:
        """As much as was said."""
        return self.free if path else 0


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return shelf_with_pack(tmp_path)


@pytest.fixture
def archive(tmp_path: Path, shelf: Path) -> Path:
    return packed(tmp_path, shelf)


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return open_uploads(tmp_path)


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
    first = open_uploads(tmp_path)
    made = [first.begin(small(number), by=10 + number) for number in range(ALL_MAX)]
    with pytest.raises(TooManyUploadsError):
        first.begin(small(99), by=99)
    again = open_uploads(tmp_path)
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
    uploads = open_uploads(tmp_path)
    half = uploads.begin(small(), by=10)
    made = [refused(uploads, 11 + number) for number in range(ALL_MAX - 1)]
    assert {each.state for each in made} == {"refused"}
    if started_again:
        uploads = open_uploads(tmp_path)

    new = uploads.begin(small(), by=99)
    assert {each.id for each in uploads.seen_by(BESNIK)} == {half.id, new.id, *(each.id for each in made[1:])}


def test_after_an_hour_without_a_piece_an_upload_holds_no_room_and_no_place(tmp_path: Path, archive: Path) -> None:
    size, clock = archive.stat().st_size, HandClock()
    uploads = open_uploads(tmp_path, disk=SmallDisk(4 * size - 1), clock=clock)
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


def test_what_nobody_installs_goes_once_the_box_has_run_for_ten_days_whatever_its_clock_says(
    tmp_path: Path, archive: Path
) -> None:
    clock = HandClock()
    uploads = open_uploads(tmp_path, clock=clock)
    whole = Laptop(Direct(uploads, VLORA)).send(archive)
    waited_for, half = (begun(uploads, archive, who) for who in (VLERA, BESNIK))
    clock.at = clock.at.replace(year=2031)
    uploads.grow_older(frozenset)
    assert uploads.find(whole.id, VLORA).days_left == 10, "a date says nothing"
    for _ in range(9):
        clock.tick(DAY_S)
        uploads.grow_older(lambda: {waited_for.id})
    uploads = open_uploads(tmp_path, clock=clock)
    assert [uploads.find(each.id, BESNIK).days_left for each in (whole, waited_for, half)] == [1, 10, 1]
    Direct(uploads, BESNIK).piece(half.id, archive.read_bytes()[:10], 0)
    clock.tick(OLDER_EVERY_S)
    uploads.grow_older(lambda: {waited_for.id})
    clock.tick(DAY_S)
    uploads.grow_older(lambda: {waited_for.id})
    assert [each.id for each in uploads.seen_by(BESNIK)] == [waited_for.id, half.id]
    assert not (tmp_path / "uploads" / whole.id).exists()
    assert uploads.find(half.id, BESNIK).days_left == 9


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
    uploads = open_uploads(tmp_path, disk=disk)

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
    uploads = open_uploads(tmp_path, disk=disk)
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
        begun(open_uploads(tmp_path, disk=disk, reserve_bytes=1000), archive)
    assert (caught.value.needs_bytes, caught.value.free_bytes) == (2 * size, 2 * size - 1)
    disk.free += 1
    assert begun(open_uploads(tmp_path, disk=disk, reserve_bytes=1000), archive).state == "content"


def test_room_that_others_were_promised_is_taken(tmp_path: Path, archive: Path) -> None:
    size = archive.stat().st_size
    uploads = open_uploads(tmp_path, disk=SmallDisk(4 * size - 1))
    begun(uploads, archive)
    with pytest.raises(UploadRoomError):
        begun(uploads, archive, VLERA)


def test_a_folder_asks_for_room_once_it_is_known_what_travels_and_can_ask_again(tmp_path: Path, shelf: Path) -> None:
    disk = SmallDisk(500)
    laptop = Laptop(Direct(open_uploads(tmp_path, disk=disk), VLORA))
    with pytest.raises(UploadRoomError):
        laptop.send(shelf)
    disk.free = 10_000_000
    assert laptop.send(shelf).state == "whole"


def test_the_reserve_is_left_alone_on_the_way_and_what_arrived_is_kept(tmp_path: Path, archive: Path) -> None:
    disk = SmallDisk(10_000_000)
    line = Direct(open_uploads(tmp_path, disk=disk, reserve_bytes=1000), VLORA)
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

    assert open_uploads(tmp_path).seen_by(BESNIK) == []
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
    uploads = open_uploads(tmp_path, disk=disk)
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
