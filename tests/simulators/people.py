"""A school with real services on a real database, and a clock that moves only when told to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from content_packs.durable import Disk
from schoolbox.db.database import Database
from schoolbox.errors import SignInError, ThrottledError
from schoolbox.services.claim import Claim, ClaimServices
from schoolbox.services.events import Events
from schoolbox.services.kept_fields import KeptFields
from schoolbox.services.passwords import Passwords
from schoolbox.services.people import People
from schoolbox.services.people_rows import NewPerson
from schoolbox.services.roster import Roster
from schoolbox.services.roster_export import RosterExport
from schoolbox.services.school import School
from schoolbox.services.secrets import Secrets
from schoolbox.services.sign_in import SignIn
from schoolbox.services.throttle import Throttle
from tests.simulators.clock import HandClock

IDLE_MINUTES = 20


@dataclass
class SchoolHouse:
    """Every service about people, put together as the box does, with a cheap password hash."""

    data: Path
    db: Database
    clock: HandClock
    boot_id: str = "boot-1"
    throttle: Throttle = field(init=False)

    def __post_init__(self) -> None:
        self.events = Events(self.db, clock=self.clock)
        self.school = School(self.db, clock=self.clock)
        self.passwords = Passwords(cost_log2=4)
        self.secrets = Secrets(self.data / "keys", Disk())
        self.people = People(
            self.db, clock=self.clock, pin_key=self.secrets.pin_key(), passwords=self.passwords
        )
        self.throttle = Throttle(self.clock)
        self.sign_in = SignIn(
            self.db, clock=self.clock, boot_id=self.boot_id, people=self.people, throttle=self.throttle,
            events=self.events, idle_minutes=lambda: IDLE_MINUTES,
        )  # fmt: skip
        self.kept_fields = KeptFields(self.db, events=self.events, on_erased=lambda: None)
        self.roster = Roster(self.db, people=self.people, events=self.events, kept=self.kept_fields)
        self.roster_export = RosterExport(
            self.db, school=self.school, kept=self.kept_fields, events=self.events
        )
        services = ClaimServices(self.people, self.school, self.sign_in, self.throttle, self.events)
        self.claim = Claim(self.db, services, disk=Disk(), file=self.data / "CLAIM.txt")

    def pupil(self, given_name: str = "Arta", surname: str = "Krasniqi", class_name: str = "6/2") -> tuple[int, str]:
        """Add a pupil; returns id and PIN."""
        class_id = self.people.class_add(class_name, int(class_name.partition("/")[0]))
        added = self.people.add(NewPerson("pupil", given_name, surname, class_ids=(class_id,)))
        assert added.pin is not None
        return added.person_id, added.pin

    def rebooted(self) -> "SchoolHouse":
        """The same box after its power came back."""
        return SchoolHouse(self.data, self.db, self.clock, boot_id=f"{self.boot_id}+")


@contextmanager
def school_house(folder: Path) -> Iterator[SchoolHouse]:
    """Open a school in an empty folder."""
    clock = HandClock()
    db = Database(folder / "box.db", clock=clock)
    db.open()
    try:
        yield SchoolHouse(folder, db, clock)
    finally:
        db.close()


def wait_after_many(attempt: Callable[[], str]) -> int:
    """Attempt something wrong until it is no longer looked at; returns how long to wait then."""
    for _ in range(20):
        try:
            attempt()
        except SignInError:
            continue
        except ThrottledError as exc:
            return exc.wait_s
    raise AssertionError("twenty wrong tries in a row were looked at")


def wrong(pin: str) -> str:
    """Another PIN than this one."""
    return f"{(int(pin) + 1) % 10_000:04}"
