"""The program behind `WeakLines`: joins TUN devices in pairs of network namespaces and loses, delays, drops packets.

After every so many outages it knows none of the connections from before, as a modem does that dialled in anew: whoever
goes on with one is told that it is over (a TCP reset, RFC 9293 section 3.10.7).

    python -m tests.simulators.weak_line_program NEAR:FAR NEAR:FAR --rate 64000 --loss 0.1 --up 5 --down 1 ...

The device is called `weak0` in each near namespace, `weak0`, `weak1`, ... in the far one.
"""

import argparse
import contextlib
import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import signal
import struct
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count

DEVICE = "weak{}"
CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
IPV4_PLAIN, PROTOCOL_TCP = 0x45, 6
SYN, RST, ACK = 0x02, 0x04, 0x10
QUEUE_PACKETS = 24
"""What a modem keeps for a line that is busy; the rest is lost, as TCP expects."""


@dataclass
class Counted:
    """What became of the packets."""

    passed: int = 0
    passed_bytes: int = 0
    lost: int = 0
    crowded_out: int = 0
    cut: int = 0
    outages: int = 0
    broken: int = 0


@dataclass
class Line:
    """One line with both directions; times are monotonic seconds."""

    words: argparse.Namespace
    counted: Counted = field(default_factory=Counted)
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    into_s: float = 0.0
    """How far it is into its up and down when it begins."""
    began_s: float = field(init=False)
    _free_s: dict[int, float] = field(default_factory=dict)
    _waiting: list[tuple[float, int, int, bytes]] = field(default_factory=list)
    _queued: dict[int, int] = field(default_factory=dict)
    _order: "count[int]" = field(default_factory=count)
    _known: set[frozenset[bytes]] = field(default_factory=set)
    _forgotten: set[frozenset[bytes]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.began_s = time.monotonic() - self.into_s

    def is_down(self, now_s: float) -> bool:
        """Whether the line is dead just now."""
        period_s = self.words.up + self.words.down
        turns, into_s = divmod(now_s - self.began_s, period_s)
        outages = int(turns) + (into_s > self.words.up)
        if outages > self.counted.outages:
            self.counted.outages = outages
            if self.words.forgets and outages % self.words.forgets == 0:
                self._forgotten |= self._known
                self._known.clear()
        return bool(into_s > self.words.up)

    def take(self, source: int, target: int, packet: bytes, now_s: float) -> None:
        """Let a packet onto the line, or lose it, or say at both ends that its connection is over."""
        if self.is_down(now_s):
            self.counted.cut += 1
        elif not self._knows(packet):
            for end, reset in ((source, reset_back(packet)), (target, reset_on(packet))):
                with contextlib.suppress(OSError):  # a device that is not up takes nothing
                    os.write(end, reset)
        elif self._queued.get(target, 0) >= QUEUE_PACKETS:
            self.counted.crowded_out += 1
        else:
            sent_s = max(now_s, self._free_s.get(target, 0.0)) + len(packet) * 8 / self.words.rate
            self._free_s[target] = sent_s
            self._queued[target] = self._queued.get(target, 0) + 1
            heapq.heappush(self._waiting, (sent_s + self.words.delay, next(self._order), target, packet))

    def _knows(self, packet: bytes) -> bool:
        """Whether a packet belongs to a connection that began since the last outage, or begins one."""
        if packet[0] != IPV4_PLAIN or packet[9] != PROTOCOL_TCP:
            return True
        connection = frozenset((packet[12:16] + packet[20:22], packet[16:20] + packet[22:24]))
        if packet[33] & SYN:
            self._known.add(connection)
        elif connection not in self._known:
            self.counted.broken += connection in self._forgotten
            self._forgotten.discard(connection)
            return False
        return True

    def deliver(self, now_s: float) -> float:
        """Hand on what has arrived; gives how long until the next one."""
        while self._waiting and self._waiting[0][0] <= now_s:
            _, _, target, packet = heapq.heappop(self._waiting)
            self._queued[target] -= 1
            if self.is_down(now_s):
                self.counted.cut += 1
            elif self.chance.random() < self.words.loss:
                self.counted.lost += 1
            else:
                self._hand_on(target, packet)
        return self._waiting[0][0] - now_s if self._waiting else 1.0

    def _hand_on(self, target: int, packet: bytes) -> None:
        """Put a packet into a device; one that is not up yet does not take it."""
        try:
            os.write(target, packet)
        except OSError:
            self.counted.cut += 1
        else:
            self.counted.passed += 1
            self.counted.passed_bytes += len(packet)


def reset_back(packet: bytes) -> bytes:
    """The answer to a TCP packet of a connection that is over."""
    seq = packet[28:32] if packet[33] & ACK else bytes(4)
    return _reset(packet[16:20], packet[12:16], packet[22:24] + packet[20:22] + seq)


def reset_on(packet: bytes) -> bytes:
    """What the other end gets in place of a TCP packet of a connection that is over."""
    return _reset(packet[12:16], packet[16:20], packet[20:28])


def _reset(source: bytes, target: bytes, ports_and_seq: bytes) -> bytes:
    """An IPv4 packet that resets a TCP connection."""
    tcp = ports_and_seq + struct.pack("!4xBBHHH", 5 << 4, RST, 0, 0, 0)
    pseudo = source + target + struct.pack("!BBH", 0, PROTOCOL_TCP, len(tcp))
    tcp = tcp[:16] + _checksum(pseudo + tcp) + tcp[18:]
    head = struct.pack("!BBHHHBBH", IPV4_PLAIN, 0, 20 + len(tcp), 0, 0, 64, PROTOCOL_TCP, 0) + source + target
    return head[:10] + _checksum(head) + head[12:] + tcp


def _checksum(data: bytes) -> bytes:
    """The sum of RFC 1071."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)


def open_tun(namespace: str, number: int) -> int:
    """Make a device in a namespace and open its end here."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/run/netns/{namespace}", "rb") as there:  # noqa: PTH123 - the descriptor is what is needed
        if libc.setns(there.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {namespace}")
    device = os.open("/dev/net/tun", os.O_RDWR)
    name = DEVICE.format(number).encode()
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name, IFF_TUN | IFF_NO_PI))
    os.set_blocking(device, False)
    return device


@dataclass(frozen=True)
class End:
    """What comes out of a device goes onto a line, to the device at the other end."""

    line: Line
    other: int


def join(words: argparse.Namespace) -> tuple[list[Line], dict[int, End]]:
    """Open every pair; each line is at another place of its up and down."""
    lines: list[Line] = []
    ends: dict[int, End] = {}
    for number, pair in enumerate(words.pairs):
        near, _, far = pair.partition(":")
        here, there = open_tun(near, 0), open_tun(far, number)
        into_s = number * 0.618 % 1.0 * (words.up + words.down)
        line = Line(words, chance=random.Random(7 + number), into_s=into_s)
        lines.append(line)
        ends |= {here: End(line, there), there: End(line, here)}
    return lines, ends


def main() -> None:
    """Join the pairs until told to stop, then say what became of the packets."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pairs", nargs="+")
    for name in ("rate", "delay", "loss", "up", "down"):
        parser.add_argument(f"--{name}", type=float, required=True)
    parser.add_argument("--forgets", type=int, required=True)
    lines, ends = join(parser.parse_args())
    stop_read, stop_write = os.pipe()
    signal.signal(signal.SIGTERM, lambda *_: os.write(stop_write, b"x"))
    ready = select.poll()
    for each in (*ends, stop_read):
        ready.register(each, select.POLLIN)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        wait_s = max(0.0, min(line.deliver(time.monotonic()) for line in lines))
        found = [source for source, _ in ready.poll(wait_s * 1000)]
        if stop_read in found:
            break
        for source in found:
            end = ends[source]
            end.line.take(source, end.other, os.read(source, 65_536), time.monotonic())
    total = Counter[str]()
    for line in lines:
        total.update(vars(line.counted))
    sys.stdout.write(f"{json.dumps(total)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
