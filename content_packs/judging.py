"""Whether one answer to a question is right (FORMAT.md 4.3 to 4.9): rules over values.

An answer is a tuple of texts: ids of choices, for `order` as they were brought in order; `true` or `false`; one typed
text; pairs `choice=target`; for gaps `gap=what was typed or chosen`.

    is_right(question, ("b",))
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from content_packs.quiz import Gap, Question

_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,15}\.?[0-9]{0,15}|\.[0-9]{1,15})")


def is_right(question: "Question", response: Sequence[str]) -> bool:
    """Judge one answer, all of it: half of the pairs or gaps is not yet right."""
    if question.type == "order":
        return tuple(response) == question.correct
    if question.type == "gaps":
        return all(parts_right(question, response).values())
    if question.type in ("number", "text"):
        return _is_typed_right(question, response[0] if response else "")
    return set(response) == set(question.correct)


def parts_right(question: "Question", response: Sequence[str]) -> dict[str, bool]:
    """Which gaps, or which choices of a match, are right; empty for questions without parts."""
    said = {part: value for part, _, value in (each.partition("=") for each in response)}
    if question.type == "gaps":
        return {gap.id: _fills(gap, said.get(gap.id, "")) for gap in question.gaps}
    if question.type == "match":
        right = {part: value for part, _, value in (each.partition("=") for each in question.correct)}
        return {choice.id: said.get(choice.id) == right[choice.id] for choice in question.choices}
    return {}


def read_number(text: str) -> float | None:
    """Read a number as pupils type it: `3,5`, `3.5`, `-2`, `2/7`; None if it is none."""
    whole, slash, below = text.replace(",", ".").replace("−", "-").replace(" ", "").partition("/")
    parts = (whole, below) if slash else (whole, "1")
    if not all(_DECIMAL.fullmatch(part) for part in parts) or not float(parts[1]):
        return None
    return float(parts[0]) / float(parts[1])


def _is_typed_right(question: "Question", typed: str) -> bool:
    if question.type == "text":
        return _plain(typed) in {_plain(answer) for answer in question.correct}
    value = read_number(_plain(typed))
    accepted = (read_number(answer) for answer in question.correct)
    return value is not None and any(a is not None and abs(a - value) <= question.tolerance + 1e-9 for a in accepted)


def _fills(gap: "Gap", said: str) -> bool:
    return said in gap.correct if gap.choices else _plain(said) in {_plain(answer) for answer in gap.correct}


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
