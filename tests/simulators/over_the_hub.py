"""Schools whose boxes speak with a hub, and a line that dies when a test says so.

    with on_hub(tmp_path, hub) as (agimi, dituria):
        agimi.send(pupil, to="Dituria"); agimi.talk(); dituria.talk()
        dituria.take_in_sent(code); dituria.talk(); agimi.talk()
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from content_packs.clock import Clock
from schoolbox.services.arrivals import Arrival
from schoolbox.services.sendings import SendingView
from schoolbox.wiring import Box
from sync.answers import Answer
from sync.errors import LineError
from sync.ports import Credentials
from sync.session import SyncReport
from sync.transport import HubTransport
from tests.simulators.hub import RunningHub
from tests.simulators.seeded import Pupil
from tests.simulators.two_schools import SchoolDesk, desk_of


class DyingLine(HubTransport):
    """The real line, which dies at the nth request about sendings: before the hub hears it, or after it answered."""

    def __init__(self, at: int = 0, *, heard: bool = False) -> None:
        super().__init__()
        self._at = at
        self._heard = heard
        self.asked: list[tuple[str, str]] = []

    def ask(self, method: str, credentials: Credentials, path: str, body: bytes = b"") -> Answer:
        """Ask, unless the line is dead."""
        self.asked.append((method, path))
        dies = len(self.asked) == self._at
        if dies and not self._heard:
            raise LineError(problem="dead")
        answer = super().ask(method, credentials, path, body)
        if dies:
            raise LineError(problem="dead")
        return answer


@dataclass
class SchoolOnHub:
    """A school, its technician, and its box's tie to the hub."""

    desk: SchoolDesk
    hub: RunningHub
    name: str
    lines: list[DyingLine] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.box.uplink.remember(self.hub.enrol(self.name, self.box.school.facts().box_id))

    @property
    def box(self) -> Box:
        return self.desk.box

    @property
    def credentials(self) -> Credentials:
        found = self.box.uplink.credentials()
        assert found is not None
        return found

    def talk(self, line: DyingLine | None = None) -> SyncReport:
        """One conversation with the hub, as the box holds it every five minutes."""
        with line or DyingLine() as transport:
            report = self.box.session(transport).run_once()
            self.lines.append(transport)
        self.box.uplink.report(report, next_try_in_s=None)
        return report

    def send(self, pupil: Pupil, *, to: str) -> str:
        """Make the file and send it over the hub, as the pages do; gives the code."""
        code = self.desk.make(pupil.person_id, to)
        self.choose(pupil, to=to)
        return code

    def choose(self, pupil: Pupil, *, to: str) -> None:
        """Choose a school on the page."""
        [found], number = self.box.sendings.find_schools(to)
        assert number == 1
        path = f"/people/{pupil.person_id}/transfer/hub"
        assert self.desk.desk.post(path, {"school": found.id}, on=path).status_code == 303

    def state(self, pupil: Pupil) -> SendingView | None:
        """How far it is."""
        return self.box.sendings.of(pupil.person_id)

    def open_sent(self, code: str) -> str:
        """Type a code at what came over the hub; gives where the page goes."""
        [waiting] = self.box.deliveries.waiting()
        form = {"sending": waiting.id, "code": code}
        return str(self.desk.desk.post("/transfers", form, on="/transfers").headers["Location"])

    def take_in_sent(self, code: str) -> Arrival:
        """Take in the pupil of the one file that came over the hub."""
        assert self.open_sent(code) == "/transfers/arriving"
        return self.desk.take_in_opened()

    def has(self, surname: str) -> bool:
        """Whether somebody of this name is on the box."""
        return bool(self.box.database.fetch_sql(int, "SELECT id FROM person WHERE surname = ?", (surname,)))


@contextmanager
def school_on_hub(
    folder: Path, hub: RunningHub, name: str, clock: Clock | None = None
) -> Iterator[SchoolOnHub]:
    """One school whose box has spoken with the hub."""
    with desk_of(folder, name, clock) as desk:
        school = SchoolOnHub(desk, hub, name)
        school.talk()
        yield school


@contextmanager
def on_hub(folder: Path, hub: RunningHub, clock: Clock | None = None) -> Iterator[tuple[SchoolOnHub, SchoolOnHub]]:
    """The old school, which knows of the new one, and that."""
    with (
        school_on_hub(folder / "new", hub, "Dituria", clock) as new,
        school_on_hub(folder / "old", hub, "Agimi", clock) as old,
    ):
        yield old, new


def carried(hub: RunningHub) -> tuple[int, int]:
    """How many sendings and pieces the hub has."""
    with hub.hub.database.read() as db:
        sendings = db.execute("SELECT count(*) FROM sending").fetchone()
        pieces = db.execute("SELECT count(*) FROM sending_piece").fetchone()
    return int(sendings[0]), int(pieces[0])
