"""Local networks full of strangers: hosts in network namespaces on a switch, with avahi for the ones that are not ours.

Promises: real kernels, real packets, nothing of it visible outside; namespaces are unique per test and gone afterwards,
with everything that ran in them. Lies: a cable never loses a packet, and IPv6 addresses are usable at once.

    with Rig() as rig:
        lan, box = rig.lan(), rig.host()
        lan.plug(box, "10.7.0.1/24")
        box.start("sleep", "60")
"""

import ctypes
import itertools
import os
import re
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.simulators.waiting import DEADLINE_S, eventually

_CLONE_NEWNET = 0x40000000
"""Source: linux/sched.h, for setns(2)."""
_COUNTER = itertools.count()
_OURS = re.compile(r"^sbx(\d+)n\d+")

_AVAHI = """
cut -d " " -f 1,2 /proc/mounts | sed -n 's/^.dev.loop[0-9]* //p' | xargs -r umount -l
mount -t tmpfs tmpfs /run && mkdir -p /run/dbus /run/avahi-daemon && hostname "$1"
cat > /run/dbus.conf <<END
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth><policy context="default">
<allow user="*"/><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
END
cat > /run/avahi.conf <<END
[server]
host-name=$1
use-ipv4=yes
use-ipv6=$2
[publish]
publish-hinfo=no
publish-workstation=no
END
dbus-daemon --config-file=/run/dbus.conf --fork --nopidfile
exec avahi-daemon -f /run/avahi.conf --no-drop-root --no-rlimits --no-chroot --debug
"""
"""First it lets go of its copies of the disks of other tests, which could not be mounted anew as long as it lives."""


class Process:
    """A program in a namespace; its output is kept line by line and can be waited for."""

    def __init__(self, command: list[str]) -> None:
        self.lines: list[str] = []
        self._news = threading.Condition()
        self._popen = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def is_running(self) -> bool:
        return self._popen.poll() is None

    def wait_for(self, pattern: str, *, since: int = 0, within_s: float = DEADLINE_S) -> re.Match[str]:
        """Wait for a line after the first `since` lines that holds a pattern.

        Raises:
            AssertionError: It did not come; the message shows what came instead.
        """
        end_s = time.monotonic() + within_s
        with self._news:
            while True:
                for line in self.lines[since:]:
                    if found := re.search(pattern, line):
                        return found
                left_s = end_s - time.monotonic()
                assert left_s > 0, f"no {pattern!r} in:\n" + "\n".join(self.lines)
                self._news.wait(left_s)

    def has_line(self, text: str) -> bool:
        """Say whether some line so far holds a text."""
        return any(text in line for line in self.lines)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, or with 0 none, and wait for the end; gives the exit code."""
        if self.is_running:
            os.kill(self.pid, number)
        code = self._popen.wait(DEADLINE_S)
        self._reader.join(DEADLINE_S)
        if self._popen.stdout:
            self._popen.stdout.close()
        return code

    def _read(self) -> None:
        assert self._popen.stdout is not None
        for line in self._popen.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()


@dataclass(frozen=True)
class Service:
    """A service as avahi-browse resolved it."""

    instance: str
    type: str
    host: str
    address: str
    port: int
    texts: frozenset[str]


class Avahi:
    """An avahi-daemon with its own D-Bus, and its clients."""

    def __init__(self, host: "Host", name: str, *, v6: bool) -> None:
        enter = ["nsenter", f"--net=/run/netns/{host.name}", "unshare", "--mount", "--uts", "--pid", "--mount-proc"]
        keep = ["--fork", "--kill-child", "--propagation", "private", "sh", "-c", _AVAHI, "avahi"]
        self._host = host
        self.process = host.adopt(Process([*enter, *keep, name, "yes" if v6 else "no"]))

    def wait_for_name(self) -> str:
        """Wait until it holds a host name, and say which."""
        return str(self.process.wait_for(r"Server startup complete\. Host name is (\S+)\. ")[1])

    def resolve(self, name: str, *, family: int = 4) -> str:
        """Ask for an address; empty if nobody answered."""
        said = self._client("avahi-resolve", f"-{family}", "-n", name).split()
        return said[1] if len(said) == 2 and said[0] == name else ""

    def browse(self, type_: str) -> set[Service]:
        """Ask for all services of a type, with their details."""
        lines = [line.split(";") for line in self._client("avahi-browse", "-rtp", type_).splitlines()]
        return {
            Service(
                instance=_unescaped(line[3]),
                type=line[4],
                host=line[6],
                address=line[7],
                port=int(line[8]),
                texts=frozenset(_unescaped(text) for text in re.findall(r'"([^"]*)"', line[9])),
            )
            for line in lines
            if line[0] == "="
        }

    def browse_until_any(self, type_: str) -> set[Service]:
        """Ask until somebody answers."""
        found: list[set[Service]] = []

        def answered() -> bool:
            found[:] = [self.browse(type_)]
            return bool(found[0])

        eventually(answered)
        return found[0]

    def watch(self, type_: str) -> Process:
        """Start to list what comes (`+`) and goes (`-`)."""
        return self._host.adopt(Process([*self._enter(), "avahi-browse", "-p", "--no-db-lookup", type_]))

    def _client(self, *command: str) -> str:
        done = subprocess.run(
            [*self._enter(), *command], capture_output=True, text=True, check=False, timeout=DEADLINE_S
        )
        return done.stdout

    def _enter(self) -> list[str]:
        """Give the command that enters the daemon's namespaces: those of the one child of `unshare`."""
        pid = self.process.pid
        children: list[str] = []

        def has_child() -> bool:
            children[:] = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            return bool(children)

        eventually(has_child)
        return ["nsenter", "-t", children[0], "--mount", "--uts", "--net"]


@dataclass
class Host:
    """A machine of its own, as far as the network goes."""

    name: str
    _processes: list[Process] = field(default_factory=list)

    def ip(self, *arguments: str) -> str:
        """Run `ip` on this host."""
        return _run("ip", "-n", self.name, *arguments)

    def start(self, *command: str) -> Process:
        """Start a program on this host."""
        return self.adopt(Process(["nsenter", f"--net=/run/netns/{self.name}", *command]))

    def enter(self) -> None:
        """Move the thread that calls this, and the threads it starts from now on, onto this host."""
        with Path("/run/netns", self.name).open("rb") as namespace:
            assert ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), _CLONE_NEWNET) == 0

    def avahi(self, name: str, *, v6: bool = True) -> Avahi:
        """Start an avahi-daemon on this host, and wait until it holds a name; it may hear on IPv4 alone."""
        daemon = Avahi(self, name, v6=v6)
        daemon.wait_for_name()
        return daemon

    def adopt(self, process: Process) -> Process:
        """End a process together with this host."""
        self._processes.append(process)
        return process

    def remove(self) -> None:
        """End everything here and take the host away."""
        for process in self._processes:
            process.stop(signal.SIGKILL)
        _run("ip", "netns", "delete", self.name)


class Lan:
    """A switch that never learns who wants which multicast."""

    def __init__(self, switch: Host) -> None:
        self.switch = switch
        self._ports = itertools.count()
        switch.ip("link", "add", "br0", "type", "bridge", "mcast_snooping", "0", "forward_delay", "0")
        switch.ip("link", "set", "br0", "up")

    def plug(self, host: Host, *addresses: str, device: str = "eth0") -> None:
        """Connect a host by a new cable and give it addresses."""
        port = f"p{next(self._ports)}"
        self.switch.ip("link", "add", port, "type", "veth", "peer", "name", device, "netns", host.name)
        self.switch.ip("link", "set", port, "master", "br0", "up")
        host.ip("link", "set", device, "up")
        for address in addresses:
            host.ip("addr", "add", address, "dev", device)

    def join(self, other: "Lan") -> None:
        """Connect this switch and another one by a cable; wait until both ports carry, which takes a second."""
        far, near = f"p{next(other._ports)}", f"p{next(self._ports)}"
        self.switch.ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", other.switch.name)
        other.switch.ip("link", "set", far, "master", "br0", "up")
        self.switch.ip("link", "set", near, "master", "br0", "up")
        eventually(lambda: "state forwarding" in self.switch.ip("-d", "link", "show", near))
        eventually(lambda: "state forwarding" in other.switch.ip("-d", "link", "show", far))


class Rig:
    """All hosts and switches of one test."""

    def __init__(self) -> None:
        self._hosts: list[Host] = []

    def __enter__(self) -> Self:
        _sweep()
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        while self._hosts:
            self._hosts.pop().remove()

    def host(self) -> Host:
        """Make a host that is connected to nothing."""
        name = f"sbx{os.getpid()}n{next(_COUNTER)}"
        _run("ip", "netns", "add", name)
        host = Host(name)
        self._hosts.append(host)
        # An address that is still being checked for duplicates would make every test two seconds longer.
        off = "for scope in all default; do echo 0 > /proc/sys/net/ipv6/conf/$scope/accept_dad; done"
        _run("nsenter", f"--net=/run/netns/{name}", "sh", "-c", off)
        host.ip("link", "set", "lo", "up")
        return host

    def lan(self) -> Lan:
        """Make a switch."""
        return Lan(self.host())


def _sweep() -> None:
    """Take away what test runs left behind that were killed."""
    for line in _run("ip", "netns", "list").splitlines():
        found = _OURS.match(line)
        if found and not Path(f"/proc/{found[1]}").exists():
            subprocess.run(["ip", "netns", "delete", line.split()[0]], check=False, capture_output=True)


def _run(*command: str) -> str:
    """Run a command that must work."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=DEADLINE_S)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout


def _unescaped(text: str) -> str:
    """Read avahi's decimal escapes as UTF-8."""
    parts = re.sub(rb"\\(\d{3})", lambda found: bytes([int(found[1])]), text.encode())
    return re.sub(rb"\\(.)", rb"\1", parts).decode()
