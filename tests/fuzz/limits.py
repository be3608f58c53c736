"""One execution with its limits: time, memory, and nothing raised that is not documented.

Promises: time is this process's own CPU time, so that a busy machine makes no failure; memory is what the process may
take beyond what it has.

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


def execute(target: Target, data: bytes) -> None:
    """Run one input; what comes out of here is a finding."""
    started_s = time.process_time()
    with suppress(*target.allowed):
        target.run(data)
    took_s = time.process_time() - started_s
    if took_s > CPU_S_MAX:
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
