"""nginx as `deploy/raspberrypi` sets it up in front of a box; only places and ports are others.

    with box_front(box.port, data, work) as url: ...
"""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.simulators.programs import ROOT, free_port
from tests.simulators.waiting import DEADLINE_S, eventually

FRONT = ROOT / "deploy" / "raspberrypi" / "system" / "front"


def nginx() -> str:
    """Where nginx is."""
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"


def front_conf(work: Path, *, data: Path, box_port: int, port: int) -> str:
    """Give the shipped configuration with the places of a test."""
    text = (FRONT / "nginx.conf").read_text(encoding="utf-8")
    changes = {
        "/run/schoolbox-front": str(work), "/var/lib/schoolbox": str(data), "/usr/lib/schoolbox/front": str(FRONT),
        "127.0.0.1:8080": f"127.0.0.1:{box_port}", "listen 80 ": f"listen 127.0.0.1:{port} ",
        "listen [::]:80 ": f"listen [::1]:{port} ",
    }  # fmt: skip
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return f"user root;\n{text}" if os.getuid() == 0 else text


@contextmanager
def box_front(box_port: int, data: Path, work: Path, *, own_wifi: bool = False) -> Iterator[str]:
    """Run nginx in front of a box; gives its address, which may be that of the box in its own Wi-Fi."""
    work.mkdir(parents=True)
    port = free_port()
    text = front_conf(work, data=data, box_port=box_port, port=port)
    own = r"10\.42\.0\.1"
    assert own in text
    (work / "nginx.conf").write_text(text.replace(own, r"127\.0\.0\.1") if own_wifi else text, encoding="utf-8")
    with (work / "said").open("wb") as said:
        program = subprocess.Popen([nginx(), "-c", str(work / "nginx.conf"), "-p", str(work)], stderr=said)
    try:
        eventually(lambda: program.poll() is not None or _listens(port), saying="nginx did not get ready")
        assert program.poll() is None, (work / "said").read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        program.terminate()
        program.wait(DEADLINE_S)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=45).close()
    except OSError:
        return False
    return True
