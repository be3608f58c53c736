"""A school office's file: read whatever the spreadsheet made of it, all or nothing, twice as good as once."""

import csv
import io
import logging
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbox import logs
from schoolbox.errors import BadInputError
from schoolbox.services.logins import plain
from schoolbox.services.people_rows import NewPerson
from schoolbox.services.roster_fields import FIELDS, ROLES, field_of
from schoolbox.services.roster_file import read_roster
from schoolbox.services.roster_told import FIELD_NAMES, ROLE_NAMES
from schoolbox.web.i18n import catalogue_of
from sync.languages import LANGUAGES
from sync.spreadsheet import Format
from tests.simulators.people import SchoolHouse, school_house

CLASS_62 = """role,given_name,surname,class,grade,language,shift
pupil,Arta,Krasniqi,6/2,6,sq,paradite
pupil,Çlirim,Shabani,6/2,6,sq,paradite
nxënëse,Işık,Demir,8/1,,tr,
teacher,Vlora,Gashi,6/2|8/1,,sq,
"""
FORMS: tuple[Format, ...] = ("csv", "xlsx")


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
    assert [row.shift for row in house.people.classes()] == ["morning", ""]
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
        (b"", "empty_file"), (b"\x00\x00", "empty_file"), (b"name,class\nArta,6/2\n", "no_column"),
        (b"x" * (5 * 1024 * 1024 + 1), "too_large"), (b"x" * (16 * 1024 * 1024 + 1), "too_large"),
        (b'role,given_name,surname\n"pupil' + b"x" * 200_000, "open_quote"), (b"a,b\n1,2\n", "no_headings"),
        (b"name,surname,class\n", "no_people"), (b"name,surname\nArta,Gashi\n", "no_column"),
    ],
    ids=["empty", "zeros", "no surname", "too large", "far too large", "open quote", "numbers", "nobody", "no class"],
)  # fmt: skip
def test_what_is_no_roster_is_refused_with_a_reason(raw: bytes, problem: str) -> None:
    file = read_roster(raw)
    assert file.rows == ()
    assert [found.code for found in file.problems] == [problem]


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


LOGINS = "login,given_name,surname,class,parent_name,phone,language\n"


def stored(house: SchoolHouse) -> list[tuple[object, ...]]:
    sql = (
        "SELECT p.login, p.given_name, p.surname, c.name, p.parent_name, p.phone, p.language FROM person p"
        " LEFT JOIN membership m ON m.person_id = p.id LEFT JOIN school_class c ON c.id = m.class_id"
        " ORDER BY p.id, c.id"
    )
    return house.db.fetch_sql(lambda *row: row, sql)


def test_a_corrected_list_updates_who_is_known_and_an_empty_cell_erases_nothing(house: SchoolHouse) -> None:
    house.kept_fields.choose({"parent_name", "phone", "language"})
    house.roster.load(f"{LOGINS},Arta,Krasniqi,6/2,Agim,044 111 222,sq\n".encode(), dry_run=False)
    dry = house.roster.load(f"{LOGINS},Arta,Krasniqi,VI-2,,+383 44 999 888,\n".encode(), dry_run=True)
    report = house.roster.load(f"{LOGINS},Arta,Krasniqi,VI-2,,+383 44 999 888,\n".encode(), dry_run=False)
    assert (dry.added, dry.known, dry.changed) == (report.added, report.known, report.changed) == (0, 1, 1)
    assert stored(house) == [("arta.krasniqi", "Arta", "Krasniqi", "6/2", "Agim", "+383 44 999 888", "sq")]


def test_a_login_says_who_it_is_so_that_a_name_can_be_corrected_and_a_pupil_moved(house: SchoolHouse) -> None:
    house.roster.load(f"{LOGINS},Arta,Krasniqi,6/2,,,\n,Blend,Hoxha,6/2,,,\n".encode(), dry_run=False)
    report = house.roster.load(f"{LOGINS}arta.krasniqi,Artë,Krasniqi-Gashi,6/3,,,\n".encode(), dry_run=False)
    assert (report.added, report.changed, report.classes_added) == (0, 1, 1)
    assert stored(house)[0][:4] == ("arta.krasniqi", "Artë", "Krasniqi-Gashi", "6/3")
    assert stored(house)[1][:4] == ("blend.hoxha", "Blend", "Hoxha", "6/2")


def test_both_scripts_are_the_same_pupil_with_the_same_login(house: SchoolHouse) -> None:
    house.roster.load("Име;Презиме;Одељење\nЂорђе;Петровић;VI/2\n".encode("cp1251"), dry_run=False)
    report = house.roster.load("Ime;Prezime;Odeljenje\nĐorđe;Petrović;6-2\n".encode("cp1250"), dry_run=False)
    assert (report.added, report.known, report.changed) == (0, 1, 0)
    assert stored(house)[0][0] == "djordje.petrovic"


def test_two_children_of_one_name_in_a_class_are_told_apart_by_their_parents_and_stay_two(house: SchoolHouse) -> None:
    house.kept_fields.choose({"parent_name"})
    twins = f"{LOGINS},Arta,Gashi,6/2,Agim,,\n,Arta,Gashi,6/2,Besim,,\n".encode()
    assert house.roster.load(twins, dry_run=False).added == 2
    again = house.roster.load(twins, dry_run=False)
    assert (again.added, again.known, again.changed) == (0, 2, 0)
    assert [row[4] for row in stored(house)] == ["Agim", "Besim"]


def test_a_pupil_of_the_same_name_in_another_class_is_somebody_new_and_is_mentioned(house: SchoolHouse) -> None:
    house.roster.load(f"{LOGINS},Arta,Gashi,6/2,,,\n".encode(), dry_run=False)
    report = house.roster.load(f"{LOGINS},Arta,Gashi,7/2,,,\n".encode(), dry_run=True)
    assert report.added == 1
    [note] = report.notes
    assert (note.line, note.code, note.facts) == (2, "namesake", {"name": "6/2", "login": "arta.gashi"})


def test_a_login_that_is_twice_in_a_list_or_of_another_role_is_a_problem(house: SchoolHouse) -> None:
    house.roster.load(b"role,login,given_name,surname,class\nteacher,,Vlora,Gashi,6/2\n", dry_run=False)
    head = f"role,{LOGINS}"
    report = house.roster.load(
        f"{head}pupil,vlora.gashi,Arta,Gashi,6/2,,,\npupil,b.h,Blend,Hoxha,6/2,,,\npupil,b.h,Beni,Hoxha,6/2,,,\n".encode(),
        dry_run=False,
    )  # fmt: skip
    assert [(one.line, one.code) for one in report.problems] == [(2, "login_other"), (4, "login_twice")]
    assert people(house) == 1


def test_what_the_school_does_not_keep_is_not_stored_and_what_it_no_longer_keeps_is_erased(house: SchoolHouse) -> None:
    everything = f"{LOGINS},Arta,Gashi,6/2,Agim,044 111 222,sq\n".encode()
    house.roster.load(everything, dry_run=False)
    assert stored(house)[0][4:] == ("", "", "sq")
    house.kept_fields.choose({"parent_name", "phone"})
    assert stored(house)[0][4:] == ("", "", "")
    house.roster.load(everything, dry_run=False)
    assert stored(house)[0][4:] == ("Agim", "044 111 222", "")
    house.kept_fields.choose({"phone"})
    assert stored(house)[0][4:] == ("", "044 111 222", "")
    with pytest.raises(BadInputError):
        house.kept_fields.choose({"surname"})


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_exported_list_imports_again_without_a_change(house: SchoolHouse, form: Format, language: str) -> None:
    house.school.set("Shkolla Agimi", "Gjilan")
    house.kept_fields.choose({"parent_name", "phone", "language"})
    house.people.add(NewPerson("technician", "teknik", "", login="teknik", password="tri fjalë të mira"))
    house.people.class_add("Lepurushat", 0)
    house.roster.load(
        f"role,{LOGINS}pupil,,Arta,Gashi,6/2,Agim,+383 44 111 222,sq\npupil,,Arta,Gashi,6/2,Besim,,sr-Latn\n"
        "teacher,,Vlora,Hyseni-Bajrami,6/2|8/1,,,\npupil,,Ђорђе,Петровић,6/2,,,sr\n".encode(),
        dry_run=False,
    )  # fmt: skip
    house.people.add(NewPerson("pupil", "Ëngjëll", "O'Brien", class_ids=(1,)))
    house.db.write(lambda: house.db.run_sql("UPDATE school_class SET shift = 'paradite' WHERE name = '6/2'"))
    before = stored(house)
    exported = house.roster_export.write(form, catalogue_of(language).gettext)
    report = house.roster.load(exported.content, dry_run=False)
    assert (report.problems, report.notes) == ((), ())
    assert (report.added, report.known, report.changed, report.classes_added) == (0, 6, 0, 0)
    assert stored(house) == before
    assert house.roster_export.write(form, catalogue_of(language).gettext).content == exported.content


@pytest.mark.parametrize("form", FORMS)
def test_an_exported_list_makes_the_same_school_on_another_box(
    house: SchoolHouse, form: Format, tmp_path: Path
) -> None:
    house.roster.load(f"role,{LOGINS}pupil,,Arta,Gashi,6/2,,,sq\npupil,,Arta,Gashi,8/1,,,\n".encode(), dry_run=False)
    (tmp_path / "other").mkdir()
    with school_house(tmp_path / "other") as other:
        report = other.roster.load(house.roster_export.write(form).content, dry_run=False)
        assert (report.added, report.problems) == (2, ())
        assert stored(other) == stored(house)


def test_no_cell_of_an_exported_list_is_worked_out_by_a_spreadsheet(house: SchoolHouse) -> None:
    for name in ("=1+1", "+Arta", "-Arta", "@SUM"):
        house.people.add(NewPerson("teacher", name, "Gashi", password="tri fjalë të mira"))
    cells = list(csv.reader(io.StringIO(house.roster_export.write("csv").content.decode("utf-8-sig")), delimiter=";"))
    assert sorted(row[1] for row in cells[1:]) == ["'+Arta", "'-Arta", "'=1+1", "'@SUM"]
    sheet = openpyxl.load_workbook(io.BytesIO(house.roster_export.write("xlsx").content)).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert {cell.value for cell in next(sheet.iter_cols(2, 2, 2))} == {"+Arta", "-Arta", "=1+1", "@SUM"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_heading_of_an_exported_list_is_understood_when_it_comes_back(language: str) -> None:
    gettext = catalogue_of(language).gettext
    understood = {field: field_of(gettext(words)) for field, words in FIELD_NAMES.items()}
    assert understood == {field: field for field in FIELDS}
    assert all(ROLES[plain(gettext(words))] == role for role, words in ROLE_NAMES.items())
