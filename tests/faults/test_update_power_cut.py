"""The power goes at every step of an update: the machine starts again with a whole program that can read its database,
no record is lost, and the update can be done (UPDATES 6.7)."""

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from content_packs.durable import Disk
from schoolbox import __version__
from tests.simulators.cut_disk import CutDisk, Left, PowerCut
from tests.simulators.program_publisher import ProgramPublisher
from tests.simulators.still_machine import StillMachine

LEFT: tuple[Left, ...] = ("lost", "kept", "torn")


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> ProgramPublisher:
    """Signs a good version that changes the database, and then one that is ill."""
    publisher = ProgramPublisher(tmp_path_factory.mktemp("publisher"))
    publisher.publish("0.2.0", schema=2)
    publisher.publish("0.3.0", schema=3, mood="ill")
    return publisher


def cuts(left: Left, tmp_path: Path) -> Iterator[tuple[Path, CutDisk]]:
    """A fresh folder, and a disk that ends at step 0, 1, 2 …"""
    for step in itertools.count():
        folder = tmp_path / f"{left}-{step}"
        yield folder, CutDisk(step, left, tmp_path / f"attic-{left}-{step}")
        shutil.rmtree(folder)


def machine_in(folder: Path, publisher: ProgramPublisher, *, runs: str) -> StillMachine:
    """A machine that runs the base, or took a version before."""
    machine = StillMachine(folder, publisher, Disk())
    machine.boot()
    if runs:
        machine.want(runs)
        machine.update()
    return machine


@pytest.mark.parametrize("left", LEFT)
def test_a_good_update_is_there_or_not_and_goes_on(left: Left, tmp_path: Path, publisher: ProgramPublisher) -> None:
    for folder, disk in cuts(left, tmp_path):
        machine = machine_in(folder, publisher, runs="")
        machine.want("0.2.0")
        machine.use(disk)
        try:
            machine.update()
            disk.cut()
            ended = True
        except PowerCut:
            ended = False

        machine.use(Disk())
        machine.boot()

        assert machine.running in (__version__, "0.2.0"), disk.steps
        assert not machine.at.trying_file.exists()
        assert machine.records()[1] == ["record"]
        machine.update()
        assert (machine.running, machine.state().current) == ("0.2.0", "0.2.0"), disk.steps
        assert machine.records() == (2, ["record"])
        if ended:
            assert disk.steps > 30
            return


@pytest.mark.parametrize("left", LEFT)
def test_one_that_is_ill_goes_whenever_the_power_goes(left: Left, tmp_path: Path, publisher: ProgramPublisher) -> None:
    for folder, disk in cuts(left, tmp_path):
        machine = machine_in(folder, publisher, runs="0.2.0")
        machine.want("0.3.0")
        machine.use(disk)
        try:
            machine.update()
            disk.cut()
            ended = True
        except PowerCut:
            ended = False

        machine.use(Disk())
        machine.boot()

        assert machine.running == "0.2.0", disk.steps
        assert not machine.at.trying_file.exists()
        assert machine.records() == (2, ["record"]), disk.steps
        assert "0.3.0" not in machine.opened
        if ended:
            assert machine.state().failed == ("0.3.0",)
            return
