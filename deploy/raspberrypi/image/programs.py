"""The one place that starts programs. Every one runs without the caller's locale, time zone or random seeds."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from deploy.raspberrypi.image.errors import ImageError

STEADY = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0"}
SYSTEM_PATHS = "/usr/sbin:/sbin"


def run(  # what a program is given, each by name
    *words: str | Path,
    given: bytes | None = None,
    extra: Mapping[str, str] | None = None,
    folder: Path | None = None,
    into: IO[bytes] | None = None,
) -> str:
    """Run a program to its end; return what it printed.

    Raises:
        ImageError: It is not installed, or it failed; with the last lines it said.
    """
    environment = {**os.environ, **STEADY, **(extra or {})}
    environment["PATH"] = f"{environment['PATH']}:{SYSTEM_PATHS}"
    name = str(words[0])
    if shutil.which(name, path=environment["PATH"]) is None:
        raise ImageError(
            f"The program {name} is missing. Install what the build needs: deploy/raspberrypi/image/tools.sh"
        )
    ended = subprocess.run(
        [str(word) for word in words],
        input=given,
        env=environment,
        cwd=folder,
        check=False,
        stdout=into if into is not None else subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    if ended.returncode != 0:
        said = (ended.stdout or b"") + ended.stderr
        last = "\n".join(said.decode(errors="replace").splitlines()[-15:])
        raise ImageError(f"{Path(name).name} ended with {ended.returncode}. Its last words:\n{last}")
    return (ended.stdout or b"").decode(errors="replace")


class Beside:
    """A program that goes on beside us; what it says goes into a file."""

    def __init__(self, *words: str | Path, log: Path) -> None:
        if shutil.which(str(words[0])) is None:
            raise ImageError(
                f"The program {words[0]} is missing. Install it with: deploy/raspberrypi/image/tools.sh check"
            )
        with log.open("ab") as said:
            self._running = subprocess.Popen(
                [str(word) for word in words],
                env={**os.environ, **STEADY},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )

    def ended(self, within_s: float) -> bool:
        """Whether it ended by itself within this time."""
        try:
            self._running.wait(within_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """End it without asking."""
        self._running.kill()
        self._running.wait()
