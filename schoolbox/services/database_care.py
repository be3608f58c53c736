"""Looks after the database while the box works: daily copies, checks, and what is said when it had to be replaced.

    care.take_snapshot()          # another copy, unless the disk is too full for it
    care.check()                  # what is wrong with it
    care.was_rescued()            # until a check has found nothing
"""

import contextlib
import logging
from datetime import datetime, timedelta

import msgspec

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.errors import DiskError
from schoolbox import logs
from schoolbox.db.database import Database
from schoolbox.db.models import Setting
from schoolbox.db.rescue import Rescue, forget_damaged, suspect
from schoolbox.db.snapshots import Snapshot, Snapshots
from schoolbox.errors import DamagedDatabaseError, WriteFailedError
from schoolbox.services.events import Events, Fact
from schoolbox.services.machine import Machine

LOG = logging.getLogger(__name__)
RESCUED = "database_rescued"
YOUNG = timedelta(hours=20)
"""A copy younger than this spares the box one more at the next start."""


class CareParts(msgspec.Struct, frozen=True):
    """What it works with."""

    db: Database
    snapshots: Snapshots
    events: Events
    machine: Machine
    disk: Disk


class DatabaseCare:
    """Copies and checks the database."""

    def __init__(self, parts: CareParts, *, clock: Clock) -> None:
        self._of = parts
        self._clock = clock
        self._problems: int | None = None
        self._checked_at: datetime | None = None

    @property
    def problems(self) -> int | None:
        """How many problems are known; None if nobody looked since the program started."""
        return self._problems

    @property
    def checked_at(self) -> datetime | None:
        """When somebody looked last."""
        return self._checked_at

    def check(self) -> list[str]:
        """Read the whole database and check it; what was found is mended at the next start of the box.

        Raises:
            WriteFailedError: The database is whole, but that could not be noted.
            DiskError: The same.
        """
        problems = self._of.db.check()
        self._found(len(problems))
        if not problems:
            self._of.db.write(lambda: self._of.db.run(Setting.delete().where(Setting.key == RESCUED)))
        return problems

    def take_snapshot(self) -> Snapshot:
        """Copy the database.

        Raises:
            DamagedDatabaseError: It cannot be read whole; from now on that is a known problem.
            WriteFailedError: The copy could not be written; the older ones stay.
            DiskError: There is no room for another copy, or the disk refused; the older ones stay.
        """
        try:
            taken = self._of.snapshots.take(self._of.db.path, keep_bytes=self._of.machine.disk().keep_bytes)
        except DamagedDatabaseError:
            self._found(1)
            raise
        LOG.info(logs.line("snapshot_taken", number=taken.number, size_bytes=taken.size_bytes))
        return taken

    def forget_copies(self) -> bool:
        """Let nothing that was just erased live on in copies: one is taken anew, all others go.

        Without room for a new one the others stay, and go one by one with the coming days: False.
        """
        path = self._of.db.path
        try:
            self._of.snapshots.forget_older(self.take_snapshot())
            forget_damaged(path.parent / "damaged", disk=self._of.disk)
            for backup in path.parent.glob(f"{path.stem}-schema*.db"):
                self._of.disk.remove(backup)
        except (DamagedDatabaseError, WriteFailedError, DiskError) as exc:
            LOG.warning(logs.line("copies_not_forgotten", why=type(exc).__name__))
            return False
        return True

    def has_young_snapshot(self) -> bool:
        """Whether the newest copy was taken lately; one from a day to come proves that a clock was wrong."""
        newest = self.newest_snapshot()
        return newest is not None and timedelta(0) <= self._clock.now() - newest.taken_at < YOUNG

    def newest_snapshot(self) -> Snapshot | None:
        """The copy that would be put back."""
        return next(iter(self._of.snapshots.newest_first()), None)

    def note_rescue(self, rescued: Rescue) -> None:
        """Write down that the database had to be replaced, for whoever looks after the box."""
        torn = ", ".join(rescued.torn) or "0"
        facts: dict[str, Fact]
        if rescued.copied_at:
            copied = f"{rescued.copied_at:%Y-%m-%d %H:%M}"
            code, facts = "database_put_back", {"copied": copied, "rows": rescued.rows, "torn": torn}
        else:
            code, facts = "database_mended", {"rows": rescued.rows, "torn": torn}

        def keep() -> None:
            self._of.db.run(Setting.insert(key=RESCUED, value=code).on_conflict_replace())
            self._of.events.note(code, **facts)

        self._of.db.write(keep)
        LOG.warning(logs.line(code, **facts))

    def was_rescued(self) -> bool:
        """Whether the database was replaced, and no check has found it whole since."""
        query = Setting.select(Setting.key).where(Setting.key == RESCUED)
        return self._of.db.first(str, query) is not None

    def _found(self, problems: int) -> None:
        self._problems, self._checked_at = problems, self._clock.now()
        mark = suspect(self._of.db.path)
        if problems:
            with contextlib.suppress(DiskError):  # the quick check at the next start may see it, too
                self._of.disk.write_file(mark, b"", mode=0o600)
        elif mark.exists():
            self._of.disk.remove(mark)
        try:
            self._of.events.note("database_checked", problems=problems)
        except WriteFailedError:
            if not problems:
                raise  # of a damaged database it is no wonder that it takes no notes
