"""What a part of a statement must fulfil on its own, whatever stands around it; wrong ones are said in words.

    check_actor(agent, "actor")
"""

from msgspec import UNSET

from sync.hub.lrs.xapi import Activity, Agent, Score


class WrongError(Exception):
    """What is wrong, in words; becomes a `StatementRefusedError`."""


def check_actor(agent: Agent, where: str) -> None:
    """Check that an agent has exactly one identifier, and a group at most one or members."""
    identifiers = count_identifiers(agent)
    if agent.object_type == "Group":
        if identifiers > 1 or (identifiers == 0 and not agent.member):
            raise WrongError(f"{where}: a group needs one identifier or members")
        for member in agent.member or ():
            if member.object_type == "Group":
                raise WrongError(f"{where}: a group must not hold groups")
            check_actor(member, f"{where}.member")
    elif identifiers != 1:
        raise WrongError(f"{where}: an agent needs exactly one of mbox, mbox_sha1sum, openid, account")
    elif agent.member is not UNSET:
        raise WrongError(f"{where}: only a group has members")


def count_identifiers(agent: Agent) -> int:
    """Say by how many identifiers an agent is named."""
    return sum(one is not UNSET for one in (agent.mbox, agent.mbox_sha1sum, agent.openid, agent.account))


def check_score(score: Score) -> None:
    """Check that min < max and raw lies between them."""
    low, high, raw = score.min, score.max, score.raw
    if low is not UNSET and high is not UNSET and low >= high:
        raise WrongError("result.score: min must be less than max")
    if raw is not UNSET and ((low is not UNSET and raw < low) or (high is not UNSET and raw > high)):
        raise WrongError("result.score: raw must lie between min and max")


_PARTS = {
    "choice": {"choices"}, "sequencing": {"choices"}, "likert": {"scale"}, "matching": {"source", "target"},
    "performance": {"steps"},
}  # fmt: skip


def check_interaction(activity: Activity) -> None:
    """Check that an interaction has only the parts of its kind, each named once."""
    definition = activity.definition
    if definition is UNSET:
        return
    parts = {name: getattr(definition, name) for name in ("choices", "scale", "source", "target", "steps")}
    given = {name for name, value in parts.items() if value is not UNSET}
    allowed = _PARTS.get(definition.interaction_type or "", set())
    if given - allowed:
        raise WrongError(f"object.definition: {min(given - allowed)} does not fit the interaction type")
    if definition.correct_responses_pattern is not UNSET and definition.interaction_type is UNSET:
        raise WrongError("object.definition: correctResponsesPattern needs an interactionType")
    for name in given:
        ids = [component.id for component in parts[name]]
        if len(set(ids)) != len(ids):
            raise WrongError(f"object.definition.{name}: two components have the same id")
