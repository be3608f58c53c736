"""Three pictures in a row: a secret for children who cannot read numbers yet.

Three different ones of nine make 504 ways, far fewer than the 10,000 PINs; what keeps a guesser out is `Throttle`: at
one try in twenty seconds half of them take 70 minutes, and guessing is noted within the first thirty tries.

    code = make(secrets.randbelow)    # "sun-fish-apple", kept as a PIN is
    touched("sun-fish", "apple")      # ("sun", "fish", "apple")
"""

from collections.abc import Callable

PICTURES = ("sun", "fish", "apple", "house", "flower", "car", "ball", "star", "tree")
LENGTH = 3


def make(randbelow: Callable[[int], int]) -> str:
    """Choose three different pictures."""
    left = list(PICTURES)
    return "-".join(left.pop(randbelow(len(left))) for _ in range(LENGTH))


def touched(before: str, now: str) -> tuple[str, ...]:
    """The pictures that were touched up to now; what is no picture, or was touched already, does not count."""
    found: list[str] = []
    for name in [*before.split("-")[:LENGTH], now]:
        if name in PICTURES and name not in found:
            found.append(name)
    return tuple(found[:LENGTH])


def pictures_of(code: str) -> tuple[str, ...]:
    """The pictures of a new secret; none if it is a PIN."""
    return tuple(code.split("-")) if "-" in code else ()
