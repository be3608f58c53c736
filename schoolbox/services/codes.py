"""Codes that people read aloud and type: Crockford's base 32 in groups of four, forgiving about what looks alike.

    code = new_code(12, secrets.randbelow)    # "K7PM-2R9X-0QTB"
    as_meant("k7pm 2r9x oqtb") == as_meant(code)
"""

from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP = 4
_TYPED_MAX = 64
_LOOKALIKES = str.maketrans({"I": "1", "L": "1", "O": "0", "-": "", " ": ""})


def new_code(length: int, randbelow: Callable[[int], int]) -> str:
    """Make a code of so many signs, five bits each."""
    signs = "".join(ALPHABET[randbelow(len(ALPHABET))] for _ in range(length))
    return "-".join(signs[at : at + _GROUP] for at in range(0, length, _GROUP))


def spelled(number: int, length: int) -> str:
    """Write a number as a code of so many signs."""
    signs = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))
    return "-".join(signs[at : at + _GROUP] for at in range(0, length, _GROUP))


def number_of(typed: str, length: int) -> int | None:
    """The number that a code of so many signs spells; None for what is no such code."""
    signs = as_meant(typed)
    if len(signs) != length or not set(signs) <= set(ALPHABET):
        return None
    return sum(ALPHABET.index(sign) << 5 * place for place, sign in enumerate(reversed(signs)))


def as_meant(typed: str) -> str:
    """Give a code as it is meant: capitals, without spaces and hyphens, I and L as 1, O as 0."""
    return typed[:_TYPED_MAX].upper().translate(_LOOKALIKES)
