"""What the technician's page shows: the facts of the box, gathered once a page, and what follows from them.

    page = status.page()
    page.verdict.teaches, [thing.code for thing in page.verdict.things]
"""

from datetime import datetime

import msgspec

from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.db.snapshots import Snapshot
from schoolbox.services.database_care import DatabaseCare
from schoolbox.services.events import EventRow, Events
from schoolbox.services.first_root import FirstRoot
from schoolbox.services.machine import Machine
from schoolbox.services.national_addresses import NationalAddresses, NationalAddressStatus
from schoolbox.services.pack_checks import CheckResult, PackChecks
from schoolbox.services.packs import InstalledRow, Packs
from schoolbox.services.people import People
from schoolbox.services.pull_notes import PullNotes, PullStatus
from schoolbox.services.reach import Reach
from schoolbox.services.shelf_jobs import Job, ShelfJobs
from schoolbox.services.transfer_facts import transfer_facts
from schoolbox.services.uplink import Uplink, UplinkStatus
from schoolbox.services.verdict import ClockFacts, Facts, Verdict, verdict
from schoolbox.services.wall_clock import WallClock

EVENTS_SHOWN = 12
_NEWEST_RELEASE = "SELECT max(released_at) FROM pack"


class StatusParts(msgspec.Struct, frozen=True, kw_only=True):
    """Where the facts come from."""

    db: Database
    care: DatabaseCare
    machine: Machine
    wall_clock: WallClock
    reach: Reach
    uplink: Uplink
    packs: Packs
    checks: PackChecks
    people: People
    events: Events
    jobs: ShelfJobs
    pulls: PullNotes
    addresses: NationalAddresses
    first_root: FirstRoot


class PackLine(msgspec.Struct, frozen=True):
    """An installed pack, and how checking it went since the program started; None if nobody asked."""

    pack: InstalledRow
    check: CheckResult | None


class StatusPage(msgspec.Struct, frozen=True):
    """Everything on the page."""

    facts: Facts
    verdict: Verdict
    uplink: UplinkStatus
    packs: tuple[PackLine, ...]
    packs_bytes: int
    checking: bool
    database_bytes: int
    database_checked_at: datetime | None
    snapshot: Snapshot | None
    events: tuple[EventRow, ...]
    classes: int
    jobs: tuple[Job, ...]
    pull: PullStatus
    addresses: NationalAddressStatus


class Status:
    """Gathers the facts."""

    def __init__(self, parts: StatusParts, *, clock: Clock) -> None:
        self._of = parts
        self._clock = clock

    def page(self) -> StatusPage:
        """The box as it is now."""
        of = self._of
        checks = of.checks.results()
        packs = tuple(PackLine(row, checks.get(row.pack_id)) for row in of.packs.list())
        classes = of.people.classes()
        waiting = [job for job in of.jobs.open() if job.state == "paused"]
        unread = of.jobs.unread()
        clock, pull = self._clock_facts(), of.pulls.status()
        facts = Facts(
            disk=of.machine.disk(),
            clock=clock,
            uplink=of.uplink.status(),
            network=of.reach.state(),
            temperature_c=of.machine.temperature_c(),
            database_problems=of.care.problems,
            database_rescued=of.care.was_rescued(),
            packs=sum(1 for line in packs if not line.pack.hidden),
            packs_hidden=sum(1 for line in packs if line.pack.hidden),
            packs_damaged=sum(1 for line in packs if line.check and line.check.state == "damaged"),
            packs_incomplete=sum(1 for line in packs if line.pack.missing),
            packs_overdue=pull.waiting_long(clock.now, clock_is_wrong=clock.state == "wrong"),
            packs_waiting=pull.waiting_count,
            jobs_paused=len(waiting),
            jobs_failed=len(unread),
            pupils=sum(row.pupils for row in classes),
            transfers=transfer_facts(of.db),
            believes=of.first_root.is_there(),
            given_root=of.first_root.given_fault(),
        )
        return StatusPage(
            facts, verdict(facts), facts.uplink, packs, sum(line.pack.size_bytes for line in packs), of.checks.busy(),
            of.db.path.stat().st_size, of.care.checked_at, of.care.newest_snapshot(),
            tuple(of.events.latest(EVENTS_SHOWN)), len(classes),
            (*waiting, *unread), pull, of.addresses.status(),
        )  # fmt: skip

    def check_all_packs(self) -> None:
        """Read every file of every pack again, in the background."""
        for row in self._of.packs.list():
            self._of.checks.start(row.pack_id)

    def _clock_facts(self) -> ClockFacts:
        newest = next(iter(self._of.db.fetch_sql(_time, _NEWEST_RELEASE)), None)
        wall = self._of.wall_clock
        return ClockFacts(self._clock.now(), wall.trusted(), wall.off_s(), newest)


def _time(text: str | None) -> datetime | None:
    """Read a release time; one that makes no sense proves nothing."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
