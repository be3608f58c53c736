"""From what a form sends to an answer that can be judged, and back, for every kind of question.

What a page sends for a choice is `~` and its place on the page, so that no id leaves the box before the answer; the id
itself is understood too, for `single` and `multiple`. Fields stand in the order of the page: for `order` one number
for each choice, for `match` one target for each choice, for `gaps` one word or choice for each gap.

    checked(laid_out(quiz, question, seed), ["~2"])     # ("b",)
"""

from collections.abc import Sequence

from content_packs.judging import read_number
from content_packs.quiz import TRUTH, Choice, Question
from schoolbox.errors import BadInputError
from schoolbox.services.responses import parts

TYPED_CHARS_MAX = 200
ASK_AGAIN = ("empty", "incomplete", "twice", "no number")
"""Problems that a pupil can mend; anything else was not sent by one of our pages."""


def checked(question: Question, values: Sequence[str]) -> tuple[str, ...]:
    """Take an answer out of a form.

    Args:
        question: As it was shown: `arrangement.laid_out`.
        values: The fields, in the order of the page.

    Raises:
        BadInputError: Nothing or too little was chosen or typed (`ASK_AGAIN`), far too much, or something that is not
            among the choices.
    """
    values = [" ".join(value.split()) for value in values]
    if not any(values):
        raise BadInputError(field="answer", problem="empty")
    if any(len(value) > TYPED_CHARS_MAX for value in values):
        raise BadInputError(field="answer", problem="too long")
    match question.type:
        case "number" | "text":
            return _typed(question, values[0])
        case "true_false":
            return _one_of(values, TRUTH)
        case "order":
            return _ordered(question, values)
        case "match":
            said = [_choice(question.targets, value) for value in _whole(values, len(question.choices))]
            return tuple(f"{choice.id}={value}" for choice, value in zip(question.choices, said, strict=True))
        case "gaps":
            filled = zip(question.gaps, _whole(values, len(question.gaps)), strict=True)
            return tuple(f"{gap.id}={_choice(gap.choices, value) if gap.choices else value}" for gap, value in filled)
        case _:
            return _chosen(question, values)


def as_values(question: Question, response: Sequence[str]) -> list[str]:
    """The fields of a form that would give this answer, to show it once more to be changed."""
    if question.type in ("number", "text", "true_false"):
        return list(response)
    if question.type == "order":
        places = {choice_id: str(place) for place, choice_id in enumerate(response, 1)}
        return [places.get(choice.id, "") for choice in question.choices]
    said = parts(response)
    if question.type == "match":
        return [_token(question.targets, said.get(choice.id, "")) for choice in question.choices]
    if question.type == "gaps":
        words = [(gap, said.get(gap.id, "")) for gap in question.gaps]
        return [_token(gap.choices, value) if gap.choices else value for gap, value in words]
    return [_token(question.choices, choice_id) for choice_id in response]


def _typed(question: Question, typed: str) -> tuple[str, ...]:
    if question.type == "number" and read_number(typed) is None:
        raise BadInputError(field="answer", problem="no number")
    return (typed,)


def _one_of(values: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    if len(values) != 1 or values[0] not in known:
        raise BadInputError(field="answer", problem="not one of the choices")
    return (values[0],)


def _chosen(question: Question, values: Sequence[str]) -> tuple[str, ...]:
    ids = {choice.id for choice in question.choices}
    chosen = {value if value in ids else _choice(question.choices, value) for value in values if value}
    if question.type == "single" and len(chosen) != 1:
        raise BadInputError(field="answer", problem="not one of the choices")
    return tuple(sorted(chosen))


def _ordered(question: Question, values: Sequence[str]) -> tuple[str, ...]:
    places = _whole(values, len(question.choices))
    if len(set(places)) != len(places):
        raise BadInputError(field="answer", problem="twice")
    if set(places) != {str(place) for place in range(1, len(places) + 1)}:
        raise BadInputError(field="answer", problem="not one of the choices")
    return tuple(question.choices[places.index(str(place))].id for place in range(1, len(places) + 1))


def _whole(values: Sequence[str], count: int) -> Sequence[str]:
    """As many fields as there must be, none of them empty."""
    if len(values) != count:
        raise BadInputError(field="answer", problem="not one of the choices")
    if not all(values):
        raise BadInputError(field="answer", problem="incomplete")
    return values


def _choice(choices: Sequence[Choice], value: str) -> str:
    """The id of the choice at a place of the page."""
    for place, choice in enumerate(choices, 1):
        if value == f"~{place}":
            return choice.id
    raise BadInputError(field="answer", problem="not one of the choices")


def _token(choices: Sequence[Choice], choice_id: str) -> str:
    return next((f"~{place}" for place, choice in enumerate(choices, 1) if choice.id == choice_id), "")
