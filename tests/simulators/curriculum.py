"""What a country teaches, as titles: areas, subjects, topics and kinds of lesson, in Albanian and English.

It lies in using one list of topics for every grade of a subject; titles are as long and as alike as real ones.

    lesson_title(TOPICS["mathematics"][0], LESSONS[3])    # {'sq': 'Thyesat: shembuj nga jeta', 'en': ...}
"""

from content_packs.manifest import Area, Text

Words = tuple[str, str]

SUBJECTS: dict[Area, tuple[str, ...]] = {
    "lang": ("albanian", "english", "german"),
    "arts": ("arts", "music"),
    "math": ("mathematics",),
    "natu": ("biology", "chemistry", "physics"),
    "soci": ("history", "geography", "civics"),
    "heal": ("physical-education",),
    "life": ("ict", "technology"),
}
"""The seven areas of the curriculum and the subjects of each."""

NAMES: dict[str, Words] = {
    "albanian": ("Gjuha shqipe", "Albanian"),
    "english": ("Gjuha angleze", "English"),
    "german": ("Gjuha gjermane", "German"),
    "arts": ("Art figurativ", "Visual arts"),
    "music": ("Edukatë muzikore", "Music"),
    "mathematics": ("Matematikë", "Mathematics"),
    "biology": ("Biologji", "Biology"),
    "chemistry": ("Kimi", "Chemistry"),
    "physics": ("Fizikë", "Physics"),
    "history": ("Histori", "History"),
    "geography": ("Gjeografi", "Geography"),
    "civics": ("Edukatë qytetare", "Civic education"),
    "physical-education": ("Edukatë fizike", "Physical education"),
    "ict": ("Teknologji e informacionit", "Information technology"),
    "technology": ("Teknologji", "Technology"),
}

_LANGUAGE: tuple[Words, ...] = (
    ("Emri dhe mbiemri i fjalëve", "Nouns and adjectives"),
    ("Folja në kohën e tashme", "Verbs in the present tense"),
    ("Leximi i përrallave", "Reading fairy tales"),
    ("Si shkruhet një letër", "Writing a letter"),
    ("Biseda në treg", "A talk at the market"),
    ("Poezia dhe rima", "Poems and rhyme"),
    ("Shenjat e pikësimit", "Punctuation marks"),
)
_ART: tuple[Words, ...] = (
    ("Ngjyrat e ngrohta dhe të ftohta", "Warm and cold colours"),
    ("Vija, forma, hapësira", "Line, form, space"),
    ("Ritmi dhe melodia", "Rhythm and melody"),
    ("Veglat popullore", "Folk instruments"),
    ("Qilimi dhe ornamenti", "Carpets and ornament"),
    ("Kënga e burrave dhe e grave", "Songs of men and women"),
    ("Portreti", "The portrait"),
)
_NATURE: tuple[Words, ...] = (
    ("Qeliza", "The cell"),
    ("Uji dhe gjendjet e tij", "Water and its states"),
    ("Forca dhe lëvizja", "Force and motion"),
    ("Rryma elektrike", "Electric current"),
    ("Zinxhiri ushqimor", "The food chain"),
    ("Përzierjet dhe tretësirat", "Mixtures and solutions"),
    ("Drita dhe hija", "Light and shadow"),
)
_SOCIETY: tuple[Words, ...] = (
    ("Ilirët dhe Dardania", "The Illyrians and Dardania"),
    ("Skënderbeu dhe koha e tij", "Skanderbeg and his time"),
    ("Lumenjtë dhe malet e Kosovës", "Rivers and mountains of Kosovo"),
    ("Komuna ime", "My municipality"),
    ("Të drejtat e fëmijëve", "The rights of children"),
    ("Harta dhe busulla", "The map and the compass"),
    ("Rruga e tregtisë", "The trade road"),
)
_LIFE: tuple[Words, ...] = (
    ("Ushqimi i shëndetshëm", "Healthy food"),
    ("Lojërat me top", "Ball games"),
    ("Siguria në rrjet", "Safety on the net"),
    ("Programi im i parë", "My first program"),
    ("Druri, letra, metali", "Wood, paper, metal"),
    ("Ndihma e parë", "First aid"),
    ("Tabelat llogaritëse", "Spreadsheets"),
)
_MATHEMATICS: tuple[Words, ...] = (
    ("Thyesat", "Fractions"),
    ("Numrat e plotë", "Whole numbers"),
    ("Këndet dhe trekëndëshi", "Angles and the triangle"),
    ("Ekuacionet me një të panjohur", "Equations with one unknown"),
    ("Përqindja", "Percentages"),
    ("Sipërfaqja dhe vëllimi", "Area and volume"),
    ("Tabelat dhe grafikët", "Tables and graphs"),
)

_OF_AREA: dict[Area, tuple[Words, ...]] = {
    "lang": _LANGUAGE, "arts": _ART, "math": _MATHEMATICS, "natu": _NATURE, "soci": _SOCIETY, "heal": _LIFE,
    "life": _LIFE,
}  # fmt: skip
TOPICS: dict[str, tuple[Words, ...]] = {
    subject: _OF_AREA[area] for area, subjects in SUBJECTS.items() for subject in subjects
}
"""Seven topics a subject: one a unit, from the beginning again where a course has more."""

LESSONS: tuple[Words, ...] = (
    ("hyrje", "introduction"),
    ("çfarë dimë tashmë", "what we know already"),
    ("shpjegim hap pas hapi", "explained step by step"),
    ("shembuj nga jeta", "examples from life"),
    ("një provë në klasë", "an experiment in class"),
    ("detyra të zgjidhura", "solved exercises"),
    ("gabimet e zakonshme", "common mistakes"),
    ("përsëritje", "revision"),
    ("fletë pune", "worksheet"),
    ("kuiz", "quiz"),
)
"""Ten lessons a unit; the ninth is a document, the tenth a quiz, the others are videos."""


def text(words: Words) -> Text:
    """Give words as a text of a manifest."""
    return {"sq": words[0], "en": words[1]}


def lesson_title(topic: Words, lesson: Words) -> Text:
    """Give the title of one lesson of a unit."""
    return {"sq": f"{topic[0]}: {lesson[0]}", "en": f"{topic[1]}: {lesson[1]}"}
