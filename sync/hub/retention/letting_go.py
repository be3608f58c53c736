"""Letting go of old weeks: statements are summed up, some batches at a time, and then go with their words.

Promises: figures and roll-ups stay as they are; each step is one transaction that sums statements up and takes them
away, so that who is killed goes on where it was; the floor is raised over a week before anything of it goes, so that
nothing of it can come meanwhile and count. A few weeks go at once at most: a clock that stands wrong does little harm.

    Retention(database, attachments, clock, months=13).let_go(weeks=4)
"""

from datetime import UTC, datetime, timedelta

import msgspec

from content_packs.clock import Clock
from sync.hub.database import Database, Sql
from sync.hub.lrs.attachments import Attachments
from sync.hub.lrs.packing import NULL, pack, unpack
from sync.hub.moments import micros
from sync.hub.retention.floor import Floor, floor_of, highest_of, limit_of, ms_of, week_after
from sync.hub.retention.gone import PATIENCE_S, ways_of
from sync.hub.retention.sums import add_gone

AT_ONCE = 20
"""Batches whose statements go in one transaction: others who write wait so long."""
WEEKS_AT_ONCE = 4
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GONE = "(SELECT seq FROM gone)"


class Week(msgspec.Struct, frozen=True):
    """A week, by its Monday, and how many statements of it go."""

    monday: str
    statements: int


class LetGo(msgspec.Struct, frozen=True):
    """From when on everything is kept (None: for ever), what went or would go, and the partitions that were dropped."""

    floor: datetime | None
    statements: int
    weeks: tuple[Week, ...]
    dropped: tuple[str, ...] = ()


class Retention:
    """What one hub keeps, for how long; `months` is 0 where everything is kept."""

    def __init__(
        self, database: Database, attachments: Attachments, clock: Clock, *, months: int, patience_s: float = PATIENCE_S
    ) -> None:
        self._database = database
        self._attachments = attachments
        self._clock = clock
        self._months = months
        self._ways = ways_of(database, patience_s=patience_s)

    def floor(self) -> datetime | None:
        """Say from when on the hub knows every statement by its id; None if it let go of nothing."""
        with self._database.read() as db:
            return _moment(floor_of(db).ms)

    def plan(self) -> LetGo:
        """Say what would go, week by week, and change nothing."""
        with self._database.read() as db:
            floor = floor_of(db)
            limit_ms = self._limit(db)
            last = _last_batch(db, limit_ms)
            at_ms, weeks = floor.ms, list[Week]()
            late = self._ways.count(db, 0, floor.ms, last) if floor.ms and limit_ms else 0
            while (end := self._next(db, at_ms, limit_ms, last)) is not None:
                weeks.append(_week(end, self._ways.count(db, at_ms, end, last)))
                at_ms = end
        return LetGo(_moment(at_ms), late + sum(one.statements for one in weeks), tuple(weeks))

    def let_go(self, *, weeks: int = WEEKS_AT_ONCE) -> LetGo:
        """Let go of what is old enough, the oldest weeks first.

        Raises:
            DataError: The database cannot do it now; what went is gone, the rest goes the next time.
        """
        with self._database.read() as db:
            floor, limit_ms = floor_of(db), self._limit(db)
        statements, went = 0, list[Week]()
        if floor.ms and limit_ms:
            statements += self._drain(floor.ms, limit_ms)
        while len(went) < weeks:
            with self._database.read() as db:
                end = self._next(db, floor.ms, limit_ms, _last_batch(db, limit_ms))
            if end is None:
                break
            floor = Floor(end, limit_ms)
            many = self._drain(end, limit_ms)
            statements += many
            went.append(_week(end, many))
        dropped = self._ways.drop(floor.ms) if floor.ms and limit_ms else ()
        return LetGo(_moment(floor.ms), statements, tuple(went), dropped)

    def _limit(self, db: Sql) -> int:
        """Give until when what goes must have come: so many months before the latest moment that data speak of; or 0.

        The clock of the hub alone decides nothing: it may stand years ahead tonight.
        """
        newest = db.execute("SELECT max(stored_us) FROM batch").fetchone()[0]
        now_ms = micros(self._clock.now()) // 1000
        last = self._ways.newest(db, now_ms + 1)
        if not self._months or newest is None or last is None:
            return 0
        return max(0, limit_of(min(now_ms, int(newest) // 1000, ms_of(last)), self._months))

    def _next(self, db: Sql, from_ms: int, limit_ms: int, last: int) -> int | None:
        """Give the end of the oldest week of which something may go and nothing has."""
        if not limit_ms:
            return None
        found = self._ways.oldest(db, from_ms, highest_of(limit_ms), last)
        return week_after(ms_of(found)) if found else None

    def _drain(self, floor_ms: int, limit_ms: int) -> int:
        """Raise the floor, and take away what lies below it and came before the limit."""
        self._ways.close(floor_ms, limit_ms, self._clock.now())
        with self._database.read() as db:
            batches = self._ways.batches(db, floor_ms, _last_batch(db, limit_ms))
        many = 0
        for start in range(0, len(batches), AT_ONCE):
            some = batches[start : start + AT_ONCE]
            many += self._take(some[0], some[-1], floor_ms)
        if many:
            self._database.truncate_log()
        return many

    def _take(self, first: int, last: int, floor_ms: int) -> int:
        """Sum up and take away what some batches hold below the floor; the one visible step."""
        with self._database.write(overwriting=True) as db:
            self._ways.take(db, (first, last), floor_ms)
            many = int(db.execute("SELECT count(*) FROM gone").fetchone()[0])
            add_gone(db)
            _leave_words(db)
            files = _leave_places(db)
            db.execute("DROP TABLE gone")
        if files:
            self._attachments.sweep(files)
        return many


def _leave_words(db: Sql) -> None:
    """Take the words away: the whole batch where all of it goes, else `null` stands in their places.

    The newest batch stays, if need be without words: the next one gets its number and its time from it.
    """
    newest = db.execute("SELECT max(id) FROM batch").fetchone()[0]
    rows = db.execute(
        "SELECT g.batch, count(*), b.statements FROM gone g JOIN batch b ON b.id = g.batch"
        " GROUP BY g.batch, b.statements ORDER BY g.batch"
    ).fetchall()
    whole = [(batch,) for batch, gone, statements in rows if gone == statements and batch != newest]
    for batch in (batch for batch, gone, statements in rows if gone != statements or batch == newest):
        packed = db.execute("SELECT packed FROM batch WHERE id = ?", (batch,)).fetchone()[0]
        words = unpack(bytes(packed))
        for (line,) in db.execute("SELECT line FROM gone WHERE batch = ?", (batch,)).fetchall():
            words[line] = NULL
        if batch != newest and all(bytes(one) == bytes(NULL) for one in words):
            whole.append((batch,))
        else:
            db.execute("UPDATE batch SET packed = ? WHERE id = ?", (pack(words), batch))
    db.executemany("DELETE FROM batch WHERE id = ?", whole)


def _leave_places(db: Sql) -> set[str]:
    """Take away what names the places of statements; the files named are perhaps needed by nobody any more."""
    files = {str(row[0]) for row in db.execute(f"SELECT file FROM attachment WHERE seq IN {_GONE}").fetchall()}  # noqa: S608  our own words
    for table in ("attachment", "related", "reference"):
        db.execute(f"DELETE FROM {table} WHERE seq IN {_GONE}")  # noqa: S608  fixed names
    _leave_voids(db)
    return files


def _leave_voids(db: Sql) -> None:
    """Keep a voiding whose target is still to come, under a number that is no place; others have done their work."""
    rows = db.execute(f"SELECT target, by_seq FROM void WHERE by_seq IN {_GONE}").fetchall()  # noqa: S608  our own words
    for target, by_seq in rows:
        if db.execute("SELECT 1 FROM statement WHERE id = ?", (bytes(target),)).fetchone():
            db.execute("DELETE FROM void WHERE target = ? AND by_seq = ?", (bytes(target), by_seq))
        else:
            db.execute("UPDATE void SET by_seq = ? WHERE target = ? AND by_seq = ?", (-by_seq, bytes(target), by_seq))


def _last_batch(db: Sql, came_ms: int) -> int:
    """Give the number of the last batch that came before a moment; 0 if none did."""
    row = db.execute("SELECT coalesce(max(id), 0) FROM batch WHERE stored_us < ?", (came_ms * 1000,)).fetchone()
    return int(row[0])


def _week(end_ms: int, statements: int) -> Week:
    return Week(f"{_EPOCH + timedelta(milliseconds=end_ms, weeks=-1):%Y-%m-%d}", statements)


def _moment(unix_ms: int) -> datetime | None:
    return _EPOCH + timedelta(milliseconds=unix_ms) if unix_ms else None
