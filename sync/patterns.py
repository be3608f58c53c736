"""How packs are named that a box takes by itself: `*`, `publisher:*` or the id of a pack (FORMAT 8.13).

    is_pattern("mash:*")      # True
"""

import re

from content_packs.paths import is_publisher_id

ALL = "*"
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def is_pattern(text: str) -> bool:
    """Say whether a text names packs."""
    publisher, _, slug = text.partition(":")
    return text == ALL or (is_publisher_id(publisher) and (slug == ALL or _SLUG.fullmatch(slug) is not None))
