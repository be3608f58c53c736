"""What the country of `make hub-demo` is made of: names, courses, and how its boxes are."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from content_packs.manifest import Text
from sync.statements import ItemRef

MUNICIPALITIES: Mapping[str, int] = {
    "Deçan": 22, "Dragash": 26, "Ferizaj": 48, "Fushë Kosovë": 20, "Gjakovë": 48, "Gjilan": 38, "Gllogoc": 30,
    "Graçanicë": 14, "Hani i Elezit": 8, "Istog": 30, "Junik": 3, "Kaçanik": 24, "Kamenicë": 26, "Klinë": 28,
    "Kllokot": 3, "Leposaviq": 12, "Lipjan": 34, "Malishevë": 36, "Mamushë": 2, "Mitrovicë": 36,
    "Mitrovica e Veriut": 8, "Novobërdë": 8, "Obiliq": 14, "Parteš": 3, "Pejë": 48, "Podujevë": 44,
    "Prishtinë": 66, "Prizren": 62, "Rahovec": 30, "Ranillug": 4, "Shtërpcë": 12, "Shtime": 16, "Skenderaj": 34,
    "Suharekë": 38, "Viti": 28,
    "Vushtrri": 36, "Zubin Potok": 8, "Zveçan": 6,
}  # fmt: skip
"""All 38, and about how many schools each has."""
LANGUAGES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("Graçanicë", "Leposaviq", "Mitrovica e Veriut", "Parteš", "Ranillug", "Shtërpcë", "Zubin Potok", "Zveçan"),
        ("sr",),
    ),
    "Kllokot": ("sr", "sq"), "Novobërdë": ("sr", "sq"), "Mamushë": ("tr",), "Dragash": ("sq", "bs"),
    "Pejë": ("sq", "sq", "sq", "bs"), "Prizren": ("sq", "sq", "sq", "tr", "bs"),
}  # fmt: skip
"""Languages of instruction, taken in turn by the schools of a municipality; Albanian where nothing stands."""
SCHOOLS = (
    "Agimi", "Drita", "Naim Frashëri", "Dëshmorët e Kombit", "Ismail Qemali", "Skënderbeu", "Migjeni", "Bajram Curri",
    "Fan S. Noli", "Elena Gjika", "Dardania", "Hasan Prishtina", "Asdreni", "Xhemajl Mustafa", "Meto Bajraktari",
    "Abdyl Frashëri", "Mustafa Bakija", "Ura", "Bjeshka", "Lisi", "Hëna e Re", "Selami Hallaçi", "Thimi Mitko",
    "Rexhep Elmazi", "Vuk Karadžić", "Sveti Sava", "Atatürk", "Mustafa Kemal", "Nëna Terezë", "Pjetër Bogdani",
)  # fmt: skip


class BoxState(msgspec.Struct, frozen=True):
    """How a box of the demo is, and how often one is so."""

    weight: int
    free_bytes: int
    quarantined: int = 0
    clock_trusted: bool = True


BOX_STATES = (
    BoxState(92, 31_000_000_000), BoxState(4, 900_000_000), BoxState(2, 20_000_000_000, quarantined=3),
    BoxState(2, 12_000_000_000, clock_trusted=False),
)  # fmt: skip


class Course(msgspec.Struct, frozen=True):
    """One course: its pack, where it belongs, and its lessons, each a video; a quiz ends it."""

    id: str
    title: Text
    area: str
    subject: str
    grades: range
    lessons: tuple[tuple[str, str], ...]
    language: str = "sq"

    def items(self) -> Iterator[ItemRef]:
        """Give its items in order."""
        own = self.language
        for number, (words, en) in enumerate(self.lessons):
            yield self._item(f"{self.id}-{number + 1}", "video", {own: words, "en": en})
        named = {own: f"{QUIZ[own]}: {self.title[own]}", "en": f"Quiz: {self.title['en']}"}
        yield self._item(f"{self.id}-kuiz", "quiz", named)

    def _item(self, name: str, kind: str, title: Text) -> ItemRef:
        return ItemRef(
            id=name, kind="quiz" if kind == "quiz" else "video", title=title, pack=self.id, pack_version=1,
            pack_title=self.title, area=self.area, subject=self.subject, language=self.language,
        )  # fmt: skip


QUIZ: Mapping[str, str] = {"sq": "Kuiz", "sr": "Kviz", "bs": "Kviz", "tr": "Sınav"}


def _course(  # noqa: PLR0913, PLR0917  a row of the table below
    number: str, own: str, en: str, area: str, subject: str, grades: range, lessons: Sequence[str],
    language: str = "sq",
) -> Course:  # fmt: skip
    pairs = tuple((words.partition("|")[0], words.partition("|")[2]) for words in lessons)
    return Course(number, {language: own, "en": en}, area, subject, grades, pairs, language)


COURSES = (
    _course("mash:thyesat-6", "Thyesat", "Fractions", "math", "mathematics", range(4, 8), (
        "Pjesët e së tërës|Parts of a whole", "Thyesa të barabarta|Equal fractions",
        "Mbledhja e thyesave|Adding fractions", "Shumëzimi i thyesave|Multiplying fractions",
    )),
    _course("mash:ekuacionet-8", "Ekuacionet", "Equations", "math", "mathematics", range(7, 10), (
        "Peshorja|The balance", "Një e panjohur|One unknown", "Ekuacione me kllapa|Equations with brackets",
        "Nga fjalët te ekuacioni|From words to equations", "Dy të panjohura|Two unknowns",
    )),
    _course("mash:numrat-2", "Numrat deri në 100", "Numbers up to 100", "math", "mathematics", range(1, 4), (
        "Dhjetëshet|Tens", "Mbledhja|Adding", "Zbritja|Taking away",
    )),
    _course("akademia:qeliza-7", "Qeliza", "The cell", "natu", "biology", range(6, 10), (
        "Çfarë është qeliza|What a cell is", "Nën mikroskop|Under the microscope", "Bërthama|The nucleus",
        "Bimë dhe kafshë|Plants and animals", "Si ndahet qeliza|How cells divide",
    )),
    _course("akademia:rryma-8", "Rryma elektrike", "Electric current", "natu", "physics", range(7, 10), (
        "Qarku|The circuit", "Përçuesit|Conductors", "Tensioni|Voltage", "Ligji i Omit|Ohm’s law", "Siguria|Safety",
    )),
    _course("akademia:uji-4", "Uji", "Water", "natu", "biology", range(1, 7), (
        "Tri gjendjet|Three states", "Rrethqarkullimi|The water cycle", "Uji i pastër|Clean water",
    )),
    _course("akademia:kodimi-6", "Hapat e parë në kodim", "First steps in coding", "life", "coding", range(3, 10), (
        "Urdhrat|Instructions", "Përsëritja|Loops", "Kushtet|Conditions", "Loja ime e parë|My first game",
    )),
    _course("shkollat:leximi-3", "Lexojmë së bashku", "Reading together", "lang", "albanian", range(1, 5), (
        "Fabula|A fable", "Përralla|A fairy tale", "Vjersha|A poem",
    )),
    _course("shkollat:anglishtja-5", "Anglishtja ime", "My English", "lang", "english", range(3, 8), (
        "Përshëndetjet|Greetings", "Familja|Family", "Në treg|At the market", "Koha e kaluar|The past",
    )),
    _course("shkollat:drejtshkrimi-8", "Drejtshkrimi", "Spelling", "lang", "albanian", range(6, 10), (
        "ë-ja|The letter ë", "Thonjëzat|Quotation marks", "Shkronja e madhe|Capital letters",
    )),
    _course("mash:harta-6", "Harta dhe vendi", "Maps and places", "soci", "geography", range(4, 9), (
        "Shkalla|Scale", "Lumenjtë|Rivers", "Malet|Mountains", "Qytetet|Towns",
    )),
    _course("mash:historia-9", "Nga Iliria te sot", "From Illyria to today", "soci", "history", range(6, 10), (
        "Ilirët|The Illyrians", "Mesjeta|The Middle Ages", "Rilindja|The awakening", "Shekulli XX|The 20th century",
    )),
    _course("shkollat:ngjyrat-2", "Ngjyrat", "Colours", "arts", "art", range(1, 6), (
        "Ngjyrat themelore|Primary colours", "Përzierja|Mixing", "Vizatojmë|We draw",
    )),
    _course("shkollat:ritmi-5", "Ritmi", "Rhythm", "arts", "music", range(3, 9), (
        "Rrahja|The beat", "Notat|Notes", "Këndojmë|We sing",
    )),
    _course("shkollat:shendeti-4", "Shëndeti im", "My health", "heal", "physical-education", range(1, 10), (
        "Duart e pastra|Clean hands", "Ushqimi|Food", "Lëvizja|Moving", "Gjumi|Sleep",
    )),
    _course("otvorena:razlomci-6", "Razlomci", "Fractions in Serbian", "math", "mathematics", range(1, 10), (
        "Delovi celine|Parts of a whole", "Jednaki razlomci|Equal fractions", "Sabiranje razlomaka|Adding fractions",
    ), "sr"),
    _course("otvorena:voda-4", "Voda", "Water in Serbian", "natu", "biology", range(1, 10), (
        "Tri stanja|Three states", "Kruženje vode|The water cycle", "Čista voda|Clean water",
    ), "sr"),
    _course("otvorena:citamo-3", "Čitamo zajedno", "Reading in Serbian", "lang", "serbian", range(1, 10), (
        "Basna|A fable", "Bajka|A fairy tale", "Pesma|A poem",
    ), "sr"),
    _course("deniz:kesirler-6", "Kesirler", "Fractions in Turkish", "math", "mathematics", range(1, 10), (
        "Bütünün parçaları|Parts of a whole", "Denk kesirler|Equal fractions", "Kesirlerle toplama|Adding fractions",
    ), "tr"),
    _course("deniz:okuyalim-3", "Birlikte okuyalım", "Reading in Turkish", "lang", "turkish", range(1, 10), (
        "Masal|A fairy tale", "Şiir|A poem", "Fabl|A fable",
    ), "tr"),
    _course("otvorena:zdravlje-4", "Moje zdravlje", "Health in Bosnian", "heal", "physical-education", range(1, 10), (
        "Čiste ruke|Clean hands", "Hrana|Food", "Kretanje|Moving",
    ), "bs"),
    _course("otvorena:karte-6", "Karte i mjesta", "Maps in Bosnian", "soci", "geography", range(1, 10), (
        "Mjerilo|Scale", "Rijeke|Rivers", "Planine|Mountains",
    ), "bs"),
)  # fmt: skip
"""Every grade from 1 to 9 has at least three of them in Albanian and two in each other language."""
TIRING = {"akademia:rryma-8-4", "mash:historia-9-4", "shkollat:anglishtja-5-4"}
"""Lessons that most pupils leave before the end."""
