"""Numbers as forms and addresses bring them: `form.get("class", 0, type=number)`.

Promise: what comes out fits into a column of the database and into a script, also when a page has been counted from it.
"""

DIGITS_MAX = 15


def number(typed: str) -> int:
    """Read a whole number.

    Raises:
        ValueError: It is none, or longer than any number the box gives out.
    """
    if len(typed) > DIGITS_MAX:
        raise ValueError("more digits than any number of the box has")
    return int(typed)
