"""What tells the box that a stick is in: the udev rule, the unit and the script between them."""

import re
import shutil
import subprocess
from pathlib import Path

from content_packs.errors import NotAShelfError
from content_packs.export.errors import NoStickError
from schoolbox.messages import TABLE

FOLDER = Path(__file__).parents[2] / "deploy" / "raspberrypi" / "udev"
RULE = FOLDER / "70-schoolbox-stick.rules"
UNIT = FOLDER / "schoolbox-stick@.service"
SCRIPT = FOLDER / "scan-when-mounted"
TOKEN = re.compile(r'[A-Z]+(\{[A-Za-z_]+\})?(==|!=|\+=|:=|=)"[^"]*"')
"""Source: udev(7): KEY operator "value", or KEY{name}."""


def test_every_line_of_the_rule_is_a_rule() -> None:
    lines = [line for line in RULE.read_text().splitlines() if line and not line.startswith("#")]
    assert len(lines) == 1
    assert all(TOKEN.fullmatch(token) for token in lines[0].split(", "))
    assert f'ENV{{SYSTEMD_WANTS}}+="{UNIT.name.replace("@.", "@$kernel.")}"' in lines[0]


def test_the_unit_passes_the_check_of_systemd(tmp_path: Path) -> None:
    copy = tmp_path / "schoolbox-stick@sda1.service"
    copy.write_text(UNIT.read_text().replace("/usr/local/lib/schoolbox/scan-when-mounted", str(SCRIPT)))
    tool = shutil.which("systemd-analyze")
    assert tool, "the tests need systemd-analyze"
    done = subprocess.run([tool, "verify", str(copy)], capture_output=True, text=True, check=False)
    complaints = [line for line in done.stderr.splitlines() if copy.name in line]
    assert complaints == [], done.stderr


def test_a_stick_without_packs_or_one_taken_out_at_once_is_no_failure_of_the_unit() -> None:
    codes = f"{TABLE[NotAShelfError].exit_code} {TABLE[NoStickError].exit_code}"
    assert f"SuccessExitStatus={codes}\n" in UNIT.read_text()


def test_the_script_waits_for_the_mount_and_hands_over_the_folder(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    asked = tmp_path / "asked"
    found = f'[ $(wc -l < {asked}) -gt 1 ] && echo "/media/MASHT 2026"'
    (tools / "findmnt").write_text(f'#!/bin/sh\necho "$@" >> {asked}\n{found}\n')
    (tools / "sleep").write_text("#!/bin/sh\n")
    (tools / "schoolbox").write_text('#!/bin/sh\nprintf "%s|" "$@"\n')
    for tool in tools.iterdir():
        tool.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", SCRIPT, "/dev/sda1"], capture_output=True, text=True, check=True,
        env={"PATH": f"{tools}:/usr/bin:/bin"},
    )  # fmt: skip
    assert done.stdout == "stick|scan|/media/MASHT 2026|"
    assert asked.read_text().splitlines()[0].endswith("--source /dev/sda1")


def test_a_device_that_nobody_mounts_is_left_alone() -> None:
    done = subprocess.run(
        ["/bin/sh", SCRIPT, "/dev/not-there"], capture_output=True, text=True, check=True,
        env={"PATH": "/usr/bin:/bin", "WAIT_S": "0", "SCHOOLBOX": "false"},
    )  # fmt: skip
    assert done.stdout == ""
