"""How long a newer program on trial is waited for (UPDATES 6.5): long while it starts, not once it is up and ill."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from schoolbox.updater.watch import ANSWERS_WITHIN_S, WELL_WITHIN_S, Watcher
from tests.simulators.program_publisher import ProgramPublisher
from tests.simulators.update_rig import Machine

STEP_S = 10.0


def make(folder: Path, mood: str) -> Machine:
    """A machine that has begun to try a version of this mood."""
    publisher = ProgramPublisher(folder / "publisher")
    publisher.publish("0.2.0", mood=mood)
    machine = Machine(folder / "machine", publisher)
    machine.bring("0.2.0")
    assert machine.taker().take()
    return machine


@pytest.fixture
def trying(tmp_path: Path) -> Iterator[Callable[[str], Machine]]:
    """Makes it, and ends it."""
    made: list[Machine] = []

    def begin(mood: str) -> Machine:
        made.append(make(tmp_path, mood))
        return made[0]

    yield begin
    made[0].system.stop()


def waited_s(machine: Machine) -> tuple[float, str]:
    """How long it is waited for since it was up, or else since it was begun, and why no longer.

    The clock goes on at each look, so that what takes twenty minutes takes a second.
    """
    clock, looks = count(0.0, STEP_S), list[tuple[float, bool]]()

    def monotonic() -> float:
        now, trying = next(clock), machine.trying()
        if trying and trying.phase == "trying":
            looks.append((now, bool(machine.system.answers) or machine.system.says_ready))
        return now

    assert not Watcher(machine.book, machine.taker(), machine.system, monotonic=monotonic).watch()
    last = machine.state().last
    assert last
    assert (last.outcome, machine.state().current) == ("back", "")
    up_at_s = next((at_s for at_s, is_up in looks if is_up), 0.0)
    return looks[-1][0] - up_at_s, last.reason


def test_one_that_starts_slowly_has_twenty_minutes(trying: Callable[[str], Machine]) -> None:
    waited, reason = waited_s(trying("silent"))

    assert waited >= WELL_WITHIN_S
    assert reason == "silent"


@pytest.mark.parametrize(("mood", "why"), [("silent", "silent"), ("ill", "database"), ("other", "other-version")])
def test_one_that_is_up_and_not_well_keeps_nobody_waiting(
    trying: Callable[[str], Machine], mood: str, why: str
) -> None:
    machine = trying(mood)
    machine.system.says_ready = mood == "silent"

    waited, reason = waited_s(machine)

    assert ANSWERS_WITHIN_S <= waited < 2 * ANSWERS_WITHIN_S
    assert reason == why
