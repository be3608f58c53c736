"""The real programs, as processes: a box and a hub on free ports, and their one-shot commands.

    with running_box(data) as box:
        httpx.get(f"{box.url}/health")
        box.kill()
"""

import contextlib
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

from tests.simulators.waiting import eventually
from tests.simulators.warm_programs import run_warm

TOOLS = Path(sys.executable).parent
ROOT = Path(__file__).parents[2]
PORTS = range(20_000, 32_000)
"""Below those that Linux gives to whoever asks for any (`ip_local_port_range`)."""
STOPPED_S = 0.09
_given = itertools.count(os.getpid() * 50)  # processes that run at once begin at different ones


def environment() -> dict[str, str]:
    """This machine's environment without settings of another box."""
    return {key: value for key, value in os.environ.items() if not key.startswith("SCHOOLBOX_")}


def program_of(name: str) -> str:
    """Where one of our programs is: a host of a network rig looks for it nowhere."""
    program = shutil.which(name, path=str(TOOLS))
    assert program
    return program


def command(*words: str | Path, said: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return run_warm([str(word) for word in words], environment=environment(), folder=ROOT, said=said)


@dataclass
class Program:
    """A running program; what it printed is in `lines`."""

    process: "subprocess.Popen[str]"
    url: str = ""
    port: int = 0
    lines: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    _readers: list[threading.Thread] = field(default_factory=list)

    @classmethod
    def start(cls, words: Sequence[str | Path]) -> "Program":
        """Start it; two threads read what it says."""
        tool, *arguments = map(str, words)
        process = subprocess.Popen(
            [str(TOOLS / tool), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=environment(), cwd=ROOT, start_new_session=True,
        )  # fmt: skip
        program = cls(process)
        for stream, lines in ((process.stdout, program.lines), (process.stderr, program.log)):
            assert stream is not None
            reader = threading.Thread(target=_read, args=(stream, lines), daemon=True)
            reader.start()
            program._readers.append(reader)
        return program

    @contextlib.contextmanager
    def slowed(self) -> Iterator[None]:
        """Let it run a tenth of the time: on a small box everything takes longer, so more of it can be seen."""
        is_over = threading.Event()

        def slow() -> None:
            while not is_over.is_set() and self.process.poll() is None:
                self.process.send_signal(signal.SIGSTOP)
                is_over.wait(STOPPED_S)
                self.process.send_signal(signal.SIGCONT)
                is_over.wait(STOPPED_S / 9)

        slower = threading.Thread(target=slow, daemon=True)
        slower.start()
        try:
            yield
        finally:
            is_over.set()
            slower.join()

    def kill(self) -> None:
        """`kill -9`, as when somebody pulls the plug of the program alone."""
        self.process.send_signal(signal.SIGKILL)
        self._wait(60)

    def stop(self, number: int = signal.SIGTERM, *, within_s: float = 60.0) -> int:
        """Ask it to stop and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self._wait(within_s)

    def end(self) -> None:
        """Make sure that it is gone, however the test ended."""
        if self.process.poll() is None:
            self.kill()
        self._wait(60)

    def _wait(self, within_s: float) -> int:
        """Wait for its end, and for its last words."""
        code = self.process.wait(within_s)
        for reader in self._readers:
            reader.join(within_s)
        return code

    def said(self) -> str:
        """What it wrote so far."""
        return "\n".join([*self.lines, *self.log])


def _read(stream: IO[str], lines: list[str]) -> None:
    """Keep what a program says until it is gone."""
    with stream:
        for line in stream:
            lines.append(line.rstrip("\n"))


def free_port() -> int:
    """A port that nobody has just now, nor gets by chance before it is used: those for connections are higher."""
    while True:
        port = PORTS[next(_given) % len(PORTS)]
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def start_box(data: Path, *words: str) -> Program:
    """Start a box on a free port and wait until it is ready."""
    where = ("--host", "127.0.0.1", "--port", "0", "--announce", "no")
    return ready(Program.start(["schoolbox", "--data", data, "--json", "serve", *where, *words]))


def ready(box: Program) -> Program:
    """Wait until a box that was started is ready."""
    try:
        eventually(lambda: box.lines or box.process.poll() is not None, saying="the box did not get ready")
        assert box.lines, box.said()
        ready = json.loads(box.lines[0])
    except AssertionError:
        box.end()
        raise
    box.port = ready["port"]
    box.url = f"http://127.0.0.1:{box.port}"
    return box


@contextlib.contextmanager
def running_box(data: Path, *words: str) -> Iterator[Program]:
    """A box for as long as the block runs."""
    box = start_box(data, *words)
    try:
        yield box
    finally:
        box.end()


@dataclass
class HubProcess:
    """A hub with its data folder; it can be stopped and started on the same port."""

    data: Path
    port: int = 0
    program: Program | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        """Start it, on the same port as before if there was one, and wait until it listens."""
        program = self.program = Program.start(
            ["schoolbox-hub", "serve", "--data", self.data, "--host", "127.0.0.1", "--port", str(self.port)]
        )
        eventually(lambda: program.lines or program.process.poll() is not None, saying="the hub did not get ready")
        assert program.lines, program.said()
        self.port = int(program.lines[0].rpartition(":")[2])
        return self

    def stop(self) -> None:
        """Stop it as systemd does."""
        if self.program is not None:
            assert self.program.stop() == 0, self.program.said()

    def kill(self) -> None:
        """Make sure that it is gone, as when the power fails."""
        if self.program is not None:
            self.program.end()


@contextlib.contextmanager
def running_hub(folder: Path) -> Iterator[HubProcess]:
    """A new hub for as long as the block runs."""
    folder.mkdir(parents=True, exist_ok=True)
    password = folder / "password"
    password.write_text("mali-lumi-guri-7\n")
    hub = HubProcess(folder / "hub")
    made = command("schoolbox-hub", "init", hub.data, "--admin", "drita", "--password-file", password)
    assert made.returncode == 0, made.stderr
    hub.start()
    try:
        yield hub
    finally:
        hub.kill()
