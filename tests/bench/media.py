"""How well videos are served while pages are asked for: ours, nginx and stock waitress in the same run.

    python -m tests.bench.media                                    # starts all three itself
    python -m tests.bench.media --box-url http://127.0.0.1:8080 --box-pid 4711 --box-path /media/ab12.mp4

100 viewers read 300 KB/s each; meanwhile a page is asked for 50 times a second. Prints a table, asserts nothing about
time, takes less than 90 seconds. As root the clients sit in a network namespace of their own, with MTU 1500.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.network import LOOPBACK, Network, school_network
from tests.bench.subjects import Subject, running
from tests.bench.videos import make_box
from tests.bench.watch import Cost, watching
from tests.simulators.programs import free_port

PAGES_ALONE_S = 3.0
SINGLE_S = 3.0
TRAP_S = 6.0
TITLES = {"ours": "this box", "nginx": "nginx, 1 worker", "trap": "send_file, stock waitress", "box": "running box"}
HEADINGS = (
    "server",
    "GB",
    "CPU s/GB",
    "CPU s in all",
    "MB slowest / fastest",
    "cut off",
    "page p50 / p99 ms",
    "unanswered",
    "memory MiB",
    "temp files",
    "single MB/s",
)


@dataclass(frozen=True)
class Load:
    """How many viewers, how fast each (0: as fast as it can), how long."""

    viewers: int
    rate_bytes_s: int
    seconds: float


@dataclass(frozen=True)
class Crowd:
    """What `tests.bench.viewers` reports: the bytes each viewer got, and how many were cut off."""

    seconds: float
    body_bytes: list[int]
    gone: int


@dataclass(frozen=True)
class Pages:
    """What `tests.bench.probe` reports: how long each page took, sorted, and how many never came."""

    ms: list[float]
    unanswered: int


@dataclass(frozen=True)
class Figures:
    """What one server did."""

    name: str
    crowd: Crowd
    pages: Pages
    cost: Cost
    media_cpu_s: float
    single_bytes_s: float


def measure(subject: Subject, paths: list[str], *, load: Load, network: Network) -> Figures:
    """Ask for pages alone, put the server under load, then let one viewer alone read as fast as it can."""
    _watch(subject, paths, Load(len(paths), 0, 0.3), network)
    with watching(subject.pid) as quiet:
        alone = _ask(subject, PAGES_ALONE_S, network)
    with watching(subject.pid) as cost:
        probe = _python("probe", f"{subject.url}/health", str(load.seconds), network=network)
        crowd = _watch(subject, paths, load, network)
        pages = Pages(**json.loads(probe.communicate()[0]))
    single = _watch(subject, paths[:1], Load(1, 0, SINGLE_S), network)
    page_cpu_s = quiet.cpu_s / max(1, len(alone.ms))
    return Figures(
        name=subject.name,
        crowd=crowd,
        pages=pages,
        cost=cost,
        media_cpu_s=max(0.0, cost.cpu_s - page_cpu_s * len(pages.ms)),
        single_bytes_s=single.body_bytes[0] / single.seconds,
    )


def _ask(subject: Subject, seconds: float, network: Network) -> Pages:
    """Ask for pages for a while and return what the asker reports."""
    probe = _python("probe", f"{subject.url}/health", str(seconds), network=network)
    return Pages(**json.loads(probe.communicate()[0]))


def _watch(subject: Subject, paths: list[str], load: Load, network: Network) -> Crowd:
    """Run the viewers in their own process and return what they report."""
    arguments = (subject.url, ",".join(paths), str(load.viewers), str(load.rate_bytes_s), str(load.seconds))
    return Crowd(**json.loads(_python("viewers", *arguments, network=network).communicate()[0]))


def _python(module: str, *arguments: str, network: Network) -> subprocess.Popen[bytes]:
    """Start a module of this benchmark on the client's side."""
    command = [*network.client_prefix, sys.executable, "-m", f"tests.bench.{module}", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def _percentile(sorted_values: list[float], share: float) -> str:
    """Read a percentile off sorted values."""
    if not sorted_values:
        return "-"
    return f"{sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))]:.1f}"


def _row(figures: Figures, *, nginx: Figures | None) -> list[str]:
    """Write one server's figures, and its single stream as a part of nginx's."""
    crowd, pages, cost = figures.crowd, figures.pages, figures.cost
    gigabytes = sum(crowd.body_bytes) / 1e9
    ratio = f" ({figures.single_bytes_s / nginx.single_bytes_s:.0%})" if nginx and figures is not nginx else ""
    return [
        TITLES[figures.name],
        f"{gigabytes:.2f}",
        f"{figures.media_cpu_s / gigabytes:.2f}" if gigabytes else "-",
        f"{cost.cpu_s:.2f}",
        f"{min(crowd.body_bytes) / 1e6:.2f} / {max(crowd.body_bytes) / 1e6:.2f}",
        str(crowd.gone),
        f"{_percentile(pages.ms, 0.5)} / {_percentile(pages.ms, 0.99)}",
        str(pages.unanswered),
        f"{cost.growth_mib:+.1f} on {cost.rss_before_mib:.0f}",
        str(cost.temporary_files),
        f"{figures.single_bytes_s / 1e6:.0f}{ratio}",
    ]


def report(results: list[Figures], *, load: Load, network: Network) -> None:
    """Print the table and the facts of the machine."""
    rate = load.rate_bytes_s // 1000
    console = Console(width=180)
    table = Table(title=f"{load.viewers} viewers at {rate} KB/s for {load.seconds:.0f} s, over {network.words}")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading == "server" else "right")
    nginx = next((each for each in results if each.name == "nginx"), None)
    for each in results:
        table.add_row(*_row(each, nginx=nginx))
    console.print(table)
    console.print(f"CPU s/GB: the server's CPU time for videos, without the pages asked for meanwhile. {_machine()}")


def _machine() -> str:
    """Say on what this was measured."""
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {platform.machine()}, Linux {platform.release()}, load {load:.1f}."


def kinds() -> tuple[str, ...]:
    """List the servers that can be started on this machine."""
    if shutil.which("nginx"):
        return ("ours", "nginx", "trap")
    print("nginx is not installed, so there is nothing to compare with. Bring it with: apt install nginx")
    return ("ours", "trap")


def compare(load: Load) -> None:
    """Start each server in turn and measure it."""
    with tempfile.TemporaryDirectory() as work, school_network() as network:
        paths = make_box(Path(work))
        results = []
        for kind in kinds():
            part = load if kind != "trap" else Load(load.viewers, load.rate_bytes_s, min(load.seconds, TRAP_S))
            with running(kind, work=Path(work), port=free_port(), network=network) as subject:
                results.append(measure(subject, paths, load=part, network=network))
        report(results, load=load, network=network)


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description="Serve videos to a crowd, and print what it costs.")
    parser.add_argument("--viewers", type=int, default=100)
    parser.add_argument("--rate", type=int, default=300_000, help="bytes a second for each viewer")
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--box-url", help="measure this running box instead, over loopback")
    parser.add_argument("--box-pid", type=int, help="its process")
    parser.add_argument("--box-path", action="append", help="path of a video on it; may be given several times")
    arguments = parser.parse_args()
    load = Load(arguments.viewers, arguments.rate, arguments.seconds)
    if not arguments.box_url:
        compare(load)
    elif not (arguments.box_pid and arguments.box_path):
        parser.error("--box-url needs --box-pid and --box-path")
    else:
        box = Subject("box", arguments.box_url.rstrip("/"), arguments.box_pid)
        figures = measure(box, arguments.box_path, load=load, network=LOOPBACK)
        report([figures], load=load, network=LOOPBACK)


if __name__ == "__main__":
    main()
