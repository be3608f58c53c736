"""Login names: one for every spelling, by the letters that search knows."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbox.services.folding import fold
from schoolbox.services.logins import login_base, next_free, plain
from schoolbox.services.short_names import short_names

TO_CYRILLIC = (
    ("lj", "љ"), ("nj", "њ"), ("dž", "џ"), ("a", "а"), ("b", "б"), ("c", "ц"), ("č", "ч"), ("ć", "ћ"), ("d", "д"),
    ("đ", "ђ"), ("e", "е"), ("f", "ф"), ("g", "г"), ("h", "х"), ("i", "и"), ("j", "ј"), ("k", "к"), ("l", "л"),
    ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"), ("r", "р"), ("s", "с"), ("š", "ш"), ("t", "т"), ("u", "у"),
    ("v", "в"), ("z", "з"), ("ž", "ж"),
)  # fmt: skip
SERBIAN = st.lists(st.sampled_from([latin for latin, _ in TO_CYRILLIC]), min_size=2, max_size=12)


def in_cyrillic(text: str) -> str:
    for latin, cyrillic in TO_CYRILLIC:
        text = text.replace(latin, cyrillic)
    return text


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Ëngjëll", "engjell"), ("Çlirim", "clirim"), ("Šaban", "saban"), ("Čeda", "ceda"), ("Ćirić", "ciric"),
        ("Ћирић", "ciric"), ("Žarko", "zarko"), ("Жарко", "zarko"), ("Đorđe", "djordje"), ("Ђорђе", "djordje"),
        ("Džemal", "dzemal"), ("Џемал", "dzemal"), ("Љубица", "ljubica"), ("Ljubica", "ljubica"), ("Његош", "njegos"),
        ("Njegoš", "njegos"), ("Чеда", "ceda"), ("Шабан", "saban"), ("Şükrü", "sukru"), ("Doğan", "dogan"),
        ("Işık", "isik"), ("İsmail", "ismail"), ("ISMAIL", "ismail"), ("Öztürk", "ozturk"), ("Ümit", "umit"),
        ("ǅemal", "dzemal"), ("S\u030cemsi", "semsi"),
    ],
)  # fmt: skip
def test_every_letter_of_the_table_is_folded(written: str, folded: str) -> None:
    assert plain(written) == folded
    assert plain(written.upper()) == folded
    assert fold(written) == folded, "search and logins know the same letters"


@pytest.mark.parametrize(
    ("given_name", "surname", "login"),
    [
        ("Arta", "Krasniqi", "arta.krasniqi"),
        ("Kaltrina", "Hyseni-Bajrami", "kaltrina.hyseni"),
        ("Kaltrina", "Hyseni Bajrami", "kaltrina.hyseni"),
        ("Ana Marija", "Petrović", "ana.petrovic"),
        ("Arta", "K. Hoxha", "arta.hoxha"),
        ("Mark", "O’Neill", "mark.oneill"),
        ("Arta", "", "arta"),
        ("محمد", "أحمد", "user"),
    ],
)
def test_a_login_is_given_name_and_first_part_of_the_surname(given_name: str, surname: str, login: str) -> None:
    assert login_base(given_name, surname) == login


@given(SERBIAN, SERBIAN)
def test_both_serbian_scripts_give_the_same_login(given_name: list[str], surname: list[str]) -> None:
    latin = ("".join(given_name).capitalize(), "".join(surname).capitalize())
    cyrillic = tuple(in_cyrillic(name.lower()).capitalize() for name in latin)
    assert login_base(*latin) == login_base(cyrillic[0], cyrillic[1])


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_name_gives_a_login_of_plain_letters(given_name: str, surname: str) -> None:
    login = login_base(given_name, surname)
    assert re.fullmatch(r"[a-z0-9]{1,30}(\.[a-z0-9]{1,30})?", login)


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_and_composition_does_not_matter(text: str) -> None:
    for write in (plain, fold):
        assert write(write(text)) == write(text)
        assert write(unicodedata.normalize("NFD", text)) == write(unicodedata.normalize("NFC", text))


@given(st.sets(st.sampled_from(["a.b", "a.b2", "a.b3", "a.b4", "a.bc"])))
def test_a_login_that_is_taken_gets_the_first_free_number(taken: set[str]) -> None:
    login = next_free("a.b", taken)
    assert login not in taken
    assert re.fullmatch(r"a\.b[0-9]?", login)


def test_pupils_with_the_same_first_letters_are_told_apart_without_their_whole_surname() -> None:
    names = short_names([(1, "Arta", "Krasniqi"), (2, "Arta", "Kastrati"), (3, "Arta", "Gashi"), (4, "Bardh", "Ali")])
    assert names == {1: "Arta Kr.", 2: "Arta Ka.", 3: "Arta G.", 4: "Bardh A."}


def test_a_surname_of_two_parts_is_told_from_its_first_part_by_both_first_letters() -> None:
    class_ = [(1, "Arta", "Kelmendi"), (2, "Arta", "Kelmendi-Sadiku"), (3, "Arta", "Kelmendi Gashi")]
    assert short_names(class_) == {1: "Arta Kel.", 2: "Arta K.-S.", 3: "Arta K.-G."}
    assert short_names([*class_[1:], (4, "Arta", "Kelmendi-Sopi")])[3] == "Arta K.-G."


def test_pupils_of_the_same_name_are_numbered() -> None:
    assert short_names([(7, "Arta", "Gashi"), (3, "Arta", "Gashi")]) == {3: "Arta G. 1", 7: "Arta G. 2"}


@given(st.lists(st.tuples(st.sampled_from(["Arta", "Bardh"]), st.text("abAB", max_size=6)), max_size=12))
def test_short_names_differ_and_never_hold_a_long_surname(people: list[tuple[str, str]]) -> None:
    class_ = [(number, given_name, surname) for number, (given_name, surname) in enumerate(people)]
    names = short_names(class_)
    assert len({name.casefold() for name in names.values()}) == len(people)
    for number, given_name, surname in class_:
        if len(surname) > 3:
            assert surname not in names[number].removeprefix(given_name)
