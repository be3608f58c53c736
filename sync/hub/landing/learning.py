"""Numbers for the texts and scenes of lines, learnt in transactions of their own, so that nobody waits for them.

Promises: a number is kept in memory only when it is durable; several threads may learn at once, and what one of them
lets go of is not missing to another.

    numbers = Learning(database).learn(lines)
    lines[0].kind.scene, numbers[lines[0].kind.shape.facts.item]
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

import msgspec

from sync.hub.landing.lines import Actor, Kind, Line
from sync.hub.landing.ports import Beside, WideDatabase
from sync.hub.landing.scenes import SceneKey, Scenes, digest_of
from sync.hub.rollup import ITEM

_KEPT = 300_000
_KIND, _ACTOR, _OWN = attrgetter("kind"), attrgetter("actor"), attrgetter("own")
_KNOWN = (
    "SELECT t.value, t.id FROM json_array_elements_text(CAST(? AS JSON)) AS w(value)"
    ' JOIN term t ON t.value = w.value COLLATE "C"'
)
_NEW = (
    "INSERT INTO term (value) SELECT w.value FROM json_array_elements_text(CAST(? AS JSON)) AS w(value)"
    " ON CONFLICT DO NOTHING RETURNING value, id"
)


class Learning:
    """What one worker has learnt."""

    def __init__(self, database: WideDatabase) -> None:
        self._database = database
        self._terms: dict[str, int] = {"": 0}
        self._scenes = Scenes()
        self._lock = threading.Lock()

    def forget(self, texts: Iterable[str]) -> None:
        """Do not know these texts any more."""
        with self._lock:
            for text in texts:
                self._terms.pop(text, None)

    def learn(self, lines: Sequence[Line]) -> Mapping[str, int]:
        """Give what the lines name its numbers, old or new.

        Returns those of packs, of items, of what has a title, and of what lines mention on their own.
        """
        with self._lock:
            all_kinds = set(map(_KIND, lines))
            kinds = {kind for kind in all_kinds if not kind.scene}
            actors = {actor for actor in set(map(_ACTOR, lines)) if not actor.term}
            told = {text for kind in all_kinds for text in _told_of(kind)}
            told |= {text for own in set(map(_OWN, lines)) for text in own.mentions}
            self._learn_texts({text for kind in kinds for text in _texts_of(kind)} | told, actors)
            self._learn_scenes(sorted(kinds, key=id))
            return {text: self._terms[text] for text in told}

    def _learn_texts(self, texts: set[str], actors: set[Actor]) -> None:
        if len(self._terms) > _KEPT:
            self._terms = {"": 0}
        unknown = (texts | {actor.text for actor in actors}) - self._terms.keys()
        if unknown:
            with self._database.beside() as db:
                learnt = number_texts(db, sorted(unknown))
            self._terms.update(learnt)
        for actor in actors:
            actor.term = self._terms[actor.text]

    def _learn_scenes(self, kinds: Sequence[Kind]) -> None:
        mentions = {kind: self._mentions(kind) for kind in kinds}
        keys = {kind: self._scene(kind, mentions[kind]) for kind in kinds}
        self._scenes.learn(self._database, {key: mentions[kind] for kind, key in keys.items()})
        for kind, key in keys.items():
            kind.scene = self._scenes[key]

    def _mentions(self, kind: Kind) -> tuple[int, ...]:
        """Give what the scene of a kind mentions beside its object."""
        if not kind.shape.is_shared:
            return ()
        facts = kind.shape.facts
        return tuple(sorted(self._terms[text] for text in facts.related - {facts.object, ""}))

    def _scene(self, kind: Kind, mentions: Sequence[int]) -> SceneKey:
        """Fill in the numbers of a kind but for its scene, and say which scene that is."""
        terms, facts = self._terms, kind.shape.facts
        class_term, pack, item = terms[facts.class_id], terms[facts.pack], terms[facts.item]
        kind.object, kind.verb = terms[facts.object], terms[facts.verb]
        kind.place = (ITEM, kind.school, class_term, facts.grade, facts.area, pack, item) if item else None
        return (
            class_term, item, kind.verb, pack, facts.grade, kind.owner, kind.school, facts.area, digest_of(mentions),
        )  # fmt: skip


def number_texts(db: Beside, texts: Sequence[str]) -> dict[str, int]:
    """Give texts their numbers, old or new; always in one order, so that no two wait for each other."""
    found: dict[str, int] = {}
    for query in (_KNOWN, _NEW, _KNOWN):
        missing = [text for text in texts if text not in found]
        if missing:
            rows = db.execute(query, (msgspec.json.encode(missing).decode(),))
            found |= {str(text): int(number) for text, number in rows}
    return found


def _texts_of(kind: Kind) -> Iterable[str]:
    """What the scene of a kind is made of."""
    facts = kind.shape.facts
    shared = facts.related if kind.shape.is_shared else ()
    return (facts.verb, facts.object, facts.class_id, facts.pack, facts.item, *shared)


def _told_of(kind: Kind) -> Iterable[str]:
    """Of what a kind tells titles and languages."""
    facts = kind.shape.facts
    return (facts.pack, facts.item, *(iri for iri, _ in facts.titles))
