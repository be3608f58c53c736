"""What goes wrong with lists in real schools: each mistake gets a sentence with its row and the cure, or is mended.

Real files, read through the door that pages and commands use. A case names what must be told, as (row, field, code),
and who comes in all the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from schoolbox.services.roster_file import RosterFile, read_roster
from schoolbox.services.roster_open import open_tables
from schoolbox.services.roster_table import RosterProblem
from schoolbox.services.roster_told import PROBLEMS, sentences
from schoolbox.web.i18n import catalogue_of
from tests.simulators.people import SchoolHouse, school_house
from tests.simulators.rosters import (
    ARTA,
    HEADINGS,
    SHARED,
    blank_workbook,
    rewritten,
    text,
    with_shared_strings,
    workbook,
    xml_bomb,
    zip_bomb,
)

HEAD = "Emri;Mbiemri;Klasa"
GOOD = "Arta;Krasniqi;6/2"
Told = tuple[int, str, str]


@dataclass(frozen=True)
class Mistake:
    """A file with something odd in it; `problems` stop the import, `notes` do not, `people` come in."""

    make: Callable[[], bytes]
    problems: tuple[Told, ...] = ()
    notes: tuple[Told, ...] = ()
    people: tuple[str, ...] = ()


MISTAKES = {
    "two rows of headings": Mistake(
        lambda: workbook(
            [["Nxënësi", None, "Klasa", "Prindi", None], ["Emri", "Mbiemri", None, "Emri", "Telefoni"],
             ["Arta", "Krasniqi", "6/2", "Agim", "044 123 456"]],
            merge=("A1:B1", "C1:C2", "D1:E1"),
        ),
        people=("Arta Krasniqi 6/2 Agim 044 123 456",),
    ),
    "texts in a part of their own, as Excel writes them": Mistake(
        lambda: with_shared_strings(workbook([HEADINGS, ARTA, ["Çlirim", "Đorđević", 6.2]])),
        people=("Arta Krasniqi 6/2", "Çlirim Đorđević 6/2"),
    ),
    "a workbook that lacks the texts it means": Mistake(
        lambda: rewritten(
            with_shared_strings(workbook([HEADINGS, ARTA])), SHARED, lambda part: part.replace(b"<si>", b"<no>")[:200]
        ),
        problems=((0, "", "broken_file"),),
    ),
    "a merged title above the headings, which says the class": Mistake(
        lambda: workbook(
            [["SHFMU Agimi, klasa VI-2, viti 2026/27", None, None], [], ["Nr", "Emri", "Mbiemri"],
             [1, "Arta", "Krasniqi"]],
            merge=("A1:C1",),
        ),
        people=("Arta Krasniqi 6/2",),
    ),
    "a class that is missing in one row below a title that says one": Mistake(
        lambda: text("Klasa VI-2", HEAD, GOOD, "Blend;Hoxha;"), problems=((4, "class", "class_missing"),)
    ),
    "one merged cell for the class of many": Mistake(
        lambda: workbook(
            [HEADINGS, ARTA, ["Blend", "Hoxha", None], ["Dea", "Limani", None]], merge=("C2:C4",)
        ),
        people=("Arta Krasniqi 6/2", "Blend Hoxha 6/2", "Dea Limani 6/2"),
    ),
    "semicolons, commas inside quotes": Mistake(
        lambda: text(HEAD, '"Arta";"Krasniqi, e vjetra";6/2'),
        people=("Arta Krasniqi, e vjetra 6/2",),
    ),
    "a first line that only says the separator": Mistake(
        lambda: text("sep=,", HEAD, GOOD, separator=","), people=("Arta Krasniqi 6/2",)
    ),
    "Windows-1250": Mistake(
        lambda: text(HEAD, "Çlirim;Šabanović;6/2", "Ëngjëll;Đorđević;6/2", codec="cp1250"),
        people=("Çlirim Šabanović 6/2", "Ëngjëll Đorđević 6/2"),
    ),
    "Cyrillic in Windows-1251": Mistake(
        lambda: text("Име;Презиме;Разред;Одељење", "Ђорђе;Петровић;VI;2", codec="cp1251"),
        people=("Ђорђе Петровић 6/2",),
    ),
    "Turkish in Windows-1254": Mistake(
        lambda: text("Adı;Soyadı;Sınıf", "Işık;Demirtaş;6/2", codec="cp1254"), people=("Işık Demirtaş 6/2",)
    ),
    "UTF-16 with tabs": Mistake(
        lambda: text(HEAD, "Işık;Demir;6/2", codec="utf-16", separator="\t"), people=("Işık Demir 6/2",)
    ),
    "the same pupil twice, once without signs over the letters": Mistake(
        lambda: text(HEAD, "Çlirim;Hoxha;6/2", GOOD, "Clirim;Hoxha;VI-2"), problems=((4, "surname", "twice"),)
    ),
    "a missing surname": Mistake(
        lambda: text(HEAD, GOOD, "Blend;;6/2"), problems=((3, "surname", "missing"),)
    ),
    "one word where name and surname should be": Mistake(
        lambda: text("Emri dhe mbiemri;Klasa", "Arta Krasniqi;6/2", "Blend;6/2"),
        problems=((3, "full_name", "one_word"),),
    ),
    "a formula without its result": Mistake(
        lambda: workbook([HEADINGS, ["Arta", '=A1&"x"', "6/2"]]), problems=((2, "surname", "formula"),)
    ),
    "a formula in a text": Mistake(
        lambda: text(HEAD, "=HYPERLINK(1);Gashi;6/2", "@SUM(1);Gashi;6/2"),
        problems=((2, "given_name", "formula"), (3, "given_name", "formula")),
    ),
    "an error of the spreadsheet": Mistake(
        lambda: text(HEAD, "Arta;#REF!;6/2"), problems=((2, "surname", "cell_error"),)
    ),
    "a great many empty rows": Mistake(
        lambda: blank_workbook(2_000), notes=((0, "", "blank_rows"),), people=("Arta Krasniqi 6/2",)
    ),
    "ten megabytes of blanks in a text": Mistake(
        lambda: text(HEAD, GOOD) + b";;\r\n" * 2_700_000, notes=((0, "", "blank_rows"),), people=("Arta Krasniqi 6/2",)
    ),
    "empty cells that unpack without end": Mistake(
        lambda: blank_workbook(100_000), problems=((0, "", "unpacks_too_far"),)
    ),
    "a class that became a date": Mistake(
        lambda: workbook([HEADINGS, ARTA, ["Blend", "Hoxha", date(2026, 2, 6)]]),
        problems=((3, "class", "class_date"),),
    ),
    "a class that became a date in a text": Mistake(
        lambda: text(HEAD, "Arta;Gashi;06.Feb", "Blend;Hoxha;2-Qer", "Dea;Limani;06.02.2026"),
        problems=((2, "class", "class_date"), (3, "class", "class_date"), (4, "class", "class_date")),
    ),
    "no class": Mistake(lambda: text(HEAD, "Arta;Gashi;"), problems=((2, "class", "class_missing"),)),
    "a class written in five ways": Mistake(
        lambda: text(HEAD, "Arta;A;6/2", "Beni;B;VI-2", "Cana;C;6.2", "Dea;D;klasa 6 - 2", "Ema;E;VI / 2"),
        people=("Arta A 6/2", "Beni B 6/2", "Cana C 6/2", "Dea D 6/2", "Ema E 6/2"),
    ),
    "the preparatory class, which has no number": Mistake(
        lambda: text(f"{HEAD};Niveli", "Arta;A;Klasa përgatitore;", "Beni;B;Yjet;parafillor"),
        people=("Arta A përgatitore", "Beni B Yjet"),
    ),
    "grade and section in columns of their own": Mistake(
        lambda: workbook([["Emri", "Mbiemri", "Klasa", "Paralelja"], ["Arta", "Krasniqi", 6, 2]]),
        people=("Arta Krasniqi 6/2",),
    ),
    "surname first, with the parent between": Mistake(
        lambda: text("Nr;Prezime i ime;Ime roditelja;Odeljenje", "1;Petrović Đorđe;Milan;VI/2"),
        people=("Đorđe Petrović 6/2 Milan",),
    ),
    "one column for the whole name that is only called name": Mistake(
        lambda: text("Student Name;Class", "Arta Krasniqi;6/2", "Blend Hoxha;6/2"),
        people=("Arta Krasniqi 6/2", "Blend Hoxha 6/2"),
    ),
    "the parent in the middle of the name, and classes without a sign between": Mistake(
        lambda: text("Nr;Emri (babai) mbiemri;Klasa;Nr. kontaktues", "1;Arta (Agim) Krasniqi;VI2;044-123-456"),
        people=("Arta Krasniqi 6/2 Agim 044-123-456",),
    ),
    "a list of teachers that never says so": Mistake(
        lambda: text("Mësimdhënësi;Lënda;Klasat", "Vlora Gashi;Matematikë;6/2, 8/1"),
        people=("Vlora Gashi 6/2 8/1",),
    ),
    "the parent in brackets, and signs that nobody sees": Mistake(
        lambda: text("Emri dhe mbiemri;Klasa", "Arta (Agim) Kras\u00adniqi\u200b;6/2"),
        people=("Arta Krasniqi 6/2 Agim",),
    ),
    "the headings again on every page, and a total": Mistake(
        lambda: text(HEAD, GOOD, HEAD, "Blend;Hoxha;6/2", "Gjithsej:;2"),
        notes=((3, "", "headings_again"), (5, "", "total")), people=("Arta Krasniqi 6/2", "Blend Hoxha 6/2"),
    ),
    "letters that got lost": Mistake(
        lambda: text(HEAD, "Arta;Kras?iqi;6/2"), problems=((2, "surname", "lost_letters"),)
    ),
    "a phone number cut short by the spreadsheet": Mistake(
        lambda: text(f"{HEAD};Telefoni", f"{GOOD};3,83441E+11", "Blend;Hoxha;6/2;pa telefon"),
        problems=((2, "phone", "phone_short"), (3, "phone", "phone_odd")),
    ),
    "pupils of another school": Mistake(
        lambda: text(f"{HEAD};Shkolla", f"{GOOD};Agimi", "Blend;Hoxha;6/2;AGIMI", "Dea;Limani;6/2;Rilindja"),
        problems=((4, "school", "other_school"),),
    ),
    "a language and a role that nobody knows": Mistake(
        lambda: text(f"{HEAD};Gjuha;Roli", f"{GOOD};frëngjisht;nxënës", "Vlora;Gashi;6/2;shqip;drejtor"),
        problems=((2, "language", "language_unknown"), (3, "role", "role_unknown")),
    ),
    "one class with two grades": Mistake(
        lambda: text(f"{HEAD};Niveli", f"{GOOD};6", "Blend;Hoxha;6/2;7"), problems=((3, "grade", "grade_differs"),)
    ),
    "no headings at all": Mistake(lambda: text(GOOD, "Blend;Hoxha;6/2"), problems=((0, "", "no_headings"),)),
    "a column for the surname is missing": Mistake(
        lambda: text("Emri;Klasa", "Arta;6/2"), problems=((0, "surname", "no_column"),)
    ),
    "an old Excel file, or one with a password": Mistake(
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), problems=((0, "", "old_excel"),)
    ),
    "a web page that is called .xls": Mistake(
        lambda: b"<html><table><tr><td>Emri</td></tr></table></html>", problems=((0, "", "other_format"),)
    ),
    "a PDF": Mistake(lambda: b"%PDF-1.7\n" + bytes(64), problems=((0, "", "other_format"),)),
    "half a workbook": Mistake(
        lambda: workbook([HEADINGS, ARTA])[:2_000], problems=((0, "", "broken_file"),)
    ),
    "a workbook without its sheet": Mistake(
        lambda: rewritten(workbook([HEADINGS, ARTA]), "xl/worksheets/sheet1.xml", lambda part: part[:90]),
        problems=((0, "", "broken_file"),),
    ),
    "a workbook that multiplies its text": Mistake(xml_bomb, problems=((0, "", "broken_file"),)),
    "a workbook that unpacks to two hundred megabytes": Mistake(
        zip_bomb, problems=((0, "", "unpacks_too_far"),)
    ),
    "people on several sheets": Mistake(
        lambda: workbook([HEADINGS, ARTA], more={"6-3": [["Titulli"], HEADINGS, ("Blend", "Hoxha", "6/3")]}),
        people=("Arta Krasniqi 6/2", "Blend Hoxha 6/3"),
    ),
    "a sheet for each class, which only the names of the sheets say": Mistake(
        lambda: workbook(
            [["Shënime"], ["Lista e vitit"]],
            more={"VI-2": [HEADINGS[:2], ARTA[:2]], "Klasa 6.3": [HEADINGS[:2], ("Blend", "Hoxha")]},
        ),
        notes=((0, "", "other_sheets"),), people=("Arta Krasniqi 6/2", "Blend Hoxha 6/3"),
    ),
    "a sheet with everybody beside one for each class": Mistake(
        lambda: workbook(
            [["Nr", *HEADINGS], [1, *ARTA], [2, "Blend", "Hoxha", "6/3"]],
            more={"6-2": [["Nr", *HEADINGS], [1, *ARTA]], "6-3": [["Nr", *HEADINGS], [1, "Blend", "Hoxha", "6/3"]]},
        ),
        people=("Arta Krasniqi 6/2", "Blend Hoxha 6/3"),
    ),
    "people on another sheet with other headings": Mistake(
        lambda: workbook([HEADINGS, ARTA], more={"Tjerët": [["Mbiemri", "Emri", "Klasa"], ("Hoxha", "Blend", "6/3")]}),
        notes=((0, "", "other_sheets"),), people=("Arta Krasniqi 6/2",),
    ),
    "an empty file": Mistake(lambda: b"\r\n;;;\r\n", problems=((0, "", "empty_file"),)),
}  # fmt: skip


def told(problems: tuple[RosterProblem, ...]) -> tuple[Told, ...]:
    return tuple((one.line, one.field, one.code) for one in problems)


def people(file: RosterFile) -> tuple[str, ...]:
    return tuple(
        " ".join(filter(None, (row.given_name, row.surname, *(wish.name for wish in row.classes), row.parent_name,
                               row.phone)))
        for row in file.rows
    )  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SchoolHouse]:
    with school_house(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_of_real_life_is_told_with_its_row_and_cure_or_mended(name: str) -> None:
    mistake = MISTAKES[name]
    file = read_roster(mistake.make())
    assert told(file.problems) == mistake.problems
    assert told(file.notes) == mistake.notes
    if not mistake.problems:
        assert people(file) == mistake.people
    for problem in (*file.problems, *file.notes):
        for translate in (str, catalogue_of("sq").gettext):
            for sentence in sentences(problem, translate):
                assert sentence.endswith((".", "?"))
                assert "%" not in sentence


@pytest.mark.parametrize("name", MISTAKES)
def test_a_list_with_a_problem_brings_nobody_in_and_one_without_everybody(name: str, house: SchoolHouse) -> None:
    mistake = MISTAKES[name]
    house.kept_fields.choose({"parent_name", "phone", "language"})
    report = house.roster.load(mistake.make(), dry_run=False)
    assert len(report.slips) == (0 if mistake.problems else len(mistake.people))
    assert house.db.fetch_sql(int, "SELECT count(*) FROM person") == [len(report.slips)]


def test_there_are_more_than_twenty_mistakes_and_every_sentence_about_a_file_is_met_by_one() -> None:
    assert len(MISTAKES) > 20
    met = {code for mistake in MISTAKES.values() for _, _, code in (*mistake.problems, *mistake.notes)}
    elsewhere = {  # what only the box can know, and what test_roster.py and this file look at one by one
        "grade_known", "login_other", "login_odd", "login_twice", "namesake", "too_large", "too_many_rows",
        "open_quote", "no_people", "odd_name", "class_long", "grade_unknown", "shift_long", "comes_back",
    }  # fmt: skip
    assert met | elsewhere == set(PROBLEMS)
    assert not met & elsewhere


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (f"{'A' * 81};Gashi;6/2;;;", ("given_name", "odd_name")),
        ("Arta;12345;6/2;;;", ("surname", "odd_name")),
        ("Arta;Gashi;një paralele shumë e gjatë;6;;", ("class", "class_long")),
        ("Arta;Gashi;99/2;;;", ("grade", "grade_unknown")),
        ("Arta;Gashi;Lepurushat;;;", ("grade", "grade_unknown")),
        ("Arta;Gashi;6/2;;ndërrimi i parë i paradites;", ("shift", "shift_long")),
        ("Arta;Gashi;6/2;;;Arta Gashi", ("login", "login_odd")),
    ],
)
def test_what_does_not_fit_is_told_with_its_column(row: str, found: tuple[str, str]) -> None:
    file = read_roster(text(f"{HEAD};Niveli;Turni;Login", row))
    assert told(file.problems) == ((2, *found),)


def test_no_more_rows_are_read_than_a_school_can_have() -> None:
    long = read_roster(text(HEAD, *(f"Arta;Gashi{n};6/2" for n in range(20_001))))
    assert [(one.line, one.code) for one in long.problems] == [(20_001, "too_many_rows")]


def test_a_list_of_teachers_makes_teachers() -> None:
    [row] = read_roster(MISTAKES["a list of teachers that never says so"].make()).rows
    assert row.role == "teacher"
    [row] = read_roster(text("Emri;Mbiemri;Klasa;Mësuesi kujdestar", f"{GOOD};Vlora Gashi")).rows
    assert row.role == "pupil"


def test_a_saved_result_of_a_formula_is_read() -> None:
    raw = rewritten(
        workbook([HEADINGS, ["Arta", '=A1&"x"', "6/2"]]), "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b"<v />", b"<v>Gashi</v>").replace(b"<v></v>", b"<v>Gashi</v>").replace(
            b'<c r="B2">', b'<c r="B2" t="str">'
        ),
    )  # fmt: skip
    assert people(read_roster(raw)) == ("Arta Gashi 6/2",)


@pytest.mark.parametrize(
    ("codec", "line"),
    [
        ("cp1250", "Çlirim;Gashi"), ("cp1250", "Şaban;Koç"), ("cp1250", "Anđela;Živković"), ("cp1251", "Ђорђе;Шућур"),
        ("cp1251", "Љубица;Its"), ("cp1254", "Işık;Yıldız"), ("utf-16-le", "Ёлка;Gashi"), ("utf-8", "Ëma;Šarić"),
    ],
)  # fmt: skip
def test_the_encoding_is_found_by_the_words(codec: str, line: str) -> None:
    tables = open_tables(text("Emri;Mbiemri", line, codec=codec))
    assert not isinstance(tables, RosterProblem)
    assert tables[0].rows[1].cells == tuple(line.split(";"))


def test_a_cell_that_says_it_is_a_million_columns_away_costs_nothing() -> None:
    far = b'<row r="99999999"><c r="XFD99999999" t="inlineStr"><is><t>far</t></is></c></row></sheetData>'
    raw = rewritten(
        workbook([HEADINGS, ARTA]), "xl/worksheets/sheet1.xml", lambda part: part.replace(b"</sheetData>", far)
    )
    assert people(read_roster(raw)) == ("Arta Krasniqi 6/2",)


def test_a_mistake_on_one_of_several_sheets_is_told_with_its_sheet(house: SchoolHouse) -> None:
    rows = [HEADINGS[:2], ARTA[:2], ("Blend", ""), ARTA[:2]]
    report = house.roster.load(workbook([], more={"6-1": rows, "6-2": rows}), dry_run=False)
    assert [(one.sheet, one.line, one.code) for one in report.problems] == [
        ("6-1", 3, "missing"), ("6-1", 4, "twice"), ("6-2", 3, "missing"), ("6-2", 4, "twice"),
    ]  # fmt: skip
    assert sentences(report.problems[3], str)[0] == "This pupil stands in row 2 (6-2) already."
    assert not house.people.classes()


def test_the_sheets_read_together_can_be_taken_one_by_one() -> None:
    tables = open_tables(workbook([HEADINGS, ARTA], more={"6-3": [HEADINGS, ("Blend", "Hoxha", "6/3")]}))
    assert not isinstance(tables, RosterProblem)
    assert [(table.name, table.sheets) for table in tables] == [
        ("", ("Nxënësit", "6-3")), ("Nxënësit", ()), ("6-3", ()),
    ]  # fmt: skip
