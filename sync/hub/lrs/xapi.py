"""The shape of xAPI statements, read strictly: unknown fields, nulls and wrong forms are refused.

What single fields cannot say (one identifier an agent, `platform` only with activities, ...) is in `lrs.rules`.
Source: xAPI 1.0.3 part 2 (data) and IEEE 9274.1.1 (xAPI 2.0).
"""

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

Iri: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]+\Z", max_length=2000)]
Uuid: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z")]
Tag: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^(?!(?i:(?:(?!x-)[a-z0-9]+-)+([0-9a-wy-z])-(?:(?!x-)[a-z0-9]+-)*\1-))"
        r"(?:(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?"
        r"(?:-(?:[A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3}))*(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*"
        r"(?:-[xX](?:-[A-Za-z0-9]{1,8})+)?|[ixIX](?:-[A-Za-z0-9]{1,8})+|en-GB-oed|sgn-(?:BE-FR|BE-NL|CH-DE))\Z",
        max_length=255,
    ),
]
"""A well-formed language tag; no two extensions in it begin with the same sign. Source: RFC 5646 2.1 and 2.2.6."""
MediaType: TypeAlias = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9!#$&^_.+\-]+/[A-Za-z0-9!#$&^_.+\-]+(?:[ \t]*;[^\r\n]*)?\Z", max_length=500)
]
Mbox: TypeAlias = Annotated[str, Meta(pattern=r"^mailto:[^\s@]+@[^\s@]+\Z")]
Sha2: TypeAlias = Annotated[
    str, Meta(pattern=r"^(?:[0-9A-Fa-f]{56}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{96}|[0-9A-Fa-f]{128})\Z")
]
Sha1: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9A-Fa-f]{40}\Z")]
Instant: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[T ](?:[01]\d|2[0-3])(?::?[0-5]\d){2}(?:[.,]\d+)?"
        r"(?:Z|[+\-]\d\d(?::?\d\d)?)?\Z"
    ),
]
Duration: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"^P(?=.)(?:\d+(?:\.\d+)?W|(?:\d+(?:\.\d+)?Y)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?D)?"
        r"(?:T(?=\d)(?:\d+(?:\.\d+)?H)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?S)?)?)\Z"
    ),
]
Texts: TypeAlias = Annotated[dict[Tag, str], Meta(min_length=1)]
Extensions: TypeAlias = dict[Iri, Raw]


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The base of everything read: camel case on the wire, unknown fields refused; `UNSET` where absent, never null."""


class Account(Strict, frozen=True):
    """An account on some system."""

    home_page: Iri
    name: Annotated[str, Meta(min_length=1)]


class Agent(Strict, frozen=True, rename={"object_type": "objectType"}):
    """An agent or a group; which of them, and that it is well formed, `rules.check_actor` says."""

    object_type: Literal["Agent", "Group"] | UnsetType = UNSET
    name: str | UnsetType = UNSET
    mbox: Mbox | UnsetType = UNSET
    mbox_sha1sum: Sha1 | UnsetType = UNSET
    openid: Iri | UnsetType = UNSET
    account: Account | UnsetType = UNSET
    member: tuple["Agent", ...] | UnsetType = UNSET


class Verb(Strict, frozen=True):
    """What was done."""

    id: Iri
    display: Texts | UnsetType = UNSET


class Component(Strict, frozen=True):
    """One choice, scale point, source, target or step of an interaction."""

    id: Annotated[str, Meta(min_length=1)]
    description: Texts | UnsetType = UNSET


InteractionType: TypeAlias = Literal[
    "true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert", "numeric",
    "other",
]


class Definition(Strict, frozen=True):
    """What an activity is."""

    name: Texts | UnsetType = UNSET
    description: Texts | UnsetType = UNSET
    type: Iri | UnsetType = UNSET
    more_info: Iri | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET
    interaction_type: InteractionType | UnsetType = UNSET
    correct_responses_pattern: tuple[str, ...] | UnsetType = UNSET
    choices: tuple[Component, ...] | UnsetType = UNSET
    scale: tuple[Component, ...] | UnsetType = UNSET
    source: tuple[Component, ...] | UnsetType = UNSET
    target: tuple[Component, ...] | UnsetType = UNSET
    steps: tuple[Component, ...] | UnsetType = UNSET


class Activity(Strict, frozen=True):
    """Something that can be learnt from or done."""

    id: Iri
    object_type: Literal["Activity"] | UnsetType = UNSET
    definition: Definition | UnsetType = UNSET


class StatementRef(Strict, frozen=True):
    """Another statement, by its id."""

    object_type: Literal["StatementRef"]
    id: Uuid


class Score(Strict, frozen=True):
    """A score; `rules` checks raw against min and max."""

    scaled: Annotated[float, Meta(ge=-1, le=1)] | UnsetType = UNSET
    raw: float | UnsetType = UNSET
    min: float | UnsetType = UNSET
    max: float | UnsetType = UNSET


class Result(Strict, frozen=True):
    """What came of it."""

    score: Score | UnsetType = UNSET
    success: bool | UnsetType = UNSET
    completion: bool | UnsetType = UNSET
    response: str | UnsetType = UNSET
    duration: Duration | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET


OneOrMore: TypeAlias = tuple[Activity, ...] | Activity


class ContextActivities(Strict, frozen=True):
    """Activities around the statement."""

    parent: OneOrMore | UnsetType = UNSET
    grouping: OneOrMore | UnsetType = UNSET
    category: OneOrMore | UnsetType = UNSET
    other: OneOrMore | UnsetType = UNSET


class ContextAgent(Strict, frozen=True):
    """An agent that mattered, and how (xAPI 2.0)."""

    object_type: Literal["contextAgent"]
    agent: Agent
    relevant_types: Annotated[tuple[Iri, ...], Meta(min_length=1)] | UnsetType = UNSET


class ContextGroup(Strict, frozen=True):
    """A group that mattered, and how (xAPI 2.0)."""

    object_type: Literal["contextGroup"]
    group: Agent
    relevant_types: Annotated[tuple[Iri, ...], Meta(min_length=1)] | UnsetType = UNSET


class Context(Strict, frozen=True):
    """The circumstances."""

    registration: Uuid | UnsetType = UNSET
    instructor: Agent | UnsetType = UNSET
    team: Agent | UnsetType = UNSET
    context_activities: ContextActivities | UnsetType = UNSET
    context_agents: tuple[ContextAgent, ...] | UnsetType = UNSET
    context_groups: tuple[ContextGroup, ...] | UnsetType = UNSET
    revision: str | UnsetType = UNSET
    platform: str | UnsetType = UNSET
    language: Tag | UnsetType = UNSET
    statement: StatementRef | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET


class Attachment(Strict, frozen=True):
    """A file that belongs to a statement; its content comes along, or lies at `fileUrl`."""

    usage_type: Iri
    display: Texts
    content_type: MediaType
    length: Annotated[int, Meta(ge=0)]
    sha2: Sha2
    description: Texts | UnsetType = UNSET
    file_url: Iri | UnsetType = UNSET


class Said(Strict, frozen=True):
    """What a statement and a statement within a statement share; `object` is read by `rules.read_object`."""

    actor: Agent
    verb: Verb
    object: Raw
    result: Result | UnsetType = UNSET
    context: Context | UnsetType = UNSET
    timestamp: Instant | UnsetType = UNSET
    attachments: tuple[Attachment, ...] | UnsetType = UNSET


class SubStatement(Said, frozen=True, kw_only=True):
    """A statement that is only spoken of; it has no id of its own."""

    object_type: Literal["SubStatement"]


class Statement(Said, frozen=True, kw_only=True):
    """A statement as it arrives."""

    id: Uuid | UnsetType = UNSET
    stored: Instant | UnsetType = UNSET
    authority: Agent | UnsetType = UNSET
    version: Annotated[str, Meta(pattern=r"^(?:1\.0(?:\.\d+)?|2\.0(?:\.\d+)?)\Z")] | UnsetType = UNSET


StatementObject: TypeAlias = Activity | Agent | StatementRef | SubStatement
