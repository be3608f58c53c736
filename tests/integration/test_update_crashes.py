"""A newer program that was well when it was tried, and then ends by itself again and again (UPDATES 6.8)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from schoolbox.updater.settle import CRASHES_WITHIN_S
from schoolbox.updater.state import Trying
from tests.simulators.program_publisher import ProgramPublisher
from tests.simulators.update_rig import Machine


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> ProgramPublisher:
    """Has two good versions, which know one schema."""
    publisher = ProgramPublisher(tmp_path_factory.mktemp("publisher"))
    publisher.publish("0.2.0")
    publisher.publish("0.3.0")
    return publisher


@pytest.fixture
def machine(tmp_path: Path, publisher: ProgramPublisher) -> Iterator[Machine]:
    """Runs the newer one, and keeps the one before."""
    machine = Machine(tmp_path / "machine", publisher)
    machine.start()
    for version in ("0.2.0", "0.3.0"):
        assert machine.update(version).current == version
    yield machine
    machine.system.stop()


def run_once(machine: Machine) -> None:
    """What systemd calls around a run of the box that became ready and then ended."""
    for word in ("settle", "started", "stopped"):
        assert machine.unit(word) == 0


def test_three_ends_that_nobody_asked_for_bring_the_one_before_back(machine: Machine) -> None:
    for _ in range(3):
        run_once(machine)
        assert machine.state().current == "0.3.0"

    machine.unit("settle")

    state = machine.state()
    assert state.last
    assert (state.last.version, state.last.outcome, state.last.reason) == ("0.3.0", "crashed", "ended")
    assert (state.current, state.failed, state.crashes) == ("0.2.0", ("0.3.0",), None)


@pytest.mark.parametrize("why", ["told to", "long ago", "another start of the machine"])
def test_ends_that_are_nothing_strange_count_for_nothing(machine: Machine, why: str) -> None:
    system = machine.system
    for number in range(5):
        if why == "told to":
            system.end = replace(system.end, by_itself=False)
        elif why == "long ago":
            system.end = replace(system.end, at_s=number * CRASHES_WITHIN_S)
        else:
            system.end = replace(system.end, boot=str(number))
        run_once(machine)

    machine.unit("settle")

    assert machine.state().current == "0.3.0"


def test_a_start_that_fails_and_a_try_are_counted_once(machine: Machine) -> None:
    machine.unit("settle")
    machine.unit("stopped")
    assert (machine.state().starts, machine.state().crashes) == (1, None)

    machine.unit("started")
    machine.book.write_trying(Trying(version="0.3.0", before="0.2.0", schema=1))
    machine.unit("stopped")
    assert machine.state().crashes is None


def test_a_box_that_has_no_other_program_goes_on(machine: Machine) -> None:
    machine.book.write_state(replace(machine.state(), good=("0.3.0",), current="0.3.0"))
    database = machine.at.database
    machine.at.base.joinpath("lib/schoolbox/db/migrations/0001_x.sql").unlink()

    for _ in range(4):
        run_once(machine)

    state = machine.state()
    assert state.last
    assert (state.current, state.last.outcome) == ("0.3.0", "stays")
    assert database.is_file()
