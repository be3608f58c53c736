"""Login names out of people's names: the same login for every spelling and from both Serbian scripts.

Rules: `given name.surname`, folded to a-z and digits. Of a name with several parts (hyphen or space) the first part
of at least two letters counts, so that "Hyseni-Bajrami", "Hyseni Bajrami" and "Hyseni" lead to the same login and
nobody has to remember how the office wrote it. Whoever comes second gets a number: arta.krasniqi, arta.krasniqi2.

    login_base("Đorđe", "Petrović")   # djordje.petrovic
    login_base("Ђорђе", "Петровић")   # djordje.petrovic
"""

import re
from collections.abc import Set

from schoolbox.services.folding import fold

_NOBODY = "user"
PART_LENGTH_MAX = 30


def plain(text: str) -> str:
    """Write a text with a-z, digits and single spaces only; an apostrophe parts no word."""
    return " ".join(re.findall(r"[a-z0-9]+", fold(text.replace("'", "").replace("’", ""))))


def login_base(given_name: str, surname: str) -> str:
    """The login somebody would like to have, before numbers."""
    parts = [part for part in (_first(given_name), _first(surname)) if part]
    return ".".join(parts) or _NOBODY


def next_free(base: str, taken: Set[str]) -> str:
    """The first login of this base that is not taken: itself, then with 2, 3, ..."""
    if base not in taken:
        return base
    number = 2
    while f"{base}{number}" in taken:
        number += 1
    return f"{base}{number}"


def _first(name: str) -> str:
    words = plain(name).split()
    return next((word for word in words if len(word) > 1), words[0] if words else "")[:PART_LENGTH_MAX]
