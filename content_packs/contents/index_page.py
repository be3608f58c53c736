"""CONTENTS.html: one card for each pack, by learning area; what is to play is on the pages behind it."""

from collections.abc import Sequence
from html import escape

import msgspec

from content_packs.contents.look import page
from content_packs.contents.pack_page import PAGES_VERSION, facts, page_name
from content_packs.contents.words import AREAS, both, other, said
from content_packs.manifest import Area, Manifest, Text


class Card(msgspec.Struct, frozen=True):
    """What the first page says of a pack."""

    pack_id: str
    area: Area
    order: tuple[int, str]
    title: str
    second_title: str
    lines: tuple[str, ...]


def card_of(manifest: Manifest, publisher_names: Text) -> Card:
    """Draw a pack together, so that no manifest has to be kept in memory."""
    title = said(manifest.title, manifest.language)
    return Card(
        pack_id=manifest.pack,
        area=manifest.area,
        order=(min(manifest.grades, default=0), manifest.pack),
        title=title,
        second_title=other(manifest.title, manifest.language),
        lines=tuple(facts(manifest, publisher_names)),
    )


def index_page(cards: Sequence[Card]) -> str:
    """Make the first page."""
    areas = [
        f'<h2>{both(*names)}</h2>\n<ul class="cards">\n{"".join(map(_card, found))}</ul>\n'
        for area, names in AREAS.items()
        if (found := sorted((card for card in cards if card.area == area), key=lambda card: card.order))
    ]
    body = (
        f"<h1>{both('Çfarë ka në këtë USB', 'What is on this stick')}</h1>\n"
        f'<div class="note">{both(_HINT_SQ, _HINT_EN)}</div>\n'
        f"{''.join(areas) or _NOTHING}"
    )
    return page("Schoolbox", body, made_from=f"pages {PAGES_VERSION}")


_HINT_SQ = (
    "Mësimet mund t’i shikoni këtu. Që t’i kenë të gjithë nxënësit, futeni këtë USB në kutinë e shkollës: "
    "atje janë edhe kuizet."
)
_HINT_EN = (
    "You can watch the lessons here. To bring them to every pupil, put this stick into the school’s box: "
    "the quizzes are there too."
)
_NOTHING = f"<p>{both('Këtu nuk ka ende paketa.', 'There are no packs here yet.')}</p>\n"


def _card(card: Card) -> str:
    """One pack."""
    second = f'<div class="other">{card.second_title}</div>' if card.second_title else ""
    lines = "".join(f'<p class="meta">{line}</p>' for line in card.lines)
    href = escape(f"contents/{page_name(card.pack_id)}")
    return f'<li><a class="card {card.area}" href="{href}"><h3>{card.title}</h3>{second}{lines}</a></li>\n'
