"""Who asks the record store, in which version of xAPI, and with which parameters: what every resource begins with.

    sender, version = asking(hub, STATE)
    refuse_parameters("activityId", "agent")
"""

from flask import request

from sync.hub.accounts import Sender
from sync.hub.basic_auth import signed_in
from sync.hub.errors import BadRequestError
from sync.hub.lrs.versions import VERSION_HEADER, Version, required
from sync.hub.services import Hub


def asking(hub: Hub, *enough: str) -> tuple[Sender, Version]:
    """Let in who asks, if one of the scopes that are enough was given to it.

    Raises:
        NotSignedInError: No key and secret, or not the right ones.
        BadRequestError: The request does not say which xAPI it speaks.
        ForbiddenError: The credential is not for this.
    """
    sender = signed_in(hub)
    version = required(request.headers.get(VERSION_HEADER))
    sender.require(*enough)
    return sender, version


def refuse_parameters(*known: str) -> None:
    """Refuse parameters that a resource does not know; names are case-sensitive."""
    unknown = set(request.args) - set(known)
    if unknown:
        raise BadRequestError(f"The parameter {min(unknown)!r} is unknown; names are case-sensitive.")
