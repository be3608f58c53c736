"""Real FAT32 and exFAT: written, read back and installed; pulled out at file boundaries and in mid-file, both ways.

FORMAT 2.5, 2.12 to 2.17, 8.3 to 8.5.
"""

import hashlib
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from content_packs.copying import Progress
from content_packs.errors import NotEnoughSpaceError, ShelfGoneError
from content_packs.export import Options, StickProgress, StickWriter, Written
from content_packs.export.errors import StickError, StickFullError, StickGoneError, StickReadOnlyError
from content_packs.shelf import DirectoryShelf, Readable, is_shelf
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox
from tests.simulators.sticks import ExfatStick, FatStick, Stick

PACK = "mash:thyesat"
KINDS = (FatStick, ExfatStick)
Kind = type[FatStick] | type[ExfatStick]
MB = 1_000_000


class School:
    """A ministry with one pack of nine files from 1 kB to 3 MB, and a box that has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ministry = Ministry(folder)
        noise = random.Random(6)
        sizes = (1_000, 65_536, 131_072, 400_000, MB, 2 * MB, 3 * MB, 4_096, 0)
        files = {f"v{n}": mp4(seconds=n + 1) + bytes(8) + noise.randbytes(size) for n, size in enumerate(sizes)}
        self.manifest = self.ministry.publish(PACK, 1, files=files)
        self.box = self.new_box()
        self.box.install(self.ministry.shelf, PACK)

    @property
    def size_bytes(self) -> int:
        return self.manifest.size_bytes

    def new_box(self) -> SchoolBox:
        return SchoolBox(self.folder / f"box-{len(list(self.folder.glob('box-*')))}", root=self.ministry.root)

    def write(
        self, stick: Path, *, progress: Callable[[StickProgress], None] = lambda _: None, options: Options | None = None
    ) -> Written:
        writer = StickWriter(store=self.box.store, trust=self.box.trust, disk=self.box.disk)
        return writer.write(stick, self.box.library.installed().values(), progress=progress, options=options)


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path)


def misnamed(stick: Path) -> list[str]:
    """Blobs and manifests on a stick that are not what their names say."""
    files = [*stick.glob("blobs/*/*"), *stick.glob("manifests/[0-9a-f]*")]
    return [path.name for path in files if hashlib.sha256(path.read_bytes()).hexdigest() != path.name.partition(".")[0]]


@pytest.mark.parametrize("kind", KINDS)
def test_packs_are_written_read_back_and_installed(school: School, tmp_path: Path, kind: Kind) -> None:
    with kind(tmp_path, size_mb=64) as stick:
        assert school.write(stick.folder).whole
        stick.take_out()
        stick.put_in()
        assert misnamed(stick.folder) == []
        before = stick.read_bytes()
        other = school.new_box()
        assert other.install(DirectoryShelf(stick.folder), PACK).changed
        assert other.installer.verify(PACK).sound
        again = school.write(stick.folder)
        assert (again.whole, again.copied_bytes) == (True, 0)
        names = {path.name for path in stick.folder.iterdir()} - {"AGIMI"}  # the label shows as a file
        assert names == {"CONTENTS.html", "contents", "meta", "manifests", "blobs"}
        assert (stick.folder / "contents" / "mash.thyesat.html").read_text().endswith("</html>\n")
        assert stick.read_bytes() > before


class Puller:
    """Pulls a stick out when so many bytes, or a file's end, was told; then no more."""

    def __init__(self, stick: Stick, *, at_bytes: int | None = None, at_file: int | None = None) -> None:
        self._stick = stick
        self._at_bytes = at_bytes
        self._at_file = at_file
        self.pulled = False

    def __call__(self, progress: StickProgress | Progress) -> None:
        enough = self._at_bytes is not None and progress.bytes_done >= self._at_bytes
        ended = self._at_file is not None and progress.files_done >= self._at_file
        if not self.pulled and (enough or ended):
            self._stick.pull()
            self.pulled = True


PULLS = [{"at_bytes": share * MB} for share in (1, 3, 5)] + [{"at_file": number} for number in (1, 4, 7)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pull", PULLS, ids=lambda pull: "-".join(f"{key}-{value}" for key, value in pull.items()))
def test_pulled_out_while_it_is_written_and_put_back_it_goes_on(
    school: School, tmp_path: Path, kind: Kind, pull: dict[str, int]
) -> None:
    with kind(tmp_path, size_mb=64) as stick:
        puller = Puller(stick, **pull)
        with pytest.raises(StickGoneError):
            school.write(stick.folder, progress=puller)
        assert puller.pulled
        stick.put_back()
        assert not is_shelf(stick.folder)
        assert school.write(stick.folder).whole
        assert misnamed(stick.folder) == []
        other = school.new_box()
        assert other.install(DirectoryShelf(stick.folder), PACK).changed
        assert other.installer.verify(PACK).sound


@pytest.mark.parametrize("kind", KINDS)
def test_a_stick_whose_folder_stays_empty_behind_is_not_written_onto_the_boxs_own_disk(
    school: School, tmp_path: Path, kind: Kind
) -> None:
    with kind(tmp_path, size_mb=64) as stick:

        def take_out(progress: StickProgress) -> None:
            if progress.files_done == 4 and os.path.ismount(stick.folder):
                stick.vanish()

        with pytest.raises(StickGoneError):
            school.write(stick.folder, progress=take_out)
        assert list(stick.folder.iterdir()) == []
        stick.put_in()
        assert school.write(stick.folder).whole


class CountingShelf(DirectoryShelf):
    """The real shelf, counting what was read of blobs."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.blob_bytes = 0

    def open_blob(self, sha256: str, ext: str, *, offset: int = 0) -> Readable:
        """Open as the real one does, and count."""
        return _Counted(super().open_blob(sha256, ext, offset=offset), self)


class _Counted:
    """An open file that reports what was read."""

    def __init__(self, file: Readable, shelf: CountingShelf) -> None:
        self._file = file
        self._shelf = shelf

    def readinto(self, buffer: memoryview, /) -> int | None:
        count = self._file.readinto(buffer)
        self._shelf.blob_bytes += count or 0
        return count

    def __enter__(self) -> "_Counted":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.__exit__(None, None, None)


class SuddenPuller:
    """Pulls a stick out while somebody reads: when its driver has read so much, whatever is going on then.

    A fast reader may be done with more before that is noticed; then at the latest when so many bytes were told.
    """

    def __init__(self, stick: Stick, *, after_bytes: int, at_bytes: int) -> None:
        self._stick = stick
        self._limit = stick.read_bytes() + after_bytes
        self._at_bytes = at_bytes
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.pulled = False

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def __call__(self, progress: Progress) -> None:
        if progress.bytes_done >= self._at_bytes:
            self._pull(lambda: True)

    def _watch(self) -> None:
        while not self.pulled and not self._ended.wait(0.0005):
            self._pull(lambda: self._stick.read_bytes() >= self._limit)

    def _pull(self, is_time: Callable[[], bool]) -> None:
        with self._lock:
            if not self.pulled and is_time():
                self._stick.pull()
                self.pulled = True


@pytest.mark.parametrize("kind", KINDS)
def test_an_install_from_a_stick_that_is_pulled_out_again_and_again_wastes_less_than_5_percent(
    school: School, tmp_path: Path, kind: Kind, capsys: pytest.CaptureFixture[str]
) -> None:
    noise = random.Random(8)
    files = {f"w{place}": mp4(seconds=70 + place) + bytes(8) + noise.randbytes(4 * MB) for place in range(6)}
    pack = school.ministry.publish("mash:gjate", 1, files=files)
    school.box.install(school.ministry.shelf, "mash:gjate")
    with kind(tmp_path, size_mb=96) as stick:
        school.write(stick.folder)
        stick.take_out()
        stick.put_in()
        school.new_box().installer.install(DirectoryShelf(stick.folder), "mash:gjate", progress=lambda _: None)
        undisturbed = stick.read_bytes()
        stick.take_out()
        stick.put_in()
        stick.driver_read_bytes = 0
        box, read = school.new_box(), 0
        for share in range(1, 7):
            shelf = CountingShelf(stick.folder)
            puller = SuddenPuller(stick, after_bytes=2 * MB, at_bytes=share * 7 * MB // 2)
            with puller, pytest.raises(ShelfGoneError):
                box.installer.install(shelf, "mash:gjate", progress=puller)
            assert box.library.shown() == {}
            read += shelf.blob_bytes
            stick.put_back()
        shelf = CountingShelf(stick.folder)
        assert box.installer.install(shelf, "mash:gjate", progress=lambda _: None).changed
        read += shelf.blob_bytes
        assert box.installer.verify("mash:gjate").sound
        assert box.misnamed_blobs() == []
        waste = read / pack.size_bytes - 1
        driver = stick.driver_read_bytes + stick.read_bytes()
        with capsys.disabled():
            print(f"\n{kind.__name__}, pulled out 6 times: {pack.size_bytes} bytes, {waste:.2%} waste", end="; ")
            print(f"its driver read {driver} bytes in all, {undisturbed} when nothing was pulled")
        assert waste < 0.05


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", range(9))
def test_pulled_out_at_every_file_boundary_of_an_install_nothing_is_visible_and_it_goes_on(
    school: School, tmp_path: Path, kind: Kind, number: int
) -> None:
    with kind(tmp_path, size_mb=64) as stick:
        school.write(stick.folder)
        stick.take_out()
        stick.put_in()
        box = school.new_box()
        puller = Puller(stick, at_file=number)
        try:
            box.installer.install(DirectoryShelf(stick.folder), PACK, progress=puller)
        except ShelfGoneError:
            assert box.library.shown() == {}
        assert puller.pulled
        assert box.misnamed_blobs() == []
        stick.put_back()
        box.install(DirectoryShelf(stick.folder), PACK)
        assert box.installer.verify(PACK).sound


def test_a_full_stick_is_known_before_anything_is_written(school: School, tmp_path: Path) -> None:
    with ExfatStick(tmp_path, size_mb=4) as stick:
        with pytest.raises(StickFullError) as caught:
            school.write(stick.folder)
        assert school.size_bytes < caught.value.needs_bytes < school.size_bytes + 2 * MB
        assert caught.value.free_bytes < 4 * 1024 * 1024
        assert list(stick.folder.iterdir()) == []


def test_a_stick_with_next_to_nothing_free_is_refused_and_keeps_what_it_has(school: School, tmp_path: Path) -> None:
    with ExfatStick(tmp_path, size_mb=16) as stick:
        filler = fill(stick.folder)
        before = filler.stat().st_size
        assert os.statvfs(stick.folder).f_bavail == 0
        with pytest.raises(StickFullError) as caught:
            school.write(stick.folder)
        assert caught.value.free_bytes == 0
        assert {path.name for path in stick.folder.iterdir()} == {filler.name}
        assert filler.stat().st_size == before


def test_a_stick_that_holds_everything_may_be_full(school: School, tmp_path: Path) -> None:
    with ExfatStick(tmp_path, size_mb=16) as stick:
        school.write(stick.folder)
        fill(stick.folder)
        again = school.write(stick.folder)
        assert (again.whole, again.copied_bytes) == (True, 0)


def test_replacing_counts_what_becomes_free(school: School, tmp_path: Path) -> None:
    with ExfatStick(tmp_path, size_mb=12) as stick:
        school.write(stick.folder)
        noise = random.Random(7)
        files = {f"w{place}": mp4(seconds=50 + place) + bytes(8) + noise.randbytes(2 * MB) for place in range(3)}
        school.ministry.publish(PACK, 2, files=files)
        school.box.install(school.ministry.shelf, PACK)
        with pytest.raises(StickFullError):
            school.write(stick.folder)
        written = school.write(stick.folder, options=Options(only=True))
        assert written.whole
        assert written.freed_bytes > 6 * MB
        assert school.new_box().install(DirectoryShelf(stick.folder), PACK).version == 2


def test_a_stick_that_turns_out_full_on_the_way_names_nothing_that_is_not_there(school: School, tmp_path: Path) -> None:
    """The driver of FAT does not tell how much is free, so this is noticed only when it is full."""
    with FatStick(tmp_path, size_mb=34) as stick:
        filler = stick.folder / "filma.bin"
        filler.write_bytes(bytes(30 * MB))
        with pytest.raises(StickError):
            school.write(stick.folder)
        assert not is_shelf(stick.folder)
        assert filler.stat().st_size == 30 * MB


@pytest.mark.parametrize("kind", KINDS)
def test_a_stick_that_can_only_be_read_is_told(school: School, tmp_path: Path, kind: Kind) -> None:
    with kind(tmp_path, size_mb=64, read_only=True) as stick:
        before = stick.image.read_bytes() if stick.image.stat().st_size < 70 * MB else b""
        with pytest.raises(StickError) as caught:
            school.write(stick.folder)
        if kind is ExfatStick:
            assert isinstance(caught.value, StickReadOnlyError)
        stick.take_out()
        assert stick.image.read_bytes() == before


@pytest.mark.parametrize("kind", KINDS)
def test_names_that_a_careless_copy_made_upper_case_are_the_same_names(
    school: School, tmp_path: Path, kind: Kind
) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    with kind(tmp_path, size_mb=64) as stick:
        school.write(plain)
        copy_shouting(plain, stick.folder)
        assert "REGISTRY.JSON" in {path.name for path in (stick.folder / "META").iterdir()}
        assert is_shelf(stick.folder)
        other = school.new_box()
        assert other.install(DirectoryShelf(stick.folder), PACK).changed
        assert other.installer.offers(DirectoryShelf(stick.folder)).refused == ()
        again = school.write(stick.folder)
        assert (again.whole, again.copied_bytes) == (True, 0)


def copy_shouting(folder: Path, stick: Path) -> None:
    """Copy a shelf as old programs do, every name in upper case."""
    for path in sorted(folder.rglob("*")):
        target = stick / str(path.relative_to(folder)).upper()
        if path.is_dir():
            target.mkdir()
        else:
            target.write_bytes(path.read_bytes())


def fill(folder: Path) -> Path:
    """Write a file that takes all there is."""
    filler = folder / "filma.bin"
    with filler.open("wb", buffering=0) as file:
        for piece in (1024 * 1024, 4096, 1):
            try:
                while file.write(bytes(piece)):
                    pass
            except OSError:
                continue
    return filler


@pytest.mark.parametrize("kind", KINDS)
def test_a_box_on_a_small_disk_takes_what_it_can_from_a_stick(school: School, tmp_path: Path, kind: Kind) -> None:
    with kind(tmp_path, size_mb=64) as stick:
        school.write(stick.folder)
        small = SchoolBox(tmp_path / "small", root=school.ministry.root, reserve_bytes=2**60)
        with pytest.raises(NotEnoughSpaceError):
            small.install(DirectoryShelf(stick.folder), PACK)
        assert small.library.shown() == {}
