"""How a hub takes in a country on PostgreSQL: `python -m tests.bench.hub_country [BATCHES]`. Prints, asserts nothing.

A durable server (fsync), statements of `tests.simulators.country_day`, batches of 500 as boxes send them. In one run:
landed, indexed by one and by two workers, end to end; beside COPY of the same narrow rows and of jsonb documents, both
with their indexes; bytes at rest and on the wire; and what that means for a country, with the arithmetic.

What was learnt for one worker is not counted as the gain of two: the database knows every school before time is taken,
workers too, and one, two, two, one worker index the same number of batches, in the order of the day.
"""

import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec
import psycopg
from msgspec import Raw

from content_packs.clock import SystemClock
from sync.codings import ZSTD, pack
from sync.hub.accounts import Sender
from sync.hub.check import check
from sync.hub.folder import DataFolder
from sync.hub.landing.indexer import AT_ONCE
from sync.hub.lrs.checked import Batch as Checked
from sync.hub.lrs.packing import unpack
from sync.hub.lrs.versions import ONE
from sync.hub.services import Hub
from sync.wire import EnrolRequest
from tests.simulators.country_day import A_DAY, PUPILS, Batch, CountryDay
from tests.simulators.hub import make_data, open_hub
from tests.simulators.postgres import Postgres, cpu_s, running_postgres

COUNTRY_PUPILS, SCHOOL_DAYS = 345_000, 180
LINE_BYTES_S = 64_000 / 8
LOOK_EVERY_S = 0.02
TURNS = (1, 2, 2, 1)
"""So many workers, one time after the other."""
_FACT = "landed, actor, object, scene, amount, mark, id, registration"
_Spent = Callable[[], tuple[float, float]]
"""Seconds of a core used so far: by our programs, and by the server."""
_SIZES = (
    "SELECT c.relname, pg_table_size(c.oid), pg_indexes_size(c.oid) FROM pg_class c WHERE c.relkind = 'r'"
    " AND c.relnamespace = 'public'::regnamespace"
)
_JSONB = (
    "CREATE TABLE document (id UUID PRIMARY KEY, statement JSONB NOT NULL)",
    "CREATE INDEX ON document USING gin (statement jsonb_path_ops)",
    "CREATE INDEX ON document ((statement->'actor'->'account'->>'name'))",
    "CREATE INDEX ON document ((statement->'object'->>'id'))",
    "CREATE INDEX ON document ((statement->'verb'->>'id'))",
)


class Country:
    """A hub on PostgreSQL with boxes of some schools, and what they have to say."""

    def __init__(self, server: Postgres, work: Path, batches: Sequence[Batch]) -> None:
        self.server = server
        self.reached = server.database()
        self.folder = make_data(work, server.address(self.reached))
        self.hub = open_hub(self.folder, SystemClock())
        assert self.hub.partitions
        self.hub.partitions.make_ahead()
        self.senders: dict[str, Sender] = {}
        for batch in batches:
            if batch.box not in self.senders:
                self.senders[batch.box] = _enrolled(self.hub, batch)

    def checked(self, batch: Batch) -> Checked:
        return self.hub.intake.check([Raw(raw) for raw in batch.raws], ONE)

    def take(self, batch: Batch) -> None:
        """Check and land a batch."""
        self.hub.intake.land(self.checked(batch), self.senders[batch.box], None)

    def receive(self, batch: Batch, packed: bytes) -> None:
        """Unpack, check and land a batch as it was sent."""
        checked = self.hub.intake.check(unpack(packed), ONE)
        self.hub.intake.land(msgspec.structs.replace(checked, packed=packed), self.senders[batch.box], None)

    def spent(self) -> tuple[float, float]:
        """Seconds of a core that this program and the server used."""
        return cpu_s(os.getpid()), self.server.cpu_s()

    def wait(self) -> None:
        """Wait until every batch has its rows."""
        with psycopg.connect(self.reached, autocommit=True) as db:
            while db.execute("SELECT 1 FROM landed WHERE waits = 1 LIMIT 1").fetchone():
                time.sleep(LOOK_EVERY_S)


def _enrolled(hub: Hub, batch: Batch) -> Sender:
    code = hub.enrolments.make_code(f"School {batch.school}", "Gjilan").code
    request = EnrolRequest(code=code, box_id=batch.box, version="bench", secret="s" * 32)
    return hub.accounts.sender(hub.enrolments.redeem(request, "https://hub.example").key, "s" * 32)


class _Turn(NamedTuple):
    """How much was done in which time."""

    statements: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.statements / self.seconds


def _timed(name: str, statements: int, does: Callable[[], None], spent: "_Spent | None" = None) -> _Turn:
    """Say how fast something is, and, since others use the machine, what it takes of a core."""
    before = spent() if spent else ()
    began = time.perf_counter()
    does()
    turn = _Turn(statements, time.perf_counter() - began)
    took = [1e6 * (now - then) / statements for now, then in zip(spent() if spent else (), before, strict=True)]
    cores = f"; of a core {took[0]:.1f} us in Python, {took[1]:.1f} in PostgreSQL" if took else ""
    print(f"{name:<58}{turn.rate:>10,.0f} statements/s{cores} (load {os.getloadavg()[0]:.1f})", flush=True)
    return turn


def _together(name: str, turns: Sequence[_Turn]) -> float:
    """Say how fast something is over all of its turns, whichever came first."""
    rate = sum(turn.statements for turn in turns) / sum(turn.seconds for turn in turns)
    print(f"{name + ', all turns':<58}{rate:>10,.0f} statements/s", flush=True)
    return rate


def _work(path: Path, begin: "multiprocessing.synchronize.Barrier", end: "multiprocessing.synchronize.Event") -> None:
    """One worker, a program of its own, as `schoolbox-hub index` is, that has been at work for a moment."""
    hub = open_hub(DataFolder(path), SystemClock())
    assert hub.indexer
    stop = threading.Event()
    worker = threading.Thread(target=hub.indexer.run, args=(stop, threading.Event()))
    begin.wait()  # started
    hub.indexer.finish(at_once=1)
    begin.wait()  # ready
    begin.wait()  # go
    worker.start()
    end.wait()
    stop.set()
    worker.join()
    hub.close()


@contextmanager
def _workers(country: Country, count: int) -> Iterator[tuple["multiprocessing.synchronize.Barrier", _Spent]]:
    """Start workers, let them index what waits, and give what lets them go on, and what they and the server use."""
    context = multiprocessing.get_context("spawn")
    begin, end = context.Barrier(count + 1), context.Event()
    programs = [context.Process(target=_work, args=(country.folder.path, begin, end)) for _ in range(count)]
    for program in programs:
        program.start()
    try:
        begin.wait()
        begin.wait()
        pids = [program.pid for program in programs if program.pid]
        yield begin, lambda: (sum(map(cpu_s, pids)), country.server.cpu_s())
    finally:
        end.set()
        for program in programs:
            program.join()


def _indexed(
    country: Country, batches: Sequence[Batch], count: int, land: Callable[[Sequence[Batch]], object]
) -> "_Turn":
    """Index with workers what waits, after `land` has landed it."""
    warm, rest = batches[: len(country.senders)], batches[len(country.senders) :]
    list(map(country.take, warm))
    with _workers(country, count) as (begin, spent):
        land(rest)

        def index() -> None:
            begin.wait()
            country.wait()

        return _timed(f"indexed, {_workers_of(count)}", _many(rest), index, spent)


def _end_to_end(country: Country, batches: Sequence[Batch], count: int) -> "_Turn":
    """Unpack, check, land and index at once: landing by two threads, until nothing waits."""
    warm, rest = batches[: len(country.senders)], batches[len(country.senders) :]
    list(map(country.take, warm))
    sent = list(map(_sent, rest))
    with _workers(country, count) as (begin, spent):

        def take_in() -> None:
            begin.wait()
            with ThreadPoolExecutor(2) as threads:
                list(threads.map(country.receive, rest, sent))
            country.wait()

        return _timed(
            f"end to end: checked, landed, indexed, {_workers_of(count)}", _many(rest), take_in,
            lambda: (spent()[0] + cpu_s(os.getpid()), spent()[1]),
        )  # fmt: skip


def _workers_of(count: int) -> str:
    return f"{count} worker{'s' * (count > 1)}"


def _sent(batch: Batch) -> bytes:
    return pack(ZSTD, b"[" + b",".join(batch.raws) + b"]")


def _many(batches: Sequence[Batch]) -> int:
    return sum(len(batch.raws) for batch in batches)


def _copy(reached: str, query: str, pieces: Sequence[bytes]) -> None:
    with psycopg.connect(reached, autocommit=True) as db:
        for piece in pieces:
            with db.cursor() as cursor, cursor.copy(query.encode()) as copy:
                copy.write(piece)


def main(count: int = 960) -> int:
    """Measure and print."""
    batches = list(islice(CountryDay(schools=max(4, count // 40)).batches(), count))
    total = _many(batches)
    wire = sum(len(_sent(batch)) for batch in batches) / total
    print(f"{count} batches of 500 from {len({batch.school for batch in batches})} boxes, {total:,} statements")
    with tempfile.TemporaryDirectory() as work, running_postgres(
        durable=True, shared_buffers="512MB", max_wal_size="4GB"
    ) as server:
        country = Country(server, Path(work) / "hub", batches)
        with closing(country.hub):
            rates = _taking_in(country, batches)
            rates["narrow"], rates["jsonb"] = _peers(server, country, batches)
            _print_sizes(country, total, wire)
            print("db check:", "; ".join(check(country.hub.database).problems) or "all is well")
    _project(rates, wire)
    return 0


def _taking_in(country: Country, batches: Sequence[Batch]) -> dict[str, float]:
    """Let every school be known, then index in turns of one and two workers, then from end to end in such turns."""
    rates: dict[str, float] = {}
    waiting = iter(batches)
    schools, some, few = len(country.senders), len(batches) // 8, 19 * len(batches) // 160
    list(map(country.take, islice(waiting, schools)))
    assert country.hub.indexer
    country.hub.indexer.finish()
    ready = list(islice(waiting, some))
    turns = [_indexed(country, ready, TURNS[0], lambda rest: rates.update(_landed(country, rest)))]
    turns += [
        _indexed(country, list(islice(waiting, some)), count, lambda rest: list(map(country.take, rest)))
        for count in TURNS[1:]
    ]
    whole = [_end_to_end(country, list(islice(waiting, few)), count) for count in TURNS]
    for name, done in (("indexed", turns), ("end to end", whole)):
        for workers in (1, 2):
            mine = [turn for turn, count in zip(done, TURNS, strict=True) if count == workers]
            rates[f"{name} {workers}"] = _together(f"{name}, {_workers_of(workers)}", mine)
    return rates


def _landed(country: Country, batches: Sequence[Batch]) -> dict[str, float]:
    """Take the time of checking and landing."""
    some = _many(batches)
    sent = list(map(_sent, batches))
    ready: list[Checked] = []
    check = _timed("checked (one thread)", some, lambda: ready.extend(map(country.checked, batches)), country.spent)

    def landing() -> None:
        for batch, one, packed in zip(batches, ready, sent, strict=True):
            whole = Checked(one.ready, one.version, one.named, packed)
            country.hub.intake.land(whole, country.senders[batch.box], None)

    landed = _timed("landed, compressed as sent (one connection)", some, landing, country.spent)
    return {"check": check.rate, "landed": landed.rate}


def _peers(server: Postgres, country: Country, batches: Sequence[Batch]) -> tuple[float, float]:
    """COPY the very rows that were indexed, and the statements as documents, each into a table with its indexes.

    Narrow rows go into a table like the hub's, with all of its indexes, as many in a transaction as an indexer claims.
    """
    query = f"COPY (SELECT {_FACT} FROM fact ORDER BY landed, mark & 1023) TO STDOUT"
    with psycopg.connect(country.reached, autocommit=True) as db:
        with db.cursor().copy(query.encode()) as copied:
            lines = b"".join(map(bytes, copied)).splitlines(keepends=True)
        db.execute("CREATE TABLE peer (LIKE fact INCLUDING ALL)")
    at_once = AT_ONCE * 500
    pieces = [b"".join(lines[n : n + at_once]) for n in range(0, len(lines), at_once)]
    narrow = _timed(
        "peer: COPY of the same narrow rows, with indexes", len(lines),
        lambda: _copy(country.reached, f"COPY peer ({_FACT}) FROM STDIN", pieces),
        country.spent,
    )  # fmt: skip
    peer = server.database()
    with psycopg.connect(peer, autocommit=True) as db:
        for statement in _JSONB:
            db.execute(statement)
    some = batches[: max(1, len(batches) // 4)]
    documents = [
        b"".join(raw[7:43] + b"\t" + raw.replace(b"\\", b"\\\\") + b"\n" for raw in batch.raws) for batch in some
    ]
    jsonb = _timed(
        "peer: COPY of jsonb documents, with indexes, 500 at once", _many(some),
        lambda: _copy(peer, "COPY document (id, statement) FROM STDIN", documents),
    )  # fmt: skip
    return narrow.rate, jsonb.rate


def _print_sizes(country: Country, total: int, wire: float) -> None:
    """Say what lies on the disk for each statement, as it came and after packing."""
    groups: dict[str, tuple[float, float]] = {}
    with psycopg.connect(country.reached, autocommit=True) as db:
        db.execute("VACUUM")
        fresh = _sizes(db, total)
        for name in [name for name in fresh if name.startswith("fact_w")]:
            db.execute(f"REINDEX TABLE {name}".encode())
        packed = _sizes(db, total)
    for title, found in (("fresh", fresh), ("packed", packed)):
        rows = [(table, index) for name, (table, index) in found.items() if name.startswith("fact")]
        groups[title] = (sum(row[0] for row in rows), sum(row[1] for row in rows))
        table, index = groups[title]
        print(f"at rest, {title}: rows {table:.0f} + indexes {index:.0f} = {table + index:.0f} bytes a statement")
    shared = sum(sum(fresh.get(name, (0, 0))) for name in ("scene", "scene_mention", "term"))
    rolled = sum(sum(fresh.get(name, (0, 0))) for name in ("daily", "cell", "cell_learner", "active"))
    words = sum(fresh["landed"])
    print(f"beside them: words as sent {words:.0f}, scenes and terms {shared:.0f}, roll-ups {rolled:.0f}")
    print(f"on the wire: {wire:.1f} bytes a statement (zstd, 500 at once)")


def _sizes(db: "psycopg.Connection[tuple[object, ...]]", total: int) -> dict[str, tuple[float, float]]:
    return {
        str(name): (int(str(table)) / total, int(str(index)) / total)
        for name, table, index in db.execute(_SIZES).fetchall()
        if int(str(table)) > 8_192 * 4  # partitions of weeks without statements are no cost of a statement
    }


def _project(rates: dict[str, float], wire: float) -> None:
    """Say what this means for a school's year, and for a country's day."""
    year = PUPILS * A_DAY * SCHOOL_DAYS
    seconds = year * wire / LINE_BYTES_S
    print(
        f"a school's year: {PUPILS} pupils x {A_DAY} x {SCHOOL_DAYS} days = {year:,} statements x {wire:.1f} bytes"
        f" / 8,000 bytes/s = {seconds / 3600:.1f} hours at 64 kbit/s"
    )  # fmt: skip
    day = COUNTRY_PUPILS * A_DAY
    print(f"a country's day: {COUNTRY_PUPILS:,} pupils x {A_DAY} = {day:,} statements")
    for title, rate in (
        ("landed, one connection", rates["landed"]), ("checked, one core", rates["check"]),
        ("indexed, 1 worker", rates["indexed 1"]), ("indexed, 2 workers", rates["indexed 2"]),
    ):  # fmt: skip
        print(f"  {title}: {day:,} / {rate:,.0f} = {day / rate / 3600:.1f} hours")
    print(f"landing / jsonb COPY = {rates['landed'] / rates['jsonb']:.1f}")
    for workers in (1, 2):
        ratio = rates[f"indexed {workers}"] / rates["narrow"]
        print(f"indexing with {_workers_of(workers)} / COPY of narrow rows = {ratio:.2f}")


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
