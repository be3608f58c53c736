"""Weak lines between hosts of a `Rig`: slow, lossy, and dead every few seconds (needs root).

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
from collections.abc import Sequence
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


class WeakLines:
    """A line from each near host to the far one, from the beginning of a `with` to its end."""

    def __init__(self, nears: Sequence[Host], far: Host, weakness: Weakness | None = None) -> None:
        self.nears = tuple(nears)
        self.far = far
        self.addresses = tuple(f"10.88.{number}.1" for number, _ in enumerate(nears))
        """Where the far host is, seen from each near one."""
        self.report: dict[str, int] = {}
        self._weakness = weakness or Weakness()
        self._program: Process | None = None

    def __enter__(self) -> Self:
        bad = self._weakness
        self._program = Process([
            sys.executable, "-m", "tests.simulators.weak_line_program",
            *(f"{near.name}:{self.far.name}" for near in self.nears),
            "--rate", str(bad.rate_bit_s), "--delay", str(bad.delay_s), "--loss", str(bad.loss),
            "--up", str(bad.up_s), "--down", str(bad.down_s), "--forgets", str(bad.forgets),
        ])  # fmt: skip
        self._program.wait_for("^ready$")
        for number, near in enumerate(self.nears):
            _plug(self.far, DEVICE.format(number), self.addresses[number])
            _plug(near, DEVICE.format(0), f"10.88.{number}.2")
        for host in (self.far, *self.nears):
            assert host.start("sh", "-c", _TCP).stop(0) == 0
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._program:
            self._program.stop(signal.SIGTERM)
            found = [line for line in self._program.lines if line.startswith("{")]
            assert found, "\n".join(["the line itself broke:", *self._program.lines])
            self.report = json.loads(found[-1])


def _plug(host: Host, device: str, address: str) -> None:
    host.ip("addr", "add", f"{address}/30", "dev", device)
    host.ip("link", "set", device, "mtu", "1500", "up")


class WeakLine(WeakLines):
    """One line."""

    address = "10.88.0.1"
    """Where the far host is, seen from the near one."""

    def __init__(self, near: Host, far: Host, weakness: Weakness | None = None) -> None:
        super().__init__((near,), far, weakness)
        self.near = near
