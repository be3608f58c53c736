"""Narrow rows as PostgreSQL keeps them: scenes, which many statements share, and facts, one a statement.

    scenes = Scenes(); scenes.learn(db, {key}); fact_of(landed, line, narrow, scenes[key])
"""

import hashlib
import struct
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from sync.hub.database import Sql
from sync.hub.lrs.narrow import Head, Narrow, Place, add_mentions

SEQS_A_BATCH = 1000
LANDING = "SELECT pg_advisory_xact_lock(7353012)"
"""Batches get their numbers one after the other, each commits before the next one gets its own."""
_COMPLETED, _SCORED, _DAY = 10, 12, 13
"""Bits of `mark`; the lowest ten are the line, the eleventh after them says that a statement was voided."""
_KEPT = 200_000
_AT_ONCE = 100
_NULL = "\\N"

SceneKey: TypeAlias = tuple[int, int, int, int, int, int, int, str, bytes]
"""Class, item, verb, pack, grade, owner, school, area, and a digest of what the context mentions."""
Fact: TypeAlias = tuple[int, int, int, int, int, int, str, str | None]
"""Landed, actor, object, scene, amount, mark, id, registration."""
FACT_COLUMNS = "landed, actor, object, scene, amount, mark, id, registration"
_SCENE = "class, item, verb, pack, grade, owner, school, area, mentions"


def scene_of(one: Narrow, owner: int, mentions: Sequence[int] = ()) -> SceneKey:
    """Say which scene a statement belongs to; `mentions` are the terms that its whole scene mentions."""
    counted = one.counted
    return (
        counted.class_term, counted.item, counted.verb, counted.pack, counted.grade, owner, counted.school,
        counted.area, digest_of(mentions),
    )  # fmt: skip


def digest_of(mentions: Sequence[int]) -> bytes:
    """Digest terms; none have no digest."""
    if not mentions:
        return b""
    return hashlib.blake2b(struct.pack(f"<{len(mentions)}q", *sorted(mentions)), digest_size=16).digest()


def fact_of(landed: int, line: int, one: Narrow, scene: int) -> Fact:
    """Make the row of one statement."""
    counted = one.counted
    scored = counted.score_milli is not None
    mark = line | counted.completed << _COMPLETED | scored << _SCORED | counted.day << _DAY
    amount = counted.watched_ms if counted.score_milli is None else counted.score_milli
    registration = str(one.registration) if one.registration else None
    return (landed, counted.learner, one.object, scene, amount, mark, str(one.id), registration)


class Scenes:
    """Numbers of scenes, kept for the next batch; one that was made stays, whatever becomes of its statements."""

    def __init__(self) -> None:
        self._known: dict[SceneKey, int] = {}

    def learn(self, db: Sql, wanted: dict[SceneKey, Sequence[int]]) -> None:
        """Give every scene a number, old or new; each comes with the terms it mentions."""
        if len(self._known) > _KEPT:
            self._known.clear()
        unknown = sorted(key for key in wanted if key not in self._known)
        if not unknown:
            return
        self._look_up(db, unknown)
        made = [key for key in unknown if key not in self._known]
        db.executemany(
            f"INSERT INTO scene ({_SCENE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",  # noqa: S608  fixed names
            made,
        )
        self._look_up(db, made)
        db.executemany(
            "INSERT INTO scene_mention (term, scene) VALUES (?, ?) ON CONFLICT DO NOTHING",
            sorted((term, self._known[key]) for key in made for term in wanted[key]),
        )

    def __getitem__(self, key: SceneKey) -> int:
        return self._known[key]

    def _look_up(self, db: Sql, keys: Sequence[SceneKey]) -> None:
        """Find scenes among those of the same classes."""
        classes = sorted({key[0] for key in keys})
        for start in range(0, len(classes), _AT_ONCE):
            chunk = classes[start : start + _AT_ONCE]
            items = sorted({key[1] for key in keys if key[0] in chunk})
            marks, more = (",".join("?" * len(many)) for many in (chunk, items))
            rows = db.execute(
                f"SELECT id, {_SCENE} FROM scene WHERE class IN ({marks}) AND item IN ({more})",  # noqa: S608  only marks
                (*chunk, *items),
            ).fetchall()
            wanted = set(keys)
            for row in rows:
                one, item, verb, pack, grade, owner, school, area, mentions = row[1:]
                key = (one, item, verb, pack, grade, owner, school, area, bytes(mentions))
                if key in wanted:
                    self._known[key] = int(row[0])


class WideRows:
    """Rows of what is stored within its request: programs other than boxes read at once what they wrote."""

    def __init__(self, db: Sql) -> None:
        self._db = db

    def begin(self) -> int:
        """Let nobody else land until the end of the transaction, and give the last time of storing."""
        self._db.execute(LANDING)
        last = self._db.execute("SELECT stored_us FROM landed ORDER BY id DESC LIMIT 1").fetchone()
        return int(last[0]) if last else -1

    def add(self, head: Head, packed: bytes, rows: Sequence[Narrow]) -> Place:
        """Write a batch and the rows of its statements, in their order."""
        landed = insert_landed(self._db, head, packed, len(rows), waits=False)
        scenes = Scenes()
        keys = [scene_of(one, head.sender.owner) for one in rows]
        scenes.learn(self._db, dict.fromkeys(keys, ()))
        self._db.executemany(
            f"INSERT INTO fact ({FACT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, CAST(? AS UUID), CAST(? AS UUID))",  # noqa: S608  fixed names
            [fact_of(landed, line, one, scenes[keys[line]]) for line, one in enumerate(rows)],
        )
        place = Place(landed, landed * SEQS_A_BATCH)
        add_mentions(self._db, place.first, rows)
        return place


def insert_landed(db: Sql, head: Head, packed: bytes, statements: int, *, waits: bool) -> int:
    """Write a batch down and give its number; the landing lock is held."""
    row = db.execute(
        "INSERT INTO landed (credential, stored_us, statements, xapi, waits, packed) VALUES (?, ?, ?, ?, ?, ?)"
        " RETURNING id",
        (head.sender.credential, head.stored_us, statements, head.xapi, int(waits), packed),
    ).fetchone()
    return int(row[0])


def as_lines(facts: Iterable[Fact]) -> str:
    r"""Write rows as COPY reads them; `\N` is NULL."""
    return "".join(
        f"{landed}\t{actor}\t{about}\t{scene}\t{amount}\t{mark}\t{one}\t{registration or _NULL}\n"
        for landed, actor, about, scene, amount, mark, one, registration in facts
    )
