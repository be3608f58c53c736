"""A box without a line, a hub far away, and sticks between them."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from schoolbox.config import Config
from schoolbox.wiring import Box, open_box
from sync.courier_folder import couriers_on
from sync.enrolment import BoxIdentity, enrol
from sync.hub.courier_sticks import Brought, read_stick
from sync.session import SyncReport
from sync.transport import HubTransport
from tests.simulators.hub import RunningHub
from tests.simulators.learning import Classroom


@dataclass
class Courier:
    """One box that knows its hub, and what was learnt on it so far."""

    box: Box
    hub: RunningHub
    folder: Path
    classroom: Classroom = field(default_factory=lambda: Classroom(box_id=secrets.token_hex(16)))
    ids: list[str] = field(default_factory=list)

    @property
    def box_id(self) -> str:
        return self.box.school.facts().box_id

    def learn(self, times: int) -> list[str]:
        """Put what a class did into the outbox, and give the ids of it."""
        made = [self.classroom.passed(pupil % 30) for pupil in range(times)]
        for each in made:
            self._put(each)
        ids = [str(msgspec.json.decode(each)["id"]) for each in made]
        self.ids += ids
        return ids

    def say(self, statement: bytes) -> None:
        """Put a statement into the outbox as it is."""
        self._put(statement)

    def stick(self, name: str = "stick") -> Path:
        path = self.folder / name
        path.mkdir(exist_ok=True)
        return path

    def to_town(self, stick: Path) -> Brought:
        return read_stick(self.hub.hub.couriers, stick)

    def files(self, stick: Path) -> list[str]:
        return [each.name for each in couriers_on(stick, self.box_id)]

    def waiting(self) -> int:
        return self.box.outbox.counts().waiting

    def arrived(self) -> list[str]:
        return self.hub.arrived(self.hub.program())

    def over_the_line(self) -> SyncReport:
        """Talk to the hub over a line, once."""
        with HubTransport() as transport:
            report = self.box.session(transport).run_once()
        self.box.uplink.report(report, next_try_in_s=None)
        return report

    def enrol(self) -> None:
        with HubTransport() as transport:
            identity = BoxIdentity(self.box_id, "0.1.0")
            code = self.hub.hub.enrolments.make_code("Agimi", "Gjilan").code
            given = enrol(self.hub.url, code, identity, transport, token_urlsafe=secrets.token_urlsafe)
        self.box.uplink.remember(given)

    def _put(self, statement: bytes) -> None:
        self.box.outbox.write(lambda: self.box.outbox.put(lambda _seq: statement), by=None)


@contextmanager
def courier_box(folder: Path, hub: RunningHub, *, enrolled: bool = True) -> Iterator[Courier]:
    """Open a box that was enrolled and heard its hub once."""
    folder.mkdir(exist_ok=True)
    box = open_box(Config(data=folder / "data", reserve_mb=0))
    try:
        courier = Courier(box, hub, folder)
        if enrolled:
            courier.enrol()
            assert courier.over_the_line().ok
        yield courier
    finally:
        box.close()
