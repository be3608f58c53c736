"""The three marks of quiz texts as HTML: `{2/7}` a fraction with its spoken form, backticks code, `**bold**`.

Everything else is escaped: the text comes from a pack. Box and hub show it alike.
"""

import re
from collections.abc import Callable

from markupsafe import Markup, escape

_MARKS = re.compile(r"\{(?P<over>[^{}/]{1,12})/(?P<under>[^{}/]{1,12})\}|`(?P<code>[^`\n]+)`|\*\*(?P<bold>[^*]+)\*\*")
_FRACTION = Markup(
    '<span class="frac" role="img" aria-label="{}"><span aria-hidden="true">{}</span>'
    '<span aria-hidden="true">{}</span></span>'
)
Spoken = Callable[[str, str], str]
"""Says a fraction in the reader's language: what is over the line, what is under it."""


def rich(text: str, spoken: Spoken) -> Markup:
    """Write a text with its marks as HTML; line breaks stay."""
    parts: list[Markup] = []
    end = 0
    for found in _MARKS.finditer(text):
        parts += [_lines(text[end : found.start()]), _mark(found, spoken)]
        end = found.end()
    parts.append(_lines(text[end:]))
    return Markup().join(parts)


def plain(text: str) -> str:
    """Write a text without its marks, for a title or a log: `2/7`, code as it is."""
    return _MARKS.sub(_unmarked, text)


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def _mark(found: re.Match[str], spoken: Spoken) -> Markup:
    if found["over"] is not None:
        return _FRACTION.format(spoken(found["over"], found["under"]), found["over"], found["under"])
    if found["code"] is not None:
        return Markup("<code>{}</code>").format(found["code"])
    return Markup("<b>{}</b>").format(found["bold"])


def _unmarked(found: re.Match[str]) -> str:
    if found["over"] is not None:
        return f"{found['over']}/{found['under']}"
    return str(found["code"] or found["bold"])
