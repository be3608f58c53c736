"""A clock with a battery goes along with the box's clock, forward only; what a chip does shows on a board alone."""

from pathlib import Path

import pytest

from deploy.raspberrypi.helper import battery, clock
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.trouble import FAILED, TroubleError
from tests.simulators.programs import ROOT
from tests.simulators.root_machine import RootMachine
from tests.unit.test_helper import Rig
from tests.unit.test_stick_mounts import TOKEN

UNITS = ROOT / "deploy" / "raspberrypi" / "systemd"
RULES = ROOT / "deploy" / "raspberrypi" / "udev" / "71-schoolbox-battery.rules"
KEPT = clock.EARLIEST_S + 1000.0
TOLD = clock.EARLIEST_S + 90_000


def go_along(board: RootMachine) -> bool:
    return battery.go_along(board, Places(board.root), put=board.put_clock)


@pytest.fixture
def board(tmp_path: Path) -> RootMachine:
    """A board that was stopped at KEPT, and is on since then."""
    made = RootMachine(tmp_path)
    made.wall_s = KEPT
    clock.save(Places(tmp_path), now=made.now)
    return made


@pytest.mark.parametrize("says", [0, 946_684_800, KEPT - clock.DIFFERENCE_S - 1, None])
def test_one_that_is_behind_or_stood_still_is_put_forward(board: RootMachine, says: float | None) -> None:
    board.give_battery(says)
    assert go_along(board)
    assert (board.wall_s, board.battery_says()) == (KEPT, KEPT)
    assert not go_along(board)
    assert board.ran == [battery.WRITES]


@pytest.mark.parametrize("ahead", [-clock.DIFFERENCE_S, 0, 5, 86_400.0 * 900])
def test_one_that_is_right_or_ahead_is_left_alone(board: RootMachine, ahead: float) -> None:
    board.give_battery(KEPT + ahead)
    assert not go_along(board)
    assert (board.wall_s, board.battery_says(), board.ran) == (KEPT, KEPT + ahead, [])


def test_where_there_is_none_nothing_is_run(board: RootMachine) -> None:
    assert not go_along(board)
    assert board.ran == []


def test_linux_that_put_the_clock_back_to_it_late_in_a_start_is_put_right_and_so_is_it(board: RootMachine) -> None:
    board.give_battery(946_684_800)
    board.wall_s = 946_684_800
    assert go_along(board)
    assert (board.wall_s, board.battery_says()) == (KEPT, KEPT)


def test_one_that_cannot_be_written_is_told(board: RootMachine) -> None:
    board.give_battery(0)
    board.refuses = {"hwclock"}
    with pytest.raises(TroubleError, match=FAILED):
        go_along(board)
    assert board.battery_says() == 0


def test_what_the_box_was_told_is_in_it_at_the_next_start(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.machine.give_battery(None)
    assert rig.ask(verb="clock", at=TOLD) == ""
    assert rig.machine.battery_says() == TOLD


def test_a_time_that_was_refused_is_not_written_into_it(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.machine.wall_s = TOLD
    rig.machine.give_battery(0)
    assert rig.ask(verb="clock", at=TOLD - 500) == "no_need"
    assert rig.machine.battery_says() == 0


def test_its_unit_may_open_that_clock_and_nothing_else_and_is_wanted_once_one_is_found() -> None:
    lines = (UNITS / clock.BATTERY).read_text().splitlines()
    assert [line for line in lines if line.startswith("DeviceAllow=")] == ["DeviceAllow=char-rtc rw"]
    assert {"DevicePolicy=closed", "CapabilityBoundingSet=CAP_SYS_TIME", "ProtectSystem=strict"} <= set(lines)
    assert not {"ProtectClock=yes", "PrivateDevices=yes"} & set(lines)  # each would hide it, or let it be read only
    assert "ExecStart=/usr/lib/schoolbox/helper clock battery" in lines
    [rule] = [line for line in RULES.read_text().splitlines() if not line.startswith("#")]
    assert [token for token in rule.split(", ") if not TOKEN.fullmatch(token)] == []
    assert rule.endswith(f'KERNEL=="rtc0", TAG+="systemd", ENV{{SYSTEMD_WANTS}}+="{clock.BATTERY}"')
