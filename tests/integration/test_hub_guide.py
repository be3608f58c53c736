"""The guide for whoever runs a hub is true, and what `deploy/hub` holds is understood by the programs it is for."""

import json
import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from content_packs.durable import Disk
from sync.hub.backup import back_up
from sync.hub.errors import DataError
from sync.hub.folder import DataFolder
from tests.integration.test_ministry_pages import BLOCK, at_terminal
from tests.simulators.clock import HandClock
from tests.simulators.courier_rig import courier_box
from tests.simulators.front import make_certificate, site
from tests.simulators.hub import make_data, running_hub
from tests.simulators.learning import WALL_AT
from tests.simulators.programs import command

ROOT = Path(__file__).parents[2]
UNITS = sorted(path.name for path in (ROOT / "deploy" / "hub").glob("*.service"))
EXPOSURE_MAX = 20
"""What `systemd-analyze security` may say at most, in tenths."""


def at_the_hub(text: str, folder: Path) -> tuple[int, str]:
    """Type commands as on the machine of a hub, whose folder here is `hub`."""
    return at_terminal(f'schoolbox-hub() {{ command schoolbox-hub "$@" --data hub; }}\n{text}', folder, {})


def test_the_guide_is_true(tmp_path: Path) -> None:
    words = ("--admin", "Drita", "--password-file", "-")
    made = command("schoolbox-hub", "init", tmp_path / "hub", *words, said="a long one\n")
    assert made.returncode == 0, made.stderr
    since = ""
    for kind, text in BLOCK.findall((ROOT / "docs" / "hub.md").read_text(encoding="utf-8")):
        if kind == "sh":
            code, shown = at_the_hub(text, tmp_path)
            assert code == 0, f"{text}\n{shown}"
            since += shown
            continue
        assert [line for line in text.splitlines() if line not in since] == []
        since = ""


@pytest.mark.parametrize(("guide", "label"), [("record-store", "reports of the ministry"), ("figures", "open data")])
def test_the_guides_for_other_programs_are_true(tmp_path: Path, guide: str, label: str) -> None:
    make_data(tmp_path / "hub")
    shown = ""
    for kind, text in BLOCK.findall((ROOT / "docs" / f"{guide}.md").read_text(encoding="utf-8")):
        if kind == "sh":
            code, shown = at_the_hub(text, tmp_path)
            assert code == 0, f"{text}\n{shown}"
        else:
            assert [line for line in text.splitlines() if line not in shown] == []
    assert label in command("schoolbox-hub", "credential", "list", "--data", tmp_path / "hub").stdout


def test_a_copy_that_is_made_while_the_hub_runs_is_a_whole_hub(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub, courier_box(tmp_path / "box", hub) as school:
        school.learn(3)
        assert school.over_the_line().push.sent == 3
        made = command("schoolbox-hub", "backup", "--data", hub.folder, "--to", tmp_path / "copies", "--json")
        copy = Path(json.loads(made.stdout)["copy"])
        school.learn(2)
        assert school.over_the_line().push.sent == 2
    assert sorted(path.name for path in copy.iterdir()) == ["courier.age", "hub.db", "hub.key", "receipts.key"]
    assert {path.stat().st_mode & 0o077 for path in copy.iterdir() if path.name != "hub.db"} == {0}
    shutil.copytree(copy, tmp_path / "restored")
    with running_hub(tmp_path / "restored") as again:
        assert set(again.arrived(again.program())) == set(school.ids[:3])


def test_old_copies_go_when_a_new_one_is_whole_and_only_then(tmp_path: Path) -> None:
    folder, clock, copies = make_data(tmp_path / "hub"), HandClock(WALL_AT), tmp_path / "copies"
    for _ in range(4):
        back_up(folder, copies, keep=2, clock=clock, disk=Disk())
        clock.at += timedelta(days=1)
    kept = sorted(path.name for path in copies.iterdir())
    assert kept == ["hub-20250927-084200", "hub-20250928-084200"]
    folder.database.write_bytes(b"not a database" * 100)
    with pytest.raises(DataError):
        back_up(folder, copies, keep=1, clock=clock, disk=Disk())
    assert sorted(path.name for path in copies.iterdir()) == kept
    for wrong in (DataFolder(tmp_path / "nothing"), folder):
        with pytest.raises(DataError):
            back_up(wrong, folder.path / "copies", keep=1, clock=clock, disk=Disk())


@pytest.mark.parametrize("unit", UNITS)
def test_the_services_may_do_little(unit: str) -> None:
    path = str(ROOT / "deploy" / "hub" / unit)
    words = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", "--no-pager", path]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-600:] + done.stderr


def test_the_units_are_understood(tmp_path: Path) -> None:
    for path in (ROOT / "deploy" / "hub").glob("schoolbox-*"):
        text = path.read_text().replace("/opt/schoolbox/.venv/bin/schoolbox-hub", "/bin/true")
        (tmp_path / path.name).write_text(text)
    words = ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "schoolbox-" in line]
    assert (done.returncode, said) == (0, [])


def test_nginx_understands_what_stands_in_front_of_the_hub(tmp_path: Path) -> None:
    make_certificate(tmp_path)
    text = site(tmp_path, shelf=tmp_path, hub="127.0.0.1:8081", port=443)
    (tmp_path / "site.conf").write_text(text, encoding="utf-8")
    main = tmp_path / "nginx.conf"
    main.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{ include {tmp_path}/site.conf; }}\n")
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    done = subprocess.run([str(nginx), "-t", "-c", str(main)], capture_output=True, text=True, check=False)
    assert (done.returncode, "warn" in done.stderr) == (0, False), done.stderr
