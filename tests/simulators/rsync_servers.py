"""Real rsync daemons and real ssh servers, one program for each connection, on a port the system chooses.

    with rsync_daemon(folder, work) as server:
        server.address     # rsync://127.0.0.1:40001/packs
    with CuttingLine(server.port, after_bytes=50_000) as line: ...
"""

import contextlib
import getpass
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sync.rsync import Access
from tests.simulators.waiting import DEADLINE_S

MODULE = "packs"


class Inetd:
    """Answers each connection with a program of its own, whose input and output are the connection."""

    def __init__(self, command: Sequence[str], log: Path) -> None:
        self._command = command
        self._log = log
        self._programs: list[subprocess.Popen[bytes]] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def stop(self) -> None:
        """Be gone, with everything that was started."""
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._thread.join(DEADLINE_S)
        self._door.close()
        for program in self._programs:
            program.kill()
            program.wait(DEADLINE_S)
        self._programs.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._door.accept()
            except OSError:
                return
            with connection, self._log.open("ab") as log:
                ends = connection.fileno()
                self._programs.append(subprocess.Popen(self._command, stdin=ends, stdout=ends, stderr=log))


@contextmanager
def rsync_daemon(
    folder: Path, work: Path, *, settings: str = "", kb_per_s: int = 0
) -> Iterator[tuple[str, Inetd]]:
    """Serve a folder as a module of a daemon, no faster than asked (0: as fast as can be); gives address and server."""
    work.mkdir(parents=True, exist_ok=True)
    config = work / "rsyncd.conf"
    module = f"[{MODULE}]\npath = {folder}\nread only = yes\n{settings}\n"
    config.write_text(f"use chroot = no\nlog file = /dev/null\n{module}")
    with Inetd(["rsync", "--daemon", f"--bwlimit={kb_per_s}", f"--config={config}"], work / "rsyncd.log") as server:
        yield f"rsync://127.0.0.1:{server.port}/{MODULE}", server


@contextmanager
def ssh_server(work: Path) -> Iterator[tuple[Access, Inetd]]:
    """Serve ssh with throw-away keys; gives what opens it and the server."""
    work.mkdir(parents=True, exist_ok=True)
    Path("/run/sshd").mkdir(exist_ok=True)
    for name in ("host", "box"):
        key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(work / name)]
        subprocess.run(key, check=True, timeout=DEADLINE_S)
    config = work / "sshd_config"
    config.write_text(
        f"HostKey {work / 'host'}\nAuthorizedKeysFile {work / 'box.pub'}\nStrictModes no\nUsePAM no\nPidFile none\n"
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"
    )
    with Inetd(["/usr/sbin/sshd", "-i", "-e", "-f", str(config)], work / "sshd.log") as server:
        public = (work / "host.pub").read_text().split()[:2]
        (work / "known").write_text(f"[127.0.0.1]:{server.port} {' '.join(public)}\n")
        yield Access(key_file=work / "box", known_hosts=work / "known", ssh_port=server.port), server


def ssh_address(folder: Path) -> str:
    """Write how a folder of this machine is reached."""
    return f"{getpass.getuser()}@127.0.0.1:{folder}"


class CuttingLine:
    """A line to a port of this machine that breaks each connection after so many bytes from the server."""

    def __init__(self, port: int, *, after_bytes: int) -> None:
        self._to = port
        self._after_bytes = after_bytes
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self.connections = 0
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close_after(self, after_bytes: int) -> None:
        """Break earlier or later from now on."""
        self._after_bytes = after_bytes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._thread.join(DEADLINE_S)
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            self.connections += 1
            with near, socket.create_connection(("127.0.0.1", self._to)) as far:
                outward = threading.Thread(target=self._carry, args=(near, far, None))
                outward.start()
                self._carry(far, near, self._after_bytes)
                for each in (near, far):
                    with contextlib.suppress(OSError):
                        each.shutdown(socket.SHUT_RDWR)
                outward.join(DEADLINE_S)

    @staticmethod
    def _carry(source: socket.socket, target: socket.socket, left: int | None) -> None:
        """Carry bytes to the end, or until enough are."""
        with contextlib.suppress(OSError):
            while left is None or left > 0:
                piece = source.recv(1400 if left is None else min(1400, left))
                if not piece:
                    break
                target.sendall(piece)
                left = left if left is None else left - len(piece)
            target.shutdown(socket.SHUT_WR)
