"""Before each start of the box: which program it is to be (UPDATES 6.4 to 6.8).

Runs while no box runs, so that whatever it has to undo is undone by itself alone. Promises: however often the power
goes meanwhile, the next time comes to the same; in the end `current` leads to a whole program or is not there.

    Settler(places, book, system, disk).settle()
    settler.started()
"""

from pathlib import Path

from msgspec.structs import replace

from content_packs.durable import Disk
from content_packs.programs.base import base_of_this
from content_packs.programs.manifest import is_version, version_number
from schoolbox import __version__
from schoolbox.updater.database import copies_of, new_copy, schema_known_to
from schoolbox.updater.places import Places
from schoolbox.updater.state import NONE, Book, Crashes, Last, Outcome, State, Trying
from schoolbox.updater.system import System

STARTS_MAX = 3
"""So many starts in a row may fail before another version has its turn."""
CRASHES_WITHIN_S = 600.0
"""What ended by itself so soon after it had ended before counts as failing in a row."""
NOT_READY, ENDED, NO_COPY = "not-ready", "ended", "no-copy"


class Settler:
    """Chooses the program."""

    def __init__(self, places: Places, book: Book, system: System, disk: Disk) -> None:
        self._at = places
        self._book = book
        self._system = system
        self._disk = disk

    def settle(self) -> None:
        """See to it that the right program starts, and count the start."""
        self.write(self.state())
        trying = self._book.trying()
        if trying is None:
            self._book.end_trying()  # one that cannot be read would keep the box shut
            self._start(self.state())
        elif trying.phase == "trying" and trying.starts < STARTS_MAX:
            self._book.write_trying(replace(trying, starts=trying.starts + 1))
            self.switch(trying.version)
        else:
            self._go_back(replace(trying, phase="back", reason=trying.reason or NOT_READY))

    def started(self) -> None:
        """The box is ready: earlier starts that failed no longer count."""
        state = self.state()
        if state.starts:
            self.write(replace(state, starts=0))

    def stopped(self) -> None:
        """The box ended: count it if it was ready and did so by itself; a start that failed is counted already."""
        ended = self._system.ended()
        state = self.state()
        if not ended.by_itself or state.starts or self._book.trying():
            return
        last = state.crashes
        soon = last is not None and last.boot == ended.boot and ended.at_s - last.at_s < CRASHES_WITHIN_S
        times = last.times if last and soon else 0
        self.write(replace(state, crashes=Crashes(times + 1, ended.boot, ended.at_s)))

    def state(self) -> State:
        """How things stand, with what the system of today is."""
        known = self._book.state() or State(base=base_of_this(), base_version=__version__)
        return replace(known, base=base_of_this(), base_version=__version__, current=self.running())

    def write(self, state: State) -> None:
        """Keep how things stand."""
        self._book.write_state(state)

    def running(self) -> str:
        """The version `current` leads to; empty if that of the base runs."""
        try:
            name = self._at.current.readlink().name
        except OSError:
            return ""
        return name if is_version(name) and self.is_whole(self._at.versions / name) else ""

    def program(self, version: str) -> Path:
        """Where a version lies; the empty one is that of the base."""
        return self._at.versions / version if version else self._at.base

    def copies(self, schema: int) -> tuple[str, ...]:
        """The copies of the database that are there."""
        return tuple(copies_of(self._at.database, schema))

    def is_whole(self, program: Path) -> bool:
        """As `run` judges it."""
        return (program / "bin/schoolbox").is_file() and (program / "lib/schoolbox/__init__.py").is_file()

    def switch(self, version: str) -> None:
        """Let `current` lead to a version, in one step; empty leads to none, so that the base runs."""
        if not version:
            self._disk.remove(self._at.current)
            return
        if self.running() == version:
            return
        draft = self._at.app / "current.new"
        self._disk.unlink(draft)
        self._disk.link(Path("versions") / version, draft)
        self._disk.rename(draft, self._at.current)

    def _start(self, state: State) -> None:
        """Count a start; after too many that failed another version has its turn."""
        if state.current and version_number(state.base_version) >= version_number(state.current):
            self.switch("")  # a card that was written anew brings the newer program
            state = replace(state, current="")
        crashes = state.crashes.times if state.crashes else 0
        if max(state.starts, crashes) >= STARTS_MAX and state.current:
            state = self._fall_back(replace(state, crashes=None), NOT_READY if state.starts >= STARTS_MAX else ENDED)
        self.write(replace(state, starts=state.starts + 1))

    def _fall_back(self, state: State, reason: str) -> State:
        """Give the newest other version that knows the database its turn; without one it stays as it is."""
        schema = self._system.database_schema(self._at.database)
        for version in self._others(state):
            if schema_known_to(self.program(version)) >= schema:
                self.switch(version)
                return _failed(replace(state, current=version, starts=0), state.current, "crashed", reason)
        return replace(state, starts=0, last=Last(version=state.current, outcome="stays", reason=reason))

    def _others(self, state: State) -> list[str]:
        """What else there is to run, the newest first; the empty one is that of the base."""
        known = [(each, each) for each in state.good if self.is_whole(self._at.versions / each)]
        both = [*known, (state.base_version, "")]
        older = [each for each in both if version_number(each[0]) < version_number(state.current)]
        return [version for _, version in sorted(older, key=lambda each: version_number(each[0]), reverse=True)]

    def _go_back(self, trying: Trying) -> None:
        """Undo a try: the database, then the program; then nothing is tried any more."""
        self._book.write_trying(trying)
        outcome: Outcome = "back"
        if self._system.database_schema(self._at.database) not in (0, trying.schema):
            copy = new_copy(self._at.database, before=trying.copies, schema=trying.schema)
            if copy:
                self._system.restore_database(self._at.database, copy)
            else:
                outcome = "stays"  # the program before could not read it: better an ill program than none
        if outcome == "back":
            self.switch(trying.before)
        reason = trying.reason if outcome == "back" else NO_COPY
        self.write(_failed(replace(self.state(), starts=1), trying.version, outcome, reason))
        self._book.end_trying()


def _failed(state: State, version: str, outcome: Outcome, reason: str) -> State:
    """Note a version that was not well."""
    failed = tuple(each for each in state.failed if each != version)[-9:]
    good = tuple(each for each in state.good if each != version)
    last = Last(version=version, outcome=outcome, reason=reason)
    return replace(state, failed=(*failed, version), good=good, last=last)


def floor_of(state: State) -> str:
    """The newest version that ever was well here, or runs: nothing that is not newer is taken."""
    return max((state.floor, state.base_version, state.current or NONE), key=version_number)
