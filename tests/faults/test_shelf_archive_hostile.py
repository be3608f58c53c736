"""What somebody may upload in place of a shelf: cut off, damaged, made to do harm (FORMAT 2.11)."""

import os
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from content_packs.errors import (
    ArchiveError,
    FormatError,
    MetadataTooLargeError,
    MissingOnShelfError,
    NotAShelfError,
    OddNameError,
    ShelfError,
    ShelfGoneError,
    UnreadableOnShelfError,
)
from content_packs.shelf import read_up_to
from content_packs.shelf.archive import ZipShelf
from tests.simulators.memory import memory_peak
from tests.simulators.zips import STORED, Piece, lying_zip, make_zip

SHA = "ab" * 32
BLOB = f"blobs/ab/{SHA}.mp4"
CONTENT = os.urandom(150_000)
GOOD = [Piece("meta/1.root.json", b"root"), Piece("meta/registry.json", b"registry"), Piece(BLOB, CONTENT)]


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    return tmp_path / "upload.zip"


def shelf_of(upload: Path, pieces: list[Piece]) -> ZipShelf:
    upload.write_bytes(lying_zip(pieces))
    return ZipShelf(upload)


def blob_of(shelf: ZipShelf, offset: int = 0) -> bytes:
    with shelf.open_blob(SHA, "mp4", offset=offset) as blob:
        return read_up_to(blob, len(CONTENT) + 1)


def test_the_good_archive_these_tests_begin_with_is_good(upload: Path) -> None:
    assert blob_of(shelf_of(upload, GOOD)) == CONTENT
    assert zipfile.ZipFile(upload).testzip() is None


def test_an_archive_that_is_cut_off_anywhere_is_refused(upload: Path) -> None:
    raw = lying_zip(GOOD)
    for length in (0, 1, 21, 22, 100, len(raw) // 2, len(raw) - 22, len(raw) - 1):
        upload.write_bytes(raw[:length])
        with pytest.raises(ArchiveError):
            ZipShelf(upload).meta_names()


def test_an_archive_with_bytes_before_or_behind_it_is_refused(upload: Path) -> None:
    for raw in (b"MZ" + lying_zip(GOOD), lying_zip(GOOD) + b"more", lying_zip(GOOD, gap=b"between")):
        upload.write_bytes(raw)
        with pytest.raises(ArchiveError):
            ZipShelf(upload).meta_names()


def test_a_comment_that_looks_like_an_end_misleads_nobody(upload: Path) -> None:
    fake = lying_zip([Piece("meta/1.root.json", b"other")])
    upload.write_bytes(lying_zip(GOOD, comment=fake[fake.rindex(b"PK\5\6") :] + b"!"))
    assert ZipShelf(upload).meta_names() == ("1.root.json", "registry.json")


@pytest.mark.parametrize("raw", [b"%PDF-1.4 not at all" * 9, bytes(5000), b"PK\5\6" * 50, b"PK\5\6" + bytes(18)])
def test_what_is_no_archive_or_an_empty_one_is_told(upload: Path, raw: bytes) -> None:
    upload.write_bytes(raw)
    with pytest.raises((ArchiveError, NotAShelfError)):
        ZipShelf(upload).meta_names()


def test_an_archive_without_a_shelf_is_none(upload: Path) -> None:
    strange = ("photos/a.jpg", "meta/registry.json", "a/b/meta/1.root.json", "meta/1.root.json/x", "Meta/1.root.json")
    for name in strange:
        with pytest.raises(NotAShelfError):
            shelf_of(upload, [Piece(name, b"x")]).meta_names()


def test_names_that_belong_on_no_shelf_are_passed_over(upload: Path) -> None:
    odd = [
        "CONTENTS.html", "../../etc/passwd", "/etc/passwd", "meta/../../secret", "meta/cat/MASH.json",
        "C:\\windows\\x", "__MACOSX/meta/._x", f"blobs/ab/{SHA}.exe.mp4", f"blobs/cd/../ab/{SHA}.mp4", "meta/", "",
        "meta/0.root.json", "é/ë",
    ]  # fmt: skip
    shelf = shelf_of(upload, [*(Piece(name, b"x", STORED) for name in odd), *GOOD])
    assert shelf.meta_names() == ("1.root.json", "registry.json")
    assert blob_of(shelf) == CONTENT


@pytest.mark.parametrize("name", ["7.root.json", "cat/box-0123456789abcdef0123.json"])
def test_a_shelf_that_begins_later_or_of_an_academy_alone_is_one(upload: Path, name: str) -> None:
    assert shelf_of(upload, [Piece(f"usb/meta/{name}", b"signed"), Piece("CONTENTS.html", b"")]).meta_names() == (name,)


def test_a_blob_in_the_folder_of_another_is_not_there(upload: Path) -> None:
    shelf = shelf_of(upload, [*GOOD[:2], Piece(f"blobs/cd/{SHA}.mp4", CONTENT)])
    with pytest.raises(MissingOnShelfError):
        blob_of(shelf)


@pytest.mark.parametrize("top", ["", "stick/", "Stiku i mësuesit/".replace("ë", "e"), "stick\\"])
def test_one_folder_around_the_shelf_is_allowed(upload: Path, top: str) -> None:
    slash = "\\" if top.endswith("\\") else "/"
    pieces = [Piece(top + piece.name.replace("/", slash), piece.content) for piece in GOOD]
    assert blob_of(shelf_of(upload, pieces)) == CONTENT


def test_two_shelves_in_one_archive_are_refused(upload: Path) -> None:
    with pytest.raises(ArchiveError):
        shelf_of(upload, [*GOOD, Piece("second/meta/1.root.json", b"root")]).meta_names()


@pytest.mark.parametrize("second", [BLOB, BLOB.replace("/", "\\")])
def test_two_members_of_one_name_are_refused(upload: Path, second: str) -> None:
    with pytest.raises(ArchiveError):
        shelf_of(upload, [*GOOD, Piece(second, b"other")]).meta_names()


def test_members_that_lie_upon_each_other_are_refused(upload: Path) -> None:
    with pytest.raises(ArchiveError):
        shelf_of(upload, [*GOOD[:2], Piece(f"manifests/{SHA}.json", b"m", head_at=0)]).meta_names()
    with pytest.raises(ArchiveError):
        shelf_of(upload, [*GOOD[:1], Piece(BLOB, CONTENT, packed_bytes=10_000_000)]).meta_names()


ODD_MEMBERS = {
    "encrypted": Piece(BLOB, CONTENT, flags=1),
    "strongly encrypted": Piece(BLOB, CONTENT, flags=0x40),
    "a link": Piece(BLOB, b"/etc/passwd", STORED, mode=0o120777),
    "a device": Piece(BLOB, b"", STORED, mode=0o020666),
    "a folder": Piece(BLOB, b"", STORED, mode=0o040755),
    "packed by lzma": Piece(BLOB, CONTENT, method=14),
    "named twice": Piece(BLOB, CONTENT, head_name=BLOB.replace("ab", "cd")),
}


@pytest.mark.parametrize("odd", ODD_MEMBERS.values(), ids=ODD_MEMBERS.keys())
def test_members_that_are_no_plain_files_are_refused_alone(upload: Path, odd: Piece) -> None:
    shelf = shelf_of(upload, [*GOOD[:2], odd])
    with pytest.raises(OddNameError):
        blob_of(shelf)
    assert shelf.read_meta("registry.json", 100) == b"registry"


def flipped(raw: bytes) -> bytes:
    """Change one byte in the middle."""
    middle = len(raw) // 2
    return raw[:middle] + bytes([raw[middle] ^ 0xFF]) + raw[middle + 1 :]


DAMAGED_MEMBERS = {
    "wrong CRC": Piece(BLOB, CONTENT, crc=7),
    "wrong CRC, stored": Piece(BLOB, CONTENT, STORED, crc=7),
    "not deflated": Piece(BLOB, CONTENT, raw=CONTENT),
    "deflated and flipped": Piece(BLOB, b"a" * 99_000, raw=flipped(Piece(BLOB, b"a" * 99_000).packed())),
    "shorter than said": Piece(BLOB, CONTENT, size_bytes=len(CONTENT) + 5),
    "longer than said": Piece(BLOB, CONTENT, size_bytes=5),
    "cut off": Piece(BLOB, CONTENT, packed_bytes=1000),
    "cut off, stored": Piece(BLOB, CONTENT, STORED, packed_bytes=1000),
}


@pytest.mark.parametrize("damaged", DAMAGED_MEMBERS.values(), ids=DAMAGED_MEMBERS.keys())
def test_a_damaged_member_is_noticed_and_harms_no_other(upload: Path, damaged: Piece) -> None:
    shelf = shelf_of(upload, [*GOOD[:2], damaged])
    with pytest.raises(UnreadableOnShelfError):
        blob_of(shelf)
    assert shelf.read_meta("registry.json", 100) == b"registry"


def test_a_member_whose_own_head_is_damaged_harms_no_other(upload: Path) -> None:
    raw = bytearray(lying_zip(GOOD))
    raw[raw.rindex(b"PK\3\4")] ^= 1
    upload.write_bytes(raw)
    with pytest.raises(UnreadableOnShelfError):
        blob_of(ZipShelf(upload))
    assert ZipShelf(upload).read_meta("registry.json", 100) == b"registry"


def bomb(plain_bytes: int) -> Iterator[Piece]:
    yield GOOD[0]
    yield Piece("meta/registry.json", bytes(plain_bytes), size_bytes=9)
    yield Piece(BLOB, bytes(plain_bytes), size_bytes=9)


def test_a_bomb_is_unpacked_no_further_than_asked(upload: Path) -> None:
    upload.write_bytes(lying_zip([*bomb(20_000_000)]))
    assert upload.stat().st_size < 200_000
    shelf = ZipShelf(upload)
    with memory_peak() as peak:
        with pytest.raises(MetadataTooLargeError):
            shelf.read_meta("registry.json", 1000)
        with shelf.open_blob(SHA, "mp4") as blob:
            assert len(read_up_to(blob, 1000)) == 1000
    assert peak.bytes < 1_000_000


def test_absurd_lists_of_files_are_refused_before_they_are_read(upload: Path) -> None:
    upload.write_bytes(lying_zip(GOOD, count=60_000))
    with pytest.raises(ArchiveError):
        ZipShelf(upload).meta_names()
    end = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 2**40, 2**40, 2**50, 0)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, 0, 1)
    upload.write_bytes(end + locator + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, *[0xFFFF] * 2, *[0xFFFFFFFF] * 2, 0))
    with pytest.raises(ArchiveError):
        ZipShelf(upload).meta_names()


def test_a_list_of_many_thousand_strange_names_costs_little_memory(upload: Path) -> None:
    strangers = [Piece(f"{number:06}", b"", STORED) for number in range(3)]
    one = lying_zip(strangers[:1])
    entry = one[one.index(b"PK\1\2") : one.rindex(b"PK\5\6")]
    good = lying_zip(GOOD)
    listed = good[good.index(b"PK\1\2") : good.rindex(b"PK\5\6")] + entry * 12_000
    body = good[: good.index(b"PK\1\2")]
    count = 12_003
    end = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(listed), len(body))
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, len(body) + len(listed), 1)
    last = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    upload.write_bytes(body + listed + end + locator + last)
    with memory_peak() as peak:
        assert blob_of(ZipShelf(upload)) == CONTENT
    assert peak.bytes < 3 * len(listed)


def test_every_flipped_byte_of_a_small_archive_is_told_or_harmless(upload: Path) -> None:
    """Whatever is changed: an error of ours or the bytes that were there; no other error, and no other bytes."""
    registry, video = b"registry" * 9, b"video" * 9
    raw = lying_zip([GOOD[0], Piece("meta/registry.json", registry), Piece(BLOB, video)])
    for at in range(len(raw)):
        for mask in (0xFF, 0x01):
            upload.write_bytes(raw[:at] + bytes([raw[at] ^ mask]) + raw[at + 1 :])
            shelf = ZipShelf(upload)
            try:
                assert shelf.read_meta("registry.json", 1000) == registry
                assert blob_of(shelf) == video
            except (FormatError, ShelfError):
                continue


def test_an_archive_that_is_replaced_while_it_is_read_is_gone(upload: Path, tmp_path: Path) -> None:
    shelf = shelf_of(upload, GOOD)
    assert shelf.meta_names()
    (tmp_path / "other.zip").write_bytes(lying_zip(GOOD[:2]))
    (tmp_path / "other.zip").rename(upload)
    with pytest.raises(ShelfGoneError):
        blob_of(shelf)


def test_reading_goes_on_at_an_offset_packed_or_not(upload: Path) -> None:
    for method in (STORED, 8):
        shelf = shelf_of(upload, [*GOOD[:2], Piece(BLOB, CONTENT, method)])
        for offset in (0, 1, 70_000, len(CONTENT) - 1, len(CONTENT), len(CONTENT) + 9):
            assert blob_of(shelf, offset) == CONTENT[offset:]


def test_nothing_is_written_beside_the_archive(tmp_path: Path) -> None:
    (tmp_path / "files" / "meta").mkdir(parents=True)
    (tmp_path / "files" / "meta" / "1.root.json").write_bytes(b"root")
    upload = make_zip(tmp_path / "upload.zip", tmp_path / "files")
    before = sorted(tmp_path.rglob("*"))
    assert ZipShelf(upload).read_meta("1.root.json", 10) == b"root"
    assert sorted(tmp_path.rglob("*")) == before
