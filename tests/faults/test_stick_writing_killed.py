"""`kill -9` at each step on the disk of a program that writes a stick: what stands there is whole, another goes on.

What another program began has its number in its name; nothing of it may stay (FORMAT 2.5, 2.15).
"""

import shutil
import subprocess
import sys
from pathlib import Path

from content_packs.export import Options
from content_packs.shelf import DirectoryShelf
from tests.faults.test_stick_writing_power_cut import PACK, unsound, write
from tests.simulators.media import mp4
from tests.simulators.programs import ROOT
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox


def test_a_program_killed_at_any_step_of_writing_leaves_whole_files_and_another_goes_on(tmp_path: Path) -> None:
    ministry = Ministry(tmp_path)
    ministry.publish(PACK, 1, files={"hyrje": mp4(seconds=1)})
    box, stick, cases = SchoolBox(tmp_path / "box", root=ministry.root), tmp_path / "stick", tmp_path / "cases"
    box.install(ministry.shelf, PACK)
    stick.mkdir()
    write(box, stick)
    ministry.publish(PACK, 2, files={"hyrje": mp4(seconds=2)})
    box.install(ministry.shelf, PACK)
    before = box.snapshot()

    words = [sys.executable, "-m", "tests.simulators.killed_writing", str(box.folder), str(stick), str(cases)]
    done = subprocess.run(words, check=False, capture_output=True, text=True, cwd=ROOT, timeout=280)
    assert done.returncode == 0, done.stderr

    assert box.snapshot() == before
    found = sorted(cases.iterdir(), key=lambda case: int(case.name))
    whole = files_on(found[-1])
    assert not [name for name in whole if name.endswith((".new", ".part"))]
    for case in found:
        assert unsound(case) == [], case.name
        assert write(box, case, Options(only=True)).whole
        assert files_on(case) == whole, case.name
    fresh = SchoolBox(tmp_path / "fresh", root=ministry.root)
    assert fresh.install(DirectoryShelf(found[len(found) // 2]), PACK).version == 2
    assert len(found) > 20
    shutil.rmtree(cases)


def files_on(stick: Path) -> dict[str, bytes]:
    """Every file with its content."""
    return {str(path.relative_to(stick)): path.read_bytes() for path in stick.rglob("*") if path.is_file()}
