"""How the templates of publishing write sizes, and times that came as text.

    app.jinja_env.filters.update(FILTERS)
"""

from collections.abc import Callable
from datetime import datetime

from babel.numbers import get_decimal_symbol
from flask import g

from sync.dates import locale_of
from sync.hub.filters import moment
from sync.hub.publishing.problems import size_text


def size(size_bytes: int) -> str:
    """Write a size in the largest unit of which there is one."""
    return size_text(size_bytes).replace(".", get_decimal_symbol(locale_of(g.lang)))


def moment_of(at: str) -> str:
    """Write a time that came as text."""
    return moment(datetime.fromisoformat(at))


FILTERS: dict[str, Callable[..., str]] = {"size": size, "moment_of": moment_of}
