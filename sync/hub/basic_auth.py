"""Letting programs in by basic auth, from the request that Flask works on.

    sender = signed_in(hub)
"""

from flask import request

from sync.hub.accounts import Sender
from sync.hub.errors import NotSignedInError
from sync.hub.services import Hub


def signed_in(hub: Hub) -> Sender:
    """Let the program in that asks.

    Raises:
        NotSignedInError: No key and secret, or not the right ones.
    """
    given = request.authorization
    if given is None or given.type != "basic" or not given.username or not given.password:
        raise NotSignedInError("This needs a key and a secret (HTTP basic auth).")
    return hub.accounts.sender(given.username, given.password)
