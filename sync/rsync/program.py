"""Starting the program rsync: the only module that may use `sh`.

Promises: no shell reads the arguments; nothing of our environment is passed on; nothing is asked of a terminal; when
whoever watches raises, rsync and the ssh below it are gone before the error goes on.

    run_rsync(["-rt", "--", source, "meta/"], folder=folder, watch=lambda: None).code
"""

import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import sh

SAID_BYTES_MAX = 4096
LOOK_EVERY_S = 0.1
END_WITHIN_S = 3.0
NO_PROGRAM = -1
"""The code that stands for there being no rsync on this machine."""
_PATH = "/usr/local/bin:/usr/bin:/bin"
_ENVIRONMENT = {"PATH": _PATH, "LC_ALL": "C", "RSYNC_COMPRESS_LIST": "lz4 zlib"}


class Ended(msgspec.Struct, frozen=True):
    """How rsync ended: its exit code (negative for a signal), and the beginning of its complaints."""

    code: int
    said: str


def run_rsync(
    arguments: Sequence[str], *, folder: Path, watch: Callable[[], None], names: Sequence[str] = ()
) -> Ended:
    """Run rsync to its end.

    Args:
        arguments: What follows the name of the program; paths in it are relative to `folder`.
        folder: Where it works.
        watch: Called about ten times a second; what it raises ends rsync.
        names: Lines that rsync can read from its standard input.
    """
    over = threading.Event()
    complaints: list[str] = []

    def hear(line: str) -> None:
        if sum(map(len, complaints)) < SAID_BYTES_MAX:
            complaints.append(line)

    try:
        program = sh.Command("rsync", search_paths=_PATH.split(":"))
    except sh.CommandNotFound:
        return Ended(NO_PROGRAM, "rsync is not installed")
    running = program(
        *arguments, _cwd=str(folder), _env=_ENVIRONMENT, _in="".join(f"{name}\n" for name in names), _err=hear,
        _no_out=True, _tty_out=False, _bg=True, _bg_exc=False, _return_cmd=True, _new_session=True,
        _decode_errors="replace", _done=lambda *_: over.set(),
    )  # fmt: skip
    try:
        while not over.wait(LOOK_EVERY_S):
            watch()
        watch()
    finally:
        _end(running, over)
    return Ended(_code(running), "".join(complaints))


def _end(running: sh.RunningCommand, over: threading.Event) -> None:
    """See to it that rsync and what it started are gone: politely, so that it writes what it has, then not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if over.is_set():
            return
        running.signal_group(number)
        over.wait(END_WITHIN_S)


def _code(running: sh.RunningCommand) -> int:
    """Give the exit code of what has ended."""
    try:
        running.wait()
    except sh.ErrorReturnCode as exc:
        return int(exc.exit_code)
    return 0
