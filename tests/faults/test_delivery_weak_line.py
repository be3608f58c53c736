"""Results go out over 64 kbit/s with one packet in ten lost, on a line that drops every few seconds: each arrives once.

The commands a technician gives, against a real hub on another host; the connection itself ends, too, after some drops.
"""

import json
from pathlib import Path

import pytest

from schoolbox.config import Config
from schoolbox.wiring import open_box
from sync.lanes import lane_of
from tests.simulators.hub import make_data, running_hub
from tests.simulators.learning import Classroom
from tests.simulators.network import Host, Rig
from tests.simulators.programs import program_of
from tests.simulators.weak_line import WeakLine, Weakness

pytestmark = [pytest.mark.xdist_group("weak line"), pytest.mark.timeout(400)]

STATEMENTS = 150
DONE_WITHIN_S = 250
TRIES_MAX = 8


def test_results_arrive_once_over_a_weak_line(tmp_path: Path) -> None:
    folder = make_data(tmp_path / "hub")
    with running_hub(folder.path) as maker:
        code = maker.hub.enrolments.make_code("Agimi", "Gjilan").code
    classroom, data = Classroom(), tmp_path / "box"
    made = (classroom.passed, classroom.watched)
    raws = [made[number % 3 == 0](number % 30) for number in range(STATEMENTS)]
    box = open_box(Config(data=data, reserve_mb=0))
    rows = [(raw, lane_of(raw)) for raw in raws]
    box.database.write(lambda: box.database.run_many("INSERT INTO outbox (statement, lane) VALUES (?, ?)", rows))
    box.close()
    with Rig() as rig, WeakLine(rig.host(), rig.host(), Weakness(forgets=3)) as line:
        words = ("serve", "--data", str(folder.path), "--host", line.address, "--port", "8080")
        hub = line.far.start(program_of("schoolbox-hub"), *words)
        hub.wait_for("8080")
        tries, hub_at = [], f"http://{line.address}:8080"
        for say in (("enrol", "--hub", hub_at, "--code", code), *[("run",)] * TRIES_MAX):
            tries.append(run(line.near, data, *say))
            if tries[-1].get("waiting") == 0:
                break
    print(f"{len(tries)} commands, {line.report}")
    with running_hub(folder.path) as again:
        arrived = again.arrived(again.program())
    assert sorted(arrived) == sorted(json.loads(raw)["id"] for raw in raws)
    assert line.report["lost"] > 0.05 * line.report["passed"]
    assert line.report["cut"] > 0


def run(near: Host, data: Path, *words: str) -> dict[str, object]:
    """One command over the line; gives what it said, also if it could not do all of it."""
    program = near.start(program_of("schoolbox"), "--data", str(data), "--json", "sync", *words)
    program.wait_for("}$", within_s=DONE_WITHIN_S)
    program.stop(0)
    found: dict[str, object] = json.loads("\n".join(program.lines))
    return found
