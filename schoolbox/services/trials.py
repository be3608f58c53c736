"""Quizzes tried by guests and staff: nothing is kept, all of a try travels in the address of its pages.

A try is a small number, which gives the order of things, and for each question its hints and the fields of its form, as
they were sent (never an id of a choice, never whether it was right).

    going = trial_going(paper, Trial(number=1, said=read_trial(text)), handed_in=False)
"""

import base64
import binascii
from collections.abc import Sequence

import msgspec

from content_packs.judging import is_right
from schoolbox.errors import BadInputError
from schoolbox.services.arrangement import laid_out
from schoolbox.services.attempts import Given, Kept
from schoolbox.services.checking import checked
from schoolbox.services.going import Going, Paper, asked_of, is_complete

TEXT_CHARS_MAX = 24_000
TURNS_MAX = 200
"""How long a guest may practise before it ends by itself."""


class Said(msgspec.Struct, frozen=True, array_like=True):
    """What was sent for one question."""

    hints: int
    values: tuple[str, ...]


class Trial(msgspec.Struct, frozen=True):
    """A try that nobody keeps: `said` in the order of the questions, None where there is no answer."""

    number: int = 1
    said: tuple[Said | None, ...] = ()
    handed_in: bool = False

    def with_answer(self, place: int, said: Said) -> "Trial":
        """The same try with an answer at a place."""
        longer = [*self.said, *[None] * (place + 1 - len(self.said))]
        longer[place] = said
        return Trial(self.number, tuple(longer), self.handed_in)


_LETTERS = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
_READ = msgspec.json.Decoder(tuple[Said | None, ...])


def write_trial(said: Sequence[Said | None]) -> str:
    """Write what was said for an address."""
    return base64.urlsafe_b64encode(msgspec.json.encode(tuple(said))).decode().rstrip("=") if said else ""


def read_trial(text: str) -> tuple[Said | None, ...]:
    """Read what was said out of an address.

    Raises:
        BadInputError: It was made up, or is far too long.
    """
    if not text:
        return ()
    if len(text) > TEXT_CHARS_MAX or not set(text) <= _LETTERS:
        raise BadInputError(field="tried", problem="not answers to this quiz")
    try:
        return _READ.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, msgspec.DecodeError) as exc:
        raise BadInputError(field="tried", problem="not answers to this quiz") from exc


def trial_going(paper: Paper, trial: Trial, *, hints: int = 0) -> Going:
    """How far a try in an address is.

    Args:
        paper: The quiz.
        trial: The try.
        hints: How many hints were taken at the question that comes next.

    Raises:
        BadInputError: The address was made up: there are more answers than questions, or one that makes no sense.
    """
    seed = f"trial {trial.number}"
    given: dict[tuple[int, str], Given] = {}
    asked = asked_of(paper.quiz, seed, Kept())
    for place, said in enumerate(trial.said):
        if paper.practice:
            asked = asked_of(paper.quiz, seed, Kept(given))
        if place >= len(asked) or (paper.practice and (said is None or is_complete(paper.quiz, asked))):
            raise BadInputError(field="tried", problem="not answers to this quiz")
        if said is not None:
            one = asked[place]
            response = checked(laid_out(paper.quiz, one.question, seed, one.turn), said.values)
            right = is_right(one.question, response)
            given[one.turn, one.question.id] = Given(one.question.id, response, right, one.turn, max(0, said.hints))
    return _going(paper, trial, seed, given, hints)


def _going(paper: Paper, trial: Trial, seed: str, given: dict[tuple[int, str], Given], hints: int) -> Going:
    asked = asked_of(paper.quiz, seed, Kept(given))
    complete = is_complete(paper.quiz, asked) or len(given) >= TURNS_MAX
    finished = (trial.handed_in if paper.at_end else complete) or (paper.practice and complete)
    if paper.practice and finished:
        asked = asked[:-1]
    following = next((one for one in asked if one.given is None), None)
    if following is not None and hints:
        key = (following.turn, following.question.id)
        asked = asked_of(paper.quiz, seed, Kept(given, {key: min(hints, len(following.question.hints))}))
    return Going(trial.number, seed, asked, finished=finished, begun=True)
