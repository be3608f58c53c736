"""What an indexer holds of a statement: what it shares with others once, and little of its own.

A shape is what a statement says apart from who says it, when and how it went; a kind is a shape at one school, with the
numbers of its texts once they are learnt.
"""

import msgspec

from sync.hub.landing.claims import Claimed
from sync.hub.landing.facts import SEQS_A_BATCH
from sync.hub.lrs.facts import Facts
from sync.hub.rollup import Key


class Actor(msgspec.Struct, eq=False, gc=False):
    """Who said something; `people`: the learners that it names with that. `term` is 0 until it is learnt."""

    text: str
    people: frozenset[str]
    term: int = 0


class Shape(msgspec.Struct, eq=False, gc=False):
    """What statements share: their facts but for actor, time and outcome; whether a score or the time watched counts.

    `is_shared`: every statement of it mentions the same, so that the scene can say so for all of them.
    """

    facts: Facts
    is_scored: bool
    is_watched: bool
    is_shared: bool = True


class Kind(msgspec.Struct, eq=False, gc=False):
    """A shape at a school, from the senders of one owner; numbers are 0 until they are learnt.

    `place` is the cell of its item, None if it is about none.
    """

    shape: Shape
    owner: int
    school: int
    object: int = 0
    verb: int = 0
    scene: int = 0
    place: Key | None = None


class Own(msgspec.Struct, frozen=True):
    """What only few statements have: mentions of their own, members among them, a statement that they are about."""

    mentions: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    target: bytes | None = None


NOTHING = Own()


class Line(msgspec.Struct, eq=False, gc=False):
    """One statement of a claimed batch; `amount` is a score in thousandths if `scored`, else milliseconds watched."""

    batch: Claimed
    number: int
    id: bytes
    kind: Kind
    actor: Actor
    day: int
    amount: int
    scored: bool
    registration: bytes | None
    people: frozenset[str]
    own: Own

    @property
    def seq(self) -> int:
        """Give its place in the order of all."""
        return self.batch.id * SEQS_A_BATCH + self.number
