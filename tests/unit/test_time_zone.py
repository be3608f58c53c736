"""The time zone of a box: root's helper keeps it, the system and a program that runs already go by it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.raspberrypi.helper import zone
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.trouble import TroubleError
from deploy.raspberrypi.helper.verbs import Tools, check
from tests.simulators.programs import ROOT
from tests.simulators.root_machine import RootMachine

SYSTEM = Path("/usr/share/zoneinfo")
RUNS = """
import threading, time
from datetime import UTC, datetime
from pathlib import Path
from content_packs.clock import SystemClock
from content_packs.durable import Disk
from deploy.raspberrypi.helper import zone
from deploy.raspberrypi.helper.answering import answer_all
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.verbs import Tools
from schoolbox.services.root_work import RootWork
from schoolbox.services.school_days import local_day
from tests.simulators.root_machine import RootMachine

class Real(RootMachine):
    def __init__(self):
        super().__init__(Path("/"))

places, machine = Places(Path("/")), Real()
for folder in (places.asked, places.answered):
    folder.mkdir(parents=True)
work = RootWork(asked=places.asked, answered=places.answered, disk=Disk(), clock=SystemClock())
late = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
print(local_day(late))
helper = threading.Thread(target=lambda: [answer_all(Tools(machine, places)) or time.sleep(0.05) for _ in range(100)])
helper.daemon = True
helper.start()
work.choose_time_zone("Europe/Belgrade")
print(local_day(late))
print(work.time_zone().zone)
"""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    made = Places(tmp_path)
    made.zones.parent.mkdir(parents=True)
    shutil.copytree(SYSTEM, made.zones, symlinks=True)
    (tmp_path / "etc").mkdir()
    return made


def said(places: Places) -> dict[str, object]:
    found: dict[str, object] = json.loads(places.zone.read_bytes())
    return found


def test_the_zones_of_debian_are_told_and_those_around_kosovo_are_among_them(places: Places) -> None:
    (places.root / "etc/localtime").symlink_to("../usr/share/zoneinfo/Europe/Tirane")
    zone.put(places)
    zones = said(places)["zones"]
    assert isinstance(zones, list)
    assert {"Europe/Belgrade", "Europe/Tirane", "Europe/Skopje", "America/Argentina/Ushuaia"} <= set(zones)
    assert len(zones) > 300
    assert said(places)["zone"] == "Europe/Tirane"
    assert (places.root / "etc/localtime").readlink() == Path("../usr/share/zoneinfo/Europe/Tirane")


def test_what_is_kept_is_put_into_force_and_what_cannot_be_is_left_alone(places: Places) -> None:
    kept, link = places.system / "time-zone", places.root / "etc/localtime"
    kept.parent.mkdir(parents=True)
    for content, holds in ((b"Europe/Belgrade\n", "Europe/Belgrade"), (b"../../../etc/shadow\n", "Europe/Belgrade"),
                           (b"\xff\n", "Europe/Belgrade"), (b"Mars/Olympus\n", "Europe/Belgrade"),
                           (b"Europe/Skopje\n", "Europe/Skopje")):  # fmt: skip
        kept.write_bytes(content)
        zone.put(places)
        assert link.readlink() == SYSTEM / holds
        assert said(places)["zone"] == holds


@pytest.mark.parametrize("value", ["Mars/Olympus", "Europe", "zone.tab/"])
def test_a_zone_that_the_system_does_not_know_changes_nothing(places: Places, value: str) -> None:
    machine = RootMachine(places.root)
    with pytest.raises(TroubleError):
        check("zone", {"zone": value}).do(Tools(machine, places), {"zone": value})
    assert not (places.system / "time-zone").exists()
    assert machine.ran == []


@pytest.mark.parametrize("value", ["", "/etc/passwd", "../x", "a/b/c/d", "Europe/Bel grade", "x" * 40, 7, True, None])
def test_what_is_no_name_of_a_zone_is_refused_before_anything_is_looked_at(value: object) -> None:
    assert not zone.is_zone(value)


def test_a_system_that_does_not_take_it_is_told(places: Places) -> None:
    machine = RootMachine(places.root)
    machine.refuses.add(zone.PROGRAM)
    with pytest.raises(TroubleError, match="failed"):
        zone.change(machine, places, zone="Europe/Skopje")


def test_a_program_that_runs_counts_the_day_by_the_new_zone_without_a_new_start(tmp_path: Path) -> None:
    etc = tmp_path / "etc"
    etc.mkdir()
    (etc / "localtime").symlink_to("/usr/share/zoneinfo/Etc/UTC")
    script = tmp_path / "runs.py"
    script.write_text(RUNS)
    mounts = f"mount --bind {etc} /etc; mount -t tmpfs x /var/lib; mount -t tmpfs x /run"
    words = ["unshare", "--mount", "sh", "-ec", f'{mounts}; exec "$0" "$1"', sys.executable, str(script)]
    clean = {name: value for name, value in os.environ.items() if name != "TZ"}
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, timeout=60, env={**clean, "PYTHONPATH": str(ROOT)}
    )
    assert (done.returncode, done.stdout.split()) == (0, ["2026-11-29", "2026-11-30", "Europe/Belgrade"]), done.stderr
