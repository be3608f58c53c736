"""Which statements a reader asks for: query parameters in, a checked `Selection` out (xAPI 1.0.3 part 3 §2.1.3).

    Selection.parse({"verb": "http://adlnet.gov/expapi/verbs/passed", "limit": "10"})
"""

from collections.abc import Callable, Mapping
from typing import Literal, TypeVar, cast
from uuid import UUID

import msgspec

from sync.hub.errors import BadRequestError
from sync.hub.lrs.facts import agent_key
from sync.hub.lrs.rules import is_agent, read_instant
from sync.hub.lrs.xapi import Agent, Instant, Iri
from sync.hub.moments import micros

PAGE_MAX = 500
Format = Literal["ids", "exact", "canonical"]
T = TypeVar("T")

_PARAMETERS = frozenset({
    "statementId", "voidedStatementId", "agent", "verb", "activity", "registration", "related_activities",
    "related_agents", "since", "until", "limit", "format", "attachments", "ascending", "cursor",
})  # fmt: skip
_BESIDE_AN_ID = frozenset({"statementId", "voidedStatementId", "format", "attachments"})


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """A checked question. `cursor` is the last seq of the page before."""

    statement_id: UUID | None = None
    voided: bool = False
    agent: str | None = None
    verb: str | None = None
    activity: str | None = None
    registration: UUID | None = None
    related_activities: bool = False
    related_agents: bool = False
    since_us: int | None = None
    until_us: int | None = None
    limit: int = PAGE_MAX
    ascending: bool = False
    cursor: int | None = None
    format: Format = "exact"
    attachments: bool = False

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> "Selection":
        """Check every parameter.

        Raises:
            BadRequestError: One is unknown or cannot be understood; the message says which.
        """
        unknown = set(query) - _PARAMETERS
        if unknown:
            raise BadRequestError(f"The parameter {min(unknown)!r} is unknown; names are case-sensitive.")
        if "statementId" in query or "voidedStatementId" in query:
            return _single(query)
        return cls(
            agent=read_parameter(query, "agent", read_agent, default=None),
            verb=read_parameter(query, "verb", read_iri, default=None),
            activity=read_parameter(query, "activity", read_iri, default=None),
            registration=read_parameter(query, "registration", UUID, default=None),
            related_activities=read_parameter(query, "related_activities", _flag, default=False),
            related_agents=read_parameter(query, "related_agents", _flag, default=False),
            since_us=read_parameter(query, "since", read_time_us, default=None),
            until_us=read_parameter(query, "until", read_time_us, default=None),
            limit=read_parameter(query, "limit", _limit, default=PAGE_MAX),
            ascending=read_parameter(query, "ascending", _flag, default=False),
            cursor=read_parameter(query, "cursor", _cursor, default=None),
            format=read_parameter(query, "format", _format, default="exact"),
            attachments=read_parameter(query, "attachments", _flag, default=False),
        )


def _single(query: Mapping[str, str]) -> Selection:
    """Read a question for one statement by its id."""
    if set(query) - _BESIDE_AN_ID or {"statementId", "voidedStatementId"} <= set(query):
        raise BadRequestError("Beside a statement's id only format and attachments may be asked for.")
    voided = "voidedStatementId" in query
    found = read_parameter(query, "voidedStatementId" if voided else "statementId", UUID, default=None)
    form: Format = read_parameter(query, "format", _format, default="exact")
    attachments = read_parameter(query, "attachments", _flag, default=False)
    return Selection(statement_id=found, voided=voided, format=form, attachments=attachments)


def read_parameter(query: Mapping[str, str], name: str, read: Callable[[str], T], *, default: T) -> T:
    """Read one parameter, or say what is wrong with it."""
    if name not in query:
        return default
    try:
        return _storable(read(query[name]))
    except (ValueError, msgspec.DecodeError, RecursionError) as exc:
        raise BadRequestError(f"The parameter {name!r} cannot be understood.") from exc


def _storable(value: T) -> T:
    """Let a value through that the database can hold (PROTOCOL 7.6)."""
    if isinstance(value, str) and "\0" in value:
        raise ValueError(value)
    return value


def _flag(text: str) -> bool:
    return msgspec.json.decode(text, type=bool)


def _format(text: str) -> Format:
    return cast("Format", msgspec.convert(text, type=Format))


def read_iri(text: str) -> str:
    """Read an IRI."""
    return msgspec.convert(text, type=Iri)


def _limit(text: str) -> int:
    """Read a limit; 0 asks for as many as the hub gives."""
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return min(number or PAGE_MAX, PAGE_MAX)


def _cursor(text: str) -> int:
    """Read the place where a page goes on; the database counts to 2^63."""
    number = int(text)
    if not 0 <= number < 2**63:
        raise ValueError(text)
    return number


def read_agent(text: str) -> str:
    """Read an agent or an identified group, and give its key."""
    agent = msgspec.json.decode(text, type=Agent)
    key = agent_key(agent)
    if not key or not is_agent(agent):
        raise ValueError(text)
    return key


def read_one_agent(text: str) -> Agent:
    """Read an agent that is no group."""
    agent = msgspec.json.decode(text, type=Agent)
    if agent.object_type == "Group" or not is_agent(agent):
        raise ValueError(text)
    return agent


def read_time_us(text: str) -> int:
    """Read a time as microseconds since 1970."""
    return micros(read_instant(msgspec.convert(text, type=Instant)))
