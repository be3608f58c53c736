"""Serbian in Cyrillic, made from the Latin catalogue."""

from pathlib import Path

import pytest

from schoolbox.services.logins import plain
from sync.catalogues import InCyrillic, read_catalogue
from sync.cyrillic import in_cyrillic

SENTENCES = [
    ("Ljubica i Njegoš uče džudo; LJUBAV, NJIVA, DŽEP.", "Љубица и Његош уче џудо; ЉУБАВ, ЊИВА, ЏЕП."),
    ("Đorđe, ćirilica, čaša, šuma, žaba, fluor, hleb, car", "Ђорђе, ћирилица, чаша, шума, жаба, флуор, хлеб, цар"),
    ("injekcija i konjunkcija, anjon, Tanjug, vanjezički", "инјекција и конјункција, анјон, Танјуг, ванјезички"),
    ("nadživeti, odžaliti, podžanr; odžak i inje", "надживети, оджалити, поджанр; оџак и иње"),
    ("Gurni USB-ove u kutiju, pa upiši PIN.", "Гурни USB-ове у кутију, па упиши PIN."),
    ("Nisi %(name)s? Odjavi se. %(done)s%% gotovo", "Ниси %(name)s? Одјави се. %(done)s%% готово"),
    ("%(num)s s, %(minutes)s min, 2,4 GB s učenicima", "%(num)s s, %(minutes)s min, 2,4 GB с ученицима"),
    ("<b>Ime</b>&nbsp;i `print(\"ime\")`", "<b>Име</b>&nbsp;и `print(\"ime\")`"),
    ("Otvori http://schoolbox.local/da ili schoolbox.local.", "Отвори http://schoolbox.local/da или schoolbox.local."),
    ("Sačuvaj spisak.csv kao .xlsx iz programa Excel.", "Сачувај spisak.csv као .xlsx из програма Excel."),
    ("Od: sq, sr, sr-Latn, bs, tr, rom, en; ili ništa.", "Од: sq, sr, sr-Latn, bs, tr, rom, en; или ништа."),
    ("Zatim: schoolbox pack install FOLDER --all", "Затим: schoolbox pack install FOLDER --all"),
    ("Pokreni schoolbox doctor. Onda sačekaj.", "Покрени schoolbox doctor. Онда сачекај."),
    ("Ovako: { \"title\": \"Razlomci\" } pod „items”", "Овако: { \"title\": \"Razlomci\" } под „items”"),
    ("U formatu „Tekst”, između { i }, a \\n ne.", "У формату „Текст”, између { и }, а \\n не."),
    ("Kod K7PM-2R9X, video H.264, mash:mbledhja", "Код K7PM-2R9X, видео H.264, mash:mbledhja"),
    ("Kraj.Početak", "Крај.Почетак"),
    ("Odjeljenje i podjela", "Одјељење и подјела"),
]  # fmt: skip
PO = """
msgid ""
msgstr ""
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 "
": n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

#, fuzzy
msgid "Guess"
msgstr "Nagađanje"

msgid "Empty"
msgstr ""

msgid "%(num)s item"
msgid_plural "%(num)s items"
msgstr[0] "%(num)s jedinica"
msgstr[1] "%(num)s jedinice"
msgstr[2] "%(num)s "
"jedinica"

#~ msgid "Old"
#~ msgstr "Staro"

msgid "Sign in"
msgstr "\\"Prijava\\"\\n"
"kraj"
"""


@pytest.mark.parametrize(("latin", "cyrillic"), SENTENCES)
def test_a_sentence_is_written_in_cyrillic_and_what_is_no_serbian_stays(latin: str, cyrillic: str) -> None:
    assert in_cyrillic(latin) == cyrillic
    assert in_cyrillic(cyrillic) == cyrillic


@pytest.mark.parametrize("word", ["Učenik", "Prezime", "Đak", "Džavid", "Odeljenje", "Ćirić"])
def test_a_heading_of_a_list_is_understood_in_both_scripts(word: str) -> None:
    assert plain(in_cyrillic(word)) == plain(word)


def test_a_catalogue_is_read_with_its_forms_and_without_guesses(tmp_path: Path) -> None:
    part = tmp_path / "one.po"
    part.write_text(PO, encoding="utf-8")
    latin = read_catalogue([part])
    cyrillic = InCyrillic(latin)
    assert [latin.gettext(words) for words in ("Guess", "Empty", "Old", "Never")] == ["Guess", "Empty", "Old", "Never"]
    assert latin.gettext("Sign in") == '"Prijava"\nkraj'
    said = {n: cyrillic.ngettext("%(num)s item", "%(num)s items", n) for n in (1, 2, 5, 11, 21, 22)}
    assert said == {
        1: "%(num)s јединица", 2: "%(num)s јединице", 5: "%(num)s јединица", 11: "%(num)s јединица",
        21: "%(num)s јединица", 22: "%(num)s јединице",
    }  # fmt: skip
    assert cyrillic.gettext("Never") == "Never", "what is not translated is English, and English has no Cyrillic"
    assert cyrillic.ngettext("one box", "many boxes", 2) == "many boxes"
