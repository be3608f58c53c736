"""What a class is called, and whether two spellings mean the same one.

    class_of("VI-2").name     # 6/2
    class_of("6.2").key       # 6/2: the same class as 6/2, 6-2 and VI/2
    class_of("6b").grade      # 6
    class_of("Klasa përgatitore").grade   # 0
"""

import re

import msgspec

from schoolbox.services.logins import plain

_ROMAN = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12,
    "xiii": 13,
}  # fmt: skip
_PREPARATORY = ("pergatitor", "parafillor", "priprem", "predskol", "hazirlik", "okul oncesi", "preparatory")
"""How the words for grade 0 begin."""
_LOOKALIKES = str.maketrans("ІХіх", "IXix")
"""Cyrillic letters that are typed for Roman numbers."""
_WORD_BEFORE = re.compile(
    r"^(?:klas\w*|class|grade|razred|odj?eljenje|paralel\w*|s[ıi]n[ıi]f\w*|разред|одељење)[\s.:]+", re.IGNORECASE
)
_SHAPE = re.compile(
    r"(?P<grade>[0-9]{1,2}|[IVX]{1,4})(?P<dot>\.)?(?P<between>\s*[-–—./\\_]\s*|\s+)?(?P<section>[0-9]{1,2}|[^\W\d_])?",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d.*|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d"
    r"|\d{1,2}[.\s-]+(?:jan|shk|feb|mar|pri|apr|maj|may|qer|jun|kor|jul|gus|avg|aug|sht|sep|tet|okt|oct|nën|nen|nov|dhj|dec|dek|dez|oca|şub|nis"
    r"|haz|tem|ağu|eyl|eki|kas|ara)\w*",
    re.IGNORECASE,
)


class ClassName(msgspec.Struct, frozen=True):
    """How a class is called; equal keys are the same class, `grade` is the number it begins with, if any."""

    name: str
    key: str
    grade: int | None


def class_of(text: str) -> ClassName:
    """Understand the name of a class."""
    bare = _WORD_BEFORE.sub("", text.strip()).strip(" .") or text.strip()
    found = _SHAPE.fullmatch(bare.translate(_LOOKALIKES))
    grade = number_of(found["grade"]) if found else None
    if not found or grade is None:
        number = re.match(r"[0-9]{1,3}", bare)
        return ClassName(bare, plain(bare) or bare.casefold(), int(number[0]) if number else _preparatory(bare))
    section = found["section"] or ""
    parted = found["between"] or found["dot"] or (section.isdigit() and not found["grade"].isdigit())
    between = "/" if section and parted else ""
    return ClassName(f"{grade}{between}{section}", f"{grade}/{plain(section)}" if section else f"{grade}", grade)


def number_of(text: str) -> int | None:
    """A grade as a number: `6`, `6.`, `VI`, `Klasa VI`, and 0 for `përgatitore`; None for anything else."""
    bare = _WORD_BEFORE.sub("", text.strip()).strip(" .").translate(_LOOKALIKES).casefold()
    if bare in _ROMAN:
        return _ROMAN[bare]
    return int(bare) if re.fullmatch(r"[0-9]{1,3}", bare) else _preparatory(bare)


def _preparatory(text: str) -> int | None:
    return 0 if plain(text).startswith(_PREPARATORY) else None


def is_date(text: str) -> bool:
    """Whether a spreadsheet has made a date of it, as it does of 6/2."""
    return _DATE.fullmatch(text) is not None


def whole_name(grade: str, section: str) -> str:
    """Put a class together from two columns: `6` and `2`, or `VI` and `6/2`."""
    number = number_of(grade)
    if number is None or len(section) > 2:
        return section
    return f"{number}/{section}"
