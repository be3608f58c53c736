"""What a technician should look at: rules over the facts of the box, worst first.

Rules: what stops lessons or loses data is `bad`, what will do so is `warn`, what is only unfinished is `info`. A wrong
clock silences what would be counted in days, because those days would be wrong too.

    verdict(facts).things[0].code    # "disk_full"
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from schoolbox.faults import Fault
from schoolbox.services.machine import DiskRoom
from schoolbox.services.transfer_facts import TransferFacts
from schoolbox.services.uplink import UplinkStatus
from sync import errors as wire
from sync.discovery import Reason, State

Tone = Literal["bad", "warn", "info"]
ClockState = Literal["trusted", "unknown", "wrong"]

OFFLINE_AFTER = timedelta(days=3)
HOT_C = 75.0
LOW_SHARE = 0.05
NEEDS_A_PERSON = (wire.StrangerError.__name__, wire.CredentialsError.__name__, wire.RefusesAllError.__name__)
"""What does not go away by trying again."""
SILENT: tuple[Reason, ...] = (Reason.PORT_BUSY, Reason.NOT_PERMITTED, Reason.FAILED)


class ClockFacts(msgspec.Struct, frozen=True):
    """The wall clock: `at_least` is the newest time that a signed pack proves, `off_s` how far the hub found it off."""

    now: datetime
    trusted: bool
    off_s: float | None
    at_least: datetime | None

    @property
    def state(self) -> ClockState:
        """Whether it is confirmed, contradicted, or neither."""
        if self.at_least is not None and self.now < self.at_least:
            return "wrong"
        if self.trusted:
            return "trusted"
        return "unknown" if self.off_s is None else "wrong"


class Facts(msgspec.Struct, frozen=True):
    """What the rules look at; `given_root` is what is wrong with the root that came with the system."""

    disk: DiskRoom
    clock: ClockFacts
    uplink: UplinkStatus
    network: State
    temperature_c: float | None
    database_problems: int | None
    database_rescued: bool
    packs: int
    packs_hidden: int
    packs_damaged: int
    packs_incomplete: int
    packs_overdue: int
    packs_waiting: int
    jobs_paused: int
    jobs_failed: int
    pupils: int
    transfers: TransferFacts = TransferFacts()
    believes: bool = True
    given_root: Fault | None = None


class Thing(msgspec.Struct, frozen=True):
    """One thing to look at, by its code; the page has its words and its action."""

    code: str
    tone: Tone


class Verdict(msgspec.Struct, frozen=True):
    """All of them, worst first."""

    things: tuple[Thing, ...]

    @property
    def teaches(self) -> bool:
        """Whether lessons go on: nothing is `bad`."""
        return all(thing.tone != "bad" for thing in self.things)


def verdict(facts: Facts) -> Verdict:
    """Look at everything."""
    order: tuple[Tone, ...] = ("bad", "warn", "info")
    rules = (*_data(facts), *_machine(facts), *_line(facts), *_unfinished(facts))
    return Verdict(tuple(sorted(rules, key=lambda thing: order.index(thing.tone))))


def _data(facts: Facts) -> Iterator[Thing]:
    disk = facts.disk
    if facts.database_problems:
        yield Thing("database_damaged", "bad")
    elif facts.database_rescued:
        yield Thing("database_rescued", "warn")
    if disk.free_bytes < disk.keep_bytes / 2:
        yield Thing("disk_full", "bad")
    elif disk.usable_bytes < LOW_SHARE * disk.total_bytes:
        yield Thing("disk_low", "warn")
    if facts.packs_damaged:
        yield Thing("packs_damaged", "warn")


def _machine(facts: Facts) -> Iterator[Thing]:
    if facts.clock.state == "wrong":
        yield Thing("clock_wrong", "warn")
    if facts.temperature_c is not None and facts.temperature_c >= HOT_C:
        yield Thing("hot", "warn")
    if facts.network.reason in SILENT:
        yield Thing("name_silent", "warn")
    if facts.network.reason is Reason.NO_NETWORK:
        yield Thing("no_network", "warn")


def _line(facts: Facts) -> Iterator[Thing]:
    uplink = facts.uplink
    if uplink.quarantined:
        yield Thing("quarantined", "warn")
    if uplink.twin:
        yield Thing("twin", "warn")
    if not uplink.enrolled:
        yield Thing("not_enrolled", "info")
    elif uplink.problem in NEEDS_A_PERSON:
        yield Thing("hub_refuses", "warn")
    elif uplink.waiting and facts.clock.state != "wrong" and _long_ago(uplink.last_success_at, facts.clock.now):
        yield Thing("offline", "warn")


def _long_ago(last: datetime | None, now: datetime) -> bool:
    return last is None or now - last > OFFLINE_AFTER


def _unfinished(facts: Facts) -> Iterator[Thing]:
    if facts.packs_hidden:
        yield Thing("packs_hidden", "warn")
    if facts.jobs_failed:
        yield Thing("job_failed", "warn")
    if facts.jobs_paused:
        yield Thing("job_paused", "info")
    yield from _to_come(facts)
    yield from _transfers(facts.transfers)
    if facts.given_root:
        yield Thing("given_root_wrong", "warn")
    elif not facts.believes:
        yield Thing("believes_nobody", "info")
    if not facts.packs:
        yield Thing("no_packs", "info")
    if not facts.pupils:
        yield Thing("no_pupils", "info")


def _transfers(transfers: TransferFacts) -> Iterator[Thing]:
    if transfers.twice:
        yield Thing("transfer_twice", "warn")
    if transfers.stuck:
        yield Thing("transfer_stuck", "warn")
    if transfers.arrived:
        yield Thing("transfer_arrived", "info")


def _to_come(facts: Facts) -> Iterator[Thing]:
    if facts.packs_overdue:
        yield Thing("packs_overdue", "warn")
    elif facts.packs_waiting:
        yield Thing("packs_waiting", "info")
    if facts.packs_incomplete:
        yield Thing("packs_incomplete", "info")
