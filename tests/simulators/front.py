"""nginx and rsync as `deploy/hub` sets them up, in front of a hub of this process; only places and names are others.

    with nginx_front(hub.url, shelf, work) as url: ...       # https, by a certificate that `work/hub.crt` vouches for
    with shelf_daemon(shelf, work, password="...") as address: ...
"""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.simulators.programs import ROOT, free_port
from tests.simulators.rsync_servers import Inetd
from tests.simulators.waiting import DEADLINE_S, eventually

DEPLOY = ROOT / "deploy" / "hub"


def make_certificate(work: Path) -> None:
    """Make the certificate of a machine called localhost."""
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
             "-keyout", str(work / "hub.key"), "-out", str(work / "hub.crt")]  # fmt: skip
    subprocess.run(words, capture_output=True, check=True, timeout=DEADLINE_S)


def site(work: Path, *, shelf: Path, hub: str, port: int) -> str:
    """Give the shipped configuration with the places of a test."""
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    changes = {
        "/etc/ssl/schoolbox": str(work), "/var/log/nginx": str(work), "/srv/schoolbox-shelf": str(shelf),
        "127.0.0.1:8081": hub, "hub.example": "localhost", "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "listen 80": f"listen 127.0.0.1:{free_port()}",
    }  # fmt: skip
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def connections() -> tuple[str, str]:
    """Give the lines that `install.sh` has in nginx's own file: what one worker may open, and how many it serves."""
    text = (DEPLOY / "install.sh").read_text(encoding="utf-8")
    opens, serves = re.search(r"1i (worker_rlimit_nofile \d+;)", text), re.search(r"768;/\\1 (\d+);", text)
    assert opens
    assert serves
    return opens[1], f"worker_connections {serves[1]};"


@contextmanager
def nginx_front(hub_url: str, shelf: Path, work: Path) -> Iterator[str]:
    """Run nginx in front of a hub; gives its address."""
    work.mkdir(parents=True, exist_ok=True)
    make_certificate(work)
    port = free_port()
    (work / "site.conf").write_text(site(work, shelf=shelf, hub=hub_url.removeprefix("http://"), port=port))
    user = "user root;\n" if os.getuid() == 0 else ""
    temporary = "".join(f"{kind}_temp_path {work}/{kind};\n" for kind in ("client_body", "proxy"))
    limits, events = connections()
    (work / "nginx.conf").write_text(
        f"{limits}\n{user}daemon off;\npid {work}/pid;\nerror_log {work}/error.log;\nevents {{ {events} }}\n"
        f"http {{\n{temporary}include {work}/site.conf;\n}}\n"
    )
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
    program = subprocess.Popen([nginx, "-c", str(work / "nginx.conf"), "-p", str(work)], stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: program.poll() is not None or _listens(port), saying="nginx did not get ready")
        assert program.poll() is None, (work / "error.log").read_text()
        yield f"https://localhost:{port}"
    finally:
        program.terminate()
        program.wait(DEADLINE_S)


@contextmanager
def shelf_daemon(shelf: Path, work: Path, *, password: str) -> Iterator[str]:
    """Run an rsync daemon on the shipped configuration; gives the address of its module."""
    work.mkdir(parents=True, exist_ok=True)
    text = (DEPLOY / "rsyncd.conf").read_text(encoding="utf-8")
    me = "root" if os.getuid() == 0 else str(os.getuid())
    changes = {
        "uid = schoolbox-hub": f"uid = {me}", "gid = schoolbox-hub": f"gid = {os.getgid()}",
        "/srv/schoolbox-shelf": str(shelf), "/etc/schoolbox/rsyncd.secrets": str(work / "secrets"),
        "/run/rsyncd-schoolbox.lock": str(work / "lock"), "use chroot = yes": f"use chroot = {_may_chroot()}",
    }  # fmt: skip
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    (work / "rsyncd.conf").write_text(text)
    (work / "secrets").write_text(f"school:{password}\n")
    (work / "secrets").chmod(0o600)
    with Inetd(["rsync", "--daemon", f"--config={work / 'rsyncd.conf'}"], work / "rsyncd.log") as server:
        yield f"rsync://school@127.0.0.1:{server.port}/shelf"


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=45).close()
    except OSError:
        return False
    return True


def _may_chroot() -> str:
    return "yes" if os.getuid() == 0 else "no"
