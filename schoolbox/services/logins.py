"""Login names out of people's names: one table for every spelling, the same login from both Serbian scripts.

Rules: `given name.surname`, folded to a-z and digits. Of a name with several parts (hyphen or space) the first part
of at least two letters counts, so that "Hyseni-Bajrami", "Hyseni Bajrami" and "Hyseni" lead to the same login and
nobody has to remember how the office wrote it. Whoever comes second gets a number: arta.krasniqi, arta.krasniqi2.

    login_base("Đorđe", "Petrović")   # djordje.petrovic
    login_base("Ђорђе", "Петровић")   # djordje.petrovic
"""

import re
import unicodedata
from collections.abc import Set

_LATIN = {
    "ë": "e", "ç": "c", "š": "s", "č": "c", "ć": "c", "ž": "z", "đ": "dj", "ş": "s", "ğ": "g", "ı": "i", "ö": "o",
    "ü": "u", "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "ð": "d", "þ": "th",
}  # fmt: skip
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ђ": "dj", "е": "e", "ж": "z", "з": "z", "и": "i", "ј": "j",
    "к": "k", "л": "l", "љ": "lj", "м": "m", "н": "n", "њ": "nj", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "ћ": "c", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "c", "џ": "dz", "ш": "s",
    # Macedonian and Montenegrin letters that stand in Kosovo's registers too
    "ѓ": "gj", "ќ": "kj", "ѕ": "dz", "й": "j",
}  # fmt: skip
_TABLE = str.maketrans(_LATIN | _CYRILLIC)
_NOBODY = "user"
PART_LENGTH_MAX = 30


def fold(text: str) -> str:
    """Write a text with a-z, digits and single spaces only.

    The table comes before Unicode's own decomposition, which would make "ore" of Đorđe; the Turkish İ is an i before
    it is made small, because Python's `lower` would add a dot to it.
    """
    joined = unicodedata.normalize("NFKC", text).replace("İ", "i").lower()
    tabled = unicodedata.normalize("NFC", joined).translate(_TABLE)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", tabled) if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[a-z0-9]+", plain.replace("'", "").replace("’", "")))


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
    words = fold(name).split()
    return next((word for word in words if len(word) > 1), words[0] if words else "")[:PART_LENGTH_MAX]
