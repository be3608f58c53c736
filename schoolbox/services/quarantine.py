"""Statements that the hub refused: which, why, since when; to be tried anew, or set aside for good.

Promises: nothing is ever deleted here. What is tried anew waits at the end of the line; what is set aside for good
stays on the box with the hub's reason and the person's, and can still be tried anew by its number. No name is told: a
statement has none.

    quarantine.page().refused[0].why        # a sentence, key of the catalogues
    quarantine.retry_all(by=7)
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.db.models import Quarantine as Row
from schoolbox.errors import NotFoundError
from schoolbox.marks import N_
from schoolbox.services.events import Events
from schoolbox.services.outbox import BoxOutbox
from sync import iris
from sync.statements import utc_text

SHOWN = 100
"""So many stand on the page; the oldest come first."""
WHY_MAX = 200
_OPEN = "kept_at IS NULL"
_ONE = "seq = ?"
_COUNTS = "SELECT count(*) - count(kept_at), count(kept_at) FROM quarantine"

WHYS: Mapping[str, str] = {
    "400": N_("Something in it is not as the hub wants it."),
    "409": N_("The hub already has something else under the same number."),
    "413": N_("It is too large for the hub."),
    "broken": N_("It was damaged on the disk of this box."),
    "": N_("The hub gave another reason."),
}
"""By the status of the hub's answer."""
KINDS: Mapping[str, str] = {
    iris.TERMINATED: N_("Video or sound watched"),
    iris.COMPLETED: N_("Something finished"),
    iris.EXPERIENCED: N_("Document or app opened"),
    iris.ANSWERED: N_("Answer in a quiz"),
    iris.PASSED: N_("Quiz passed"),
    iris.FAILED: N_("Quiz not passed"),
    iris.ASSIGNED: N_("Lesson given to a class"),
    "": N_("Something learnt"),
}
"""By the verb of the statement."""
_COURIER_WORDS = "not a statement"


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """One refused statement.

    `kind` and `why` are keys of the catalogues; `said` is what the hub wrote, `happened` the time in the statement.
    """

    seq: int
    id: str
    kind: str
    why: str
    said: str
    happened: str
    refused_at: datetime
    kept_at: datetime | None
    kept_why: str


class QuarantinePage(msgspec.Struct, frozen=True):
    """The oldest of those about which nobody decided, how many there are, and how many were set aside for good."""

    refused: tuple[Refused, ...]
    open: int
    kept: int


class _Verb(msgspec.Struct):
    id: str = ""


class _Said(msgspec.Struct):
    """What is shown of a statement."""

    id: str = "?"
    verb: _Verb = msgspec.field(default_factory=_Verb)
    timestamp: str = ""


class Quarantine:
    """Shows refused statements, and does what a person decides."""

    def __init__(self, db: Database, *, outbox: BoxOutbox, events: Events, clock: Clock) -> None:
        self._db = db
        self._outbox = outbox
        self._events = events
        self._clock = clock

    def page(self, *, kept: bool = False, limit: int = SHOWN) -> QuarantinePage:
        """Give the oldest of those that are open, or of those that were set aside for good."""
        query = Row.select(Row.seq, Row.statement, Row.reason, Row.refused_at, Row.kept_at, Row.kept_why)
        query = query.where(Row.kept_at.is_null(not kept)).order_by(Row.seq).limit(limit)
        refused = tuple(self._db.fetch(_refused, query))
        is_open, is_kept = self._db.fetch_sql(_pair, _COUNTS)[0]
        return QuarantinePage(refused, is_open, is_kept)

    def retry(self, seq: int, *, by: int | None) -> None:
        """Let one wait again, also one that was set aside for good.

        Raises:
            NotFoundError: There is no such statement, or it waits again already.
        """
        if not self._again(_ONE, (seq,), by=by):
            raise NotFoundError(kind="statement", key=str(seq))

    def retry_all(self, *, by: int | None) -> int:
        """Let all wait again about which nobody decided; gives how many."""
        return self._again(_OPEN, (), by=by)

    def keep(self, seq: int, *, why: str, by: int | None) -> None:
        """Set one aside for good.

        Raises:
            NotFoundError: There is no such statement, or somebody decided already.
        """
        values = {"kept_at": utc_text(self._clock.now()), "kept_why": " ".join(why.split())[:WHY_MAX]}
        query = Row.update(**values).where(Row.seq == seq, Row.kept_at.is_null())

        def set_aside() -> int:
            found = self._db.run(query)
            if found:
                self._events.note("refused_kept", statements=1, **_person(by))
            return found

        if not self._db.write(set_aside):
            raise NotFoundError(kind="statement", key=str(seq))

    def _again(self, which: str, values: tuple[int, ...], *, by: int | None) -> int:
        def put_back() -> int:
            moved = self._outbox.put_back_inside(which, values)
            if moved:
                self._events.note("refused_again", statements=moved, **_person(by))
            return moved

        return self._outbox.write(put_back, by=None)


def _person(by: int | None) -> dict[str, int]:
    return {} if by is None else {"by": by}


def _pair(is_open: int, is_kept: int) -> tuple[int, int]:
    return is_open, is_kept


def _refused(
    seq: int, statement: bytes, reason: str, refused_at: str, kept_at: str | None, kept_why: str
) -> Refused:
    try:
        said = msgspec.json.decode(statement, type=_Said)
    except (msgspec.DecodeError, UnicodeDecodeError):
        said = _Said()
    status = "broken" if _COURIER_WORDS in reason else reason.partition(":")[0].strip()
    return Refused(
        seq=seq, id=said.id, kind=KINDS.get(said.verb.id, KINDS[""]), why=WHYS.get(status, WHYS[""]), said=reason,
        happened=said.timestamp, refused_at=datetime.fromisoformat(refused_at),
        kept_at=datetime.fromisoformat(kept_at) if kept_at else None, kept_why=kept_why,
    )  # fmt: skip
