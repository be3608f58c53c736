"""Is this a statement? Bytes in, a checked `Read` or a sentence about what is wrong out.

The rules are those of xAPI that one field alone cannot say. Source: xAPI 1.0.3 part 2 section 2.4, IEEE 9274.1.1 §4.2.

    read_statement(raw, index=0).statement.verb.id
"""

from datetime import UTC, datetime

import msgspec
from msgspec import UNSET, Raw

from sync import iris
from sync.hub.errors import StatementRefusedError
from sync.hub.json_values import decode_json
from sync.hub.lrs.forms import WrongError, check_actor, check_interaction, check_score, count_identifiers
from sync.hub.lrs.nesting import NESTING_MAX, is_too_deep
from sync.hub.lrs.parts import by_parts
from sync.hub.lrs.signatures import CONTENT_TYPE, SIGNATURE
from sync.hub.lrs.versions import ONE, Version
from sync.hub.lrs.xapi import (
    Activity,
    Agent,
    Attachment,
    Context,
    Said,
    Statement,
    StatementObject,
    StatementRef,
    SubStatement,
)

_STATEMENT = msgspec.json.Decoder(Statement)
_ACTIVITY = msgspec.json.Decoder(Activity)
_OTHERS: dict[str, msgspec.json.Decoder[StatementObject]] = {
    "Agent": msgspec.json.Decoder(Agent),
    "Group": msgspec.json.Decoder(Agent),
    "StatementRef": msgspec.json.Decoder(StatementRef),
    "SubStatement": msgspec.json.Decoder(SubStatement),
}


class Read(msgspec.Struct, frozen=True):
    """A checked statement: the bytes as they came, the statement, its object, when it says it happened.

    `surroundings` are the bytes of object and context activities where they were read as parts that repeat.
    """

    raw: Raw
    statement: Statement
    object: StatementObject
    said_at: datetime | None
    surroundings: tuple[bytes, bytes] | None = None

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """Give every attachment, of a statement within, too."""
        within = self.object.attachments if isinstance(self.object, SubStatement) else ()
        return (*(self.statement.attachments or ()), *(within or ()))


class _Kind(msgspec.Struct):
    """The part of an object that says what it is."""

    objectType: str = "Activity"  # noqa: N815  the name on the wire


class _WithId(msgspec.Struct):
    """The part of a refused statement that helps to find it."""

    id: str | None = None


def read_statement(raw: Raw, *, index: int, version: Version = ONE) -> Read:
    """Check one statement of a request that speaks a version of xAPI.

    Raises:
        StatementRefusedError: It is not valid; the message says why.
    """
    try:
        found = by_parts(raw)
        if found:
            return Read(raw, found.statement, found.object, _instant(found.statement.timestamp), found.surroundings)
        _check_nesting(raw)
        statement, target = _whole(raw)
        _check(statement, target)
        if version == ONE:
            _check_old(statement, target)
        return Read(raw, statement, target, _instant(statement.timestamp))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, WrongError) as exc:
        raise StatementRefusedError(index=index, problem=str(exc), statement_id=_id_of(raw)) from exc


def read_again(raw: Raw) -> Read:
    """Read a statement that was checked before."""
    found = by_parts(raw)
    statement, target = (found.statement, found.object) if found else _whole(raw)
    return Read(raw, statement, target, _instant(statement.timestamp), found.surroundings if found else None)


def _whole(raw: Raw) -> tuple[Statement, StatementObject]:
    """Read any statement and its object."""
    statement = _STATEMENT.decode(raw)
    decode_json(raw)  # extensions too: whoever reads the whole later could not, and the batch would never arrive
    return statement, read_object(statement.object)


def _check_nesting(raw: Raw) -> None:
    if is_too_deep(bytes(raw)):
        raise WrongError(f"it is nested deeper than {NESTING_MAX} levels")


def read_object(raw: Raw) -> StatementObject:
    """Read the object by what it says it is; without a word it is an activity."""
    kind = msgspec.json.decode(raw, type=_Kind).objectType
    if kind == "Activity":
        return _ACTIVITY.decode(raw)
    if kind not in _OTHERS:
        raise WrongError(f"object.objectType {kind!r} is not one of xAPI")
    return _OTHERS[kind].decode(raw)


def _check(said: Statement | SubStatement, target: StatementObject) -> None:
    """Check what a statement, or one within a statement, must fulfil as a whole."""
    check_actor(said.actor, "actor")
    _check_object(said, target)
    if said.verb.id == iris.VOIDED and not isinstance(target, StatementRef):
        raise WrongError("a voiding statement must have a StatementRef as object")
    if isinstance(said, Statement) and said.authority is not UNSET:
        _check_authority(said.authority)
    if said.context is not UNSET:
        _check_context(said.context, target)
    if said.result is not UNSET and said.result.score is not UNSET:
        check_score(said.result.score)
    if said.attachments is not UNSET:
        _check_attachments(said.attachments)


def _check_old(statement: Statement, target: StatementObject) -> None:
    """Check that a statement holds nothing that xAPI 1.0 does not know."""
    if statement.version is not UNSET and not statement.version.startswith("1."):
        raise WrongError(f"version {statement.version!r} does not belong into a request of xAPI 1.0")
    for said in (statement, target):
        context = said.context if isinstance(said, Said) else UNSET
        if context is not UNSET and (context.context_agents is not UNSET or context.context_groups is not UNSET):
            raise WrongError("context: contextAgents and contextGroups are of xAPI 2.0")


def _check_object(said: Statement | SubStatement, target: StatementObject) -> None:
    """Check the object by what it is."""
    if isinstance(target, Agent):
        check_actor(target, "object")
    elif isinstance(target, SubStatement):
        _check_within(said, target)
    elif isinstance(target, Activity):
        check_interaction(target)


def _check_within(said: Statement | SubStatement, target: SubStatement) -> None:
    """Check a statement within a statement; there is only one level."""
    if isinstance(said, SubStatement):
        raise WrongError("a SubStatement must not hold another SubStatement")
    _check(target, read_object(target.object))
    _instant(target.timestamp)


def _check_authority(authority: Agent) -> None:
    """Check the authority a sender proposes, although the hub sets its own."""
    check_actor(authority, "authority")
    if authority.object_type == "Group" and (count_identifiers(authority) or len(authority.member or ()) != 2):
        raise WrongError("authority: a group must be two agents without an identifier of its own")


def _check_context(context: Context, target: StatementObject) -> None:
    """Check the agents of a context, and that `revision` and `platform` stand beside an activity only."""
    if not isinstance(target, Activity) and (context.revision is not UNSET or context.platform is not UNSET):
        raise WrongError("context: revision and platform are only for statements about an activity")
    if context.instructor is not UNSET:
        check_actor(context.instructor, "context.instructor")
    groups = [one.group for one in context.context_groups or ()]
    if context.team is not UNSET:
        groups.append(context.team)
    for group in groups:
        if group.object_type != "Group":
            raise WrongError("context: a team or group must be a Group")
        check_actor(group, "context.team")
    for one in context.context_agents or ():
        check_actor(one.agent, "context.contextAgents")


def _check_attachments(attachments: tuple[Attachment, ...]) -> None:
    """Check that a signature says it is one; whether a content came along, `Intake` knows."""
    for one in attachments:
        if one.usage_type == SIGNATURE and one.content_type != CONTENT_TYPE:
            raise WrongError(f"attachments: a signature has the contentType {CONTENT_TYPE}")


def _instant(text: str | msgspec.UnsetType) -> datetime | None:
    """Read a timestamp if there is one. `-00:00` says that nobody knows the zone, which a statement must not."""
    if text is UNSET:
        return None
    if text.endswith(("-00:00", "-0000", "-00")):
        raise WrongError("timestamp: a time with the offset -00:00 is not allowed")
    try:
        return read_instant(text)
    except ValueError as exc:
        raise WrongError(f"timestamp: {text!r} is not a time") from exc


def read_instant(text: str) -> datetime:
    """Read a time; without a zone it is UTC.

    Raises:
        ValueError: There is no such day, or the year is too far away.
    """
    try:
        at = datetime.fromisoformat(text.replace(",", "."))
        if at.tzinfo is UTC:
            return at
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError as exc:
        raise ValueError(text) from exc


def is_agent(agent: Agent) -> bool:
    """Say whether an agent or group in a question is well formed."""
    try:
        check_actor(agent, "agent")
    except WrongError:
        return False
    return True


def _id_of(raw: Raw) -> str | None:
    """Find the id of a statement that may be broken elsewhere; never echoes anything but a short word."""
    try:
        found = msgspec.json.decode(raw, type=_WithId).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found[:40] if found else None
