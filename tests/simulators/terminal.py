"""A person at a terminal: starts one of our programs on a real pseudo-terminal and types when asked.

    typed(("content-packs", "key", "new", "k"), [("New passphrase", "..."), ("again", "...")])
"""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

TOOLS = Path(sys.executable).parent
WITHIN_S = 60.0


def typed(words: Sequence[str | Path], answers: Sequence[tuple[str, str]]) -> tuple[int, str]:
    """Run a program at a terminal, wait for each question, type the answer; give the exit code and what was shown."""
    tool, *arguments = map(str, words)
    ours, theirs = pty.openpty()
    command = ["setsid", "--ctty", "--wait", str(TOOLS / tool), *arguments]
    program = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown, waiting = "", list(answers)
    until = time.monotonic() + WITHIN_S
    try:
        while time.monotonic() < until:
            if not select.select([ours], [], [], 1)[0]:
                continue
            try:
                shown += os.read(ours, 4096).decode(errors="replace")
            except OSError:  # the program has ended and closed its side
                break
            if waiting and waiting[0][0] in shown:
                os.write(ours, f"{waiting.pop(0)[1]}\n".encode())
        return program.wait(WITHIN_S), shown
    finally:
        os.close(ours)
        program.kill()
        program.wait()
