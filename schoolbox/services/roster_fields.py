"""What a column of a school's list is about, told by its heading in any language of the schools.

Headings are compared folded (`logins.plain`): without signs over letters, Cyrillic as Latin, so that one word stands
for all its spellings. `OPTIONAL` is what a school may keep or not; the rest is what signing in cannot do without.

    field_of("Презиме")                 # surname
    field_of("Nxënësi: Emri")           # given_name
    field_of("Nr. i telefonit")         # phone
"""

from collections.abc import Mapping, Sequence

from schoolbox.services.logins import plain
from sync.languages import KNOWN

OPTIONAL = ("parent_name", "phone", "language")
FIELDS = (
    "given_name", "surname", "full_name", "surname_first", "class", "section", "grade", "role", "parent_name", "phone",
    "language", "shift", "school", "municipality", "login",
)  # fmt: skip
"""`full_name` is "Arta Krasniqi" in one cell, `surname_first` "Krasniqi Arta"; `section` the part of a class behind its
grade, as the 2 of 6/2."""
_WORDS: Mapping[str, str] = {
    "given_name": "emri|given name|first name|name|ime|ime ucenika|ad|adi|isim|ogrenci adi|anav",
    "surname": "mbiemri|surname|last name|family name|prezime|soyad|soyadi|soyisim|familijako anav",
    "full_name": (
        "emri mbiemri|emri dhe mbiemri|emri e mbiemri|emri mbiemri i nxenesit|emri dhe mbiemri i nxenesit|full name"
        "|name surname|name and surname|ime prezime|ime i prezime|ad soyad|ad ve soyad|adi soyadi"
        "|adi ve soyadi|anav thaj familijako anav|nxenesi|nxenesit|ucenik|ogrenci"
        "|pupil|student|mesimdhenesi|nastavnik|teacher"
    ),
    "surname_first": (
        "mbiemri emri|mbiemri dhe emri|mbiemri e emri|prezime ime|prezime i ime|surname name|surname and name"
        "|last name first name|soyadi adi|soyad ad|soyad ve ad|familijako anav thaj anav"
    ),
    "class": (
        "class|classes|class and section|klasa|klase|klasat|klasa paralelja|klasa dhe paralelja|paralelet|odeljenja"
        "|odjeljenja|razred i odeljenje|razred i odjeljenje|sinif|sinifi|sinif sube|sinif ve sube|siniflar"
        "|klasa thaj sekcija"
    ),
    "section": (
        "paralelja|vetem paralelja|section alone|paralele|section|odeljenje|odjeljenje|samo odeljenje|samo odjeljenje"
        "|sube|subesi|yalnizca sube|numaj sekcija"
    ),
    "grade": "grade|grade number|numri i klases|shkalla|niveli|viti|razred|broj razreda|sinif duzeyi|seviye"
    "|numeri e razredesko",
    "role": "role|roli|uloga|gorev|gorevi|rol|rola|pozita",
    "parent_name": (
        "prindi|emri i prindit|emri prindit|babai|emri i babait|emri i atit|nena|emri i nenes|kujdestari ligjor|parent"
        "|parents|parent name|parents name|name of parent|father|fathers name|mother|guardian|roditelj|ime roditelja"
        "|ime jednog roditelja|ime oca|otac|ime majke|majka|staratelj|veli|veli adi|velinin adi"
        "|anav e dadesko vaj e dajako|baba adi|anne adi"
    ),
    "phone": (
        "telefoni|telefon|numri i telefonit|nr i telefonit|nr telefonit|nr tel|tel|tel nr|celulari|numri kontaktues"
        "|kontakti|phone|phone number|mobile|mobile number|contact|broj telefona|br telefona|br tel|mobilni|mob|kontakt"
        "|telefon numarasi|telefon no|cep|cep telefonu"
    ),
    "language": (
        "gjuha|gjuha e mesimit|gjuha e mesimdhenies|language|language of instruction|jezik|nastavni jezik|jezik nastave"
        "|dil|dili|egitim dili|ogretim dili|chib"
    ),
    "shift": "shift|turni|nderrimi|smena|smjena|vardiya|devre",
    "school": "shkolla|emri i shkolles|school|school name|skola|naziv skole|okul|okul adi|okulu",
    "municipality": "komuna|municipality|opstina|opcina|belediye|belediyesi",
    "login": "login|hyrja|identifikuesi|emri i hyrjes|perdoruesi|username|user name|korisnicko ime"
    "|kullanici adi|giris adi|logini",
}  # fmt: skip
_BY_WORDS = {words: field for field, spellings in _WORDS.items() for words in spellings.split("|")}
_TELLING = {
    key: frozenset(words.split())
    for key, words in {
        "nothing": (
            "nxenesi nxenesit nxenesve i e te ucenik ucenika ucenica ogrenci ogrencinin pupil pupils student students"
            " of the s"
        ),
        "parent": "prindi prindit prinderit parent parents roditelj roditelja veli babai babait",
        "phone": (
            "telefoni telefonit telefon telefona tel phone mobile celulari mob mobilni cep kontaktues contact kontakt"
        ),
        "given": "emri ime name ad adi",
        "surname": "mbiemri prezime surname soyad soyadi",
    }.items()
}
"""Words that say by themselves what a heading is about, or nothing."""


def field_of(heading: str) -> str:
    """What a column with this heading is about; empty if nobody can tell."""
    words = plain(heading.replace("_", " "))
    if words in _BY_WORDS:
        return _BY_WORDS[words]
    telling = [word for word in words.split() if word not in _TELLING["nothing"]]
    if len(telling) > 5:  # a sentence is no heading
        return ""
    if _TELLING["phone"].intersection(telling):
        return "phone"
    if _parent_between(telling):
        return "full_name"
    if _TELLING["parent"].intersection(telling):
        return "parent_name"
    return _BY_WORDS.get(" ".join(telling), "")


def _parent_between(words: Sequence[str]) -> bool:
    """Whether a heading is as "Emri (babai) mbiemri": a whole name with the parent's in its middle."""
    return (
        len(words) > 2
        and words[0] in _TELLING["given"]
        and words[-1] in _TELLING["surname"]
        and not _TELLING["parent"].isdisjoint(words[1:-1])
    )


def tells_teachers(heading: str) -> bool:
    """Whether a heading says that who stands below is a teacher."""
    return any(ROLES.get(word) == "teacher" or word in _TEACHERS for word in plain(heading).split())


_TEACHERS = frozenset(("mesimdhenesi", "mesimdhenesit", "mesuesit", "nastavnika", "teachers", "ogretmenin"))
ROLES: Mapping[str, str] = {
    word: role
    for role, words in {
        "pupil": "pupil student nxenes nxenese nxenesi nxenesja ucenik ucenica djak ogrenci siklovno",
        "teacher": (
            "teacher mesues mesuese mesuesi mesuesja mesimdhenes mesimdhenese nastavnik nastavnica ucitelj uciteljica"
            " profesor profesorka ogretmen siklarno"
        ),
        "technician": "technician teknik tekniku teknike tehnicar tehnicarka teknisyen tehnicari",
    }.items()
    for word in words.split()
}
"""Folded words for what somebody is."""

LANGUAGE_OF: Mapping[str, str] = {
    "": "",
    **{plain(tag): tag for tag in KNOWN},
    **{
        word: code
        for code, words in {
            "sq": "shqip shqipe albanian albanski arnavutca",
            "sr-Cyrl": "sr serbisht serbe serbian srpski sirpca cirilica",
            "sr-Latn": "latinica",
            "bs": "boshnjakisht boshnjake bosnian bosanski bosnjacki bosnakca",
            "tr": "turqisht turke turkish turski turkce",
            "rom": "romisht rome romani romski romanes romca",
            "en": "anglisht angleze english engleski ingilizce",
        }.items()
        for word in words.split()
    },
}
"""Folded words for the languages of the pages; Serbian without its script is Cyrillic."""
