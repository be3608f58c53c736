"""A box with a long backlog: its real outbox, filled directly, and a conversation with a real hub.

    backlog = Backlog(tmp_path, count=20_000); backlog.talk(transport, at)
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from content_packs.clock import SystemClock
from schoolbox.services.outbox import BoxOutbox
from sync.lanes import lane_of
from sync.ports import Credentials
from sync.session import SyncReport, SyncSession
from sync.transport import HubTransport
from sync.wire import BoxStatus
from tests.simulators.counting_database import CountingDatabase
from tests.simulators.learning import Classroom
from tests.simulators.outbox import MemoryErasures

PUPILS = 300
PAGE = 5_000


class _Account(msgspec.Struct):
    name: str


class _Actor(msgspec.Struct):
    account: _Account


class _Statement(msgspec.Struct):
    id: str
    actor: _Actor


@dataclass
class Backlog:
    """`count` statements of 300 pupils, a third of them results."""

    folder: Path
    count: int
    seed: int = 7
    at: Credentials | None = None
    lanes: dict[str, int] = field(default_factory=dict)
    order: dict[tuple[int, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    """Ids in the order in which they were recorded, by lane and pupil."""

    def __post_init__(self) -> None:
        self.db = CountingDatabase(self.folder / "box.db", clock=SystemClock())
        self.db.open()
        self.outbox = BoxOutbox(self.db, clock=SystemClock(), boot_id="b")
        chance, classroom = random.Random(self.seed), Classroom()
        for begins in range(0, self.count, PAGE):
            rows = [self._row(chance, classroom) for _ in range(min(PAGE, self.count - begins))]
            self._insert(rows)

    def _insert(self, rows: list[tuple[bytes, int]]) -> None:
        self.db.write(lambda: self.db.run_many("INSERT INTO outbox (statement, lane) VALUES (?, ?)", rows))

    def _row(self, chance: random.Random, classroom: Classroom) -> tuple[bytes, int]:
        pupil = chance.randrange(PUPILS)
        raw = classroom.passed(pupil) if chance.random() < 0.33 else classroom.watched(pupil)
        said, lane = msgspec.json.decode(raw, type=_Statement), lane_of(raw)
        self.lanes[said.id] = lane
        self.order[lane, said.actor.account.name].append(said.id)
        return raw, lane

    def credentials(self) -> Credentials | None:
        return self.at

    def box_status(self) -> BoxStatus:
        raise AssertionError("another record store is told nothing of the box")

    def talk(self, transport: HubTransport, *, batch_size: int = 500) -> SyncReport:
        session = SyncSession(
            outbox=self.outbox, status=self, erasures=MemoryErasures(), credentials=self, transport=transport,
            clock=SystemClock(),
        )  # fmt: skip
        return session.run_once(batch_size=batch_size)

    def orders(self, arrived: list[str], pupil_of: dict[str, str]) -> dict[tuple[int, str], list[str]]:
        """What arrived, by lane and pupil."""
        found: dict[tuple[int, str], list[str]] = defaultdict(list)
        for each in arrived:
            found[self.lanes[each], pupil_of[each]].append(each)
        return found

    def pupils(self) -> dict[str, str]:
        """Whose each id is."""
        return {each: pupil for (_, pupil), ids in self.order.items() for each in ids}

    def close(self) -> None:
        self.db.close()


