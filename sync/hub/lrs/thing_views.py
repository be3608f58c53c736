"""`/xapi/activities` and `/xapi/agents`: what the hub knows of an activity or an agent.

Source: xAPI 1.0.3 part 3 sections 2.4 and 2.5; IEEE 9274.1.1 sections 4.1.6.3 and 4.1.6.4.
"""

import msgspec
from flask import Blueprint, Response, request
from msgspec import UNSET, UnsetType

from sync.hub.answers import answer_json
from sync.hub.errors import BadRequestError
from sync.hub.lrs.asking import asking, refuse_parameters
from sync.hub.lrs.selection import read_iri, read_one_agent, read_parameter
from sync.hub.lrs.xapi import Account, Agent
from sync.hub.scopes import PROFILE, STATE, STATEMENT_READERS
from sync.hub.services import Hub


class _Person(msgspec.Struct, rename={"object_type": "objectType"}):
    """Somebody with every identifier that is known to be theirs."""

    object_type: str
    name: tuple[str, ...] | UnsetType
    mbox: tuple[str, ...] | UnsetType
    mbox_sha1sum: tuple[str, ...] | UnsetType
    openid: tuple[str, ...] | UnsetType
    account: tuple[Account, ...] | UnsetType


def add_things(store: Blueprint, hub: Hub) -> None:
    """Add the two resources."""

    @store.get("/activities")
    def get_activity() -> Response:
        sender, _ = asking(hub, *STATEMENT_READERS, STATE, PROFILE)
        refuse_parameters("activityId")
        activity = read_parameter(request.args, "activityId", read_iri, default=None)
        if activity is None:
            raise BadRequestError("The parameter 'activityId' is missing.")
        return answer_json(hub.library.activity(activity, owner=sender.sees))

    @store.get("/agents")
    def get_person() -> Response:
        asking(hub, *STATEMENT_READERS, STATE, PROFILE)
        refuse_parameters("agent")
        agent = read_parameter(request.args, "agent", read_one_agent, default=None)
        if agent is None:
            raise BadRequestError("The parameter 'agent' is missing.")
        return answer_json(_person(agent))


def _person(agent: Agent) -> _Person:
    """Give the person of an agent. The hub joins no identifiers: that is what only the ministry's own lists may do."""
    return _Person(
        object_type="Person",
        name=UNSET if agent.name is UNSET else (agent.name,),
        mbox=UNSET if agent.mbox is UNSET else (agent.mbox,),
        mbox_sha1sum=UNSET if agent.mbox_sha1sum is UNSET else (agent.mbox_sha1sum,),
        openid=UNSET if agent.openid is UNSET else (agent.openid,),
        account=UNSET if agent.account is UNSET else (agent.account,),
    )
