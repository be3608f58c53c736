"""A machine that updates itself, below one folder: the real updater, a box that is a tiny program, a signed shelf.

`TinySystem` stands for systemd: it really starts and stops the program, settles before each start, and starts it again
when it ends. It lies in one thing: it lets no time pass between the starts of what dies.
"""

import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from schoolbox import __version__
from schoolbox.updater.database import restore, schema_of
from schoolbox.updater.main import run
from schoolbox.updater.places import Places
from schoolbox.updater.settle import Settler
from schoolbox.updater.state import Book, State, Trying, Wanted
from schoolbox.updater.system import Ended, Health, RealSystem
from schoolbox.updater.take import Taker
from schoolbox.updater.watch import Watcher
from tests.simulators.program_publisher import ProgramPublisher

WITHIN_S = 60.0
"""So long an answer may take on a machine that runs other tests; answers that are not good end the wait at once."""


class TinySystem:
    """Runs the box as systemd would."""

    def __init__(self, places: Places) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = int(free.getsockname()[1])
        self._places = places
        self._real = RealSystem(Path("/nowhere"), port=self._port)
        self._process: subprocess.Popen[bytes] | None = None
        self.starts = 0
        self.answers = 0
        self.says_ready = False
        self.end = Ended(by_itself=True, boot="this one", at_s=1_000.0)

    def restart_box(self) -> None:
        """Stop it, settle, start what `run` would choose."""
        self.stop()
        self.settler().settle()
        current = self._places.current
        program = current if (current / "bin/schoolbox").is_file() else self._places.base
        words = [sys.executable, "-S", "-E", str(program.resolve() / "bin" / "schoolbox")]
        words += [str(self._places.data), str(self._places.app), str(self._port)]
        self._process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
        self.starts += 1

    def health(self) -> Health | None:
        """Ask it over HTTP."""
        found = self._real.health()
        self.answers += bool(found and found.trial)
        return found

    def is_ready(self) -> bool:
        """Whether its start is over: what a test says, because the tiny program tells nobody."""
        return self.says_ready

    def monotonic(self) -> float:
        """The time; two answers that did not end the wait are enough of it."""
        return time.monotonic() + 1_000 * (self.answers // 2)

    def compile(self, folder: Path, final: Path) -> None:
        """Translate really."""
        self._real.compile(folder, final)

    def database_schema(self, database: Path) -> int:
        """Ask in this process: all is ours here."""
        return schema_of(database)

    def restore_database(self, database: Path, copy: str) -> None:
        """Do it in this process."""
        restore(database, database.with_name(copy), Disk())

    def ended(self) -> Ended:
        """As a test says: by itself, unless it says otherwise."""
        return self.end

    def pause(self, _seconds: float) -> None:
        """Wait a moment; what ended meanwhile is started again."""
        try:
            if self._process:
                self._process.wait(0.02)
                self.restart_box()
        except subprocess.TimeoutExpired:
            pass

    def stop(self) -> None:
        """Stop it at once."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def settler(self) -> Settler:
        """What settles before each start."""
        return Settler(self._places, Book(self._places, Disk()), self, Disk())


class Machine:
    """One machine, with the program of the base in version 0.1.0 and a box that has a record."""

    def __init__(self, folder: Path, publisher: ProgramPublisher) -> None:
        self.publisher = publisher
        self.at = Places.under(folder)
        for place in (self.at.app, self.at.data, self.at.base.parent, self.at.root_file.parent):
            place.mkdir(parents=True)
        shutil.copytree(publisher.tree(__version__), self.at.base)
        shutil.copyfile(publisher.root_file, self.at.root_file)
        self.system = TinySystem(self.at)
        self.book = Book(self.at, Disk())
        database = sqlite3.connect(self.at.database)
        database.executescript("CREATE TABLE t1 (x); INSERT INTO t1 VALUES ('record'); PRAGMA user_version=1")
        database.close()

    def bring(self, version: str, *, again: bool = False, shelf: Path | None = None) -> None:
        """Do the box's part: lay the shelf of programs there and ask for a version."""
        shutil.rmtree(self.at.brought, ignore_errors=True)
        shutil.copytree(shelf or self.publisher.shelf, self.at.brought, symlinks=True)
        self.at.wanted_file.write_bytes(msgspec.json.encode(Wanted(version=version, again=again)))

    def update(
        self, version: str, *, again: bool = False, shelf: Path | None = None, within_s: float = WITHIN_S
    ) -> State:
        """Bring a version and have it taken, as the unit does; give how things stand then."""
        self.bring(version, again=again, shelf=shelf)
        taker = self.taker()
        if taker.take():
            Watcher(self.book, taker, self.system, monotonic=self.system.monotonic, within_s=within_s).watch()
        return self.state()

    def taker(self, disk: Disk | None = None) -> Taker:
        """What takes updates."""
        return Taker(self.at, self.book, self.system.settler(), self.system, disk or Disk())

    def unit(self, word: str) -> int:
        """Run what a unit runs."""
        return run(word, self.at, self.system)

    def start(self) -> Health | None:
        """Start the machine as after a power cut, and wait until the box answers; None if it never does."""
        self.system.restart_box()
        return self.answer()

    def answer(self) -> Health | None:
        """Wait until the box answers."""
        until = time.monotonic() + WITHIN_S
        while time.monotonic() < until:
            if found := self.system.health():
                self.system.settler().started()
                return found
            self.system.pause(0)
            if self.state().last and self.system.starts > 20:
                return None
        return None

    def state(self) -> State:
        """How things stand."""
        state = self.book.state()
        assert state is not None
        return state

    def records(self) -> list[str]:
        """What is in the database."""
        database = sqlite3.connect(self.at.database)
        try:
            return [str(row[0]) for row in database.execute("SELECT x FROM t1 ORDER BY x")]
        finally:
            database.close()

    def schema(self) -> int:
        """Which schema the database has."""
        return schema_of(self.at.database)

    def versions(self) -> Sequence[str]:
        """What is unpacked."""
        return sorted(path.name for path in self.at.versions.glob("*"))

    def trying(self) -> Trying | None:
        """What is being tried."""
        return self.book.trying()
