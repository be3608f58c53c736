"""Real FAT32 and exFAT that are written: read back, pulled out at file boundaries and in mid-file, full, read-only.

FORMAT 2.5, 2.12 to 2.15.
"""

import os
from pathlib import Path

import pytest

from content_packs.export import Options, StickProgress
from content_packs.export.errors import StickError, StickFullError, StickGoneError, StickReadOnlyError
from content_packs.shelf import DirectoryShelf, is_shelf
from tests.simulators.stick_school import KINDS, MB, PACK, Kind, School, misnamed, videos
from tests.simulators.sticks import ExfatStick, FatStick, Stick


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    """For all tests, which only write sticks with it; one that publishes makes its own."""
    return School(tmp_path_factory.mktemp("school"))


@pytest.mark.parametrize("kind", KINDS)
def test_packs_are_written_read_back_and_installed(school: School, tmp_path: Path, kind: Kind) -> None:
    with kind(tmp_path) as stick:
        assert school.write(stick.folder).whole
        stick.take_out()
        stick.put_in()
        assert misnamed(stick.folder) == []
        before = stick.read_bytes()
        other = school.new_box(tmp_path)
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

    def __call__(self, progress: StickProgress) -> None:
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
    with kind(tmp_path) as stick:
        puller = Puller(stick, **pull)
        with pytest.raises(StickGoneError):
            school.write(stick.folder, progress=puller)
        assert puller.pulled
        stick.put_back()
        assert not is_shelf(stick.folder)
        assert school.write(stick.folder).whole
        assert misnamed(stick.folder) == []
        other = school.new_box(tmp_path)
        assert other.install(DirectoryShelf(stick.folder), PACK).changed
        assert other.installer.verify(PACK).sound


@pytest.mark.parametrize("kind", KINDS)
def test_a_stick_whose_folder_stays_empty_behind_is_not_written_onto_the_boxs_own_disk(
    school: School, tmp_path: Path, kind: Kind
) -> None:
    with kind(tmp_path) as stick:

        def take_out(progress: StickProgress) -> None:
            if progress.files_done == 4 and os.path.ismount(stick.folder):
                stick.vanish()

        with pytest.raises(StickGoneError):
            school.write(stick.folder, progress=take_out)
        assert list(stick.folder.iterdir()) == []
        stick.put_in()
        assert school.write(stick.folder).whole


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


def test_replacing_counts_what_becomes_free(tmp_path: Path) -> None:
    school = School(tmp_path / "own")
    with ExfatStick(tmp_path, size_mb=12) as stick:
        school.write(stick.folder)
        school.ministry.publish(PACK, 2, files=videos([2 * MB] * 3))
        school.box.install(school.ministry.shelf, PACK)
        with pytest.raises(StickFullError):
            school.write(stick.folder)
        written = school.write(stick.folder, options=Options(only=True))
        assert written.whole
        assert written.freed_bytes > 6 * MB
        assert school.new_box(tmp_path).install(DirectoryShelf(stick.folder), PACK).version == 2


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
