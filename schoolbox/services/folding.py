"""Words as search and login names compare them: small letters, no marks, Cyrillic as Latin.

Đorđe, Ђорђе and Djordje are one word. Promises: folding twice changes nothing; what comes out holds letters and digits
only.

    fold("Thyesat në KUZHINË")     # "thyesat ne kuzhine"
    match_query("Отпор")           # '{title words}:"otpor"*'
"""

import re
import unicodedata

WORDS_MAX = 8
"""Most words of a query that are looked for."""
QUERY_CHARS_MAX = 120
WORD_CHARS_MAX = 100
"""Letters and marks of a word that count: putting a run of marks in order takes time by the square of its length."""

SUBJECT_WORDS = {
    "albanian": "shqip gjuhë shqipe albanski arnavutça",
    "arts": "art figurativ likovno resim",
    "biology": "biologji biologija biyoloji",
    "bosnian": "boshnjakisht bosanski boşnakça",
    "chemistry": "kimi hemija kemija kimya",
    "civics": "edukatë qytetare građansko vatandaşlık",
    "coding": "programim programiranje kodlama",
    "english": "anglisht gjuhë angleze engleski ingilizce",
    "geography": "gjeografi geografija coğrafya",
    "german": "gjermanisht gjuhë gjermane nemački njemački almanca",
    "history": "histori istorija historija tarih",
    "ict": "tik informatikë teknologji informatika bilişim computer kompjuter",
    "mathematics": "matematikë matematika maths matematik",
    "music": "muzikë muzika müzik",
    "physical-education": "edukatë fizike sport fizičko beden",
    "physics": "fizikë fizika fizik",
    "romani": "romani romski romanes",
    "serbian": "serbisht srpski sırpça",
    "technology": "teknologji tehnika teknoloji",
    "turkish": "turqisht turski türkçe",
}
"""What each subject is called in the languages of the schools, so that a search for its name finds its lessons."""

_LETTERS = str.maketrans({
    "đ": "dj", "ђ": "dj", "џ": "dz", "љ": "lj", "њ": "nj", "ћ": "c", "ч": "c", "ж": "z", "ш": "s",
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "з": "z", "и": "i", "ј": "j", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c",
    # Macedonian and Montenegrin letters that stand in Kosovo's registers too
    "ѓ": "gj", "ќ": "kj", "ѕ": "dz", "й": "j",
    "ı": "i", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th",
})  # fmt: skip
"""What Unicode's own decomposition does not know, or would make something else of: "ore" of Đorđe, и of й."""
KIND_MARK, STAFF_MARK, HIDDEN_MARK = "kind0", "staffonly0", "hidden0"
"""Words of the column `marks`, which is never searched for what somebody typed."""

_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Write a text in folded words, one space between them."""
    return " ".join(words(text))


def alphabetical(surname: str, given_name: str, number: int = 0) -> tuple[str, str, int]:
    """What lists of people are put in order by: Ç stands with C and Š with S, Cyrillic with Latin."""
    return fold(surname), fold(given_name), number


def words(text: str) -> list[str]:
    """Split a text into folded words."""
    short = " ".join(word[:WORD_CHARS_MAX] for word in text.split())
    letters = unicodedata.normalize("NFKC", short).casefold().translate(_LETTERS)
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(letter))
    return [word[:WORD_CHARS_MAX] for word in _WORD.findall(bare.casefold().translate(_LETTERS))]


def match_query(text: str) -> str:
    """Turn what somebody typed into a full-text query: every word must begin a word of the entry; empty if none.

    A single letter begins too many words to mean anything but the beginning of a title.
    """
    found = words(text[:QUERY_CHARS_MAX])[:WORDS_MAX]
    return " AND ".join(f'{{title words}}:"{word}"*' if len(word) > 1 else f'title:"{word}"*' for word in found)


def marked(query: str, *, kind: str = "", staff: bool) -> str:
    """Narrow a full-text query by the marks of entries: to one kind, and to what a reader may see.

    Args:
        query: As `match_query` gives it.
        kind: A kind of item, or `course`; empty for every kind of item.
        staff: Whether entries for staff only are looked at.
    """
    of_kind = f'({query}) AND marks:"{KIND_MARK}{kind}"' if kind else f'({query}) NOT marks:"{KIND_MARK}course"'
    shown = f'({of_kind}) NOT marks:"{HIDDEN_MARK}"'
    return shown if staff else f'({shown}) NOT marks:"{STAFF_MARK}"'
