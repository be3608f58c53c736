"""The guide for whoever publishes programs is true: its commands are run, and a machine takes what comes out."""

import shutil
from pathlib import Path

from tests.integration.test_ministry_pages import BLOCK, at_terminal
from tests.simulators.program_publisher import ProgramPublisher
from tests.simulators.programs import ROOT
from tests.simulators.update_rig import Machine

GUIDE = (ROOT / "docs" / "programs.md").read_text(encoding="utf-8")


def test_what_the_guide_says_makes_a_program_that_a_machine_takes(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    (desk / "stick").mkdir(parents=True)
    made = ProgramPublisher(tmp_path / "made")  # in place of `make bundle`, which fetches packages for minutes
    shutil.copytree(made.build("0.2.0", schema=2), desk / ".bundle" / "0.2.0")
    since = ""
    for kind, text in BLOCK.findall(GUIDE):
        if kind == "sh":
            code, shown = at_terminal(text, desk, {})
            assert code == 0, f"{text}\n{shown}"
            since += shown
            continue
        assert [line for line in text.splitlines() if line not in since] == []
        since = ""

    machine = Machine(tmp_path / "machine", made)
    shutil.copyfile(desk / "programs" / "meta" / "1.root.json", machine.at.root_file)
    try:
        machine.start()
        state = machine.update("0.2.0", shelf=desk / "stick" / "programs")
    finally:
        machine.system.stop()
    assert state.last
    assert (state.last.outcome, state.current) == ("taken", "0.2.0")


def test_the_python_that_the_guide_names_is_the_one_programs_are_made_for() -> None:
    make = (ROOT / "deploy" / "raspberrypi" / "program" / "make.py").read_text(encoding="utf-8")
    python = make.partition('PYTHON = "')[2].partition('"')[0]

    assert f"for one Python, {python}," in GUIDE
