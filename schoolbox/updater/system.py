"""The system around the box, as the updater needs it: start it anew, ask how it is, work in its folder as its user.

The one module that starts `systemctl` and, as the user of the box, ourselves.
"""

import compileall
import http.client
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Protocol

import msgspec

_UNIT = "schoolbox.service"
_QUIET_S = 10.0
_ANSWER_BYTES_MAX = 64 * 1024


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What a box says of itself; `trial` is there only while it answers nobody else."""

    ok: bool
    version: str
    trial: bool = False


class Ended(msgspec.Struct, frozen=True):
    """How the box ended: whether by itself, in which start of the machine, and how long that had been on."""

    by_itself: bool
    boot: str
    at_s: float


class System(Protocol):
    """What the updater asks of the machine."""

    def restart_box(self) -> None:
        """Stop the box, settle, start it again; returns before it is ready."""

    def health(self) -> Health | None:
        """What the box answers; None if it does not."""

    def is_ready(self) -> bool:
        """Whether the box has said that its start is over."""

    def compile(self, folder: Path, final: Path) -> None:
        """Translate a program that will stand in `final`, so that its first start is quick."""

    def database_schema(self, database: Path) -> int:
        """The schema of the database, asked as its owner."""

    def restore_database(self, database: Path, copy: str) -> None:
        """Put the copy of this name beside it in the place of the database, as its owner."""

    def ended(self) -> Ended:
        """How the box ended just now."""

    def pause(self, seconds: float) -> None:
        """Wait."""


class RealSystem:
    """A machine with systemd; `script` is the program that `deploy/raspberrypi/system/update` is."""

    def __init__(self, script: Path, *, port: int = 8080) -> None:
        self._script = script
        self._port = port

    def restart_box(self) -> None:
        """Have systemd start it anew."""
        subprocess.run(["/usr/bin/systemctl", "--no-block", "restart", _UNIT], check=True, timeout=60)  # noqa: S603

    def health(self) -> Health | None:
        """Ask the box itself, not whoever stands in front of it."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_QUIET_S)
        try:
            connection.request("GET", "/health")
            raw = connection.getresponse().read(_ANSWER_BYTES_MAX)
            return msgspec.json.decode(raw, type=Health)
        except (OSError, http.client.HTTPException, msgspec.DecodeError):
            return None
        finally:
            connection.close()

    def is_ready(self) -> bool:
        """Ask systemd, which calls a unit active once it is ready."""
        asked = ["/usr/bin/systemctl", "--quiet", "is-active", _UNIT]
        return subprocess.run(asked, check=False, timeout=60).returncode == 0  # noqa: S603 - no words of others

    def compile(self, folder: Path, final: Path) -> None:
        """Translate quietly; what cannot be translated is told by its first start."""
        compileall.compile_dir(folder, quiet=2, workers=1, stripdir=str(folder), prependdir=str(final))

    def database_schema(self, database: Path) -> int:
        """Ask for it in a process of the owner."""
        return int(json.loads(self._as_owner(database, "schema", str(database)) or "0"))

    def restore_database(self, database: Path, copy: str) -> None:
        """Do it in a process of the owner."""
        self._as_owner(database, "restore", str(database), copy)

    def ended(self) -> Ended:
        """What systemd says to whatever runs after a unit has stopped (systemd.exec(5), $SERVICE_RESULT)."""
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        result = os.environ.get("SERVICE_RESULT", "success")
        return Ended(result != "success", boot, time.clock_gettime(time.CLOCK_BOOTTIME))

    def pause(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def _as_owner(self, database: Path, *words: str) -> str:
        """Run ourselves as whoever owns the folder of the database: a link laid there must lead root nowhere."""
        owner = database.parent.stat()
        command = [sys.executable, "-I", str(self._script), *words]
        same = owner.st_uid == os.geteuid()
        done: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603 - our own program, and no words of others
            command, check=True, capture_output=True, text=True, timeout=600,
            user=None if same else owner.st_uid, group=None if same else owner.st_gid,
            extra_groups=None if same else [],
        )  # fmt: skip
        return done.stdout
