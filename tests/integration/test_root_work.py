"""The box and root's helper together: what is asked for at one end is done at the other, and told back."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from content_packs.durable import Disk
from content_packs.export.errors import StickBusyError, StickError, StickGoneError, StickReadOnlyError
from deploy.raspberrypi.helper import sticks
from deploy.raspberrypi.helper.answering import answer_all
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.verbs import Tools
from schoolbox.errors import NotDoneError
from schoolbox.services.root_work import LOOK_S, PATIENCE_S, SILENT, RootWork
from schoolbox.services.stick_access import StickAccess
from schoolbox.services.stick_letters import StickLetters
from tests.simulators.clock import HandClock
from tests.simulators.learning import WALL_AT
from tests.simulators.root_machine import RootMachine

if TYPE_CHECKING:
    from collections.abc import Callable


class Rig:
    """A box and a helper that works while the box waits; sticks can be read or written as they are mounted."""

    def __init__(self, root: Path) -> None:
        self.places, self.machine = Places(root), RootMachine(root)
        for folder in (self.places.asked, self.places.answered, self.places.media):
            folder.mkdir(parents=True)
        self.clock = HandClock(WALL_AT)
        self.tools = Tools(self.machine, self.places)
        self.works: Callable[[], None] = lambda: answer_all(self.tools)
        self.root_work = RootWork(
            asked=self.places.asked, answered=self.places.answered, disk=Disk(), clock=self.clock, pause=self._pause
        )
        self.access = StickAccess(self.root_work, self.places.media, is_for_reading=self.is_for_reading)

    def _pause(self, seconds: float) -> None:
        self.clock.monotonic += seconds
        self.works()

    def is_for_reading(self, folder: Path) -> bool:
        return "ro" in self.machine.mounted[str(folder)].options

    def plug(self, label: str, device: str = "sda1") -> Path:
        self.machine.plug(device, "vfat", label)
        folder = sticks.add(self.machine, self.places, device)
        assert folder
        return folder


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def test_what_is_asked_for_is_done(rig: Rig) -> None:
    assert rig.root_work.is_there
    rig.root_work.ask("restart")
    assert rig.machine.ran == [("systemctl", "--no-block", "reboot")]
    assert list(rig.places.asked.iterdir()) == []


def test_a_helper_that_is_silent_is_given_up_and_does_it_no_more(rig: Rig) -> None:
    rig.works = lambda: None
    with pytest.raises(NotDoneError) as caught:
        rig.root_work.ask("restart")
    assert caught.value.why == SILENT
    assert rig.clock.monotonic >= PATIENCE_S - LOOK_S
    answer_all(rig.tools)
    assert rig.machine.ran == []


def test_without_a_helper_nothing_is_asked(tmp_path: Path) -> None:
    alone = RootWork(asked=tmp_path / "asked", answered=None, disk=Disk(), clock=HandClock(WALL_AT))
    gone = RootWork(asked=tmp_path / "asked", answered=tmp_path / "gone", disk=Disk(), clock=HandClock(WALL_AT))
    assert (alone.is_there, gone.is_there) == (False, False)
    with pytest.raises(NotDoneError):
        alone.ask("restart")
    with StickAccess(gone, tmp_path).writable(tmp_path / "USB"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_letter_opens_the_stick_and_closes_it_again(rig: Rig) -> None:
    folder = rig.plug("MASHT 2026")
    seen = []

    class Watched(Disk):
        def replace(self, src: Path, dst: Path) -> None:
            if dst.is_relative_to(folder):
                seen.append(rig.is_for_reading(folder))
            super().replace(src, dst)

    letters = StickLetters(Watched(), opens=rig.access.writable)
    assert letters.put(folder, "transfer-1.schoolbox", b"sealed") == "transfer-1.schoolbox"
    assert seen == [False]
    assert rig.is_for_reading(folder)


def test_two_who_write_at_once_open_it_once_and_the_last_one_closes(rig: Rig) -> None:
    folder = rig.plug("A")
    with rig.access.writable(folder):
        with rig.access.writable(folder / "deeper"):
            assert not rig.is_for_reading(folder)
        assert not rig.is_for_reading(folder)
    assert rig.is_for_reading(folder)
    assert [words[0] for words in rig.machine.ran].count("systemd-mount") == 1 + 2 * 2


def test_what_goes_wrong_in_between_closes_it_too(rig: Rig) -> None:
    folder = rig.plug("A")
    with pytest.raises(ZeroDivisionError), rig.access.writable(folder):
        raise ZeroDivisionError
    assert rig.is_for_reading(folder)


def test_a_stick_that_somebody_else_mounted_is_left_as_it_is(rig: Rig, tmp_path: Path) -> None:
    with rig.access.writable(tmp_path / "elsewhere"):
        assert rig.machine.ran == []


@pytest.mark.parametrize(
    ("trouble", "error"), [("busy", StickBusyError), ("gone", StickGoneError), ("refuses", StickReadOnlyError)]
)
def test_why_it_cannot_be_written_is_told_as_the_trouble_of_the_stick(
    rig: Rig, trouble: str, error: type[StickError]
) -> None:
    folder = rig.plug("A")
    if trouble == "busy":
        rig.machine.busy = 10_000
    elif trouble == "gone":
        (rig.places.sticks / "A").unlink()
    else:
        rig.machine.refuses = {"rw"}
    with pytest.raises(error), rig.access.writable(folder):
        pass


def test_a_stick_that_was_pulled_out_meanwhile_ends_well(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    folder = rig.plug("A")
    with rig.access.writable(folder):
        sticks.gone(rig.machine, rig.places, "sda1")
    assert "stick_not_closed" in caplog.text
