"""The servers that are compared: ours, nginx, and Flask's `send_file` on stock waitress."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.network import Network

START_DEADLINE_S = 10.0

NGINX_CONFIG = """
daemon off;
worker_processes 1;
pid {work}/nginx.pid;
error_log {work}/error.log;
user root;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    client_body_temp_path {work}/body;
    proxy_temp_path {work}/proxy;
    fastcgi_temp_path {work}/fastcgi;
    uwsgi_temp_path {work}/uwsgi;
    scgi_temp_path {work}/scgi;
    types {{ video/mp4 mp4; }}
    server {{
        listen {port};
        location = /health {{ default_type text/plain; return 200 "ok\\n"; }}
        location /media/ {{ alias {folder}/; }}
    }}
}}
"""


@dataclass(frozen=True)
class Subject:
    """A running server: its name, where it is, and the process whose cost counts."""

    name: str
    url: str
    pid: int


@contextlib.contextmanager
def running(kind: str, *, work: Path, port: int, network: Network) -> Iterator[Subject]:
    """Start one of `ours`, `nginx` or `trap` on what `make_box` put into `work`; stop it afterwards."""
    folder = work / "files"
    command = [sys.executable, "-m", "tests.bench.serve", str(folder), network.address, str(port)]
    if kind == "ours":
        tool = str(Path(sys.executable).parent / "schoolbox")
        where = ["--host", network.address, "--port", str(port), "--announce", "no"]
        command = [tool, "--data", str(work / "box"), "serve", *where]
    if kind == "nginx":
        config = work / "nginx.conf"
        config.write_text(NGINX_CONFIG.format(work=work, port=port, folder=folder))
        command = ["nginx", "-c", str(config), "-p", str(work)]
    process = subprocess.Popen([*network.server_prefix, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://{network.address}:{port}"
    try:
        _wait_for(url, process, network)
        yield Subject(kind, url, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], network: Network) -> None:
    """Wait for the first answer, seen from the client's side."""
    deadline = time.monotonic() + START_DEADLINE_S
    script = f"import urllib.request; urllib.request.urlopen('{url}/health', timeout=2).read()"
    while time.monotonic() < deadline and process.poll() is None:
        command = [*network.client_prefix, sys.executable, "-c", script]
        if subprocess.run(command, check=False, capture_output=True).returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError(f"{url} did not start")

