"""The path units of a box: what a file asks for is listened to for as long as the machine runs."""

from pathlib import Path

import pytest

from tests.simulators.programs import ROOT

SYSTEMD = ROOT / "deploy" / "raspberrypi" / "systemd"


@pytest.mark.parametrize("unit", sorted(SYSTEMD.glob("*.path")), ids=lambda path: path.name)
def test_what_a_file_asks_for_may_be_asked_for_often(unit: Path) -> None:
    asked = unit.read_text().partition("\nUnit=")[2].split()[0]
    service = (SYSTEMD / asked).read_text().partition("[Service]")[0]

    # Five starts in ten seconds would end the path unit, too, until the machine is started anew.
    assert "StartLimitIntervalSec=0" in service.splitlines()
