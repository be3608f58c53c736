"""What holds for every test: logging is as it was afterwards, chance is the same everywhere and takes its time.

Folders of tests are in memory where there is enough of it. A disk takes 2 to 10 ms for each flush, and tests that sign,
install or answer flush dozens of times: with two of them at once, nine tenths of their time was the disk's. What a
flush is for is tested by power cuts on file systems of their own, and by disks that count or forget.
"""

import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from content_packs.sign import locking
from schoolbox.services import passwords
from sync.hub import keyed
from tests.simulators.postgres import Postgres, running_postgres

settings.register_profile("schoolbox", deadline=None, derandomize=True, database=None)
settings.load_profile("schoolbox")

MEMORY = Path("/dev/shm")  # noqa: S108 - no file that somebody may have put there is opened
ROOM = 6 * 1024**3
"""The folders of a whole run take a part of this."""


def _has_room(folder: Path) -> bool:
    """Whether the folders of all tests fit into memory and programs may be started from there."""
    if not folder.is_dir() or os.statvfs(folder).f_flag & os.ST_NOEXEC:
        return False
    available = re.search(r"^MemAvailable: +(\d+) kB$", Path("/proc/meminfo").read_text(encoding="ascii"), re.MULTILINE)
    return available is not None and min(int(available[1]) * 1024, shutil.disk_usage(folder).free) > ROOM


if "TMPDIR" not in os.environ and _has_room(MEMORY):
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)  # workers and programs inherit it


@pytest.fixture
def on_disk() -> Iterator[Path]:
    """A folder that is on a disk, also where those of other tests are in memory."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        yield Path(folder)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse to go on if tests that share a demo or a network are not kept together: each would start its own."""
    if getattr(config.option, "loadgroup", False):
        scattered = [item for item in items if item.get_closest_marker("xdist_group") and "@" not in item.nodeid]
        if scattered:
            raise pytest.UsageError(f"pytest-xdist ignores xdist_group: {scattered[0].nodeid}")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a test after the length of a long value: megabytes of it went from worker to worker, and to each program."""
    return f"{argname} of {len(val)}" if isinstance(val, str | bytes) and len(val) > 100 else None


@pytest.fixture(autouse=True, scope="session")
def secrets_cost_little() -> None:
    """What is slow on purpose is quick within tests, where thousands sign in; programs that tests start do as always.

    What is stored says how it was made, so that a box that a test starts reads it like any other.
    """
    passwords.COST_LOG2 = 4
    keyed.SCRYPT_N = locking.SCRYPT_N = 2**4


class Compiled(BytecodeCache):
    """Templates as they were compiled first: a third of the time of tests with pages was compiling them for each box.

    Jinja compares the source each time and compiles again what has changed.
    """

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(autouse=True, scope="session")
def templates_are_compiled_once() -> None:
    """Every box and hub within the test process shares what is compiled; programs that tests start do as always."""
    Flask.jinja_options["bytecode_cache"] = Compiled()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server; each test makes databases of its own in it."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def new_database(request: pytest.FixtureRequest) -> Callable[[], str]:
    """Where the next new hub keeps its records: in its own file, or at the address of an empty database."""
    if request.param == "sqlite":
        return str
    server: Postgres = request.getfixturevalue("postgres")
    return lambda: server.address(server.database())


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A command started within the test process sets up logging for good: the next test would hear nothing."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger) and logger.name.split(".")[0] in ("schoolbox", "sync", "content_packs"):
            logger.setLevel(logging.NOTSET)
