"""Statements of weeks long ago, as boxes made them then, and a hub of either kind that lets go of them.

    with old_hub(tmp_path, address) as hub:
        hub.send(said(weeks_ago(60), pupil=3), at=weeks_ago(60))
        hub.upkeep()
"""

import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Raw

from sync.hub.accounts import Sender
from sync.hub.check import check
from sync.hub.database import Row
from sync.hub.folder import DataFolder
from sync.hub.landing.partitions import create_partition, week_of
from sync.hub.retention.letting_go import LetGo
from sync.hub.services import Hub
from sync.statements import EventStamp, Learner, Occasion, Place, Score, quiz_passed
from sync.uuid7 import format_uuid7
from tests.simulators.clock import HandClock
from tests.simulators.hub import index_all, make_data, open_hub
from tests.simulators.landing_rig import enrolled
from tests.simulators.learning import BOX_ID, QUIZ
from tests.simulators.postgres import Postgres

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
MONTHS = 13
OLD, YOUNG = 70, 50
"""Weeks ago: so old that it goes, and not yet."""
_ROLLUPS = {
    "daily": "SELECT * FROM daily ORDER BY day, school, class, grade, area, pack, item, verb",
    "cell": "SELECT level, school, class, grade, area, pack, item, learners, completed, scored, score_milli FROM cell"
    " ORDER BY level, school, class, grade, area, pack, item",
    "active": "SELECT school, week, learner FROM active ORDER BY school, week, learner",
    "standing": "SELECT c.level, c.school, c.item, l.learner, l.completed, l.best_milli, l.last_day FROM cell_learner l"
    " JOIN cell c ON c.id = l.cell ORDER BY c.level, c.school, c.grade, c.class, c.pack, c.item, l.learner",
    "place": "SELECT place, pack, item, learners, completed FROM place_item ORDER BY place, pack, item, grade",
    "period": "SELECT * FROM place_period ORDER BY place, days",
}


def weeks_ago(weeks: float) -> datetime:
    return NOW - timedelta(weeks=weeks)


def said(
    at: datetime, pupil: int = 0, *, raw: int = 4, made: datetime | None = None, trusted: bool = True,
    one: str | None = None,
) -> bytes:  # fmt: skip
    """Say that a pupil passed a quiz; `made` is when the box's clock thought that was, as its id tells."""
    unix_ms = int((made or at).timestamp() * 1000)
    occasion = Occasion(
        statement_id=one or format_uuid7(unix_ms, 0, secrets.randbits(62)),
        stamp=EventStamp(seq=1, boot_id="b1", monotonic_s=1.0, wall_at=at, clock_trusted=trusted),
        learner=Learner(actor_id=actor(pupil), class_id="c62", grade=6), place=Place(box_id=BOX_ID, school_id=None),
    )  # fmt: skip
    return quiz_passed(occasion, QUIZ, Score(raw=raw, max=5))


def actor(pupil: int) -> str:
    return f"{BOX_ID[:16]}{pupil:016x}"


def id_of(raw: bytes) -> str:
    return str(json.loads(raw)["id"])


@dataclass
class OldHub:
    """A hub with one box, in which time goes as a test says."""

    hub: Hub
    clock: HandClock
    box: Sender
    folder: Path
    sent: list[bytes] = field(default_factory=list)

    def send(self, *raws: bytes, at: datetime | None = None, sender: Sender | None = None) -> None:
        """Let a batch come at a moment, and have its rows made."""
        self.clock.at, now = at or self.clock.at, self.clock.at
        self.hub.intake.take([Raw(raw) for raw in raws], sender or self.box)
        index_all(self.hub)
        self.sent += raws
        self.clock.at = now

    def upkeep(self, weeks: int = 1000) -> LetGo:
        return self.hub.retention.let_go(weeks=weeks)

    def count(self, table: str = "statement") -> int:
        with self.hub.database.read() as db:
            return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def counted(self) -> int:
        with self.hub.database.read() as db:
            return int(db.execute("SELECT coalesce(sum(statements), 0) FROM daily").fetchone()[0])

    def figures(self) -> dict[str, list[Row]]:
        """Everything that pages say, and what it is made of."""
        self.hub.refresher.refresh()
        with self.hub.database.read() as db:
            return {name: [tuple(row) for row in db.execute(query).fetchall()] for name, query in _ROLLUPS.items()}

    def is_whole(self) -> bool:
        return check(self.hub.database, self.hub.attachments).problems == ()


def fill(hub: OldHub) -> None:
    """Two old weeks and a young one, of ten pupils; one batch has statements of both."""
    for weeks in (OLD + 1, OLD):
        hub.send(*(said(weeks_ago(weeks), pupil, raw=1 + pupil % 5) for pupil in range(10)), at=weeks_ago(weeks))
    mixed = [said(weeks_ago(OLD), 11, raw=5), said(weeks_ago(OLD - 0.1), 12), said(weeks_ago(YOUNG), 11, raw=2)]
    hub.send(*mixed, at=weeks_ago(YOUNG + 10))
    hub.send(*(said(weeks_ago(YOUNG), pupil, raw=2) for pupil in range(5)), at=weeks_ago(YOUNG))
    hub.send(said(weeks_ago(1), 3), at=weeks_ago(1))


@dataclass
class Filled:
    """A hub that was filled and closed, to be copied for each test that changes it."""

    folder: Path
    server: Postgres | None
    reached: str
    box: Sender
    sent: list[bytes]

    @contextmanager
    def copy(self, work: Path) -> Iterator[OldHub]:
        """Open a copy."""
        folder, clock = DataFolder(Path(shutil.copytree(self.folder, work / "hub"))), HandClock(NOW)
        reached = self.server.database(template=self.server.name_of(self.reached)) if self.server else ""
        if self.server:
            settings = folder.settings.read_text(encoding="utf-8")
            there, here = map(self.server.address, (self.reached, reached))
            folder.settings.write_text(settings.replace(there, here), encoding="utf-8")
        hub = open_hub(folder, clock)
        try:
            yield OldHub(hub, clock, self.box, folder.path, [*self.sent])
        finally:
            hub.close()
            if self.server:
                self.server.drop(reached)


def filled(work: Path, server: Postgres | None) -> Filled:
    """Make one on PostgreSQL, or in a file."""
    reached = server.database() if server else ""
    with old_hub(work, server.address(reached) if server else "") as hub:
        fill(hub)
        return Filled(hub.folder, server, reached, hub.box, hub.sent)


@contextmanager
def old_hub(work: Path, address: str, *, months: int = MONTHS) -> Iterator[OldHub]:
    """Give an empty one."""
    folder, clock = make_data(work / "hub", address), HandClock(NOW)
    settings = folder.settings.read_text(encoding="utf-8") if folder.settings.exists() else ""
    folder.settings.write_text(f"{settings}keep_months = {months}\n", encoding="utf-8")
    hub = open_hub(folder, clock)
    if hub.partitions:
        with hub.database.write() as db:
            for weeks in (OLD + 2, OLD + 1, OLD, OLD - 1, YOUNG + 10, YOUNG, 1, 0):
                create_partition(db, week_of(int(weeks_ago(weeks).timestamp() * 1000)))
    try:
        yield OldHub(hub, clock, enrolled(hub, "Agimi"), folder.path)
    finally:
        hub.close()
