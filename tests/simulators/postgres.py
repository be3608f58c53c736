"""A real PostgreSQL for tests: one server for the run, reached by a socket in its folder, a fresh database for each.

    with running_postgres() as server:
        server.database()      # "host=/tmp/postgres-x dbname=test1 user=postgres"

The server runs as the user `postgres` where the tests run as root (it refuses root), and ends with the tests, even
killed ones. By default it does not wait for the disk (`fsync = off`): a killed server loses nothing by that, only a
power cut would. Benchmarks pass `durable=True`.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

from tests.simulators.waiting import DEADLINE_S, eventually

USER = "postgres"
_FAST_SHUTDOWN = "INT"
_SETTINGS = {
    "listen_addresses": "", "unix_socket_permissions": "0700", "max_connections": "100", "shared_buffers": "64MB",
    "log_min_messages": "warning", "timezone": "UTC", "autovacuum_naptime": "10s",
}  # fmt: skip
_NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}


def programs() -> Path:
    """The folder of the newest PostgreSQL of this machine; Debian keeps it out of the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    assert elsewhere, "PostgreSQL is missing. Install it with: deploy/test-tools.sh"
    return Path(elsewhere).resolve().parent


class Postgres:
    """One server in a folder of its own; `database()` as often as wanted."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self._programs = programs()
        self._settings = _SETTINGS | ({} if durable else _NOT_DURABLE)
        self._server: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)

    def make(self) -> None:
        """Make an empty cluster: UTF-8, texts in the order of their bytes; who reaches the socket is let in."""
        if os.geteuid() == 0:
            shutil.chown(self.folder, USER, USER)
        self._run("initdb", "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C", "--no-sync", "-D", self._data)

    def follow(self, other: "Postgres") -> None:
        """Become a replica of another server, which streams to it from now on."""
        if os.geteuid() == 0:
            shutil.chown(self.folder, USER, USER)
        self._run("pg_basebackup", "-h", str(other.folder), "-U", USER, "-D", self._data, "-R", "-X", "stream",
                  "--checkpoint=fast", "--no-sync")  # fmt: skip

    def start(self, **settings: str) -> None:
        """Start the server, with settings beyond the usual, and wait until it answers."""
        given = [f"--{name}={value}" for name, value in (self._settings | settings).items()]
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                [*_as_postgres("--pdeathsig", _FAST_SHUTDOWN), str(self._programs / "postgres"), "-D", self._data,
                 "-k", str(self.folder), *given],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
            )  # fmt: skip
        eventually(self._is_ready, saying=lambda: f"PostgreSQL did not start: {self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        """Stop it; whoever is connected is cut off."""
        if self._server:
            self._server.send_signal(2)
            self._server.wait(DEADLINE_S)
            self._server = None

    def crash(self) -> None:
        """Kill every process of the server at once, as a machine does that goes down; `start()` recovers.

        The first one stands still meanwhile: were it gone before the others, these would tidy up and write their log.
        """
        assert self._server
        first = self._server.pid
        os.kill(first, signal.SIGSTOP)
        eventually(lambda: _state(first) == "T")  # from now on it makes no more of them
        children = [int(child) for child in Path(f"/proc/{first}/task/{first}/children").read_text().split()]
        for process in (*children, first):
            os.kill(process, signal.SIGKILL)
        self._server.wait(DEADLINE_S)
        self._server = None
        eventually(lambda: all(_state(child) in ("", "Z", "X") for child in children))  # none holds its memory any more

    def database(self, *, template: str = "template0") -> str:
        """Make a database and give the words that reach it (libpq's)."""
        name = f"test{next(self._numbers)}"
        self._run("createdb", "-h", str(self.folder), "-U", USER, "-T", template, name)
        return f"host={self.folder} dbname={name} user={USER}"

    def drop(self, reached: str) -> None:
        """Remove a database, whoever is connected to it."""
        self._run("dropdb", "-h", str(self.folder), "-U", USER, "--force", self.name_of(reached))

    def ask(self, reached: str, query: str) -> list[list[str]]:
        """Run a query as a stranger to our program would; an empty text stands for NULL."""
        out = self._run("psql", "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", reached, "-c", query)
        return [line.split("\t") for line in out.splitlines()]

    @staticmethod
    def name_of(reached: str) -> str:
        """The name of a database."""
        return next(word.removeprefix("dbname=") for word in reached.split() if word.startswith("dbname="))

    def address(self, reached: str) -> str:
        """Say how to reach a database in the words of the hub's setting `database`."""
        return f"postgresql://{USER}@/{self.name_of(reached)}?host={quote(str(self.folder), safe='')}"

    def cpu_s(self) -> float:
        """Seconds of a core that all of its processes have used, those that ended, too."""
        assert self._server
        children = Path(f"/proc/{self._server.pid}/task/{self._server.pid}/children").read_text().split()
        return sum(cpu_s(int(child)) for child in children) + cpu_s(self._server.pid, ended=True)

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "log"

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _is_ready(self) -> bool:
        assert self._server
        assert self._server.poll() is None, f"PostgreSQL ended: {self.log.read_text()[-2000:]}"
        asked = [str(self._programs / "pg_isready"), "-q", "-h", str(self.folder), "-U", USER]
        return subprocess.run(asked, check=False, timeout=DEADLINE_S).returncode == 0

    def _run(self, program: str, *arguments: str) -> str:
        """Run a program of PostgreSQL to its end."""
        ran = subprocess.run(
            [*_as_postgres(), str(self._programs / program), *arguments],
            check=False, timeout=DEADLINE_S, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip
        assert ran.returncode == 0, f"{program} failed: {ran.stderr.strip()}"
        return ran.stdout


def _as_postgres(*more: str) -> Sequence[str]:
    """What must stand before a command so that it runs as PostgreSQL wants it."""
    if os.geteuid() != 0:
        return ["setpriv", *more] if more else []
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups", *more]


def _state(process: int) -> str:
    """What a process does, as the kernel's one letter says; nothing if it is gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def cpu_s(process: int, *, ended: bool = False) -> float:
    """Seconds of a core that a process has used, none if it is gone; with `ended` what its children used that ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11 : 15 if ended else 13])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running_replica(of: Postgres) -> Iterator[Postgres]:
    """Make a replica of a server, start it, and leave nothing of it."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    replica = Postgres(folder)
    try:
        replica.follow(of)
        replica.start()
        yield replica
    finally:
        replica.stop()
        shutil.rmtree(folder)


@contextmanager
def running_postgres(*, durable: bool = False, **settings: str) -> Iterator[Postgres]:
    """Make a server, start it, and leave nothing of it."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))  # short: a socket's path has at most 107 bytes
    server = Postgres(folder, durable=durable)
    try:
        server.make()
        server.start(**settings)
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
