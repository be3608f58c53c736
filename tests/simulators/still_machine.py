"""A machine for power cuts: the real updater on a disk whose power goes, and a box that is a few lines and no process.

Its box does what matters here: it refuses a database that is newer, copies and changes one that is older, and answers
what its mood says (`program_publisher`). It lies in nothing else. SQLite writes on the real disk: what it does when the
power goes is tried elsewhere.
"""

import shutil
import sqlite3
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from schoolbox import __version__
from schoolbox.updater.database import restore, schema_known_to, schema_of
from schoolbox.updater.places import Places
from schoolbox.updater.settle import Settler
from schoolbox.updater.state import Book, State, Wanted
from schoolbox.updater.system import Ended, Health
from schoolbox.updater.take import Taker
from schoolbox.updater.watch import Watcher
from tests.simulators.program_publisher import ProgramPublisher


class StillMachine:
    """The machine, and what the updater asks of it."""

    def __init__(self, folder: Path, publisher: ProgramPublisher, disk: Disk) -> None:
        self.at = Places.under(folder)
        self.use(disk)
        for place in (self.at.app, self.at.data, self.at.base.parent, self.at.root_file.parent):
            place.mkdir(parents=True, exist_ok=True)
        shutil.copytree(publisher.tree(__version__), self.at.base)
        shutil.copyfile(publisher.root_file, self.at.root_file)
        shutil.copytree(publisher.shelf, self.at.brought)
        with sqlite3.connect(self.at.database) as database:
            database.executescript("CREATE TABLE t1 (x); INSERT INTO t1 VALUES ('record'); PRAGMA user_version=1")
        database.close()

    def use(self, disk: Disk) -> None:
        """Go on with a disk: after the power came back, with one that holds."""
        self._disk = disk
        self.book = Book(self.at, disk)
        self.settler = Settler(self.at, self.book, self, disk)
        self.taker = Taker(self.at, self.book, self.settler, self, disk)
        self.running = ""
        self.opened: list[str] = []
        self._now = 0.0

    def want(self, version: str) -> None:
        """Ask for a version."""
        self.at.wanted_file.write_bytes(msgspec.json.encode(Wanted(version=version, again=True)))

    def update(self) -> None:
        """Do what the unit does."""
        if self.taker.take():
            self.watch()

    def watch(self) -> None:
        """Wait for the end of a try."""
        Watcher(self.book, self.taker, self, monotonic=self._tick, within_s=5).watch()

    def boot(self) -> None:
        """Start the machine: the box, and the unit that ends what was begun."""
        self.restart_box()
        self.watch()

    def state(self) -> State:
        """How things stand."""
        state = self.book.state()
        assert state is not None
        return state

    def records(self) -> tuple[int, list[str]]:
        """The schema of the database and what is in it."""
        database = sqlite3.connect(self.at.database)
        try:
            found = [str(row[0]) for row in database.execute("SELECT x FROM t1")]
            return schema_of(self.at.database), found
        finally:
            database.close()

    # What the updater asks of the machine.

    def restart_box(self) -> None:
        """Settle and start; a box that dies is started again, as systemd does."""
        for _ in range(12):
            self.settler.settle()
            if self._starts():
                self.settler.started()
                return

    def health(self) -> Health | None:
        """What the box says."""
        mood, trial = self._mood(), self.at.trying_file.exists()
        if mood == "silent":
            return None
        return Health(ok=mood != "ill", version="9.9.9" if mood == "other" else self.running, trial=trial)

    def is_ready(self) -> bool:
        """Whether its start is over: what is silent never says so."""
        return self._mood() != "silent"

    def compile(self, folder: Path, final: Path) -> None:
        """Nothing runs here."""

    def database_schema(self, database: Path) -> int:
        """Ask in this process."""
        return schema_of(database)

    def restore_database(self, database: Path, copy: str) -> None:
        """Do it in this process, on the disk whose power may go."""
        restore(database, database.with_name(copy), self._disk)

    def ended(self) -> Ended:
        """It was told to."""
        return Ended(by_itself=False, boot="1", at_s=self._now)

    def pause(self, _seconds: float) -> None:
        """No time passes but for whoever measures it."""

    def _tick(self) -> float:
        self._now += 1
        return self._now

    def _starts(self) -> bool:
        """Start what `run` would choose."""
        program = self.at.current if self.settler.is_whole(self.at.current) else self.at.base
        self.program = program.resolve()
        said = (program / "lib/schoolbox/__init__.py").read_text()
        self.running = said.split('"')[1]
        schema, known = schema_of(self.at.database), schema_known_to(program)
        assert schema <= known, f"{self.running} knows {known}, the database has {schema}"
        if not self.at.trying_file.exists():
            self.opened.append(self.running)
        if schema < known:
            database = sqlite3.connect(self.at.database, isolation_level=None)
            copies = len(list(self.at.data.glob("*-schema*.db")))
            database.execute("VACUUM INTO ?", (str(self.at.data / f"box-schema{schema}-{copies}.db"),))
            database.executescript(f"CREATE TABLE t{known} (x); PRAGMA user_version={known}")
            database.close()
        return self._mood() != "dies"

    def _mood(self) -> str:
        return (self.program / "lib/schoolbox/__init__.py").read_text().split('"')[3]
