"""Which statements leave first (PROTOCOL 4.8): what came of learning, then the details of how a video was watched.

    lane_of(raw)        # RESULTS or DETAILS
"""

import msgspec

from sync import iris

RESULTS, DETAILS = 0, 1
LANES = (RESULTS, DETAILS)
"""The first of these leaves first."""


class _Verb(msgspec.Struct):
    id: str


class _Said(msgspec.Struct):
    verb: _Verb


def lane_of(statement: bytes) -> int:
    """Say in which lane a statement waits; what cannot be read waits with the results, where it is found soon."""
    try:
        said = msgspec.json.decode(statement, type=_Said)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return RESULTS
    return DETAILS if said.verb.id == iris.TERMINATED else RESULTS
