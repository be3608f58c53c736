"""`kill -9` of the real box at each step on its disk, whatever it does with packs just then (FORMAT 8.2-8.5).

Afterwards the box starts again, pupils see the old or the new, every blob is what its name says, and doing it once more
brings it to its end. Removing is visible before its first step: the database goes first, what only the pack used goes
afterwards.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from content_packs.copying import Progress
from content_packs.shelf import DirectoryShelf
from schoolbox.wiring import Box
from tests.simulators.killed import DEEDS, PACK, PIECE_BYTES, Deed, carry_on, install, opened, trust, upload
from tests.simulators.laptop import choose_file, somebody
from tests.simulators.media import mp4
from tests.simulators.programs import ROOT
from tests.simulators.publisher import Ministry
from tests.simulators.stick_rig import order, put_in
from tests.simulators.zips import make_zip

FIRST = {"hyrje": mp4(seconds=1) + bytes(3000), "fjala": mp4(seconds=99)}
SECOND = {"hyrje": mp4(seconds=2) + bytes(5000), "fjala": mp4(seconds=99)}
Seen = int | str | None

pytestmark = pytest.mark.xdist_group("killed")
"""All that is killed is killed once, by one program."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the newest shelf, and for each deed the folders that a box left which was killed at each step."""
    folder = tmp_path_factory.mktemp("killed")
    ministry = Ministry(folder)
    ministry.publish(PACK, 1, files=FIRST)
    first = ministry.copy("first")
    ministry.renew_root(version=2)
    ministry.admit("qendra")
    ministry.publish(PACK, 2, files=SECOND)
    make_zip(folder / "MASHT.zip", ministry.folder)
    for name, prepare in PREPARE.items():
        template = folder / name / "template"
        box = opened(template)
        box.trust.pin(ministry.root)
        prepare(box, first, ministry.folder)
        box.close()
    words = [sys.executable, "-m", "tests.simulators.killed", str(folder)]
    done = subprocess.run(words, check=False, capture_output=True, text=True, cwd=ROOT, timeout=280)
    assert done.returncode == 0, done.stderr
    return folder


# What was before


def ordered(box: Box, first: Path, newest: Path) -> None:
    """The first version, and the second ordered from a stick."""
    install(box, first)
    [stick] = put_in(box, newest)
    order(box, stick, PACK)


def both(box: Box, first: Path, newest: Path) -> None:
    install(box, first)
    install(box, newest)


def interrupted(box: Box, _first: Path, newest: Path) -> None:
    """Nothing, and a pack in the middle that nobody waits for any more."""

    def enough(progress: Progress) -> None:
        if progress.bytes_done > 2000:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        box.packs.install(DirectoryShelf(newest), PACK, progress=enough)
    assert list((box.config.data / "packs" / "staging").iterdir())


def half_sent(box: Box, _first: Path, newest: Path) -> None:
    """An upload that was begun, and not flushed when the power went."""
    path = newest.with_name("MASHT.zip")
    box.uploads.open()
    begun = box.uploads.begin(choose_file(path), by=1)
    box.uploads.take(begun.id, path.read_bytes()[:PIECE_BYTES], at=0, by=1)
    [record] = (box.config.data / "uploads").glob("*/upload.json")
    record.write_bytes(record.read_bytes().replace(b'"boot_id":"', b'"boot_id":"another start '))


PREPARE: dict[str, Callable[[Box, Path, Path], object]] = {
    "first installation": lambda _box, _first, _newest: None,
    "update by an order": ordered,
    "removal": lambda box, _first, newest: install(box, newest),
    "going back": both,
    "tidying up": interrupted,
    "renewing trust": lambda box, first, _newest: install(box, first),
    "upload": half_sent,
}


# What is seen afterwards


def version(box: Box) -> Seen:
    """Which version pupils see; every blob must be what its name says."""
    store = box.config.data / "packs"
    for path in (*store.glob("blobs/*/*"), *store.glob("manifests/[0-9a-f]*")):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name.partition(".")[0]
    versions = {row.pack_id: row.version for row in box.packs.list()}
    assert PACK not in versions or box.packs.verify(PACK).sound
    return versions.get(PACK)


def root(box: Box) -> Seen:
    """The number of the root that is trusted, while pupils see what they saw."""
    assert version(box) == 1
    found = box.trust.trust()
    assert found.registry
    return found.root.version


def sent(box: Box) -> Seen:
    """How an upload stands; what is called whole is a shelf."""
    box.uploads.open()
    [found] = box.uploads.seen_by(somebody(1))
    if found.state == "whole":
        box.uploads.shelf(found.id).read_meta("2.root.json", 1 << 20)
    return found.state


@dataclass(frozen=True)
class Outcome:
    """What may be seen after a kill, what is done then, what is seen in the end; and how many steps there are at least.

    Going back is one transaction of the database, without any step on the disk.
    """

    look: Callable[[Box], Seen]
    allowed: set[Seen]
    again: Deed
    after: Seen
    steps_min: int = 4


OUTCOMES = {
    "first installation": Outcome(version, {None, 2}, install, 2),
    "update by an order": Outcome(version, {1, 2}, carry_on, 2),
    "removal": Outcome(version, {None}, install, 2),
    "going back": Outcome(version, {1}, install, 2, steps_min=0),
    "tidying up": Outcome(version, {None}, install, 2, steps_min=2),
    "renewing trust": Outcome(root, {1, 2}, trust, 2),
    "upload": Outcome(sent, {"content", "whole"}, upload, "whole"),
}


@pytest.mark.parametrize("name", DEEDS)
def test_a_box_killed_at_any_step_shows_the_old_or_the_new_and_goes_on(place: Path, name: str) -> None:
    outcome, found = OUTCOMES[name], list[Seen]()
    for number in range(len(list((place / name).iterdir())) - 1):
        case = place / name / str(number)
        box = opened(case)
        try:
            found.append(outcome.look(box))
            outcome.again(box, place / "shelf")
            assert outcome.look(box) == outcome.after, number
            assert not box.jobs.open()
            if name == "tidying up":
                assert box.packs.give_up_parts() == 0
        finally:
            box.close()
        shutil.rmtree(case)

    assert len(found) > outcome.steps_min
    assert set(found) == outcome.allowed
    assert found == sorted(found, key=lambda each: each == found[-1])
