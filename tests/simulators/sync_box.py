"""A box as far as the wire is concerned: an outbox in memory, credentials, a heartbeat that is always the same."""

from dataclasses import dataclass, field

import msgspec

from content_packs.clock import SystemClock
from sync.ports import Credentials, OutboxCounts
from sync.session import SyncReport, SyncSession
from sync.transport import HubTransport
from sync.wire import BoxStatus, ClassOnBox, PackOnBox
from tests.simulators.learning import Classroom
from tests.simulators.outbox import MemoryErasures, MemoryOutbox


def status_of(counts: OutboxCounts) -> BoxStatus:
    """A heartbeat in which only the counts are true."""
    return BoxStatus(
        version="0.1.0", waiting=counts.waiting, quarantined=counts.quarantined, disk_free_bytes=52_000_000_000,
        disk_total_bytes=64_000_000_000, clock_at="2025-09-25T08:42:00.000Z", clock_trusted=True, school="Agimi",
        municipality="Gjilan", packs=(PackOnBox(id="mash:thyesat-6", version=1),),
        classes=(ClassOnBox(id="c62", name="6/2", grade=6, pupils=28),),
    )  # fmt: skip


@dataclass
class Box:
    """A box as far as the wire is concerned."""

    outbox: MemoryOutbox
    at: Credentials | None
    erasures: MemoryErasures = field(default_factory=MemoryErasures)

    def credentials(self) -> Credentials | None:
        return self.at

    def box_status(self) -> BoxStatus:
        return status_of(self.outbox.counts())

    def sync(self, transport: HubTransport, *, batch_size: int = 500) -> SyncReport:
        session = SyncSession(
            outbox=self.outbox, status=self, erasures=self.erasures, credentials=self, transport=transport,
            clock=SystemClock(),
        )  # fmt: skip
        return session.run_once(batch_size=batch_size)

    def learn(self, classroom: Classroom, count: int) -> list[str]:
        raws = [classroom.passed(number % 30) for number in range(count)]
        for raw in raws:
            self.outbox.land(raw)
        return [msgspec.json.decode(raw)["id"] for raw in raws]
