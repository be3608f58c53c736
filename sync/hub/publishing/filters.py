"""How the templates of publishing write sizes, times that came as text, and texts of quizzes.

    app.jinja_env.filters.update(FILTERS)
"""

from collections.abc import Callable
from datetime import datetime

from babel.numbers import get_decimal_symbol
from flask import g
from markupsafe import Markup

from sync.dates import locale_of
from sync.hub.filters import moment
from sync.hub.publishing.problems import size_text
from sync.markup import rich as write_rich


def size(size_bytes: int) -> str:
    """Write a size in the largest unit of which there is one."""
    return size_text(size_bytes).replace(".", get_decimal_symbol(locale_of(g.lang)))


def moment_of(at: str) -> str:
    """Write a time that came as text."""
    return moment(datetime.fromisoformat(at))


def rich(text: str) -> Markup:
    """Write a text of a quiz with its marks as HTML, as a box shows it."""
    return write_rich(text, _spoken)


def _spoken(over: str, under: str) -> str:
    return str(g.texts.gettext("%(over)s over %(under)s")) % {"over": over, "under": under}


FILTERS: dict[str, Callable[..., str]] = {"size": size, "moment_of": moment_of, "rich": rich}
