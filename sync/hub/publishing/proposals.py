"""What publishers sent and what became of it: the states of proposals, and who did what (the audit line).

    checking ──> waiting ──> publishing ──> published
        │           ├──> returned      by the ministry, with a reason
        │           ├──> withdrawn     by the publisher
        v           └──> replaced      by a newer one of the same publisher
     refused

Rules: a state changes only from the one it is believed to be in, so that of two people who decide at once one is told;
every change writes its step in the same transaction. Times are shown; the order is that of numbers.

    proposals.decide(12, "waiting", Step("publishing", "Drita"))
"""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

import msgspec

from content_packs.clock import Clock
from sync.hub.database import Database, Sql
from sync.hub.errors import NotFoundError, ProposalStateError
from sync.hub.publishing.problems import Problem

REASON_MAX = 1000
SHOWN = 50
"""So many proposals stand on the page, the newest first."""


class Sender(msgspec.Struct, frozen=True):
    """Who sends for which publisher: a person's name, or the label of a program."""

    publisher: str
    who: str


class Step(msgspec.Struct, frozen=True):
    """Something that was done with a proposal; `who` is empty where the hub did it itself."""

    state: str
    who: str = ""
    reason: str = ""
    at: str = ""


class Proposal(msgspec.Struct, frozen=True):
    """One archive that was sent; `steps` are what was done with it, the oldest first."""

    number: int
    publisher: str
    name: str
    size_bytes: int
    state: str
    upload: str
    catalogue: int
    problem: Problem | None
    steps: tuple[Step, ...] = ()

    @property
    def reason(self) -> str:
        """What the ministry wrote last."""
        return next((step.reason for step in reversed(self.steps) if step.reason), "")


class Proposals:
    """The proposals of one hub."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def all(self, publisher: str = "", *, states: Sequence[str] = ()) -> list[Proposal]:
        """Give the newest proposals of a publisher, or of all; only those in some states if these are named."""
        query = f"{_PROPOSAL} WHERE (? = '' OR publisher = ?)"
        query += f" AND state IN ({', '.join('?' for _ in states)})" if states else ""
        with self._database.read() as db:
            rows = db.execute(f"{query} ORDER BY number DESC LIMIT {SHOWN}", (publisher, publisher, *states)).fetchall()
            return [_proposal(db, row) for row in rows]

    def due(self) -> Proposal | None:
        """Give the oldest proposal with which the hub itself has something to do."""
        with self._database.read() as db:
            row = db.execute(
                f"{_PROPOSAL} WHERE state IN ('checking', 'publishing') ORDER BY number LIMIT 1"
            ).fetchone()
            return _proposal(db, row) if row else None

    def one(self, number: int, publisher: str = "") -> Proposal:
        """Give a proposal, if it is of this publisher, or of any if none is named.

        Raises:
            NotFoundError: There is none.
        """
        with self._database.read() as db:
            row = db.execute(
                f"{_PROPOSAL} WHERE number = ? AND (? = '' OR publisher = ?)", (number, publisher, publisher)
            ).fetchone()
            if row is None:
                raise NotFoundError("There is no such proposal.")
            return _proposal(db, row)

    def decide(self, number: int, believed: str, step: Step, *, problem: Problem | None = None) -> None:
        """Let a proposal go on from the state it is believed to be in.

        Raises:
            ProposalStateError: It is in another one by now.
        """
        with self._database.write() as db:
            self._change(db, number, believed, step, problem)

    def checked(self, number: int, catalogue: int) -> list[int]:
        """Let a proposal wait for the ministry; gives the numbers of those it takes the place of."""
        with self._database.write() as db:
            publisher = db.execute("SELECT publisher FROM proposal WHERE number = ?", (number,)).fetchone()[0]
            older = db.execute(
                "SELECT number FROM proposal WHERE publisher = ? AND state = 'waiting' AND number < ?",
                (publisher, number),
            ).fetchall()
            for (each,) in older:
                self._change(db, int(each), "waiting", Step("replaced"), None)
            self._change(db, number, "checking", Step("waiting"), None)
            db.execute("UPDATE proposal SET catalogue = ? WHERE number = ?", (catalogue, number))
        return [int(each) for (each,) in older]

    def _change(self, db: Sql, number: int, believed: str, step: Step, problem: Problem | None) -> None:
        written = msgspec.json.encode(problem).decode() if problem else ""
        changed = db.execute(
            "UPDATE proposal SET state = ?, problem = ? WHERE number = ? AND state = ?",
            (step.state, written, number, believed),
        )
        if not changed.rowcount:
            raise ProposalStateError("Somebody decided about this already. Look at it again.")
        _write_step(db, number, step, self._clock.now())


def add_proposal(db: Sql, sender: Sender, upload: str, facts: tuple[str, int, str], now: datetime) -> int:
    """Write a new proposal of a whole archive, whose name, size and mark are given; gives its number."""
    number = int(db.execute("SELECT coalesce(max(number), 0) + 1 FROM proposal").fetchone()[0])
    db.execute(
        "INSERT INTO proposal (number, publisher, upload, name, size_bytes, mark, state)"
        " VALUES (?, ?, ?, ?, ?, ?, 'checking')",
        (number, sender.publisher, upload, *facts),
    )
    _write_step(db, number, Step("checking", sender.who), now)
    return number


def visible(text: str) -> str:
    """Take out of a text what cannot be seen, but for line feeds."""
    return "".join(sign for sign in text if sign == "\n" or not unicodedata.category(sign).startswith("C")).strip()


_PROPOSAL = "SELECT number, publisher, name, size_bytes, state, upload, catalogue, problem FROM proposal"


def _write_step(db: Sql, number: int, step: Step, now: datetime) -> None:
    db.execute(
        "INSERT INTO proposal_step (proposal, step, state, who, reason, done_at)"
        " VALUES (?, (SELECT coalesce(max(step), 0) + 1 FROM proposal_step WHERE proposal = ?), ?, ?, ?, ?)",
        (number, number, step.state, step.who, visible(step.reason)[:REASON_MAX], now.isoformat()),
    )


def _proposal(db: Sql, row: tuple[int, str, str, int, str, str, int, str]) -> Proposal:
    """Read a row of `_PROPOSAL`, with its steps."""
    steps = db.execute(
        "SELECT state, who, reason, done_at FROM proposal_step WHERE proposal = ? ORDER BY step", (row[0],)
    ).fetchall()
    problem = msgspec.json.decode(row[7], type=Problem) if row[7] else None
    return Proposal(
        int(row[0]), row[1], row[2], int(row[3]), row[4], row[5], int(row[6]), problem,
        tuple(Step(*each) for each in steps),
    )  # fmt: skip
