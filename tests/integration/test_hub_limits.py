"""One address that dribbles into thousands of connections keeps no box out: nginx takes more, the kernel fewer."""

import shlex
import signal
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.simulators.front import DEPLOY, nginx_front
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.network import Process, Rig

CROWD = 3_000
MOST = 1_000
LISTENS = """
import signal, socket, threading
door = socket.create_server(("10.7.0.1", 443), backlog=4096)
print("ready", flush=True)
held = []
while True: held.append(door.accept())
"""
CROWDS = """
import signal, socket, sys
held, refused = [], 0
for _ in range(int(sys.argv[3])):
    try:
        held.append(socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=20))
        held[-1].send(bytes([22]))
    except ConnectionRefusedError: refused += 1
print("held", len(held), "refused", refused, flush=True)
signal.pause()
"""
MANY = "ulimit -n 8192; exec "


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


def test_a_box_is_answered_while_one_address_dribbles_into_three_thousand_connections(
    hub: RunningHub, tmp_path: Path
) -> None:
    with nginx_front(hub.url, tmp_path, tmp_path / "nginx") as url:
        crowd = Process(["sh", "-c", MANY + shlex.join(_crowd("127.0.0.1", urlsplit(url).port or 0, CROWD))])
        try:
            crowd.wait_for(f"held {CROWD} refused 0")
            context = ssl.create_default_context(cafile=str(tmp_path / "nginx" / "hub.crt"))
            with httpx.Client(base_url=url, verify=context, timeout=20) as box:
                assert box.get("/health").status_code == 200
        finally:
            crowd.stop(signal.SIGKILL)


def _crowd(host: str, port: int, many: int) -> list[str]:
    return [sys.executable, "-c", CROWDS, host, str(port), str(many)]


def test_the_kernel_gives_one_address_a_thousand_and_another_one_its_own() -> None:
    with Rig() as rig:
        lan, hub, one, other = rig.lan(), rig.host(), rig.host(), rig.host()
        for number, host in enumerate((hub, one, other), start=1):
            lan.plug(host, f"10.7.0.{number}/24")
        load = shlex.join(["nft", "-f", str(DEPLOY / "limits.nft")])
        hub.start("sh", "-c", f"{load} && {load} && echo loaded").wait_for("loaded")
        hub.start("sh", "-c", MANY + shlex.join([sys.executable, "-c", LISTENS])).wait_for("ready")
        many = one.start("sh", "-c", MANY + shlex.join(_crowd("10.7.0.1", 443, MOST + 50)))
        many.wait_for(f"held {MOST} refused 50")
        other.start(*_crowd("10.7.0.1", 443, 20)).wait_for("held 20 refused 0")
