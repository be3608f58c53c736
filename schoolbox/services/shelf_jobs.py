"""What was asked of sticks: orders, how far each is, and how it ended.

Promises: an order is on the disk before its page is shown, and goes on after a pulled stick, a restart or a power cut;
nobody's double tap orders the same twice. Written at the borders of packs only. Who asked is kept as a number.

    job_id = jobs.ask(Order(stick_id, "MASHT 2026", (wish,)), by=teacher_id)
    jobs.open()[0].packs[0].state        # "waiting"
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal, TypeAlias

import msgspec
import peewee
from msgspec.structs import replace

from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.db.pack_models import ShelfJob, ShelfJobPack
from schoolbox.errors import NotFoundError
from schoolbox.faults import Fault, read_fault, write_fault
from schoolbox.services.pack_rows import read_units, write_units
from schoolbox.services.stick_listing import Need
from schoolbox.services.texts import Texts, read_texts, write_json
from schoolbox.services.viewers import Viewer

Kind: TypeAlias = Literal["install", "write"]
"""From a stick onto the box, or from the box onto a stick."""
JobState: TypeAlias = Literal["waiting", "running", "paused", "done", "partly", "failed", "cancelled"]
PackPart: TypeAlias = Literal["waiting", "running", "done", "partly", "failed", "cancelled"]
OPEN = ("waiting", "running", "paused")
KEPT = 50
"""How many orders that have ended are remembered."""

JOBS = """
SELECT id, kind, shelf, address, label, state, asked_by, asked_at, ended_at, seen
FROM shelf_job WHERE {where} ORDER BY id
"""
PACKS = """
SELECT job_id, position, pack_id, version, manifest_sha256, title, units, state, fault, missing,
    need_bytes, need_files, done_bytes, done_files
FROM shelf_job_pack WHERE job_id IN (SELECT value FROM json_each(?)) ORDER BY job_id, position
"""


class Wish(msgspec.Struct, frozen=True):
    """A pack that is asked for; `units` are slugs, None for what was chosen before, or all."""

    pack_id: str
    version: int
    manifest_sha256: str
    title: Texts
    need: Need
    units: tuple[str, ...] | None = None


class Order(msgspec.Struct, frozen=True):
    """What is asked of one stick; `stick_id` is its fingerprint, or its drive if it is written onto."""

    stick_id: str
    label: str
    wishes: tuple[Wish, ...]
    kind: Kind = "install"
    shelf: str = "stick"


class JobPack(msgspec.Struct, frozen=True):
    """A pack of an order and what became of it; `done` is what of its need had come over when it last stopped."""

    job_id: int
    position: int
    wish: Wish
    state: PackPart
    fault: Fault | None
    missing: int
    done: Need

    @property
    def ended(self) -> bool:
        """Whether nothing more happens with it."""
        return self.state not in ("waiting", "running")

    def stands(self, state: PackPart, done: Need, *, missing: int = 0, fault: Fault | None = None) -> "JobPack":
        """The same pack where it stands now."""
        return replace(self, state=state, done=done, missing=missing, fault=fault)


class Job(msgspec.Struct, frozen=True):
    """An order as it stands."""

    id: int
    kind: Kind
    stick_id: str
    label: str
    state: JobState
    asked_by: int | None
    asked_at: datetime
    ended_at: datetime | None
    seen: bool
    packs: tuple[JobPack, ...] = ()
    shelf: str = "stick"

    @property
    def open(self) -> bool:
        """Whether it goes on, now or when the stick is back."""
        return self.state in OPEN

    @property
    def rest(self) -> tuple[JobPack, ...]:
        """The packs that something still happens with."""
        return tuple(pack for pack in self.packs if not pack.ended)

    @property
    def need(self) -> Need:
        """All that has to be copied."""
        return Need(sum(each.wish.need.bytes for each in self.packs), sum(each.wish.need.files for each in self.packs))

    def may_see(self, viewer: Viewer) -> bool:
        """An order about a stick is there for all teachers, one about an upload for who asked and the technician."""
        return self.shelf != "upload" or self.asked_by == viewer.person_id or viewer.role == "technician"


class ShelfJobs:
    """Keeps the orders."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._on_ask: Callable[[], None] = _nothing

    def when_asked(self, call: Callable[[], None]) -> None:
        """Call this whenever there is something to do."""
        self._on_ask = call

    def ask(self, order: Order, *, by: int | None) -> int | None:
        """Take an order and return its number.

        What some open order asks for already is left out; if that is all of it, the number is that of the open order.
        None if nothing was asked for.
        """
        job_id = self._db.write(lambda: self._ask(order, by))
        self._on_ask()
        return job_id

    def open(self) -> list[Job]:
        """Every order that goes on, the oldest first."""
        return self._jobs("state IN ('waiting', 'running', 'paused')")

    def is_open(self, job_id: int) -> bool:
        """Whether an order still goes on, also as other programs see it."""
        states = self._db.fetch(str, ShelfJob.select(ShelfJob.state).where(ShelfJob.id == job_id))
        return bool(states) and states[0] in OPEN

    def sticks(self) -> frozenset[str]:
        """The sticks and uploads that some order is still about."""
        return frozenset(self._db.fetch(str, ShelfJob.select(ShelfJob.address).where(ShelfJob.state.in_(OPEN))))

    def manifests(self) -> frozenset[str]:
        """SHA-256 of the manifests of what is still to be installed."""
        return frozenset(each.wish.manifest_sha256 for job in self.open() if job.kind == "install" for each in job.rest)

    def latest(self, limit: int) -> list[Job]:
        """The newest orders, the oldest of them first."""
        return self._jobs("id > (SELECT COALESCE(MAX(id), 0) FROM shelf_job) - ?", limit)

    def unread(self) -> list[Job]:
        """Orders that did not bring all that was asked for and whose end nobody has read yet, the oldest first."""
        return self._jobs("seen = 0 AND state IN ('partly', 'failed')")

    def find(self, job_id: int) -> Job:
        """One order.

        Raises:
            NotFoundError: There is none of this number, or no longer.
        """
        found = self._jobs("id = ?", job_id)
        if not found:
            raise NotFoundError(kind="job", key=str(job_id))
        return found[0]

    def begin_anew(self) -> None:
        """The program was started: what was running when it ended waits again."""
        self._write(
            ShelfJob.update(state="waiting").where(ShelfJob.state == "running"),
            ShelfJobPack.update(state="waiting").where(ShelfJobPack.state == "running"),
        )

    def note(self, job: Job, packs: Iterable[JobPack] = (), *, state: JobState | None = None) -> None:
        """Keep where an order and some of its packs stand now, in one change; what stands so already is not written.

        An order that has ended stays as it ended, and so does a pack that was given up meanwhile.
        """
        known = next(iter(self._jobs("id = ?", job.id)), job)
        there = {pack.position: pack for pack in known.packs}
        changes = [_kept(pack) for pack in packs if there.get(pack.position) != pack]
        if state not in (None, known.state):
            here = (ShelfJob.id == job.id) & ShelfJob.state.in_(OPEN)
            changes.append(ShelfJob.update(state=state).where(here))
        if changes:
            self._write(*changes)

    def end(self, job_id: int) -> Job:
        """An order is through: say how it ended, unless it was given up."""

        def keep() -> None:
            state = end_state([each.state for each in self.find(job_id).packs])
            self._db.run(
                ShelfJob.update(state=state, ended_at=self._now()).where(
                    (ShelfJob.id == job_id) & ShelfJob.state.in_(OPEN)
                )
            )

        self._db.write(keep)
        return self.find(job_id)

    def give_up(self, job_id: int) -> None:
        """End an order that goes on; what it copied and nothing else uses is to be deleted.

        Raises:
            NotFoundError: There is no such order.
        """

        def keep() -> None:
            if not self.find(job_id).open:
                return
            state, going = "cancelled", ShelfJobPack.state.in_(("waiting", "running"))
            self._db.run(
                ShelfJob.update(state=state, ended_at=self._now(), seen=1, leftovers=1).where(ShelfJob.id == job_id)
            )
            self._db.run(ShelfJobPack.update(state=state).where((ShelfJobPack.job_id == job_id) & going))

        self._db.write(keep)
        self._on_ask()

    def put_aside(self, job_id: int) -> None:
        """Mark the end of an order as read, and leave it so: what it copied and nothing else uses is to be deleted.

        One that goes on, because somebody had it tried again meanwhile, is left alone.
        """
        here = (ShelfJob.id == job_id) & ShelfJob.state.not_in(OPEN)
        self._write(ShelfJob.update(seen=1, leftovers=1).where(here))
        self._on_ask()

    def try_again(self, job_id: int) -> None:
        """Let what failed, or came in part, wait once more; an order that has ended goes on."""

        def keep() -> None:
            self._db.run(
                ShelfJobPack.update(state="waiting", fault="", missing=0).where(
                    (ShelfJobPack.job_id == job_id) & ShelfJobPack.state.in_(("failed", "partly"))
                )
            )
            self._db.run(
                ShelfJob.update(state="waiting", ended_at=None, seen=0).where(
                    (ShelfJob.id == job_id) & ShelfJob.state.in_(("failed", "partly"))
                )
            )

        self._db.write(keep)
        self._on_ask()

    def has_leftovers(self) -> bool:
        """Whether there may be files that were copied for nothing."""
        return bool(self._db.fetch(int, ShelfJob.select(ShelfJob.id).where(ShelfJob.leftovers == 1)))

    def leftovers_gone(self) -> None:
        """They are deleted."""
        self._write(ShelfJob.update(leftovers=0).where(ShelfJob.leftovers == 1))

    def _ask(self, order: Order, by: int | None) -> int | None:
        asked = {
            _mark(job, each.wish): job.id
            for job in self.open()
            for each in job.packs
            if not each.ended and (job.shelf != "upload" or job.asked_by == by)
        }
        wishes = [wish for wish in order.wishes if _mark(order, wish) not in asked]
        if not wishes:
            return next((asked[_mark(order, wish)] for wish in order.wishes), None)
        job_id = self._db.run(
            ShelfJob.insert(
                kind=order.kind, shelf=order.shelf, address=order.stick_id, label=order.label, state="waiting",
                asked_by=by, asked_at=self._now(),
            )
        )  # fmt: skip
        for position, wish in enumerate(wishes):
            self._db.run(ShelfJobPack.insert(job_id=job_id, position=position, state="waiting", **_row(wish)))
        self._db.run(ShelfJob.delete().where((ShelfJob.id <= job_id - KEPT) & ShelfJob.state.not_in(OPEN)))
        return job_id

    def _jobs(self, where: str, *values: int) -> list[Job]:
        jobs = self._db.fetch_sql(_job, JOBS.format(where=where), values)
        if not jobs:
            return []
        packs = self._db.fetch_sql(_pack, PACKS, (write_json([job.id for job in jobs]),))
        return [_with_packs(job, packs) for job in jobs]

    def _write(self, *changes: peewee.Query) -> None:
        self._db.write(lambda: [self._db.run(change) for change in changes])

    def _now(self) -> str:
        return self._clock.now().astimezone(UTC).isoformat(timespec="seconds")


def end_state(packs: Sequence[PackPart]) -> JobState:
    """How an order ended, from how its packs did."""
    if all(state == "done" for state in packs):
        return "done"
    return "partly" if any(state in ("done", "partly") for state in packs) else "failed"


def _mark(order: Order | Job, wish: Wish) -> tuple[str | tuple[str, ...] | None, ...]:
    """What tells a wish from others: a version may come from any stick, but each stick is written for itself."""
    onto = order.stick_id if order.kind == "write" else ""
    return order.kind, onto, wish.pack_id, wish.manifest_sha256, wish.units


def _kept(pack: JobPack) -> peewee.Query:
    """The change that keeps where a pack stands."""
    values = {
        "state": pack.state, "missing": pack.missing, "fault": write_fault(pack.fault),
        "done_bytes": pack.done.bytes, "done_files": pack.done.files,
    }  # fmt: skip
    here = (ShelfJobPack.job_id == pack.job_id) & (ShelfJobPack.position == pack.position)
    return ShelfJobPack.update(values).where(here & (ShelfJobPack.state != "cancelled"))


def _with_packs(job: Job, packs: Iterable[JobPack]) -> Job:
    return replace(job, packs=tuple(pack for pack in packs if pack.job_id == job.id))


def _row(wish: Wish) -> dict[str, str | int]:
    return {
        "pack_id": wish.pack_id, "version": wish.version, "manifest_sha256": wish.manifest_sha256,
        "title": write_json(wish.title), "units": write_units(wish.units), "need_bytes": wish.need.bytes,
        "need_files": wish.need.files,
    }  # fmt: skip


def _job(  # noqa: PLR0913, PLR0917 - one argument a column
    number: int, kind: Kind, shelf: str, address: str, label: str, state: JobState, asked_by: int | None, asked_at: str,
    ended_at: str | None, seen: int,
) -> Job:  # fmt: skip
    asked, ended = datetime.fromisoformat(asked_at), datetime.fromisoformat(ended_at) if ended_at else None
    return Job(number, kind, address, label, state, asked_by, asked, ended, bool(seen), shelf=shelf)


def _pack(  # noqa: PLR0913, PLR0917 - one argument a column
    job_id: int, position: int, pack_id: str, version: int, manifest_sha256: str, title: str, units: str,
    state: PackPart, fault: str, missing: int, need_bytes: int, need_files: int, done_bytes: int, done_files: int,
) -> JobPack:  # fmt: skip
    wish = Wish(
        pack_id, version, manifest_sha256, read_texts(title), Need(need_bytes, need_files), read_units(units)
    )
    return JobPack(job_id, position, wish, state, read_fault(fault), missing, Need(done_bytes, done_files))


def _nothing() -> None:
    """Nobody works in this program."""
