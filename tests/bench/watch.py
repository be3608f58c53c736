"""What a running server costs, read from /proc: CPU time, memory, temporary files."""

import contextlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SAMPLE_S = 0.2


@dataclass
class Cost:
    """What was used between start and end; memory and files are the most that was seen."""

    cpu_s: float = 0.0
    rss_before_mib: float = 0.0
    rss_most_mib: float = 0.0
    temporary_files: int = 0

    @property
    def growth_mib(self) -> float:
        """By how much memory grew."""
        return self.rss_most_mib - self.rss_before_mib


def family(pid: int) -> list[int]:
    """List a process and all that descend from it."""
    found = [pid]
    for each in found:
        with contextlib.suppress(OSError):
            children = " ".join(path.read_text() for path in Path(f"/proc/{each}/task").glob("*/children"))
            found += [int(child) for child in children.split()]
    return found


def cpu_s(pid: int) -> float:
    """Sum up the time all threads of these processes were on a CPU, in seconds."""
    total = 0
    for each in family(pid):
        for thread in Path(f"/proc/{each}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):
                total += int(thread.read_text().split()[0])
    return total / 1e9


def rss_mib(pid: int) -> float:
    """Sum up what these processes hold in memory; what several share counts for each."""
    pages = sum(int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in family(pid))
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def temporary_files(pid: int) -> int:
    """Count open files that have no name, or one in a folder for temporary files."""
    count = 0
    for each in family(pid):
        for link in Path(f"/proc/{each}/fd").iterdir():
            with contextlib.suppress(OSError):
                target = str(link.readlink())
                count += target.endswith("(deleted)") or "client_body_temp" in target or "proxy_temp" in target
    return count


@contextlib.contextmanager
def watching(pid: int) -> Iterator[Cost]:
    """Measure what a server uses while the block runs."""
    cost = Cost(rss_before_mib=rss_mib(pid))
    before = cpu_s(pid)
    done = threading.Event()

    def sample() -> None:
        while not done.wait(SAMPLE_S):
            cost.rss_most_mib = max(cost.rss_most_mib, rss_mib(pid))
            cost.temporary_files = max(cost.temporary_files, temporary_files(pid))

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        yield cost
    finally:
        done.set()
        sampler.join()
        cost.cpu_s = cpu_s(pid) - before
