"""The code that neighbours show for what is not for everybody: made, shown and withdrawn by the technician.

Promises: it stands in one file of the keys folder (0600), so that it can be read out again; 60 bits; wrong tries are
spaced like PINs; withdrawing it closes what it opened at once, also in a program that runs already.

    code.renew()                                  # "K7PM-2R9X-0QTB"
    code.check("k7pm 2r9x 0qtb", device="10.0.0.7/shelf")
"""

import hmac
import secrets
from collections.abc import Callable
from pathlib import Path

from content_packs.durable import Disk
from schoolbox.errors import ConfigError, SignInError
from schoolbox.services.codes import as_meant, new_code
from schoolbox.services.events import Events
from schoolbox.services.throttle import Throttle

LENGTH = 12
_BYTES_MAX = 100
_WHO = "sharing"


class SharingCode:
    """One code of one box."""

    def __init__(
        self,
        file: Path,
        *,
        disk: Disk,
        throttle: Throttle,
        events: Events,
        randbelow: Callable[[int], int] = secrets.randbelow,
    ) -> None:
        self._file = file
        self._disk = disk
        self._throttle = throttle
        self._events = events
        self._randbelow = randbelow

    def current(self) -> str | None:
        """Give the code; None if there is none.

        Raises:
            ConfigError: The file cannot be read.
        """
        try:
            with self._file.open("rb") as file:
                return file.read(_BYTES_MAX).decode("ascii").strip() or None
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as exc:
            raise ConfigError(setting=str(self._file), problem=f"the sharing code cannot be read: {exc}") from exc

    def renew(self) -> str:
        """Make a code; the one before is good no longer."""
        code = new_code(LENGTH, self._randbelow)
        self._disk.make_folder(self._file.parent, mode=0o700)
        self._disk.write_file(self._file, f"{code}\n".encode(), mode=0o600)
        self._events.note("sharing_code_made")
        return code

    def withdraw(self) -> bool:
        """Take the code away; say whether there was one."""
        if self.current() is None:
            return False
        self._disk.remove(self._file)
        self._events.note("sharing_code_withdrawn")
        return True

    def check(self, typed: str, *, device: str) -> None:
        """Let whoever knows the code pass.

        Raises:
            SignInError: It is not the code, or there is none.
            ThrottledError: Too many wrong tries; it was not looked at.
        """
        code = self.current()
        if not typed or code is None:
            raise SignInError
        self._throttle.take(_WHO, device)
        if not hmac.compare_digest(as_meant(typed).encode(), as_meant(code).encode()):
            raise SignInError
        self._throttle.right(_WHO, device)
