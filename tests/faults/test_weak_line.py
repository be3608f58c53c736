"""A pull over 64 kbit/s with one packet in ten lost, on a line that drops every few seconds, ends and wastes little.

It is the command a technician gives, against a real daemon and a real box. The waste is what travelled again: what came
in over the weak line less what comes in over a good one, counted by the box itself. It is printed beside what became of
the packets. All lines are pulled over at the same time.

Where drops also end the connections, HTTP goes on at the byte where it was: a break costs the head of one answer and
what was on its way. rsync begins a connection with more questions, and of what it has got it loses up to one piece of
8 kB: where connections end every few seconds that would be a third of what travels, so here they hold through some
drops (README says which shelf suits such a line). Of lines that end them all the time only the cost of a break is
checked: how many there are is chance.
"""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from schoolbox.config import Config
from schoolbox.wiring import open_box
from tests.simulators.media import free_box, mp4
from tests.simulators.neighbours import serving
from tests.simulators.network import Host, Rig
from tests.simulators.programs import command, program_of
from tests.simulators.publisher import Ministry
from tests.simulators.rsync_servers import MODULE, rsync_daemon
from tests.simulators.weak_line import WeakLine, Weakness

pytestmark = [pytest.mark.xdist_group("weak line"), pytest.mark.timeout(400)]

PACK = "mash:thyesat"
FILES = {"a": 90_000, "b": 15_000}
WASTE_MAX = 0.05
LINES = {
    "http": Weakness(forgets=2), "rsync": Weakness(),
    "http redialled": Weakness(forgets=1), "rsync redialled": Weakness(forgets=4),
}  # fmt: skip
LOSES_BYTES = {"http redialled": 1_200, "rsync redialled": 10_000}
"""What a broken connection costs: a head and a packet of HTTP; of rsync at most 8 kB of a file, and beginning anew."""
DONE_WITHIN_S = 300
COMMANDS_MAX = 5
"""How often a pull is begun anew that gave up, as the one of every day is."""


@dataclass(frozen=True)
class Pull:
    """A box that pulled: how large its pack is, what came in over a good line, and over a weak one in how many goes."""

    size_bytes: int
    good_bytes: int
    weak_bytes: int
    commands: int
    data: Path
    packets: dict[str, int]

    @property
    def waste(self) -> float:
        """What travelled again, as a part of the pack."""
        return (self.weak_bytes - self.good_bytes) / self.size_bytes


@pytest.fixture(scope="module")
def pulls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pull]:
    """Pull one pack from a daemon and from a box, over good lines and then over weak ones."""
    folder = tmp_path_factory.mktemp("weak line")
    ministry = Ministry(folder)
    files = {name: mp4() + free_box(os.urandom(size)) for name, size in FILES.items()}
    ministry.publish(PACK, files=files)
    sharing = {name: sharing_box(folder / f"box of {name}", ministry) for name in LINES if name.startswith("http")}
    for name in ("good rsync", "good http", *LINES):
        subscribing_box(folder / name, ministry)
    with rsync_daemon(ministry.folder, folder / "daemon") as (address, _):
        good = {"rsync": came_in(command(*words_of(folder / "good rsync", address)).stdout)}
    box = open_box(sharing["http"])
    with serving(box) as address:
        good["http"] = came_in(command(*words_of(folder / "good http", address)).stdout)
    box.close()
    lines: dict[str, WeakLine] = {}
    with Rig() as rig, ExitStack() as stack, ThreadPoolExecutor() as threads:
        going = {}
        for name, weakness in LINES.items():
            line = lines[name] = stack.enter_context(WeakLine(rig.host(), rig.host(), weakness))
            address = by_a_box(line.far, sharing[name]) if name in sharing else by_daemon(line.far, ministry, folder)
            going[name] = threads.submit(pull_until_whole, line.near, folder / name, address)
        weak = {name: one.result() for name, one in going.items()}
    size_bytes = sum(map(len, files.values()))
    return {
        name: Pull(size_bytes, good[name.split()[0]], *weak[name], folder / name, line.report)
        for name, line in lines.items()
    }


def words_of(data: Path, address: str) -> tuple[str, ...]:
    """The command that pulls from an address."""
    return ("schoolbox", "--data", str(data), "--json", "pack", "pull", "--no-neighbours", "--from", address)


def came_in(said: str) -> int:
    """How much came over the line, with headers, of a pull that brought everything."""
    report: dict[str, Any] = json.loads(said)
    assert report["whole"], said
    return int(report["places"][0]["bytes_in"])


def pull_until_whole(near: Host, data: Path, address: str) -> tuple[int, int]:
    """Pull until all is there; gives what came in, and how many goes it took."""
    weak_bytes = 0
    for commands in range(1, COMMANDS_MAX + 1):
        name, *words = words_of(data, address)
        program = near.start(program_of(name), *words)
        program.wait_for("^}$", within_s=DONE_WITHIN_S)
        report = json.loads("\n".join(program.lines))
        weak_bytes += report["places"][0]["bytes_in"]
        if report["whole"]:
            return weak_bytes, commands
    raise AssertionError(report)


def subscribing_box(data: Path, ministry: Ministry) -> None:
    """A box that wants the pack."""
    box = open_box(Config(data=data, reserve_mb=0))
    box.trust.pin(ministry.root)
    box.subscriptions.add(PACK)
    box.close()


def sharing_box(folder: Path, ministry: Ministry) -> Config:
    """A box that has the pack and gives it to neighbours."""
    config = Config(data=folder / "data", reserve_mb=0, announce=False, sync=False, share=True)
    box = open_box(config)
    box.trust.pin(ministry.root)
    box.packs.install(ministry.shelf, PACK, progress=lambda _: None)
    box.close()
    return config


def by_daemon(host: Host, ministry: Ministry, folder: Path) -> str:
    """Start a daemon on a host; gives the address of its module."""
    config = folder / "rsyncd.conf"
    module = f"[{MODULE}]\npath = {ministry.folder}\nread only = yes\n"
    config.write_text(f"use chroot = no\naddress = {WeakLine.address}\nlog file = /dev/null\n{module}")
    alone = ("unshare", "--pid", "--fork", "--kill-child")  # what it starts for each connection ends with it
    host.start(*alone, "rsync", "--daemon", "--no-detach", f"--config={config}")
    return f"rsync://{WeakLine.address}/{MODULE}"


def by_a_box(host: Host, config: Config) -> str:
    """Start a real box on a host; gives the address of its shelf."""
    settings = ("SCHOOLBOX_SHARE=yes", "SCHOOLBOX_ANNOUNCE=no", "SCHOOLBOX_SYNC=no", "SCHOOLBOX_RESERVE_MB=0")
    box = host.start("env", *settings, program_of("schoolbox"), "--data", str(config.data), "serve", "--port", "8080")
    box.wait_for("8080")
    return f"http://{WeakLine.address}:8080/shelf"


@pytest.mark.parametrize("name", LINES)
def test_a_pull_over_a_weak_line_ends_and_wastes_little(pulls: dict[str, Pull], name: str) -> None:
    pull = pulls[name]
    print(f"{name}: {pull}, waste {pull.waste:.1%}")
    done = command("schoolbox", "--data", str(pull.data), "pack", "verify", PACK)
    assert done.returncode == 0, done.stderr
    if name in LOSES_BYTES:
        assert pull.weak_bytes - pull.good_bytes < pull.packets["broken"] * LOSES_BYTES[name]
    else:
        assert pull.waste < WASTE_MAX


@pytest.mark.parametrize("name", LINES)
def test_the_line_was_as_weak_as_it_should_be(pulls: dict[str, Pull], name: str) -> None:
    packets = pulls[name].packets
    assert packets["lost"] > 0.05 * packets["passed"]
    assert packets["cut"] > 0
    assert packets["outages"] >= 2
    assert packets["broken"] >= {"http": 1, "http redialled": 3, "rsync": 0, "rsync redialled": 1}[name]
