"""A pull over 64 kbit/s with one packet in ten lost, on a line that is dead every few seconds, ends and wastes little.

The waste is what travelled again: what came in over the weak line less what comes in over a good one, counted by the
box itself. It is printed beside what became of the packets. Both kinds of lines are pulled over at the same time.
"""

import json
import os
import shutil
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from schoolbox.config import Config
from schoolbox.wiring import open_box
from tests.simulators.line_client import install
from tests.simulators.media import free_box, mp4
from tests.simulators.neighbours import serving
from tests.simulators.network import Host, Process, Rig
from tests.simulators.publisher import Ministry
from tests.simulators.rsync_servers import MODULE, rsync_daemon
from tests.simulators.school_box import SchoolBox
from tests.simulators.weak_line import WeakLine

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.timeout(400)]

PACK = "mash:thyesat"
FILES = {"a": 90_000, "b": 15_000}
WASTE_MAX = 0.05
DONE_WITHIN_S = 300


@dataclass(frozen=True)
class Pull:
    """What a pull over a good line told, and one over a weak one; the box that pulled; what became of the packets."""

    good: dict[str, int]
    weak: dict[str, int]
    box: SchoolBox
    packets: dict[str, int]

    @property
    def waste(self) -> float:
        """What travelled again, as a part of the pack."""
        return (self.weak["bytes_in"] - self.good["bytes_in"]) / self.good["size_bytes"]


@pytest.fixture(scope="module")
def pulls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pull]:
    """Pull one pack from a daemon and from a box, over good lines and then over weak ones."""
    folder = tmp_path_factory.mktemp("weak line")
    ministry = Ministry(folder)
    ministry.publish(PACK, files={name: mp4() + free_box(os.urandom(size)) for name, size in FILES.items()})
    data = sharing_box(folder, ministry)
    for name in ("rsync", "http"):
        for kind in ("good", "weak"):
            SchoolBox(folder / f"{kind} {name}", root=ministry.root)
    with rsync_daemon(ministry.folder, folder / "daemon") as (address, _):
        good = {"rsync": install(address, folder / "good rsync", PACK)}
    box = open_box(data)
    with serving(box) as address:
        good["http"] = install(address, folder / "good http", PACK)
    box.close()
    lines: dict[str, WeakLine] = {}
    with Rig() as rig, ExitStack() as stack:
        clients: dict[str, Process] = {}
        for name in good:
            line = lines[name] = stack.enter_context(WeakLine(rig.host(), rig.host()))
            address = by_daemon(line.far, ministry, folder) if name == "rsync" else by_a_box(line.far, data)
            program = (sys.executable, "-m", "tests.simulators.line_client", address)
            clients[name] = line.near.start(*program, str(folder / f"weak {name}"), PACK)
        weak = {
            name: json.loads(client.wait_for(r"^\{.*\}$", within_s=DONE_WITHIN_S)[0])
            for name, client in clients.items()
        }
    return {
        name: Pull(good[name], weak[name], SchoolBox(folder / f"weak {name}"), lines[name].report) for name in good
    }


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
    program = shutil.which("schoolbox", path=str(Path(sys.executable).parent))
    assert program
    settings = ("SCHOOLBOX_SHARE=yes", "SCHOOLBOX_ANNOUNCE=no", "SCHOOLBOX_SYNC=no", "SCHOOLBOX_RESERVE_MB=0")
    box = host.start("env", *settings, program, "--data", str(config.data), "serve", "--port", "8080")
    box.wait_for("8080")
    return f"http://{WeakLine.address}:8080/shelf"


@pytest.mark.parametrize("kind", ["rsync", "http"])
def test_a_pull_over_a_weak_line_ends_and_wastes_little(pulls: dict[str, Pull], kind: str) -> None:
    pull = pulls[kind]
    print(f"{kind}: {pull.weak}, waste {pull.waste:.1%}; packets {pull.packets}")
    assert pull.weak["missing"] == 0
    assert pull.box.installer.verify(PACK).sound
    assert pull.waste < WASTE_MAX


@pytest.mark.parametrize("kind", ["rsync", "http"])
def test_the_line_was_as_weak_as_it_should_be(pulls: dict[str, Pull], kind: str) -> None:
    packets = pulls[kind].packets
    assert packets["lost"] > 0.05 * packets["passed"]
    assert packets["cut"] > 0
    assert packets["outages"] >= 2
