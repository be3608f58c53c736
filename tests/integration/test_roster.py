"""A school office's file: read whatever the spreadsheet made of it, all or nothing, twice as good as once."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbox import logs
from schoolbox.services.roster_file import read_roster
from tests.simulators.people import SchoolHouse, school_house

CLASS_62 = """role,given_name,surname,class,grade,language,shift
pupil,Arta,Krasniqi,6/2,6,sq,paradite
pupil,Çlirim,Shabani,6/2,6,sq,paradite
nxënëse,Işık,Demir,8/1,,tr,
teacher,Vlora,Gashi,6/2|8/1,,sq,
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SchoolHouse]:
    with school_house(tmp_path) as opened:
        yield opened


def people(house: SchoolHouse) -> int:
    return house.db.fetch_sql(int, "SELECT count(*) FROM person")[0]


def test_a_roster_brings_classes_and_people_and_their_secrets_once(house: SchoolHouse) -> None:
    report = house.roster.load(CLASS_62.encode(), dry_run=False)
    assert (report.added, report.known, report.classes_added, report.problems) == (4, 0, 2, ())
    assert [row.name for row in house.people.classes()] == ["6/2", "8/1"]
    assert [row.shift for row in house.people.classes()] == ["paradite", ""]
    arta = next(slip for slip in report.slips if slip.login == "arta.krasniqi")
    assert arta.pin is not None
    [pupil] = [row for row in house.people.pupils(1) if row.given_name == "Arta"]
    assert house.sign_in.sign_in_pin(pupil.person_id, arta.pin, device="10.0.0.1/c")
    vlora = next(slip for slip in report.slips if slip.pin is None)
    assert vlora.password is not None
    assert vlora.class_name == "6/2, 8/1"
    assert house.sign_in.sign_in_password(vlora.login, vlora.password, device="10.0.0.1/c")


def test_the_same_roster_again_changes_nothing_and_gives_no_secret_out(house: SchoolHouse) -> None:
    house.roster.load(CLASS_62.encode(), dry_run=False)
    before = house.db.fetch_sql(str, "SELECT secret FROM person ORDER BY id")
    report = house.roster.load(CLASS_62.encode(), dry_run=False)
    assert (report.added, report.known, report.classes_added, report.slips) == (0, 4, 0, ())
    assert house.db.fetch_sql(str, "SELECT secret FROM person ORDER BY id") == before
    assert house.db.fetch_sql(int, "SELECT count(*) FROM membership") == [5]


def test_a_new_pupil_in_a_known_file_is_the_only_one_added(house: SchoolHouse) -> None:
    house.roster.load(CLASS_62.encode(), dry_run=False)
    report = house.roster.load(f"{CLASS_62}pupil,Arta,Krasniqi,8/1,8,sq,\n".encode(), dry_run=False)
    assert [slip.login for slip in report.slips] == ["arta.krasniqi2"]


def test_a_dry_run_changes_nothing(house: SchoolHouse) -> None:
    report = house.roster.load(CLASS_62.encode(), dry_run=True)
    assert (report.added, report.classes_added, report.slips) == (4, 2, ())
    assert people(house) == 0
    assert house.people.classes() == []


def test_one_bad_row_keeps_the_whole_file_out_and_every_problem_names_its_line(house: SchoolHouse) -> None:
    bad = f"{CLASS_62}head,Arta,X,6/2,6,sq,\npupil,,Y,,6,sq,\npupil,Z,Z,6/2,15,xx,\n"
    report = house.roster.load(bad.encode(), dry_run=False)
    found = {(problem.line, problem.field) for problem in report.problems}
    assert found == {(6, "role"), (7, "given_name"), (7, "class"), (8, "grade"), (8, "language")}
    assert people(house) == 0


def test_the_same_pupil_twice_in_a_file_is_a_problem_and_a_teacher_twice_is_not(house: SchoolHouse) -> None:
    twice = "role,given_name,surname,class\npupil,Arta,K,6/2\npupil,arta,k,6/2\nteacher,V,G,6/2\nteacher,V,G,8/1\n"
    report = house.roster.load(twice.encode(), dry_run=False)
    assert [(problem.line, problem.field) for problem in report.problems] == [(3, "surname")]
    report = house.roster.load(twice.replace("pupil,arta,k,6/2\n", "").encode(), dry_run=False)
    assert report.added == 2
    assert house.db.fetch_sql(int, "SELECT count(*) FROM membership WHERE person_id = 1") == [2]


def test_a_class_that_is_known_with_another_grade_is_a_problem(house: SchoolHouse) -> None:
    house.people.class_add("6/2", 7)
    report = house.roster.load(CLASS_62.encode(), dry_run=False)
    assert {(problem.line, problem.field) for problem in report.problems} == {(2, "grade"), (3, "grade"), (5, "grade")}
    assert people(house) == 0


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "utf-16"])
def test_every_encoding_and_separator_of_a_spreadsheet_is_read(separator: str, encoding: str) -> None:
    text = "Roli,Emri,Mbiemri,Klasa,Gjuha\r\nnxënës,Çlirim,Šabanović,6/2,sq\r\n".replace(",", separator)
    file = read_roster(text.encode(encoding))
    assert file.problems == ()
    [row] = file.rows
    assert (row.role, row.given_name, row.surname, row.classes[0].grade) == ("pupil", "Çlirim", "Šabanović", 6)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "file"), (b"\x00\x00", "file"), (b"name\nArta\n", "role"), (b"x" * (5 * 1024 * 1024 + 1), "file"),
        (b'role,given_name,surname\n"pupil' + b"x" * 200_000, "file"),
    ],
    ids=["empty", "zeros", "other columns", "too large", "open quote"],
)  # fmt: skip
def test_what_is_no_roster_is_refused_with_a_reason(raw: bytes, problem: str) -> None:
    file = read_roster(raw)
    assert file.rows == ()
    assert problem in {found.field for found in file.problems}


@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_problems_and_never_an_error(raw: bytes) -> None:
    read_roster(b"role,given_name,surname,class\n" + raw)
    read_roster(raw)


def test_a_roster_import_logs_counts_and_no_name_and_no_pin(
    house: SchoolHouse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logs.keep_values_out()
    report = house.roster.load(CLASS_62.encode(), dry_run=False)
    noted = f"{caplog.text} {house.events.latest(10)}"
    assert "added=4" in noted
    for slip in report.slips:
        for private in (*slip.name.split(), slip.login, slip.password or "no", f"{slip.pin}"):
            assert private == "no" or private not in noted.replace("None", "")


def test_thousands_of_pupils_come_in_one_change(house: SchoolHouse) -> None:
    rows = "".join(f"pupil,Given{n},Family{n % 50},{n % 9 + 1}/{n % 4},,sq,\n" for n in range(2_000))
    report = house.roster.load(f"{CLASS_62.splitlines()[0]}\n{rows}".encode(), dry_run=False)
    assert report.added == 2_000
