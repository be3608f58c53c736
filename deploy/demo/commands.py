"""Runs our own commands as a person would, and the two servers beside them."""

import ctypes
import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

TOOLS = Path(sys.executable).parent
START_WITHIN_S = 60.0


class DemoError(Exception):
    """The demo cannot go on; the text says what to do."""


def run(*words: str | Path, quiet: bool = True) -> str:
    """Run one of our commands to its end and return what it printed.

    Raises:
        DemoError: It did not end well; what it said is repeated.
    """
    tool, *arguments = map(str, words)
    done = subprocess.run([str(TOOLS / tool), *arguments], capture_output=quiet, text=True, check=False, env=_clean())
    if done.returncode:
        said = (done.stderr or "").strip()
        raise DemoError(f"{tool} {' '.join(arguments)}\nended with {done.returncode}: {said}")
    return done.stdout or ""


def run_json(*words: str | Path) -> Mapping[str, object]:
    """Run one of our commands with `--json` and return its answer."""
    answer = json.loads(run(*words, "--json"))
    if not isinstance(answer, dict):
        raise DemoError(f"{words[0]} answered something unexpected")
    return answer


class Server:
    """One of the two servers, started here and stopped here."""

    def __init__(self, name: str, *words: str | Path, log: Path, settings: Mapping[str, str] | None = None) -> None:
        self.name = name
        self._log_path = log
        tool, *arguments = map(str, words)
        self.words = shlex.join([str(TOOLS / tool), *arguments])
        self._log = log.open("ab")
        self._process = subprocess.Popen(
            [str(TOOLS / tool), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            env={**_clean(), **(settings or {})},
            start_new_session=True,  # Ctrl-C reaches the demo, which stops both in order
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - no thread runs yet; no server outlives a killed demo
        )

    def wait_until_it_answers(self, url: str) -> None:
        """Wait for the first good answer.

        Raises:
            DemoError: It stopped, or did not answer in time.
        """
        until = time.monotonic() + START_WITHIN_S
        while time.monotonic() < until:
            self.check()
            try:
                if httpx.get(url, timeout=2, trust_env=False).status_code == 200:
                    return
            except httpx.TransportError:
                threading.Event().wait(0.05)
        raise DemoError(f"The {self.name} did not answer at {url} within {START_WITHIN_S:.0f} s.\n{self.last_words()}")

    def alive(self) -> bool:
        """Whether it is still running."""
        return self._process.poll() is None

    def check(self) -> None:
        """See that it still runs.

        Raises:
            DemoError: It stopped by itself.
        """
        if not self.alive():
            raise DemoError(f"The {self.name} stopped by itself. Its last words:\n{self.last_words()}")

    def last_words(self) -> str:
        """The end of its log."""
        return "\n".join(self._log_path.read_text(errors="replace").splitlines()[-12:])

    def stop(self) -> None:
        """Ask it to stop, and insist after a while."""
        if self.alive():
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._log.close()


def once(done: Path, work: Callable[[], None]) -> None:
    """Do a step unless its result stands there already."""
    if not done.exists():
        work()


def _end_with_parent() -> None:
    """Have the kernel end this process when its parent dies. Source: prctl(2), PR_SET_PDEATHSIG."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _clean() -> dict[str, str]:
    """The environment without settings of another box or hub that may live on this machine."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("SCHOOLBOX_", "MAKE", "MFLAGS"))}
