"""The command line of the box: what it answers to people and to programs, and how it refuses."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.simulators.programs import command
from tests.simulators.rosters import workbook

ROSTER = """role;given_name;surname;class;grade
teacher;Vlora;Gashi;6/2;6
pupil;Arta;Krasniqi;6/2;6
pupil;Drin;Berisha;6/2;6
technician;Besnik;Gashi;;
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def _box(data: Path, *words: str | Path, said: str | None = None) -> CompletedProcess[str]:
    return command("schoolbox", "--data", data, *words, said=said)


def _json(data: Path, *words: str | Path) -> object:
    done = _box(data, *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_settings_are_shown_with_their_origin(data: Path) -> None:
    shown = _json(data, "config", "show")

    assert isinstance(shown, dict)
    assert shown["data"] == {"value": str(data), "origin": "command line"}
    assert shown["port"] == {"value": "8080", "origin": "default"}


def test_a_setting_that_makes_no_sense_is_refused_before_anything_is_made(data: Path) -> None:
    done = _box(data, "serve", "--port", "eighty")

    assert done.returncode == 10
    assert done.stderr.splitlines() == [
        "The setting “port” makes no sense: 'eighty' is not a whole number from 0 to 65535.",
        "Nothing was changed.",
        "Correct it in the settings file or on the command line, then start again.",
    ]
    assert not data.exists()


def test_an_error_is_json_for_programs(data: Path) -> None:
    done = _box(data, "--json", "trust", "show")

    assert done.stdout == ""
    told = json.loads(done.stderr)
    assert told["error"] == "NoRootError"
    assert told["todo"].endswith("with packs of the ministry at hand. Or: schoolbox trust add ROOT.json")


def test_words_that_are_no_command_are_code_2(data: Path) -> None:
    assert _box(data, "pack", "frobnicate").returncode == 2
    assert _box(data).returncode == 2
    assert _box(data, "class", "add", "6/2").returncode == 2
    assert _box(data, "stick", "write", data, "mash:x", "--frobnicate").returncode == 2
    told = _box(data, "class", "add", "6/2", "more")
    assert told.returncode == 2
    assert told.stderr.startswith("usage: ")
    assert not data.exists()


def test_words_that_are_no_command_are_told_to_programs_as_data(data: Path) -> None:
    done = _box(data, "pack", "remove", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    told = json.loads(done.stderr)
    assert (told["error"], told["safe"]) == ("UsageError", "Nothing was changed.")
    assert told["todo"].startswith("usage: schoolbox pack remove")
    assert _box(data, "stick", "write").stderr.endswith("error: the following arguments are required: PATH\n")


def test_a_school_gets_its_name_and_the_box_keeps_its_number(data: Path) -> None:
    first = _json(data, "school", "set", "--name", "Shkolla „Agimi”", "--municipality", "Gjilan")
    again = _json(data, "school", "show")

    assert first == again
    assert isinstance(again, dict)
    assert again["name"] == "Shkolla „Agimi”"
    assert len(str(again["box_id"])) == 32


def test_a_school_without_a_name_is_refused(data: Path) -> None:
    done = _box(data, "school", "set", "--name", "  ")

    assert done.returncode == 19
    assert "it is empty" in done.stderr


def test_classes_and_people_are_added_one_by_one(data: Path) -> None:
    _json(data, "class", "add", "6/2", "--grade", "6")
    _json(data, "class", "add", "6/2", "--grade", "6")
    pupil = _json(
        data, "person", "add", "--role", "pupil", "--given-name", "Arta", "--surname", "Krasniqi", "--class", "6/2"
    )

    assert isinstance(pupil, dict)
    assert pupil["login"] == "arta.krasniqi"
    assert len(str(pupil["pin"])) == 4
    assert _json(data, "class", "list") == [{"id": 1, "name": "6/2", "grade": 6, "shift": "", "pupils": 1}]


def test_a_person_and_a_class_are_corrected_put_away_and_brought_back(data: Path) -> None:
    for name in ("6/2", "Fshati"):
        _json(data, "class", "add", name, "--grade", "6")
    words = ("person", "add", "--role", "pupil", "--given-name", "Arta", "--surname", "Krasniqi", "--class", "6/2")
    _json(data, *words, "--grade", "5")
    changed = {"person_id": 1, "login": "arta.krasniqi", "name": "Ana Krasniqi", "classes": "6/2", "grade": 5}
    assert _json(data, "person", "change", "arta.krasniqi", "--given-name", "Ana") == changed
    moved = _json(data, "person", "change", "arta.krasniqi", "--class", "Fshati", "--grade", "class")
    assert moved == {**changed, "classes": "Fshati", "grade": None}
    refused = _box(data, "person", "change", "arta.krasniqi", "--class", "9/9")
    assert "there is no class 9/9" in refused.stderr
    assert _box(data, "person", "change", "arta.krasniqi", "--grade", "x").returncode == 2
    assert _json(data, "person", "archive", "arta.krasniqi") == {"person_id": 1, "archived": True}
    assert _json(data, "person", "restore", "arta.krasniqi") == {"person_id": 1, "archived": False}

    shown = {"id": 2, "name": "Fshati", "grade": 1, "shift": "afternoon"}
    assert _json(data, "class", "change", "Fshati", "--grade", "1", "--shift", "pasdite") == shown
    assert _json(data, "class", "change", "Fshati", "--called", "Shkolla e vjetër", "--shift", "") == {
        **shown, "name": "Shkolla e vjetër", "shift": "",
    }  # fmt: skip
    assert "Another class has this name" in _box(data, "class", "change", "6/2", "--called", "Shkolla e vjetër").stderr
    assert _json(data, "class", "archive", "Shkolla e vjetër") == {"id": 2, "archived": True}
    assert "there is no class" in _box(data, "class", "archive", "Shkolla e vjetër").stderr
    assert _json(data, "class", "restore", "Shkolla e vjetër") == {"id": 2, "archived": False}
    assert "Shkolla e vjetër  1" in _box(data, "class", "list").stdout


def test_the_new_year_is_previewed_begun_and_taken_back(data: Path) -> None:
    for name, grade in (("6/2", "6"), ("7/2", "7"), ("9/1", "9")):
        _json(data, "class", "add", name, "--grade", grade)
    before = _json(data, "class", "list")

    told = _box(data, "year", "preview", "6", "9")
    assert told.returncode == 0
    assert "(leaves)" in told.stdout
    assert "6/2 cannot become 7/2: there is one already." in told.stdout
    refused = _box(data, "year", "roll", "6", "9")
    assert refused.returncode != 0
    assert "a name is taken: 6/2 cannot become 7/2" in refused.stderr
    assert _json(data, "class", "list") == before
    assert _box(data, "year", "roll", "3").returncode != 0

    rolled = _json(data, "year", "roll", "6", "7", "9")
    assert rolled == [
        {"id": 3, "name": "9/1", "leaves": True, "becomes": None, "grade": None, "pupils": 0, "clash": None},
        {"id": 2, "name": "7/2", "leaves": False, "becomes": "8/2", "grade": 8, "pupils": 0, "clash": None},
        {"id": 1, "name": "6/2", "leaves": False, "becomes": "7/2", "grade": 7, "pupils": 0, "clash": None},
    ]
    assert _box(data, "year", "preview", "9").stdout.strip() == "No class of today has one of these grades."
    assert _json(data, "year", "undo") == {"undone": True}
    assert _json(data, "class", "list") == before
    assert _box(data, "year", "undo").returncode != 0


def test_a_person_of_a_class_that_is_not_there_is_refused_and_nobody_is_added(data: Path) -> None:
    refused = _box(data, "person", "add", "--role", "pupil", "--given-name", "Arta", "--surname", "K", "--class", "9/9")

    assert refused.returncode == 19
    assert "there is no class 9/9" in refused.stderr
    connection = sqlite3.connect(data / "box.db")
    assert connection.execute("SELECT count(*) FROM person").fetchone() == (0,)
    connection.close()


def test_a_password_comes_from_a_file_or_standard_input_and_is_never_repeated(data: Path) -> None:
    words = ("person", "add", "--role", "technician", "--given-name", "Besnik", "--surname", "Gashi")

    added = _box(data, *words, "--password-file", "-", said="mali-lumi-guri\n")

    assert added.returncode == 0, added.stderr
    assert "mali" not in added.stdout
    assert _box(data, *words, "--password-file", data / "missing").returncode == 19


def test_a_forgotten_password_is_replaced_and_an_unknown_login_is_refused(data: Path) -> None:
    words = ("person", "add", "--role", "teacher", "--given-name", "Vlora", "--surname", "Gashi")
    _box(data, *words, "--password-file", "-", said="mali-lumi-guri\n")

    made = _json(data, "person", "password", "vlora.gashi")
    chosen = _box(data, "person", "password", "vlora.gashi", "--password-file", "-", said="guri-mali-lumi\n")
    refused = _box(data, "person", "password", "vlora")

    assert isinstance(made, dict)
    assert len(str(made["password"])) >= 10
    assert (chosen.returncode, chosen.stdout) == (0, "The password is changed.\n")
    assert refused.returncode == 19
    assert "no teacher or technician has the login vlora" in refused.stderr


def test_a_roster_brings_everybody_in_once(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_text(ROSTER, encoding="utf-8")

    first = _json(data, "roster", "import", file)
    second = _json(data, "roster", "import", file)

    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert (first["added"], first["known"], first["classes_added"]) == (4, 0, 1)
    assert [slip["role"] for slip in first["slips"]] == ["teacher", "technician", "pupil", "pupil"]
    assert all(slip["pin"] or slip["password"] for slip in first["slips"])
    assert (second["added"], second["known"], second["slips"]) == (0, 4, [])


def test_a_roster_with_a_wrong_line_adds_nobody_and_names_the_line(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_text(f"{ROSTER}director;Agron;Hoxha;;\n", encoding="utf-8")

    done = _box(data, "roster", "import", file)

    assert done.returncode == 19
    assert "line 6, role" in done.stdout
    assert _json(data, "class", "list") == []


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_roster_is_written_as_a_file_of_its_owner_and_imports_again(data: Path, tmp_path: Path, form: str) -> None:
    office = tmp_path / "office.xlsx"
    office.write_bytes(workbook([["Emri dhe mbiemri", "Klasa", "Telefoni"], ["Arta Gashi", "VI-2", "+383 44 111 222"]]))
    kept = _json(data, "roster", "keep", "--only", "phone")
    added = _json(data, "roster", "import", office)
    exported = tmp_path / f"people.{form}"
    _json(data, "roster", "export", exported)
    again = _json(data, "roster", "import", exported)
    assert kept == {"kept": ["phone"]}
    assert isinstance(added, dict)
    assert isinstance(again, dict)
    assert (added["added"], added["problems"]) == (1, [])
    assert (again["added"], again["known"], again["changed"], again["problems"]) == (0, 1, 0, [])
    assert exported.stat().st_mode & 0o077 == 0
    assert _box(data, "roster", "export", tmp_path / "people.pdf").returncode == 19


def test_a_roster_that_is_not_there_is_refused(data: Path, tmp_path: Path) -> None:
    assert _box(data, "roster", "import", tmp_path / "missing.csv").returncode == 19


def test_the_database_is_checked(data: Path) -> None:
    assert _json(data, "db", "check") == {"sound": True, "file": str(data / "box.db")}


def test_a_file_that_is_no_database_is_said(data: Path) -> None:
    data.mkdir()
    (data / "box.db").write_bytes(b"no database" * 1000)

    done = _box(data, "db", "check")

    assert done.returncode == 12
    assert "the damaged file is kept" in done.stderr
    assert (data / "box.db").read_bytes() == b"no database" * 1000


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    done = _box(tmp_path / "file", "school", "show")

    assert done.returncode == 10
    assert "The setting “data”" in done.stderr


def test_listening_for_boxes_ends_by_itself(data: Path) -> None:
    assert isinstance(_json(data, "discovery", "list", "--wait", "0.5"), list)


def test_a_command_that_lists_loads_nothing_of_what_serves_or_writes_packs(data: Path) -> None:
    slow = ("waitress", "flask", "httpx", "zeroconf", "rich", "openpyxl", "urllib.request",
            "content_packs.build", "content_packs.contents", "content_packs.export.writer")  # fmt: skip
    words = ["--data", str(data), "pack", "list"]
    program = f"import sys, schoolbox.cli.main as cli; cli.main({words!r}); print(*set(sys.modules) & set({slow!r}))"

    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60)

    assert done.stdout == "No pack is installed yet.\n\n"
