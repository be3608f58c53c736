"""Real FAT32 and exFAT that are read: pulled out between any two files and in mid-file, with odd names and times.

FORMAT 2.17, 6.7, 8.2 to 8.5.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from content_packs.copying import Progress
from content_packs.errors import NotEnoughSpaceError, ShelfGoneError
from content_packs.shelf import DirectoryShelf, Readable, is_shelf
from tests.simulators.counting_shelf import CountingShelf
from tests.simulators.school_box import SchoolBox
from tests.simulators.stick_school import KINDS, MB, PACK, SIZES_BYTES, Kind, School
from tests.simulators.sticks import FatStick, Stick


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    """For all tests, which only read sticks of it."""
    return School(tmp_path_factory.mktemp("school"))


@pytest.fixture(scope="module")
def long_school(tmp_path_factory: pytest.TempPathFactory) -> School:
    """Another one, whose pack is six videos of 4 MB."""
    return School(tmp_path_factory.mktemp("long"), [4 * MB] * 6)


@pytest.fixture(scope="module")
def images(school: School, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Kind, Path]]:
    """A written stick of each kind, to be copied."""
    images = {}
    with ExitStack() as sticks:
        for kind in KINDS:
            stick = sticks.enter_context(kind(tmp_path_factory.mktemp(kind.__name__)))
            assert school.write(stick.folder).whole
            stick.take_out()
            images[kind] = stick.image
        yield images


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
    long_school: School, tmp_path: Path, kind: Kind, capsys: pytest.CaptureFixture[str]
) -> None:
    school = long_school
    with kind(tmp_path) as stick:
        school.write(stick.folder)
        stick.take_out()
        stick.put_in()
        school.new_box(tmp_path).installer.install(DirectoryShelf(stick.folder), PACK, progress=lambda _: None)
        undisturbed = stick.read_bytes()
        stick.take_out()
        stick.put_in()
        stick.driver_read_bytes = 0
        box, read = school.new_box(tmp_path), 0
        for share in range(1, 7):
            shelf = CountingShelf(stick.folder)
            puller = SuddenPuller(stick, after_bytes=2 * MB, at_bytes=share * 7 * MB // 2)
            with puller, pytest.raises(ShelfGoneError):
                box.installer.install(shelf, PACK, progress=puller)
            assert box.library.shown() == {}
            read += shelf.blob_bytes
            stick.put_back()
        shelf = CountingShelf(stick.folder)
        assert box.installer.install(shelf, PACK, progress=lambda _: None).changed
        read += shelf.blob_bytes
        assert box.installer.verify(PACK).sound
        assert box.misnamed_blobs() == []
        waste = read / school.size_bytes - 1
        driver = stick.driver_read_bytes + stick.read_bytes()
        with capsys.disabled():
            print(f"\n{kind.__name__}, pulled out 6 times: {school.size_bytes} bytes, {waste:.2%} waste", end="; ")
            print(f"its driver read {driver} bytes in all, {undisturbed} when nothing was pulled")
        assert waste < 0.05


class PullingShelf(DirectoryShelf):
    """The real shelf, whose stick is pulled out just before one thing is read of it, or when all was."""

    def __init__(self, stick: Stick, *, before: str) -> None:
        super().__init__(stick.folder)
        self._stick = stick
        self._before = before
        self.blobs = 0
        self.pulled = False

    def meta_names(self) -> tuple[str, ...]:
        """The list of what there is."""
        self._pass("names")
        return super().meta_names()

    def read_meta(self, name: str, cap_bytes: int) -> bytes:
        """A root, the registry, a catalogue."""
        self._pass(name)
        return super().read_meta(name, cap_bytes)

    def open_manifest(self, sha256: str) -> Readable:
        """The manifest."""
        self._pass("manifest")
        return super().open_manifest(sha256)

    def open_blob(self, sha256: str, ext: str, *, offset: int = 0) -> Readable:
        """One file after the other; behind the last one is the end."""
        self._pass(f"file {self.blobs}")
        blob = super().open_blob(sha256, ext, offset=offset)
        self.blobs += 1
        return _Ending(blob, lambda: self._pass("end")) if self.blobs == len(SIZES_BYTES) else blob

    def _pass(self, name: str) -> None:
        if name == self._before and not self.pulled:
            self._stick.pull()
            self.pulled = True


class _Ending:
    """An open file that says when it is closed."""

    def __init__(self, file: Readable, on_end: Callable[[], None]) -> None:
        self._file = file
        self._on_end = on_end

    def readinto(self, buffer: memoryview, /) -> int | None:
        return self._file.readinto(buffer)

    def __enter__(self) -> "_Ending":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.__exit__(None, None, None)
        self._on_end()


LISTS = ("names", "1.root.json", "registry.json", "cat/mash.json", "manifest")
BOUNDARIES = (*LISTS, *(f"file {number}" for number in range(len(SIZES_BYTES))), "end")


@pytest.mark.parametrize("kind", KINDS)
def test_pulled_out_at_every_boundary_of_an_install_nothing_is_visible_before_the_end_and_it_goes_on(
    school: School, images: dict[Kind, Path], tmp_path: Path, kind: Kind
) -> None:
    with kind(tmp_path, copy_of=images[kind]) as stick:
        for before in BOUNDARIES:
            box = school.new_box(tmp_path)
            shelf = PullingShelf(stick, before=before)
            if before == "end":
                assert box.install(shelf, PACK).changed
            else:
                with pytest.raises(ShelfGoneError):
                    box.install(shelf, PACK)
                assert box.library.shown() == {}, before
            assert shelf.pulled, before
            assert shelf.blobs == max(0, BOUNDARIES.index(before) - len(LISTS)), before
            assert box.misnamed_blobs() == [], before
            stick.put_back()
            assert box.install(DirectoryShelf(stick.folder), PACK).changed == (before != "end"), before
            assert box.installer.verify(PACK).sound, before


@pytest.mark.parametrize("kind", KINDS)
def test_a_stick_whose_files_bear_the_time_of_a_wrong_clock_is_as_good_as_any(
    school: School, images: dict[Kind, Path], tmp_path: Path, kind: Kind
) -> None:
    """FAT counts from 1980 to 2107, so that 1970 becomes another year there; nobody may mind."""
    shown = {1970: 2098 if kind is FatStick else 1970, 2106: 2106}
    with kind(tmp_path, copy_of=images[kind]) as stick:
        files = [path for path in stick.folder.rglob("*") if path.is_file() and path.name != "AGIMI"]
        for year in (1970, 2106):
            at_s = datetime(year, 1, 1, 0, 0, 8, tzinfo=UTC).timestamp()
            for path in files:
                os.utime(path, (at_s, at_s))
            assert {datetime.fromtimestamp(path.stat().st_mtime, UTC).year for path in files} == {shown[year]}
            again = school.write(stick.folder)
            assert (again.whole, again.copied_bytes) == (True, 0)
            other = school.new_box(tmp_path)
            assert other.install(DirectoryShelf(stick.folder), PACK).changed
            assert other.installer.verify(PACK).sound


@pytest.mark.parametrize("kind", KINDS)
def test_names_that_a_careless_copy_made_upper_case_are_the_same_names(
    school: School, tmp_path: Path, kind: Kind
) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    with kind(tmp_path) as stick:
        school.write(plain)
        copy_shouting(plain, stick.folder)
        assert "REGISTRY.JSON" in {path.name for path in (stick.folder / "META").iterdir()}
        assert is_shelf(stick.folder)
        other = school.new_box(tmp_path)
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


@pytest.mark.parametrize("kind", KINDS)
def test_a_box_on_a_small_disk_takes_nothing_it_has_no_room_for(
    school: School, images: dict[Kind, Path], tmp_path: Path, kind: Kind
) -> None:
    with kind(tmp_path, copy_of=images[kind]) as stick:
        small = SchoolBox(tmp_path / "small", root=school.ministry.root, reserve_bytes=2**60)
        with pytest.raises(NotEnoughSpaceError):
            small.install(DirectoryShelf(stick.folder), PACK)
        assert small.library.shown() == {}
