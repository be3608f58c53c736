"""Answers to questions of any kind as pieces that can be said: for a pupil's page, a teacher's, a report, a CSV.

Promises: nothing here judges anew what was kept as right or not; only the parts of a match and of gaps are told apart.
An answer that no longer fits its question (a newer version has other choices) gives the pieces that still do.
`schoolbox.web.response_words` puts the pieces into the page's language.

    pieces(question, ("b",))                     # what was said
    pieces(question, right_response(question))   # what would have been right
"""

from collections.abc import Sequence

import msgspec

from content_packs.judging import parts_right
from content_packs.quiz import Choice, Picture, Question
from schoolbox.services.texts import Texts


class Piece(msgspec.Struct, frozen=True):
    """One piece of an answer.

    `texts` are words of the quiz, `typed` are the pupil's own, `truth` stands for "true" or "false"; one of the three.
    `to` says which choice of a match it was given to; `place` counts from 1 in an order and among gaps, else 0.
    `right` is known for each part of a match and of gaps only.
    """

    texts: Texts = msgspec.field(default_factory=dict)
    typed: str = ""
    truth: bool | None = None
    to: Texts = msgspec.field(default_factory=dict)
    place: int = 0
    right: bool | None = None
    picture: Picture | None = None


def pieces(question: Question, response: Sequence[str]) -> tuple[Piece, ...]:
    """Take an answer apart, as it was kept, into what a page says."""
    if question.type in ("number", "text"):
        return tuple(Piece(typed=typed) for typed in response)
    if question.type == "true_false":
        return tuple(Piece(truth=said == "true") for said in response)
    if question.type == "order":
        known = {choice.id: choice for choice in question.choices}
        return tuple(
            Piece(known[said].text, place=place, picture=known[said].picture)
            for place, said in enumerate(response, 1)
            if said in known
        )
    if question.type == "match":
        return _matched(question, response)
    if question.type == "gaps":
        return _filled(question, response)
    return tuple(
        Piece(choice.text, picture=choice.picture) for choice in question.choices if choice.id in response
    )


def right_response(question: Question) -> tuple[str, ...]:
    """The answer that would have been right; of several accepted spellings the first."""
    if question.type == "gaps":
        return tuple(f"{gap.id}={gap.correct[0]}" for gap in question.gaps)
    return question.correct[:1] if question.type in ("number", "text") else question.correct


def parts(response: Sequence[str]) -> dict[str, str]:
    """The parts of an answer to a match or to gaps: what was given to each choice or gap."""
    return {part: said for part, _, said in (each.partition("=") for each in response)}


def misled(question: Question, response: Sequence[str]) -> tuple[Choice, ...]:
    """The choices with a feedback of their own that were chosen wrongly (FORMAT 4.2)."""
    said, right = parts(response), parts_right(question, response)
    wrong: list[Choice] = []
    if question.type in ("single", "multiple"):
        wrong = [choice for choice in question.choices if choice.id in response and choice.id not in question.correct]
    elif question.type == "match":
        chosen = {said[choice] for choice, good in right.items() if not good and choice in said}
        wrong = [target for target in question.targets if target.id in chosen]
    elif question.type == "gaps":
        filled = [gap for gap in question.gaps if not right[gap.id]]
        wrong = [choice for gap in filled for choice in gap.choices if choice.id == said.get(gap.id)]
    return tuple(choice for choice in wrong if choice.feedback)


def _matched(question: Question, response: Sequence[str]) -> tuple[Piece, ...]:
    """A piece for each choice, without words where what was given to it is not known; none if nothing is known."""
    said, right = parts(response), parts_right(question, response)
    targets = {target.id: target for target in question.targets}
    found: list[Piece] = []
    for choice in question.choices:
        target = targets.get(said.get(choice.id, ""))
        words, picture = (target.text, target.picture) if target else ({}, None)
        found.append(Piece(words, to=choice.text, right=right[choice.id], picture=picture))
    return tuple(found) if any(piece.texts for piece in found) else ()


def _filled(question: Question, response: Sequence[str]) -> tuple[Piece, ...]:
    """A piece for each gap, without words where it is empty; none if nothing is known."""
    said, right = parts(response), parts_right(question, response)
    found: list[Piece] = []
    for place, gap in enumerate(question.gaps, 1):
        words = said.get(gap.id, "")
        chosen = next((choice for choice in gap.choices if choice.id == words), None)
        picture = chosen.picture if chosen else None
        typed = "" if gap.choices else words
        found.append(Piece(chosen.text if chosen else {}, typed, place=place, right=right[gap.id], picture=picture))
    return tuple(found) if any(piece.texts or piece.typed for piece in found) else ()
