"""The only place from which other programs are started; a test gives another machine."""

import os
import socket
import subprocess
from pathlib import Path
from typing import Protocol

PATIENCE_S = 600


class System(Protocol):
    """What is asked of the machine."""

    def run(self, words: tuple[str, ...], said: str = "") -> None:
        """Run a program to its end; raises OSError if it fails."""

    def set_hostname(self, name: str) -> None:
        """Call the running machine by a name."""

    def token(self, size_bytes: int) -> bytes:
        """Give random bytes."""


class RealSystem:
    """This machine."""

    def run(self, words: tuple[str, ...], said: str = "") -> None:
        """Run a program to its end."""
        try:
            subprocess.run(words, input=said, text=True, check=True, capture_output=True, timeout=PATIENCE_S)  # noqa: S603 - fixed words, no shell
        except subprocess.SubprocessError as exc:
            told = getattr(exc, "stderr", "") or str(exc)
            raise OSError(f"{Path(words[0]).name}: {told.strip()[-300:]}") from exc

    def set_hostname(self, name: str) -> None:
        """Call the running machine by a name."""
        socket.sethostname(name)

    def token(self, size_bytes: int) -> bytes:
        """Give random bytes."""
        return os.urandom(size_bytes)
