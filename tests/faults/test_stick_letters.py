"""A transfer file onto a stick that is full, can only be read, or is pulled out at any step: whole, or not there."""

from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.export.errors import StickError, StickFullError, StickReadOnlyError
from schoolbox.services.stick_letters import StickLetters
from tests.simulators.cut_disk import CutDisk, Left, PowerCut
from tests.simulators.loop_disk import LoopDisk

NAME, RAW = "transfer-0f3a2b1c.schoolbox", bytes(range(256)) * 700


def test_a_full_stick_and_one_that_can_only_be_read_are_told_apart_and_left_as_they_were(tmp_path: Path) -> None:
    with LoopDisk(tmp_path / "loop", size_mb=16) as stick:
        filler = stick.fill()
        with pytest.raises(StickFullError) as caught:
            StickLetters(Disk()).put(stick.folder, NAME, RAW)
        assert caught.value.needs_bytes > caught.value.free_bytes
        filler.unlink()
        stick.make_read_only()
        with pytest.raises(StickReadOnlyError):
            StickLetters(Disk()).put(stick.folder, NAME, RAW)
        stick.make_writable()
        assert [one.name for one in stick.folder.iterdir() if one.name != "lost+found"] == []
        assert StickLetters(Disk()).put(stick.folder, NAME, RAW) == NAME
        stick.cut_power()
        stick.remount()
        assert (stick.folder / NAME).read_bytes() == RAW, "what was told is on the stick"


def test_a_stick_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(StickError):
        StickLetters(Disk()).put(tmp_path / "gone", NAME, RAW)


@pytest.mark.parametrize("left", ["lost", "kept", "torn"])
def test_pulled_out_at_any_step_the_file_is_there_whole_or_not_at_all_and_is_written_again(
    tmp_path: Path, left: Left
) -> None:
    step, done = 0, False
    while not done:
        step += 1
        stick = tmp_path / f"stick-{step}"
        stick.mkdir()
        try:
            StickLetters(CutDisk(step, left, tmp_path / "attic" / str(step))).put(stick, NAME, RAW)
            done = True
        except PowerCut:
            assert [one.read_bytes() for one in stick.glob("*.schoolbox")] in ([], [RAW]), step
            assert StickLetters(Disk()).put(stick, NAME, RAW) == NAME
        assert (stick / NAME).read_bytes() == RAW
    assert step > 4
