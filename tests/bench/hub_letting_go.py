"""What it costs to let go of a week: `python -m tests.bench.hub_letting_go [BATCHES]`. Prints, asserts nothing.

Statements of `tests.simulators.country_day`, batches of 500, come in their week; a year and a half later the hub lets
go of them: on PostgreSQL (durable, fsync) and in a file. In one run: statements a second, what one takes of a core,
bytes of the server's log, the longest single step, for which others who write wait; and a country's week.
"""

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from itertools import islice
from pathlib import Path

import psycopg
from msgspec import Raw

from sync.hub.accounts import Sender
from sync.hub.check import check
from sync.hub.retention.letting_go import AT_ONCE, Retention
from sync.hub.services import Hub
from sync.wire import EnrolRequest
from tests.bench.hub_country import COUNTRY_PUPILS
from tests.simulators.clock import HandClock
from tests.simulators.country_day import A_DAY, MORNING, Batch, CountryDay
from tests.simulators.hub import index_all, make_data, open_hub
from tests.simulators.postgres import Postgres, cpu_s, running_postgres

LATER_DAYS = 7 * 78
DAYS_A_WEEK = 5
MONTHS = 13
_ROLLUPS = "SELECT count(*), sum(statements), sum(watched_ms) FROM daily"
_LEARNERS = "SELECT count(*), sum(learners), sum(completed), sum(score_milli) FROM cell"


class Steps(Retention):
    """Letting go that notes how long each step took."""

    took_s = 0.0

    def _take(self, first: int, last: int, floor_ms: int) -> int:
        began = time.perf_counter()
        many = super()._take(first, last, floor_ms)
        self.took_s = max(self.took_s, time.perf_counter() - began)
        return many


def main(count: int = 240) -> int:
    """Measure and print."""
    schools = max(4, count // 100)
    batches = list(islice(CountryDay(schools=schools).batches(), count))
    today = list(islice(CountryDay(schools=schools, days=LATER_DAYS).batches(), schools))
    print(f"{len(batches)} batches of 500 from {schools} boxes, {AT_ONCE} batches a step")
    with tempfile.TemporaryDirectory() as work, running_postgres(
        durable=True, shared_buffers="512MB", max_wal_size="4GB"
    ) as server:
        reached = server.database()
        rate = _measure(Path(work) / "wide", batches, today, (server, reached))
        _measure(Path(work) / "file", batches[: count // 4], today, None)
    week = COUNTRY_PUPILS * A_DAY * DAYS_A_WEEK
    print(
        f"a country's week: {COUNTRY_PUPILS:,} pupils x {A_DAY} x {DAYS_A_WEEK} days = {week:,} statements"
        f" / {rate:,.0f} = {week / rate / 3600:.1f} hours"
    )
    return 0


def _measure(
    folder: Path, batches: Sequence[Batch], today: Sequence[Batch], wide: tuple[Postgres, str] | None
) -> float:
    """Fill a hub with a week and let it go of it; give statements a second."""
    clock = HandClock(MORNING)
    hub = open_hub(make_data(folder, wide[0].address(wide[1]) if wide else ""), clock)
    with closing(hub):
        if hub.partitions:
            hub.partitions.make_ahead()
        senders = {batch.box: _enrolled(hub, batch) for batch in batches}
        _send(hub, senders, batches)
        clock.at = MORNING + timedelta(days=LATER_DAYS)
        _send(hub, senders, today)
        if wide:
            with psycopg.connect(wide[1], autocommit=True) as db:
                db.execute("VACUUM ANALYZE")
                db.execute("CHECKPOINT")
        return _let_go(hub, clock, wide)


def _let_go(hub: Hub, clock: HandClock, wide: tuple[Postgres, str] | None) -> float:
    before, log = _figures(hub), _log_bytes(wide)
    python, server = cpu_s(os.getpid()), wide[0].cpu_s() if wide else 0.0
    retention, began = Steps(hub.database, hub.attachments, clock, months=MONTHS), time.perf_counter()
    gone = retention.let_go(weeks=1000)
    took_s, many = time.perf_counter() - began, gone.statements
    python, server = cpu_s(os.getpid()) - python, (wide[0].cpu_s() if wide else 0.0) - server
    print(
        f"{'PostgreSQL' if wide else 'in a file'}: {many:,} statements went in {took_s:.1f} s ="
        f" {many / took_s:,.0f} a second; of a core {1e6 * python / many:.1f} us in Python, {1e6 * server / many:.1f}"
        f" in PostgreSQL; log {(_log_bytes(wide) - log) / many:.0f} bytes each; longest step {retention.took_s:.2f} s"
        f" (load {os.getloadavg()[0]:.1f})"
    )
    with hub.database.read() as db:
        kept = [int(db.execute(f"SELECT count(*) FROM {name}").fetchone()[0]) for name in ("past_day", "past_standing")]
    print(f"  sums that stay: {kept[0]:,} of days, {kept[1]:,} of learners and items")
    print("  figures:", "as before" if _figures(hub) == before else "OTHERS", "; db check:", end=" ")
    print("; ".join(check(hub.database).problems) or "all is well")
    return many / took_s


def _figures(hub: Hub) -> list[tuple[int, ...]]:
    with hub.database.read() as db:
        return [tuple(map(int, db.execute(query).fetchone())) for query in (_ROLLUPS, _LEARNERS)]


def _log_bytes(wide: tuple[Postgres, str] | None) -> int:
    return int(wide[0].ask(wide[1], "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn")[0][0]) if wide else 0


def _send(hub: Hub, senders: dict[str, Sender], batches: Sequence[Batch]) -> None:
    for batch in batches:
        hub.intake.take([Raw(raw) for raw in batch.raws], senders[batch.box])
    index_all(hub)


def _enrolled(hub: Hub, batch: Batch) -> Sender:
    code = hub.enrolments.make_code(f"School {batch.school}", "Gjilan").code
    request = EnrolRequest(code=code, box_id=batch.box, version="bench", secret="s" * 32)
    return hub.accounts.sender(hub.enrolments.redeem(request, "https://hub.example").key, "s" * 32)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
