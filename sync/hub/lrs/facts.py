"""What the hub finds and counts a statement by, taken from the statement alone.

    facts = facts_of(read)
    facts.item, facts.grade, facts.score_milli
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TypeVar

import msgspec
from msgspec import UNSET

from sync import iris
from sync.hub.lrs.parts import KEPT, activities_of, activity_of
from sync.hub.lrs.rules import Read, read_object
from sync.hub.lrs.xapi import Activity, Agent, Context, OneOrMore, Result, StatementObject, StatementRef, SubStatement

NO_GRADE = -1
_SECONDS_MAX = 24 * 3600
_DURATION = re.compile(
    r"P(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?\Z"
)


class _Learning(msgspec.Struct):
    """The context extension that says what to count by; absent or strange values count as unknown."""

    area: str = ""
    subject: str = ""
    grade: int = NO_GRADE


class _Event(msgspec.Struct):
    """The part of the event extension the hub needs."""

    clock_trusted: bool = True


E = TypeVar("E", _Learning, _Event)


class Facts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Texts that become terms, and numbers. Empty text: there is none."""

    actor: str
    verb: str
    object: str
    registration: str | None
    related: frozenset[str]
    members: frozenset[str]
    school: str
    class_id: str
    pack: str
    item: str
    area: str
    subject: str
    grade: int
    language: str
    clock_trusted: bool
    completed: bool
    score_milli: int | None
    watched_ms: int
    titles: tuple[tuple[str, dict[str, str]], ...]


class _Target(msgspec.Struct, frozen=True, kw_only=True):
    """The facts that an object holds."""

    name: str
    item: str
    whole_item: bool
    titles: tuple[tuple[str, dict[str, str]], ...]


class _Around(msgspec.Struct, frozen=True, kw_only=True):
    """The facts that the activities of a context hold."""

    pack: str
    school: str
    class_id: str
    activities: frozenset[str]
    titles: tuple[tuple[str, dict[str, str]], ...]


class _Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """The facts that object and context activities hold, whoever did what there."""

    object: str
    item: str
    whole_item: bool
    pack: str
    school: str
    class_id: str
    activities: frozenset[str]
    titles: tuple[tuple[str, dict[str, str]], ...]


def facts_of(read: Read) -> Facts:
    """Take the facts out of a checked statement."""
    said = read.statement
    context = said.context if said.context is not UNSET else Context()
    result = said.result if said.result is not UNSET else Result()
    known = _kept_surroundings(*read.surroundings) if read.surroundings else _surroundings(read.object, context)
    learning = _extension(context, iris.EXT_LEARNING, _Learning)
    whole_item = known.whole_item
    return Facts(
        actor=agent_key(said.actor),
        verb=said.verb.id,
        object=known.object,
        registration=context.registration if context.registration is not UNSET else None,
        related=known.activities.union(_related(read, context)),
        members=frozenset(filter(None, _members(read))),
        school=known.school,
        class_id=known.class_id,
        pack=known.pack,
        item=known.item,
        area=learning.area if re.fullmatch(r"[a-z]{1,8}", learning.area) else "",
        subject=learning.subject if re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", learning.subject) else "",
        grade=learning.grade if 0 <= learning.grade <= 13 else NO_GRADE,
        language=_language(context),
        clock_trusted=_extension(context, iris.EXT_EVENT, _Event).clock_trusted,
        completed=whole_item and said.verb.id in (iris.COMPLETED, iris.PASSED),
        score_milli=_score(result) if whole_item and said.verb.id in (iris.PASSED, iris.FAILED) else None,
        watched_ms=_watched(result) if whole_item and said.verb.id == iris.TERMINATED else 0,
        titles=known.titles,
    )


@lru_cache(KEPT)
def _kept_surroundings(activity: bytes, activities: bytes) -> _Surroundings:
    """Give the facts of surroundings that repeat."""
    return _surrounded(_kept_target(activity), _kept_around(activities))


@lru_cache(KEPT)
def _kept_target(activity: bytes) -> _Target:
    return _target(activity_of(activity))


@lru_cache(KEPT)
def _kept_around(activities: bytes) -> _Around:
    return _around(Context(context_activities=activities_of(activities)))


def _surroundings(target: StatementObject, context: Context) -> _Surroundings:
    """Take the facts out of an object and the activities of a context."""
    return _surrounded(_target(target), _around(context))


def _surrounded(target: _Target, around: _Around) -> _Surroundings:
    return _Surroundings(
        object=target.name, item=target.item, whole_item=target.whole_item, pack=around.pack, school=around.school,
        class_id=around.class_id, activities=around.activities, titles=target.titles + around.titles,
    )  # fmt: skip


def _target(target: StatementObject) -> _Target:
    """Take the facts out of an object."""
    name = _object_name(target)
    item = name.removeprefix(iris.ITEM).partition("/") if name.startswith(iris.ITEM) else ("", "", "")
    return _Target(
        name=name, item=f"{iris.ITEM}{item[0]}" if item[0] else "", whole_item=bool(item[0]) and not item[1],
        titles=tuple(_titles([target])),
    )  # fmt: skip


def _around(context: Context) -> _Around:
    """Take the facts out of the activities of a context."""
    around = list(_activities(context))
    return _Around(
        pack=_first(around, iris.PACK), school=_first(around, iris.SCHOOL).removeprefix(iris.SCHOOL),
        class_id=_first(around, iris.CLASS), activities=frozenset(activity.id for activity in around),
        titles=tuple(_titles(around)),
    )  # fmt: skip


def account_key(home_page: str, name: str) -> str:
    """Write an account as one text."""
    return f"account:{home_page} {name}"


def agent_key(agent: Agent) -> str:
    """Write an agent's identifier as one text; an anonymous group has none."""
    if agent.account is not UNSET:
        return account_key(agent.account.home_page, agent.account.name)
    for value in (agent.mbox, agent.openid):
        if value is not UNSET:
            return value
    return f"sha1:{agent.mbox_sha1sum.lower()}" if agent.mbox_sha1sum is not UNSET else ""


def _object_name(target: StatementObject) -> str:
    """Name what a statement is about: an activity's or a statement's id, an agent's identifier."""
    if isinstance(target, Agent):
        return agent_key(target)
    return target.id.lower() if isinstance(target, StatementRef) else target.id if isinstance(target, Activity) else ""


def _each(value: OneOrMore | msgspec.UnsetType) -> tuple[Activity, ...]:
    if value is UNSET:
        return ()
    return (value,) if isinstance(value, Activity) else value


def _activities(context: Context) -> Iterator[Activity]:
    """Give every activity of a context."""
    around = context.context_activities
    if around is not UNSET:
        for role in (around.parent, around.grouping, around.category, around.other):
            yield from _each(role)


def _first(activities: list[Activity], prefix: str) -> str:
    """Give the id of the first activity of one kind."""
    return next((one.id for one in activities if one.id.startswith(prefix)), "")


def _related(read: Read, context: Context) -> Iterator[str]:
    """Name everything a statement mentions beside its actor, its object and the activities of its context."""
    yield from filter(None, (agent_key(agent) for agent in _agents(context)))
    if isinstance(read.object, SubStatement):
        yield agent_key(read.object.actor)
        yield _object_name(read_object(read.object.object))
        within = read.object.context if read.object.context is not UNSET else Context()
        yield from (activity.id for activity in _activities(within))
        yield from (agent_key(agent) for agent in _agents(within))


def _members(read: Read) -> Iterator[str]:
    """Name the members of a group that acts or is acted upon: who looks for one of them finds the statement."""
    for group in (read.statement.actor, read.object):
        if isinstance(group, Agent):
            yield from (agent_key(member) for member in group.member or ())


def _agents(context: Context) -> Iterator[Agent]:
    """Give the agents and groups of a context."""
    for agent in (context.instructor, context.team):
        if agent is not UNSET:
            yield agent
            yield from agent.member or ()
    yield from (one.agent for one in context.context_agents or ())
    yield from (one.group for one in context.context_groups or ())


def _titles(objects: Iterable[StatementObject]) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the titles of items and packs, as far as they are named."""
    for one in objects:
        if isinstance(one, Activity) and one.definition is not UNSET and one.definition.name is not UNSET:
            whole = one.id.startswith(iris.PACK) or (one.id.startswith(iris.ITEM) and one.id.count("/") == 4)
            if whole:
                yield one.id, {tag: text[:200] for tag, text in one.definition.name.items()}


def _language(context: Context) -> str:
    """Give the language something is taught in, without its script or country; empty for none, or a strange one."""
    said = context.language if context.language is not UNSET else ""
    first = said.lower().partition("-")[0]
    return first if re.fullmatch(r"[a-z]{2,3}", first) else ""


def _score(result: Result) -> int | None:
    """Give the scaled score in thousandths, if there is one."""
    if result.score is UNSET or result.score.scaled is UNSET:
        return None
    return thousandths(result.score.scaled)


def thousandths(scaled: float) -> int:
    """Give a scaled score in thousandths; below zero counts as zero."""
    return max(0, round(scaled * 1000))


def _watched(result: Result) -> int:
    """Give how long something was watched, in milliseconds."""
    return milliseconds(result.duration) if result.duration is not UNSET else 0


def milliseconds(duration: str) -> int:
    """Read a duration; years and months are no time to watch a video, more than a day neither."""
    match = _DURATION.match(duration)
    if not match:
        return 0
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    total_s = seconds + 60 * minutes + 3600 * hours + 86_400 * days
    return round(1000 * total_s) if total_s <= _SECONDS_MAX else 0


def _extension(context: Context, key: str, kind: type[E]) -> E:
    """Read one context extension; a statement of somebody else may use the name for another shape."""
    raw = context.extensions.get(key) if context.extensions is not UNSET else None
    if raw is None:
        return kind()
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError:
        return kind()
