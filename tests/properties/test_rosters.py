"""A list that was written is read as it was, whatever people and classes are called."""

from hypothesis import given
from hypothesis import strategies as st

from schoolbox.services.roster_class import class_of
from schoolbox.services.roster_file import read_roster
from schoolbox.services.roster_text import read_text
from schoolbox.services.roster_xlsx import read_xlsx
from sync.spreadsheet import harmless
from sync.text_workbook import write_workbook
from tests.properties.bounded import bounded

HEADINGS = ["Emri", "Mbiemri", "Klasa"]
ALPHABET = st.sampled_from("aeëiIıİçČđĐžŽшЂљџabyz'’- .")
NAMES = st.text(ALPHABET, min_size=1, max_size=20).map(lambda text: " ".join(f"A{text}".split()))
CLASSES = st.sampled_from(["6/2", "VI-2", "12/4", "0", "7b", "Përgatitore", "IX/3"])
PEOPLE = st.lists(st.tuples(NAMES, NAMES, CLASSES), min_size=1, max_size=12, unique_by=lambda row: (row[0], row[1]))
CELLS = st.lists(
    st.lists(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12), min_size=2,
             max_size=2),
    min_size=2, max_size=5,
)  # fmt: skip


@bounded(40)
@given(PEOPLE, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.sampled_from(";,\t"))
def test_people_come_out_of_a_text_and_a_workbook_as_they_went_in(
    people: list[tuple[str, str, str]], codec: str, separator: str
) -> None:
    rows = [HEADINGS, *map(list, people)]
    text = "".join(separator.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows).encode(codec)
    for raw in (text, write_workbook(rows, [20, 20, 10])):
        read = read_roster(raw)
        wrong = {one.code for one in read.problems}
        assert wrong <= {"twice"}  # names that differ only in signs over letters
        assert [(row.given_name, row.surname, row.classes[0].name) for row in read.rows] == [
            (given_name, surname, class_of(name).name) for given_name, surname, name in people
        ]


@bounded(40)
@given(CELLS)
def test_every_cell_of_a_workbook_that_we_write_is_read_back(cells: list[list[str]]) -> None:
    tidy = [[" ".join(cell.split()) for cell in row] for row in cells]
    tables = read_xlsx(write_workbook(tidy, [10, 10]))
    assert isinstance(tables, tuple)
    found = [(row.line, row.cells) for table in tables for row in table.rows]
    while_full = [(line, tuple(row) if row[1] else (row[0],)) for line, row in enumerate(tidy, start=1) if any(row)]
    assert found == while_full


@bounded(300)
@given(st.text(max_size=30))
def test_no_cell_of_a_text_that_we_write_begins_as_a_formula_does(cell: str) -> None:
    assert not harmless(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert harmless(cell).removeprefix("'") == cell.removeprefix("'")


@bounded(300)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_text_or_a_problem(raw: bytes) -> None:
    read_text(raw)


@bounded(300)
@given(st.text(max_size=20))
def test_the_name_that_a_class_gets_means_the_same_class(text: str) -> None:
    found = class_of(text)
    again = class_of(found.name)
    assert (again.key, again.grade) == (found.key, found.grade)
