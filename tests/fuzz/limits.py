"""One execution with its limits: time, memory, and nothing raised that is not documented.

Promises: time is the CPU time of the thread that runs it, so that neither a busy machine nor another thread makes a
failure; memory is what the process may take beyond what it has.

    with memory_limited():
        execute(target, b"...")
"""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.fuzz.target import Target

CPU_S_MAX = 2.0
MEMORY_BYTES_MAX = 512 * 1024 * 1024


class TooSlowError(AssertionError):
    """An input kept the program busy for longer than anybody waits."""


def warm_up(target: Target) -> None:
    """Run one input without limits: what a target stands on is made with the first."""
    with suppress(*target.allowed):
        target.run(next(iter(target.seeds())))


def execute(target: Target, data: bytes, *, cpu_s_max: float = CPU_S_MAX) -> None:
    """Run one input; what comes out of here is a finding."""
    started_s = time.thread_time()
    with suppress(*target.allowed):
        target.run(data)
    took_s = time.thread_time() - started_s
    if took_s > cpu_s_max:
        raise TooSlowError(f"{len(data)} bytes took {took_s:.1f} s")


@contextmanager
def memory_limited() -> Iterator[None]:
    """Let the process grow by no more than `MEMORY_BYTES_MAX`; what wants more gets a MemoryError."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    limit = pages * resource.getpagesize() + MEMORY_BYTES_MAX
    hard = before[1]
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
