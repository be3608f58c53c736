"""`kill -9` of the real box at each step on its disk while it installs or removes a pack (FORMAT 8.2-8.5).

Removing is visible before its first step: the database goes first, what only the pack used goes afterwards.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from content_packs.shelf import DirectoryShelf
from schoolbox.wiring import Box, open_box
from tests.simulators.killed import PACK, config_of
from tests.simulators.media import mp4
from tests.simulators.programs import ROOT
from tests.simulators.publisher import Ministry

FIRST = {"hyrje": mp4(seconds=1) + bytes(3000), "fjala": mp4(seconds=99)}
SECOND = {"hyrje": mp4(seconds=2) + bytes(5000), "fjala": mp4(seconds=99)}


@pytest.fixture(scope="module")
def ministry(tmp_path_factory: pytest.TempPathFactory) -> Ministry:
    """A ministry with two versions of a pack, and a copy of its shelf with the first."""
    ministry = Ministry(tmp_path_factory.mktemp("ministry"))
    ministry.publish(PACK, 1, files=FIRST)
    ministry.copy("first")
    ministry.publish(PACK, 2, files=SECOND)
    return ministry


def data_of(ministry: Ministry, folder: Path, *shelves: Path) -> Path:
    """The data folder of a box that installed from some shelves, one after the other."""
    box = open_box(config_of(folder))
    box.trust.pin(ministry.root)
    for shelf in shelves:
        box.packs.install(DirectoryShelf(shelf), PACK, progress=lambda _: None)
    box.close()
    return folder


def killed_everywhere(deed: str, template: Path, shelf: Path, cases: Path) -> list[Path]:
    """Kill a box at every step of a deed; give the folders it left, the last one of a box that was not killed."""
    words = [sys.executable, "-m", "tests.simulators.killed", deed, str(template), str(shelf), str(cases)]
    done = subprocess.run(words, check=False, capture_output=True, text=True, cwd=ROOT, timeout=110)
    assert done.returncode == 0, done.stderr
    return [cases / str(number) for number in range(int(done.stdout) + 1)]


def seen(box: Box) -> int | None:
    """Which version pupils see; every blob must be what its name says."""
    store = box.config.data / "packs"
    for path in (*store.glob("blobs/*/*"), *store.glob("manifests/[0-9a-f]*")):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name.partition(".")[0]
    versions = {row.pack_id: row.version for row in box.packs.list()}
    assert PACK not in versions or box.packs.verify(PACK).sound
    return versions.get(PACK)


@pytest.mark.parametrize(
    ("deed", "before", "allowed"),
    [("install", (), {None, 2}), ("install", ("first",), {1, 2}), ("remove", ("newest",), {None})],
    ids=["first installation", "update", "removal"],
)
def test_a_box_killed_at_any_step_shows_the_old_or_the_new_and_goes_on(
    tmp_path: Path, ministry: Ministry, deed: str, before: tuple[str, ...], allowed: set[int | None]
) -> None:
    shelves = {"first": ministry.folder.with_name("first"), "newest": ministry.folder}
    template = data_of(ministry, tmp_path / "template", *(shelves[name] for name in before))
    found: list[int | None] = []

    for folder in killed_everywhere(deed, template, ministry.folder, tmp_path / "cases"):
        box = open_box(config_of(folder))
        try:
            found.append(seen(box))
            box.packs.install(DirectoryShelf(ministry.folder), PACK, progress=lambda _: None)
            assert seen(box) == 2
        finally:
            box.close()

    assert len(found) > 3
    assert set(found) == allowed
    assert found == sorted(found, key=lambda version: version == found[-1])
