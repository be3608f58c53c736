"""A hub on PostgreSQL with two boxes, which makes the rows of what they send when it is told to.

    with landing_rig(postgres, tmp_path) as rig:
        rig.send(raw); rig.worker().index(); rig.found()
"""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from msgspec import Raw

from sync.hub.accounts import Sender
from sync.hub.check import check
from sync.hub.landing.indexer import Indexer
from sync.hub.lrs.selection import Selection
from sync.hub.services import Hub
from sync.wire import EnrolRequest
from tests.simulators.clock import HandClock
from tests.simulators.hub import make_data, open_hub
from tests.simulators.learning import WALL_AT
from tests.simulators.postgres import Postgres


@dataclass
class Rig:
    """A hub on PostgreSQL with two boxes."""

    hub: Hub
    server: Postgres
    reached: str
    mine: Sender
    other: Sender

    def send(self, *raws: bytes, sender: Sender | None = None) -> None:
        self.hub.intake.take([Raw(raw) for raw in raws], sender or self.mine)

    def worker(self) -> Indexer:
        """Another indexer, as another machine would run it."""
        return Indexer(self.hub.landings._database, self.hub.forgetting)  # type: ignore[union-attr]

    def ask(self, query: str) -> int:
        return int(self.server.ask(self.reached, query)[0][0])

    def rows(self) -> int:
        return self.ask("SELECT count(*) FROM fact")

    def counted(self) -> int:
        return self.ask("SELECT coalesce(sum(statements), 0) FROM daily")

    def found(self, **query: str) -> list[str]:
        page = self.hub.library.page(Selection.parse(query), owner=None)
        return [str(json.loads(bytes(one))["id"]) for one in page.statements]


def enrolled(hub: Hub, school: str) -> Sender:
    code = hub.enrolments.make_code(school, "Gjilan").code
    secret = secrets.token_hex(24)
    request = EnrolRequest(code=code, box_id=secrets.token_hex(16), version="0.1.0", secret=secret)
    return hub.accounts.sender(hub.enrolments.redeem(request, "https://hub.example").key, secret)


@contextmanager
def landing_rig(postgres: Postgres, work: Path) -> Iterator[Rig]:
    """Give one whose database is new, and whole afterwards."""
    reached = postgres.database()
    hub = open_hub(make_data(work / "hub", postgres.address(reached)), HandClock(WALL_AT))
    yield Rig(hub, postgres, reached, enrolled(hub, "Agimi"), enrolled(hub, "Drita"))
    assert check(hub.database).problems == ()
    hub.close()
    postgres.drop(reached)


def ids(*raws: bytes) -> list[str]:
    return [str(json.loads(raw)["id"]) for raw in raws]
