"""Words as search compares them: small letters, no marks, Cyrillic as Latin.

The table is the one that login names use, so that Đorđe, Ђорђе and Djordje are one word. Promises: folding twice
changes nothing; what comes out holds letters and digits only.

    fold("Thyesat në KUZHINË")     # "thyesat ne kuzhine"
    match_query("Отпор stru")       # '"otpor"* "stru"*'
"""

import re
import unicodedata

WORDS_MAX = 8
"""Most words of a query that are looked for."""
QUERY_CHARS_MAX = 120

_LETTERS = str.maketrans({
    "đ": "dj", "ђ": "dj", "џ": "dz", "љ": "lj", "њ": "nj", "ћ": "c", "ч": "c", "ж": "z", "ш": "s",
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "з": "z", "и": "i", "ј": "j", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c",
    "ı": "i", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe",
})  # fmt: skip
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Write a text in folded words, one space between them."""
    return " ".join(words(text))


def words(text: str) -> list[str]:
    """Split a text into folded words."""
    letters = text.casefold().translate(_LETTERS)
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(letter))
    return _WORD.findall(bare.casefold().translate(_LETTERS))


def match_query(text: str) -> str:
    """Turn what somebody typed into a full-text query: every word must begin a word of the entry; empty if none."""
    return " ".join(f'"{word}"*' for word in words(text[:QUERY_CHARS_MAX])[:WORDS_MAX])
