"""A weak line between two hosts of a `Rig`: slow, lossy, and dead every few seconds (needs root).

It is a real network for real programs: packets go through a process of ours that is a bad modem. It lies in losing
packets one by one, where a real line also loses them in bursts, and in repairing nothing.

    with Rig() as rig, WeakLine(rig.host(), rig.host()) as line:
        line.far.start("rsync", "--daemon", ...)          # at line.address
        line.near.start("python", "-m", "...")
    print(line.report)
"""

import json
import signal
import sys
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.simulators.network import Host, Process
from tests.simulators.weak_line_program import DEVICE

_TCP = "cd /proc/sys/net/ipv4 && echo reno > tcp_congestion_control && echo 1 > tcp_thin_linear_timeouts"
"""The plainest congestion control, which every kernel allows in a namespace, whatever this machine is tuned to. Linear
timeouts keep a few losses in a row from doubling into minutes of silence: that happens on such a line, but teaches
nothing here."""


@dataclass(frozen=True)
class Weakness:
    """How bad it is; the default is what a village school may have on a bad day.

    After each `forgets`-th time that it was dead, every connection is over; 0 for never.
    """

    rate_bit_s: int = 64_000
    delay_s: float = 0.05
    loss: float = 0.10
    up_s: float = 6.0
    down_s: float = 0.7
    forgets: int = 0


class WeakLine:
    """The line, from the beginning of a `with` to its end."""

    address = "10.88.0.1"
    """Where the far host is, seen from the near one."""

    def __init__(self, near: Host, far: Host, weakness: Weakness | None = None) -> None:
        self.near = near
        self.far = far
        self.report: dict[str, int] = {}
        self._weakness = weakness or Weakness()
        self._program: Process | None = None

    def __enter__(self) -> Self:
        bad = self._weakness
        self._program = Process([
            sys.executable, "-m", "tests.simulators.weak_line_program", self.near.name, self.far.name,
            "--rate", str(bad.rate_bit_s), "--delay", str(bad.delay_s), "--loss", str(bad.loss),
            "--up", str(bad.up_s), "--down", str(bad.down_s), "--forgets", str(bad.forgets),
        ])  # fmt: skip
        self._program.wait_for("^ready$")
        for host, own in ((self.far, self.address), (self.near, "10.88.0.2")):
            host.ip("addr", "add", f"{own}/30", "dev", DEVICE)
            host.ip("link", "set", DEVICE, "mtu", "1500", "up")
            assert host.start("sh", "-c", _TCP).stop(0) == 0
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._program:
            self._program.stop(signal.SIGTERM)
            found = [line for line in self._program.lines if line.startswith("{")]
            assert found, "\n".join(["the line itself broke:", *self._program.lines])
            self.report = json.loads(found[-1])
