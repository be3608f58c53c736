"""The zip files we write: the same bytes everywhere, readable by everybody, whole or not there (FORMAT 2.18)."""

import hashlib
import io
import shutil
import subprocess
import zipfile
import zlib
from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.errors import TamperedError
from content_packs.shelf.archive import ZipShelf
from content_packs.shelf.port import read_up_to
from content_packs.shelf.zip_writer import Packed, write_zip
from tests.simulators.cut_disk import CutDisk, Left, PowerCut

SHA = "ab" * 32
ROOT, BLOB = b"root", bytes(range(256)) * 9


class Bytes(io.BytesIO):
    """An open member."""


class Zeros:
    """So many zeros, without the memory for them."""

    def __init__(self, length: int) -> None:
        self._left = length

    def readinto(self, buffer: memoryview, /) -> int:
        count = min(len(buffer), self._left)
        buffer[:count] = bytes(count)
        self._left -= count
        return count

    def __enter__(self) -> "Zeros":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""


class Counting(Disk):
    """A disk that keeps the heads and counts what is large instead of keeping it."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    def write(self, file: io.FileIO, data: bytes | memoryview, path: Path) -> None:
        """Keep what is short; what is long is a hole in the file."""
        if len(data) < 4096:
            self.kept.append(bytes(data))
            super().write(file, data, path)
        else:
            file.truncate(path.stat().st_size + len(data))


def packed(name: str, content: bytes) -> Packed:
    return Packed(name, len(content), zlib.crc32(content), lambda: Bytes(content))


def members() -> list[Packed]:
    return [packed("meta/1.root.json", ROOT), packed(f"blobs/ab/{SHA}.mp4", BLOB)]


def test_the_same_members_give_the_same_bytes_on_every_machine(tmp_path: Path) -> None:
    size = write_zip(tmp_path / "a.zip", members(), Disk())
    raw = (tmp_path / "a.zip").read_bytes()
    assert size == len(raw) == 2668
    assert hashlib.sha256(raw).hexdigest() == "78e18a8aca9297cc03dfe24432524c7999bcbc96dce31f03659fe851debee9c1"


def test_other_programs_read_what_we_write(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    write_zip(path, members(), Disk())
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [member.name for member in members()]
        assert archive.read(f"blobs/ab/{SHA}.mp4") == BLOB
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert shutil.which("unzip") is None or subprocess.run(["unzip", "-tqq", path], check=False).returncode == 0


def test_a_box_reads_what_we_write(tmp_path: Path) -> None:
    write_zip(tmp_path / "a.zip", members(), Disk())
    shelf = ZipShelf(tmp_path / "a.zip")
    assert shelf.read_meta("1.root.json", 9) == ROOT
    with shelf.open_blob(SHA, "mp4", offset=1000) as blob:
        assert read_up_to(blob, 9999) == BLOB[1000:]


def test_an_archive_above_four_gigabytes_is_read_to_its_last_member(tmp_path: Path) -> None:
    huge, crc = 0xFFFF_FFFF, 0  # so many zeros bring a CRC-32 back to where it began
    zeros = Packed(f"blobs/ab/{SHA}.mp4", huge, crc, lambda: Zeros(huge))
    path = tmp_path / "huge.zip"
    write_zip(path, [packed("meta/1.root.json", ROOT), zeros, packed("meta/registry.json", b"registry")], Counting())
    shelf = ZipShelf(path)
    assert path.stat().st_size > huge
    assert shelf.read_meta("registry.json", 99) == b"registry"
    with shelf.open_blob(SHA, "mp4", offset=huge - 3) as blob:
        assert read_up_to(blob, 9) == bytes(3)
    with zipfile.ZipFile(path) as archive:
        assert [info.file_size for info in archive.infolist()] == [4, huge, 8]


def test_more_members_than_the_old_numbers_hold_are_listed(tmp_path: Path) -> None:
    many = [packed(f"blobs/{n:064x}.txt", b"") for n in range(70_000)]
    write_zip(tmp_path / "many.zip", many, Disk())
    with zipfile.ZipFile(tmp_path / "many.zip") as archive:
        assert len(archive.namelist()) == 70_000


@pytest.mark.parametrize("wrong", [b"", BLOB[:-1], BLOB + b"x", bytes(len(BLOB))])
def test_a_member_that_changed_meanwhile_leaves_the_old_archive(tmp_path: Path, wrong: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"old")
    lying = Packed(f"blobs/ab/{SHA}.mp4", len(BLOB), zlib.crc32(BLOB), lambda: Bytes(wrong))
    with pytest.raises(TamperedError):
        write_zip(path, [lying], Disk())
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("left", ["lost", "kept", "torn"])
def test_power_cut_at_any_step_leaves_the_old_or_the_new(tmp_path: Path, left: Left) -> None:
    write_zip(tmp_path / "new.zip", members(), Disk())
    new = (tmp_path / "new.zip").read_bytes()
    for cut_at in range(100):
        folder = tmp_path / str(cut_at)
        folder.mkdir()
        (folder / "a.zip").write_bytes(b"old")
        disk = CutDisk(cut_at, left, tmp_path / "attic" / str(cut_at))
        try:
            write_zip(folder / "a.zip", members(), disk)
        except PowerCut:
            assert (folder / "a.zip").read_bytes() in (b"old", new), cut_at
            continue
        assert disk.steps == cut_at > 4
        return
    raise AssertionError("writing never ended")

