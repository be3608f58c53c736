"""Our commands without the start of Python: a process that has loaded them forks itself for each one.

A command is a process of its own with its own arguments, surroundings, output and exit code, as from a terminal; only
what it would import is there already, which costs a test more than what it looks at. Long-running programs and those of
the guides are started cold, as the scripts that pip installs (see `programs`, `terminal`).

    run_warm(["schoolbox", "--data", "d", "pack", "list"], environment={}, folder=Path()).returncode
"""

import atexit
import contextlib
import gc
import importlib
import io
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import IO

WITHIN_S = 90
ROOT = Path(__file__).parents[2]
OURS = ("schoolbox.", "sync.", "content_packs.")
PRELOADED = (
    "schoolbox.cli", "content_packs.cli", "schoolbox.wiring", "schoolbox.services", "content_packs.export",
    "content_packs.contents", "sync.hub.cli",
)  # fmt: skip


def run_warm(
    words: Sequence[str], *, environment: Mapping[str, str], folder: Path, said: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; `said` is what stands on its standard input.

    Raises:
        TimeoutError: It took longer than anybody waits.
    """
    with contextlib.ExitStack() as stack:
        given, out, err = files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        given.write((said or "").encode())
        given.seek(0)
        line = stack.enter_context(socket.socket(socket.AF_UNIX))
        line.settimeout(WITHIN_S)
        line.connect(_address(os.getpid()))
        asked = json.dumps({"words": list(words), "environment": dict(environment), "folder": str(folder)}).encode()
        socket.send_fds(line, [len(asked).to_bytes(4, "big")], [file.fileno() for file in files])
        line.sendall(asked)
        code = json.loads(line.recv(100) or b"null")
        assert code is not None, f"{words} left no exit code"
        return subprocess.CompletedProcess(list(words), code, _text(out), _text(err))


@cache
def _address(pid: int) -> str:
    """Start the process that forks, once for each process that asks; it ends with it."""
    address = f"\0schoolbox-warm-{pid}"
    read, write = os.pipe()
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen(16)
    fds = (read, listening.fileno())
    words = [sys.executable, "-m", "tests.simulators.warm_programs", *map(str, fds)]
    process = subprocess.Popen(words, pass_fds=fds, cwd=ROOT)
    os.close(read)
    listening.close()

    def end() -> None:
        os.close(write)
        process.wait(WITHIN_S)

    atexit.register(end)
    return address


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def main() -> None:
    """Wait for commands until whoever asks is gone."""
    alive, listening = int(sys.argv[1]), socket.socket(fileno=int(sys.argv[2]))
    ours = [script for script in entry_points(group="console_scripts") if script.module.startswith(OURS)]
    programs = {script.name: script.load() for script in ours}
    for name in PRELOADED:
        package = importlib.import_module(name)
        for module in pkgutil.iter_modules(getattr(package, "__path__", ())):
            importlib.import_module(f"{name}.{module.name}")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()  # what is loaded stays shared
    while listening.fileno() in select.select([listening.fileno(), alive], [], [])[0]:
        line, _ = listening.accept()
        if not os.fork():
            listening.close()
            _watch(line, programs)
        line.close()


def _watch(line: socket.socket, programs: Mapping[str, Callable[[], int]]) -> None:
    """Fork once more, wait for that and tell the exit code; whoever leaves here is the command."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    head, fds, _, _ = socket.recv_fds(line, 4, 3)
    asked = json.loads(_read(line, int.from_bytes(head, "big")))
    pid = os.fork()
    if pid:
        line.sendall(json.dumps(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())
        os._exit(0)
    line.close()
    for number, fd in enumerate(fds):
        os.dup2(fd, number)
        os.close(fd)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    sys.argv = asked["words"]
    sys.stdin = io.TextIOWrapper(open(0, "rb", closefd=False), encoding="utf-8")  # noqa: SIM115 - for good
    sys.stdout = io.TextIOWrapper(open(1, "wb", closefd=False), encoding="utf-8")  # noqa: SIM115
    sys.stderr = io.TextIOWrapper(open(2, "wb", closefd=False), encoding="utf-8", line_buffering=True)  # noqa: SIM115
    code = 1
    try:
        code = programs[sys.argv[0]]()
    except SystemExit as exc:
        code = exc.code if isinstance(exc.code, int) else 0 if exc.code is None else 1
    except BaseException:  # noqa: BLE001 - as Python does
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # without taking all the modules down again


def _read(line: socket.socket, length: int) -> bytes:
    with line.makefile("rb") as file:
        return file.read(length)


if __name__ == "__main__":
    main()
