"""Forgetting a learner, because the school erased the person (PROTOCOL section 6).

Promises: one transaction takes every document about the learner away, and every statement that names the learner out of
batches, rows and roll-ups; the place of a statement in its batch becomes `null`, since the others are found by their
place; files that then belong to no statement follow. Zeros stand in the file where it stood, and nothing of it in the
log beside it. A keyed hash of the random number stays, so that a late or repeated batch brings nothing back. Asking
again is harmless.

    Forgetting(database, keyed, clock, attachments).forget(sender, ["0123...ef"])
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC

import msgspec

from content_packs.clock import Clock
from sync.hub.accounts import Sender
from sync.hub.database import Database, Sql
from sync.hub.errors import ForbiddenError
from sync.hub.keyed import Keyed
from sync.hub.lrs.attachments import Attachments
from sync.hub.lrs.facts import account_key
from sync.hub.lrs.packing import NULL, pack, unpack
from sync.hub.rollup import leave_all, uncount
from sync.hub.terms import find_term
from sync.iris import ACTOR_HOME

_ROW = "SELECT seq, id, batch, line, actor, voided FROM statement WHERE"
_AT_ONCE = 500
_REFUSED = (
    "SELECT id, refused_us, statement FROM refused WHERE (id, refused_us) > (?, ?) ORDER BY id, refused_us LIMIT ?"
)


class _Named(msgspec.Struct, frozen=True):
    """A statement that names the learner, and where it stands."""

    seq: int
    id: bytes
    batch: int
    line: int
    actor: int
    voided: bool


class Forgetting:
    """Forgets learners, and knows whom it forgot."""

    def __init__(self, database: Database, keyed: Keyed, clock: Clock, attachments: Attachments) -> None:
        self._database = database
        self._keyed = keyed
        self._clock = clock
        self._attachments = attachments

    def forget(self, sender: Sender, actor_ids: Sequence[str]) -> None:
        """Forget learners for good.

        Raises:
            ForbiddenError: The sender is not a box.
        """
        if sender.box is None:
            raise ForbiddenError("Only a box may ask to forget a learner.")
        now = self._clock.now().astimezone(UTC).isoformat(timespec="seconds")
        files: set[str] = set()
        with self._database.write(overwriting=True) as db:
            for actor_id in actor_ids:
                key = actor_key(actor_id)
                row = (self._keyed.digest(key), now)
                db.execute("INSERT INTO forgotten (digest, forgotten_at) VALUES (?, ?) ON CONFLICT DO NOTHING", row)
                files |= _forget(db, key)
                _forget_refused(db, actor_id)
                _forget_aside(db, actor_id)
        self._database.truncate_log()
        self._attachments.sweep(files)

    def unlearn(self, keys: Iterable[str]) -> None:
        """Take the texts of learners out again who were forgotten while they were being learnt."""
        with self._database.write(overwriting=True) as db:
            for key in sorted(self.among(db, keys)):
                db.execute("DELETE FROM term WHERE value = ?", (key,))

    def known(self, db: Sql) -> Callable[[str], bool]:
        """Tell, within one transaction, whether a learner was forgotten; by the key of the agent."""
        answers: dict[str, bool] = {}

        def is_forgotten(key: str) -> bool:
            if key not in answers:
                row = db.execute("SELECT 1 FROM forgotten WHERE digest = ?", (self._keyed.digest(key),)).fetchone()
                answers[key] = row is not None
            return answers[key]

        return is_forgotten


    def among(self, db: Sql, keys: Iterable[str]) -> set[str]:
        """Say who of these, by the keys of their agents, was forgotten."""
        return self.among_digests(db, self.digests(keys))

    def digests(self, keys: Iterable[str]) -> Mapping[bytes, str]:
        """Give the keys of agents by what is kept of those who were forgotten."""
        return {self._keyed.digest(key): key for key in keys}

    def count(self, db: Sql) -> int:
        """Say how many were forgotten: while it is the same, nobody else was."""
        return int(db.execute("SELECT count(*) FROM forgotten").fetchone()[0])

    def among_digests(self, db: Sql, digests: Mapping[bytes, str]) -> set[str]:
        """Say whose of these digests are of somebody who was forgotten."""
        found: set[str] = set()
        wanted = sorted(digests)
        for start in range(0, len(wanted), 500):
            chunk = wanted[start : start + 500]
            rows = db.execute(f"SELECT digest FROM forgotten WHERE digest IN ({','.join('?' * len(chunk))})", chunk)  # noqa: S608  only marks
            found |= {digests[bytes(row[0])] for row in rows}
        return found


def actor_key(actor_id: str) -> str:
    """The key of the agent that a learner's statements name."""
    return account_key(ACTOR_HOME, actor_id)


def _forget(db: Sql, key: str) -> set[str]:
    """Forget one learner; the files named are perhaps needed by nobody any more."""
    term = find_term(db, key)
    if term is None:
        return set()
    db.execute("DELETE FROM document WHERE agent = ?", (term,))
    named = _named(db, term)
    seqs = [one.seq for one in named]
    files = _detach(db, seqs)
    leave_all(db, term)
    _blank(db, named)
    for one in named:
        if one.actor != term and not one.voided:
            db.execute("UPDATE statement SET voided = 1 WHERE id = ?", (one.id,))
            uncount(db, one.seq)
    db.executemany("DELETE FROM void WHERE by_seq = ?", [(seq,) for seq in seqs])
    db.executemany("DELETE FROM reference WHERE seq = ?", [(seq,) for seq in seqs])
    db.executemany("DELETE FROM statement WHERE id = ?", [(one.id,) for one in named])
    _drop_mentions(db, seqs)
    db.execute("DELETE FROM term WHERE id = ?", (term,))
    return files


def _named(db: Sql, term: int) -> list[_Named]:
    """Find every statement that names a learner; those that only mention one are few."""
    rows = {int(row[0]): row for row in db.execute(f"{_ROW} actor = ? OR object = ?", (term, term)).fetchall()}
    for (seq,) in db.execute("SELECT seq FROM related WHERE term = ? ORDER BY seq", (term,)).fetchall():
        if int(seq) not in rows:
            rows[int(seq)] = db.execute(f"{_ROW} seq = ?", (seq,)).fetchone()
    return [
        _Named(seq, bytes(one), int(batch), int(line), int(actor), bool(voided))
        for seq, (_, one, batch, line, actor, voided) in sorted(rows.items())
    ]


def _forget_refused(db: Sql, actor_id: str) -> None:
    """Let go of what a learner said and could not be stored; what was refused is looked through."""
    after: tuple[bytes, int] = (b"", 0)
    while rows := db.execute(_REFUSED, (*after, _AT_ONCE)).fetchall():
        for one, at, words in rows:
            if actor_id.encode() in bytes(words):
                db.execute("DELETE FROM refused WHERE id = ? AND refused_us = ?", (bytes(one), at))
        after = bytes(rows[-1][0]), int(rows[-1][1])


def _forget_aside(db: Sql, actor_id: str) -> None:
    """Let go of what a learner said in batches that were set aside; one that cannot be unpacked cannot be searched."""
    for batch, packed in db.execute("SELECT id, packed FROM batch WHERE waits = 2").fetchall():
        with suppress(ValueError):
            words = unpack(bytes(packed))
            kept = [NULL if actor_id.encode() in bytes(one) else one for one in words]
            if kept != words:
                db.execute("UPDATE batch SET packed = ? WHERE id = ?", (pack(kept), batch))


def _detach(db: Sql, seqs: Iterable[int]) -> set[str]:
    """Take the contents of attachments from statements, and name the files."""
    files: set[str] = set()
    for seq in seqs:
        files |= {str(row[0]) for row in db.execute("SELECT file FROM attachment WHERE seq = ?", (seq,))}
        db.execute("DELETE FROM attachment WHERE seq = ?", (seq,))
    return files


def _blank(db: Sql, named: Iterable[_Named]) -> None:
    """Write `null` in the places of statements in their batches."""
    places: dict[int, list[int]] = defaultdict(list)
    for one in named:
        places[one.batch].append(one.line)
    for batch, lines in places.items():
        packed = db.execute("SELECT packed FROM batch WHERE id = ?", (batch,)).fetchone()[0]
        statements = unpack(bytes(packed))
        for line in lines:
            statements[line] = NULL
        db.execute("UPDATE batch SET packed = ? WHERE id = ?", (pack(statements), batch))


def _drop_mentions(db: Sql, seqs: Sequence[int]) -> None:
    """Take out what the statements mentioned; the table is ordered by what is mentioned, so it is read once."""
    for start in range(0, len(seqs), _AT_ONCE):
        chunk = seqs[start : start + _AT_ONCE]
        db.execute(f"DELETE FROM related WHERE seq IN ({','.join('?' * len(chunk))})", chunk)  # noqa: S608  only marks
