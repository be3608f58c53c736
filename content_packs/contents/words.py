"""The words around the lessons, in Albanian and English side by side: a page without scripts cannot ask which.

    both("Kuiz", "Quiz")     # '<span lang="sq">Kuiz</span> <i lang="en">Quiz</i>'
"""

from collections.abc import Iterable, Mapping
from html import escape

from content_packs.manifest import Area, Kind, Text

AREAS: Mapping[Area, tuple[str, str]] = {
    "lang": ("Gjuhët dhe komunikimi", "Languages and communication"),
    "math": ("Matematika", "Mathematics"),
    "natu": ("Shkencat e natyrës", "Natural sciences"),
    "soci": ("Shoqëria dhe mjedisi", "Society and environment"),
    "arts": ("Artet", "Arts"),
    "heal": ("Shëndeti dhe mirëqenia", "Health and well-being"),
    "life": ("Jeta dhe puna", "Life and work"),
}
"""Every learning area, in the order of the page."""

SUBJECTS: Mapping[str, tuple[str, str]] = {
    "albanian": ("Shqip", "Albanian"),
    "arts": ("Art figurativ", "Art"),
    "biology": ("Biologji", "Biology"),
    "bosnian": ("Boshnjakisht", "Bosnian"),
    "chemistry": ("Kimi", "Chemistry"),
    "civics": ("Edukatë qytetare", "Civics"),
    "coding": ("Programim", "Coding"),
    "english": ("Anglisht", "English"),
    "geography": ("Gjeografi", "Geography"),
    "german": ("Gjermanisht", "German"),
    "history": ("Histori", "History"),
    "ict": ("TIK", "ICT"),
    "mathematics": ("Matematikë", "Maths"),
    "music": ("Muzikë", "Music"),
    "physical-education": ("Edukatë fizike", "Physical education"),
    "physics": ("Fizikë", "Physics"),
    "romani": ("Romani", "Romani"),
    "serbian": ("Serbisht", "Serbian"),
    "technology": ("Teknologji", "Technology"),
    "turkish": ("Turqisht", "Turkish"),
}
KINDS: Mapping[Kind, tuple[str, str]] = {
    "video": ("Video", "Video"),
    "audio": ("Audio", "Audio"),
    "document": ("Dokument", "Document"),
    "app": ("Ushtrim", "Exercise"),
    "quiz": ("Kuiz", "Quiz"),
}


def both(albanian: str, english: str) -> str:
    """Say the same in both languages, the second one quieter; once if the words are the same."""
    if albanian == english:
        return escape(albanian)
    return f'<span lang="sq">{escape(albanian)}</span> <i lang="en">{escape(english)}</i>'


def said(text: Text, language: str) -> str:
    """The words in a language, or in the first one there is; escaped, and marked with their language."""
    if not text:
        return ""
    chosen = language if language in text else next(iter(text))
    return f'<bdi lang="{escape(chosen)}">{escape(text[chosen])}</bdi>'


def other(text: Text, language: str) -> str:
    """The same words in Albanian or English for those who do not read the language; nothing if there are none."""
    shown = text.get(language) or next(iter(text.values()), "")
    found = next((name for name in ("sq", "en") if name != language and text.get(name, shown) != shown), "")
    return said({found: text[found]}, found) if found else ""


def subject(slug: str) -> str:
    """A subject as people call it, or its slug."""
    return both(*SUBJECTS[slug]) if slug in SUBJECTS else escape(slug)


def size(size_bytes: int) -> str:
    """A size for people: at most three digits, with a decimal comma."""
    value, unit = float(size_bytes), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 999.5 or unit == "TB":
            break
        value /= 1000
    number = f"{value:.1f}".removesuffix(".0") if value < 9.95 else f"{value:.0f}"
    return f"{number} {unit}".replace(".", ",")


def duration(seconds: float) -> str:
    """How long something plays, as `1:26`; nothing if that is not known."""
    if not seconds:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def grades(numbers: Iterable[int]) -> str:
    """Grades, with neighbours drawn together: `1-3, 6`."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
