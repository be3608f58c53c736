"""Up to when a reader finds everything: never past a batch that has its time of storing and is not committed yet."""

import random
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Raw

from sync.enrolment import tidy_code
from sync.wire import EnrolRequest
from tests.simulators.hub import make_data, open_hub
from tests.simulators.learning import BOX_ID, Classroom


@dataclass
class GatedClock:
    """The real time; a thread named `landing` waits at its last question, when all is written and nothing committed."""

    asked: int = 0
    at_gate: threading.Event = field(default_factory=threading.Event)
    gate: threading.Event = field(default_factory=threading.Event)

    def now(self) -> datetime:
        if threading.current_thread().name == "landing":
            self.asked += 1
            if self.asked == 3:
                self.at_gate.set()
                assert self.gate.wait(20)
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        return 0.0


def test_a_batch_under_way_holds_back_how_far_the_store_is_settled(tmp_path: Path) -> None:
    clock = GatedClock()
    hub = open_hub(make_data(tmp_path / "data"), clock)
    code = tidy_code(hub.enrolments.make_code("Agimi", "Gjilan").code)
    secret = random.randbytes(24).hex()
    taken = hub.enrolments.redeem(EnrolRequest(code=code, box_id=BOX_ID, version="0.1.0", secret=secret), "hub")
    sender = hub.accounts.sender(taken.key, secret)
    landing = threading.Thread(target=hub.intake.take, args=([Raw(Classroom().passed(1))], sender), name="landing")
    landing.start()
    try:
        assert clock.at_gate.wait(20)
        told = hub.intake.settled_us()
    finally:
        clock.gate.set()
        landing.join()
    with hub.database.read() as db:
        stored = db.execute("SELECT stored_us FROM batch").fetchone()[0]
    assert told < stored
    assert hub.intake.settled_us() > stored
    hub.close()
