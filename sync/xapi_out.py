"""The shape of the statements a box writes: a small part of xAPI, as records that encode to JSON and nothing else.

Fields that are `UNSET` do not appear. `sync.hub.lrs.xapi` reads the whole of xAPI; this only writes what
`sync.statements` builds.
"""

from typing import TypeAlias

import msgspec
from msgspec import UNSET, UnsetType


class Out(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The base of what is written: immutable, camel case on the wire."""


class Account(Out, frozen=True):
    """A pseudonym: the fixed home page and a random id."""

    home_page: str
    name: str


class Actor(Out, frozen=True):
    """Who did it; `object_type` is always written."""

    account: Account
    object_type: str = "Agent"


class Verb(Out, frozen=True):
    """What was done."""

    id: str
    display: dict[str, str]


class Definition(Out, frozen=True):
    """What an activity is."""

    type: str
    name: dict[str, str] | UnsetType = UNSET
    interaction_type: str | UnsetType = UNSET


class Activity(Out, frozen=True):
    """An item, a question, a pack, a lesson, a school or a class; one that is only named has no definition."""

    id: str
    definition: Definition | UnsetType = UNSET
    object_type: str = "Activity"


class ScoreOut(Out, frozen=True):
    """A score between `min` and `max`, and `scaled` from 0 to 1."""

    scaled: float
    raw: int
    min: int
    max: int


class Result(Out, frozen=True):
    """What came of it."""

    score: ScoreOut | UnsetType = UNSET
    success: bool | UnsetType = UNSET
    completion: bool | UnsetType = UNSET
    response: str | UnsetType = UNSET
    duration: str | UnsetType = UNSET
    extensions: dict[str, float | str] | UnsetType = UNSET


class EventExtension(msgspec.Struct, frozen=True, kw_only=True):
    """Where the event stands in the box's own order and time."""

    box: str
    seq: int
    boot: str
    monotonic_s: float
    clock_trusted: bool


class LearningExtension(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub counts by; of a lesson only the grade."""

    area: str | UnsetType = UNSET
    subject: str | UnsetType = UNSET
    pack_version: int | UnsetType = UNSET
    grade: int | UnsetType = UNSET


class ContextActivities(Out, frozen=True):
    """The pack above, the school and class around, the profile that was followed, the items of a lesson."""

    parent: tuple[Activity, ...] | UnsetType = UNSET
    grouping: tuple[Activity, ...] | UnsetType = UNSET
    category: tuple[Activity, ...] | UnsetType = UNSET
    other: tuple[Activity, ...] | UnsetType = UNSET


Extension: TypeAlias = EventExtension | LearningExtension | str | float


class Context(Out, frozen=True):
    """The circumstances."""

    platform: str
    context_activities: ContextActivities
    extensions: dict[str, Extension]
    registration: str | UnsetType = UNSET
    language: str | UnsetType = UNSET


class StatementOut(Out, frozen=True):
    """One statement as a box sends it."""

    id: str
    actor: Actor
    verb: Verb
    object: Activity
    result: Result | UnsetType
    context: Context
    timestamp: str
