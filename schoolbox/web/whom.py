"""Whom something is for, as the forms of lessons and tests ask it: the whole class, a group, or pupils by tick."""

from werkzeug.datastructures import MultiDict

from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.marks import N_
from schoolbox.web.numbers import number

NUMBER_LENGTH_MAX = 9


def chosen(form: MultiDict[str, str]) -> tuple[tuple[int, ...], int]:
    """The ticked pupils, and the number of a group; none and 0 mean the whole class.

    Raises:
        BadInputError: Pupils were to be ticked and are not.
        NotFoundError: The number of the group is none.
    """
    whom, _dash, group = form.get("whom", "").partition("-")
    pupils = tuple(form.getlist("pupil", type=number)) if whom == "some" else ()
    if whom == "some" and not pupils:
        raise BadInputError(field="pupil", problem=N_("Tick whom it is for."))
    if whom != "group":
        return pupils, 0
    if not (group.isascii() and group.isdigit() and len(group) <= NUMBER_LENGTH_MAX):
        raise NotFoundError(kind="group", key=group[:NUMBER_LENGTH_MAX])
    return (), int(group)
