"""Quiz texts with their marks, in the language of the page."""

from collections.abc import Mapping

from markupsafe import Markup

from schoolbox.web.i18n import _, pick
from schoolbox.web.words import marked
from sync.markup import rich as write_rich


def rich(text: str) -> Markup:
    """Write a text with its marks as HTML; line breaks stay."""
    return write_rich(text, lambda over, under: _("%(over)s over %(under)s", over=over, under=under))


def rich_said(texts: Mapping[str, str], first: str = "") -> Markup:
    """Write a text per language with its marks, and with its language where that is not the page's own.

    Args:
        texts: Language to words, with marks.
        first: The language of instruction, second choice after the page's own.
    """
    words = pick(texts, first)
    return marked(texts, words, rich(words))
