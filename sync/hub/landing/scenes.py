"""Scenes: what many statements share, kept once, so that a narrow row needs four bytes for all of it.

    scenes = Scenes(); scenes.learn(database, {key: mentions}); scenes[key]
"""

import hashlib
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from sync.hub.database import Sql
from sync.hub.landing.ports import WideDatabase
from sync.hub.lrs.narrow import Narrow

SceneKey: TypeAlias = tuple[int, int, int, int, int, int, int, str, bytes]
"""Class, item, verb, pack, grade, owner, school, area, and a digest of what the context mentions."""
_KEPT = 200_000
_SCENE = "class, item, verb, pack, grade, owner, school, area, mentions"
_SCENE_OF_S = ", ".join(f"s.{name}" for name in _SCENE.split(", "))
_SCENE_OF_W = (
    "w.class, w.item, w.verb, w.pack, w.grade, w.owner, w.school, w.area COLLATE \"C\", decode(w.mentions, 'hex')"
)
_WANTED = (
    f"unnest({', '.join(['CAST(? AS INT[])'] * 8)}, CAST(? AS TEXT[]), CAST(? AS TEXT[]))"
    " AS w(n, class, item, verb, pack, grade, owner, school, area, mentions)"
)
_MENTIONS = (
    "INSERT INTO scene_mention (term, scene) SELECT w.term, w.scene"
    " FROM unnest(CAST(? AS BIGINT[]), CAST(? AS INT[])) AS w(term, scene) ON CONFLICT DO NOTHING"
)


def scene_of(one: Narrow, owner: int) -> SceneKey:
    """Say which scene a statement belongs to that says itself what it mentions."""
    counted = one.counted
    return (
        counted.class_term, counted.item, counted.verb, counted.pack, counted.grade, owner, counted.school,
        counted.area, digest_of(()),
    )  # fmt: skip


def digest_of(mentions: Sequence[int]) -> bytes:
    """Digest terms; none have no digest."""
    if not mentions:
        return b""
    return hashlib.blake2b(struct.pack(f"<{len(mentions)}q", *sorted(mentions)), digest_size=16).digest()


class Scenes:
    """Numbers of scenes, kept for the next batch; one that was made stays, whatever becomes of its statements."""

    def __init__(self) -> None:
        self._known: dict[SceneKey, int] = {}

    def learn(self, database: WideDatabase, wanted: Mapping[SceneKey, Sequence[int]]) -> None:
        """Give every scene a number, old or new, in a transaction of its own."""
        if len(self._known) > _KEPT:
            self._known = {}
        unknown = {key: wanted[key] for key in sorted(wanted.keys() - self._known.keys())}
        if unknown:
            with database.beside() as db:
                found = number_scenes(db, unknown)
            self._known.update(found)

    def __getitem__(self, key: SceneKey) -> int:
        return self._known[key]


def number_scenes(db: Sql, wanted: Mapping[SceneKey, Sequence[int]]) -> dict[SceneKey, int]:
    """Give scenes their numbers, old or new; each comes with the terms it mentions."""
    found = _look_up(db, list(wanted))
    made = [key for key in wanted if key not in found]
    if made:
        db.execute(
            f"INSERT INTO scene ({_SCENE}) SELECT {_SCENE_OF_W} FROM {_WANTED} ORDER BY w.n ON CONFLICT DO NOTHING",  # noqa: S608  fixed names
            _as_columns(made),
        )
        found |= _look_up(db, made)
        mentions = sorted((term, found[key]) for key in made for term in wanted[key])
        db.execute(_MENTIONS, [_array(map(str, column)) for column in zip(*mentions, strict=True)] or ["{}", "{}"])
    return found


def _look_up(db: Sql, keys: Sequence[SceneKey]) -> dict[SceneKey, int]:
    rows = db.execute(
        f"SELECT w.n, s.id FROM {_WANTED} JOIN scene s ON ({_SCENE_OF_S}) = ({_SCENE_OF_W})",  # noqa: S608  fixed names
        _as_columns(keys),
    )
    return {keys[int(number)]: int(scene) for number, scene in rows}


def _as_columns(keys: Sequence[SceneKey]) -> list[str]:
    """Write scenes as arrays, one a column, their places first; an area is letters."""
    *numbers, areas, mentions = zip(*keys, strict=True)
    return [
        _array(map(str, range(len(keys)))), *(_array(map(str, column)) for column in numbers),
        _array(f'"{area}"' for area in areas), _array(f'"{digest.hex()}"' for digest in mentions),
    ]  # fmt: skip


def _array(texts: Iterable[str]) -> str:
    """Write an array of numbers, or of texts in quotation marks."""
    return "{" + ",".join(texts) + "}"
