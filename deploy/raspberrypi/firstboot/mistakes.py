"""Something on the card that is not right, as a value; `words` makes sentences of it."""

from typing import NamedTuple


class Mistake(NamedTuple):
    """What is wrong where; `line` is 0 for a whole file, `facts` fill the sentence."""

    code: str
    file: str
    line: int = 0
    key: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def mistake(code: str, file: str, line: int = 0, key: str = "", **facts: str) -> Mistake:
    """Make one."""
    return Mistake(code, file, line, key, tuple(sorted(facts.items())))
