"""A person at a terminal: starts one of our programs on a real pseudo-terminal and types when asked.

    typed(("content-packs", "key", "new", "k"), [("New passphrase", "..."), ("again", "...")])
"""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
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


def typed_always(
    words: Sequence[str], questions: Sequence[str], answer: str, *, folder: Path, environment: Mapping[str, str]
) -> tuple[int, str]:
    """Run a program at a terminal in a folder, and type one answer to every question of a kind."""
    ours, theirs = pty.openpty()
    command = ["setsid", "--ctty", "--wait", *words]
    program = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=dict(environment))
    os.close(theirs)
    shown, seen = "", 0
    until = time.monotonic() + 10 * WITHIN_S
    try:
        while time.monotonic() < until:
            if not select.select([ours], [], [], 1)[0]:
                continue
            try:
                shown += os.read(ours, 4096).decode(errors="replace")
            except OSError:  # the program has ended and closed its side
                break
            if any(question in shown[seen:] for question in questions) and shown.endswith(": "):
                seen = len(shown)
                os.write(ours, f"{answer}\n".encode())
        return program.wait(WITHIN_S), shown.replace("\r\n", "\n")
    finally:
        os.close(ours)
        program.kill()
        program.wait()
