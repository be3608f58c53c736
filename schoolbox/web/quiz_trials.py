"""What the pages of guests and staff pass on to each other, because nothing of it is kept: `number`, `tried`, `hints`.

`tried` holds what was sent for each question; `number` says which arrangement of the quiz it is; `hints` were taken at
the question that comes next.
"""

from flask import request

from schoolbox.errors import BadInputError
from schoolbox.services.going import Going, Paper
from schoolbox.services.trials import Trial, read_trial, trial_going, write_trial

NUMBER_MAX = 9_999


def trial() -> Trial:
    """The try that this page belongs to.

    Raises:
        BadInputError: The address was made up.
    """
    said = read_trial(request.values.get("tried", ""))
    return Trial(_number("number", 1, NUMBER_MAX), said, request.values.get("handed") == "1")


def going_of(paper: Paper, of: Trial) -> Going:
    """How far a try in an address is.

    Raises:
        BadInputError: The address was made up.
    """
    return trial_going(paper, of, hints=_number("hints", 0, 5))


def carried(of: Trial, **more: str | int) -> dict[str, str | int]:
    """What an address or a form of a guest must carry; what says nothing is left out."""
    found: dict[str, str | int] = {"number": of.number} if of.number > 1 else {}
    if of.said:
        found["tried"] = write_trial(of.said)
    if of.handed_in:
        found["handed"] = "1"
    return {**found, **more}


def _number(name: str, least: int, most: int) -> int:
    value = request.values.get(name, str(least))
    if not value.isascii() or not value.isdigit() or len(value) > 4 or not least <= int(value) <= most:
        raise BadInputError(field=name, problem="not a number of a try")
    return int(value)
