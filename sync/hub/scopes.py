"""What a credential may do, in the words of xAPI (1.0.3 part 3 section 4.2, table of scopes), and two of our own.

    may({"statements/read/mine"}, READ_MINE)      # True
    may({"all"}, STATE)                           # True: `all` is everything
"""

from collections.abc import Collection

from sync.hub.errors import BadRequestError

ALL = "all"
READ_ALL = "all/read"
WRITE = "statements/write"
READ = "statements/read"
READ_MINE = "statements/read/mine"
STATE = "state"
PROFILE = "profile"
DEFINE = "define"
"""Without it a statement is kept, but what it says of an activity changes nothing that the hub says of it."""
FIGURES = "figures/read"
"""Of our own: reads figures about places, nothing about anybody (docs/figures.md)."""
PROPOSE = "packs/propose"
"""Of our own: sends packs of one publisher, to be looked at and published (PROTOCOL 15). `all` does not include it."""

SCOPES = (WRITE, READ_MINE, READ, STATE, PROFILE, DEFINE, FIGURES, READ_ALL, PROPOSE, ALL)
STANDARD = (WRITE, READ_MINE, DEFINE)
"""What a credential may do if nobody says otherwise, and what a box may."""
STATEMENT_READERS = (READ_MINE, READ, READ_ALL)


def may(scopes: Collection[str], *enough: str) -> bool:
    """Say whether one of the scopes that are enough was given; `all` always is."""
    return ALL in scopes or any(one in scopes for one in enough)


def checked(scopes: Collection[str]) -> tuple[str, ...]:
    """Give scopes in their fixed order, each once.

    Raises:
        BadRequestError: One is unknown, or there is none.
    """
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown:
        raise BadRequestError(f"There is no scope {unknown[0]!r}. There are: {', '.join(SCOPES)}.")
    if not scopes:
        raise BadRequestError(f"A credential needs a scope. There are: {', '.join(SCOPES)}.")
    return tuple(one for one in SCOPES if one in scopes)
