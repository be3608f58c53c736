"""What a reader's school, grade and class have decided of the library, as rules over values.

Rules, the whole of them:
1. Of several rules about one thing the nearest decides: that of the class, else of the grade, else of the school.
2. An item is hidden if it, its unit or its course is; what a teacher gave a pupil as a lesson opens all the same.
3. What is pinned comes first, in the order of its positions; the rest keeps the publisher's order.

    view_of([Rule("school", "pack", "mash:thyesat-6", "hide", 0)]).packs     # frozenset({"mash:thyesat-6"})
"""

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

import msgspec

ScopeKind = Literal["school", "grade", "class"]
TargetKind = Literal["pack", "unit", "item"]
What = Literal["hide", "show", "pin"]

NEARNESS: Mapping[str, int] = {kind: near for near, kind in enumerate(get_args(ScopeKind))}
LAST = 1_000_000
"""Where something stands that nobody pinned."""


class Rule(msgspec.Struct, frozen=True):
    """One decision about one thing."""

    scope: ScopeKind
    target_kind: TargetKind
    target_id: str
    what: What
    position: int


class View(msgspec.Struct, frozen=True):
    """What a reader does not see, by id, and what comes first; `units` are known by any item in them.

    `given` are hidden items that open because they were given to this reader.
    """

    packs: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    pinned: Mapping[tuple[str, str], int] = msgspec.field(default_factory=dict)

    @property
    def hides(self) -> bool:
        """Whether anything is hidden."""
        return bool(self.packs or self.units or self.items)

    def place(self, kind: TargetKind, target_id: str) -> int:
        """Where something stands among what is pinned; behind all of that if it is not."""
        return self.pinned.get((kind, target_id), LAST)


EVERYTHING = View()
"""What staff see: nothing hidden, nothing moved."""


def view_of(rules: Iterable[Rule]) -> View:
    """Let the nearest rule about each thing decide."""
    nearest: dict[tuple[str, str], Rule] = {}
    for rule in sorted(rules, key=lambda rule: NEARNESS[rule.scope]):
        nearest[rule.target_kind, rule.target_id] = rule
    hidden = {key for key, rule in nearest.items() if rule.what == "hide"}
    return View(
        packs=_ids(hidden, "pack"), units=_ids(hidden, "unit"), items=_ids(hidden, "item"),
        pinned={key: rule.position for key, rule in nearest.items() if rule.what == "pin"},
    )  # fmt: skip


def _ids(keys: Iterable[tuple[str, str]], kind: TargetKind) -> frozenset[str]:
    return frozenset(target_id for of_kind, target_id in keys if of_kind == kind)
