"""The three marks of quiz texts as HTML: `{2/7}` a fraction with its spoken form, backticks code, `**bold**`.

Everything else is escaped: the text comes from a pack.
"""

import re
from collections.abc import Mapping

from markupsafe import Markup, escape

from schoolbox.web.i18n import _, pick
from schoolbox.web.words import marked

MARKS = re.compile(r"\{(?P<over>[^{}/]{1,12})/(?P<under>[^{}/]{1,12})\}|`(?P<code>[^`\n]+)`|\*\*(?P<bold>[^*]+)\*\*")
FRACTION = Markup(
    '<span class="frac" role="img" aria-label="{}"><span aria-hidden="true">{}</span>'
    '<span aria-hidden="true">{}</span></span>'
)


def rich(text: str) -> Markup:
    """Write a text with its marks as HTML; line breaks stay."""
    parts: list[Markup] = []
    end = 0
    for found in MARKS.finditer(text):
        parts += [_lines(text[end : found.start()]), _mark(found)]
        end = found.end()
    parts.append(_lines(text[end:]))
    return Markup().join(parts)


def rich_said(texts: Mapping[str, str], first: str = "") -> Markup:
    """Write a text per language with its marks, and with its language where that is not the page's own.

    Args:
        texts: Language to words, with marks.
        first: The language of instruction, second choice after the page's own.
    """
    words = pick(texts, first)
    return marked(texts, words, rich(words))


def plain(text: str) -> str:
    """Write a text without its marks, for a title or a log: `2/7`, code as it is."""
    return MARKS.sub(_unmarked, text)


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def _mark(found: re.Match[str]) -> Markup:
    if found["over"] is not None:
        spoken = _("%(over)s over %(under)s", over=found["over"], under=found["under"])
        return FRACTION.format(spoken, found["over"], found["under"])
    if found["code"] is not None:
        return Markup("<code>{}</code>").format(found["code"])
    return Markup("<b>{}</b>").format(found["bold"])


def _unmarked(found: re.Match[str]) -> str:
    if found["over"] is not None:
        return f"{found['over']}/{found['under']}"
    return str(found["code"] or found["bold"])
