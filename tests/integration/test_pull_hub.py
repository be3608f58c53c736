"""A real box program and a real hub program that publishes a shelf; and two real boxes on one network."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from schoolbox.errors import NoSourceError
from schoolbox.messages import message_of
from tests.simulators.counting_line import CountingLine
from tests.simulators.neighbours import PACK, publish_physics
from tests.simulators.network import Host
from tests.simulators.network import Rig as NetworkRig
from tests.simulators.programs import ROOT, TOOLS, HubProcess, command, running_box, running_hub
from tests.simulators.publisher import Ministry
from tests.simulators.waiting import eventually


@dataclass(frozen=True)
class School:
    """A box that belongs to a hub, over a line that counts."""

    data: Path
    ministry: Ministry
    hub: HubProcess
    line: CountingLine

    def box(self, *words: str | Path) -> CompletedProcess[str]:
        return command("schoolbox", "--data", self.data, *words)

    def pull(self, *words: str) -> CompletedProcess[str]:
        return self.box("pack", "pull", "--no-neighbours", *words)

    def files(self) -> dict[str, tuple[int, int]]:
        """Every file of the box but its database and locks, with size and time of the last change."""
        return {
            str(path.relative_to(self.data)): (path.stat().st_size, path.stat().st_mtime_ns)
            for path in sorted(self.data.rglob("*"))
            if path.is_file() and not path.name.startswith("box.db") and path.suffix != ".lock" and path.name != "lock"
        }


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    ministry = Ministry(tmp_path)
    publish_physics(ministry, tmp_path / "sources")
    with running_hub(tmp_path) as hub:
        hub.stop()
        (hub.data / "hub.toml").write_text(f'shelf = "{ministry.folder}"\n', encoding="utf-8")
        hub.start()
        with CountingLine(hub.port) as line:
            made = School(tmp_path / "data", ministry, hub, line)
            create = ("code", "create", "--data", hub.data, "--school", "Agimi", "--municipality", "Gjilan", "--json")
            code = json.loads(command("schoolbox-hub", *create).stdout)["code"]
            assert made.box("sync", "enrol", "--hub", line.url, "--code", code).returncode == 0
            assert made.box("trust", "add", ministry.folder / "meta" / "1.root.json").returncode == 0
            assert made.box("pack", "subscribe", "mash:*").returncode == 0
            yield made


def test_everything_comes_from_the_hub_and_the_next_pull_costs_less_than_a_kilobyte(school: School) -> None:
    would = school.pull("--dry-run")
    assert (would.returncode, would.stdout.splitlines()[0]) == (0, f"{PACK} version 1: 201 kB would come")
    first = school.pull("--json")
    assert (first.returncode, json.loads(first.stdout)["whole"]) == (0, True)
    [row] = json.loads(school.box("pack", "list", "--json").stdout)
    assert (row["pack"], row["version"], row["missing"]) == (PACK, 1, 0)
    before = school.files()
    school.line.forget()

    again = school.pull("--json")

    facts = json.loads(again.stdout)
    assert (again.returncode, facts["packs"]) == (0, [])
    assert school.line.requests == [b"GET /shelf/meta/index.json HTTP/1.1"]
    print(f"unchanged pull: {school.line.travelled} bytes over TCP")
    assert school.line.travelled < 1_000
    [hub] = facts["places"]
    assert (hub["kind"], hub["bytes_in"] + hub["bytes_out"]) == ("hub", school.line.travelled)
    assert school.files() == before


def test_a_hub_that_is_down_is_one_sentence_and_comes_back_with_something_new(school: School) -> None:
    school.hub.stop()
    down = school.pull("--once")
    assert down.returncode == 62
    assert "broke, or nobody answers there" in down.stderr
    publish_physics(school.ministry, school.data.parent / "sources", version=2)
    school.hub.start()

    with running_box(school.data):
        back = school.pull()

    assert (back.returncode, back.stderr) == (0, "")
    assert back.stdout.startswith(f"{PACK} version 2: 201 kB came\nSchoolbox: ")


def test_a_box_without_a_hub_says_what_to_do(tmp_path: Path) -> None:
    root = Ministry(tmp_path).folder / "meta" / "1.root.json"
    box = ("schoolbox", "--data", tmp_path / "data")
    assert command(*box, "trust", "add", root).returncode == 0

    done = command(*box, "pack", "pull", "--no-neighbours")

    assert done.returncode == message_of(NoSourceError()).exit_code
    assert "--from" in done.stderr


def test_a_box_finds_another_by_its_name_and_takes_its_packs(tmp_path: Path) -> None:
    ministry = Ministry(tmp_path)
    ministry.publish("mash:algjebra")
    root = ministry.folder / "meta" / "1.root.json"
    for name in ("one", "two"):
        box = ("schoolbox", "--data", tmp_path / name)
        assert command(*box, "trust", "add", root).returncode == 0
    assert command("schoolbox", "--data", tmp_path / "one", "pack", "install", ministry.folder, "--all").returncode == 0
    assert command("schoolbox", "--data", tmp_path / "two", "pack", "subscribe", "*").returncode == 0
    settings = tmp_path / "one.toml"
    settings.write_text(f'data = "{tmp_path / "one"}"\nshare = "yes"\nsticks = ""\n', encoding="utf-8")
    with NetworkRig() as network:
        lan, hosts = network.lan(), [network.host(), network.host()]
        for number, host in enumerate(hosts, 1):
            lan.plug(host, f"10.7.0.{number}/24")
        tool = [f"PYTHONPATH={ROOT}", sys.executable, str(TOOLS / "schoolbox")]
        giver = hosts[0].start("env", *tool, "--config", str(settings), "serve", "--port", "8080", "--sync", "no")
        giver.wait_for("Schoolbox is ready")
        found = hosts[1]
        eventually(
            lambda: "8080" in "\n".join(_run(found, [*tool, "discovery", "list", "--json"])),
            saying="the box was not found by its name",
        )

        said = _run(found, [*tool, "--data", str(tmp_path / "two"), "pack", "pull"])

    assert any("mash:algjebra version 1" in line for line in said), said
    [row] = json.loads(command("schoolbox", "--data", tmp_path / "two", "pack", "list", "--json").stdout)
    assert (row["pack"], row["version"]) == ("mash:algjebra", 1)


def _run(host: Host, words: list[str]) -> list[str]:
    process = host.start("env", *words)
    process.stop(0)
    return process.lines
