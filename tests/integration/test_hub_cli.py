"""`schoolbox-hub` as a person at a ministry types it."""

import io
import json
import re
from pathlib import Path

import httpx
import pytest

from sync.hub.cli import main
from sync.hub.folder import DataFolder
from tests.simulators.programs import HubProcess


class Terminal(io.StringIO):
    """A person in front of it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    (tmp_path / "password").write_text("tri fjalë të gjata\n", encoding="utf-8")
    path = tmp_path / "hub"
    assert main(["init", str(path), "--admin", "Drita", "--password-file", str(tmp_path / "password")]) == 0
    assert "schoolbox-hub serve" in capsys.readouterr().out
    return str(path)


def told(capsys: pytest.CaptureFixture[str], *command: str) -> dict[str, str]:
    assert main([*command, "--json"]) == 0
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in _answer(capsys).items()}


def _answer(capsys: pytest.CaptureFixture[str]) -> dict[str, str | list[str | int]]:
    found: dict[str, str | list[str | int]] = json.loads(capsys.readouterr().out)
    return found


def test_a_new_hub_keeps_its_key_to_itself(data: str) -> None:
    folder = DataFolder(Path(data))
    assert folder.key.stat().st_mode & 0o777 == 0o600
    assert folder.path.stat().st_mode & 0o777 == 0o700


def test_a_second_init_changes_nothing(data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (Path(data) / "hub.key").read_bytes()
    assert main(["init", data, "--admin", "X", "--password-file", str(tmp_path / "password")]) == 8
    assert "already" in capsys.readouterr().err
    assert (Path(data) / "hub.key").read_bytes() == before


def test_a_short_password_makes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "password").write_text("short\n", encoding="utf-8")
    assert main(["init", str(tmp_path / "hub"), "--admin", "X", "--password-file", str(tmp_path / "password")]) == 2
    assert "10 characters" in capsys.readouterr().err
    assert not (tmp_path / "hub").exists()


def test_a_password_comes_from_a_file_from_standard_input_or_from_a_person(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    init = ["init", str(tmp_path / "hub"), "--admin", "Drita"]
    monkeypatch.setattr("sys.stdin", io.StringIO("tri fjalë të gjata\n"))
    assert main(init) == 2
    assert "--password-file" in capsys.readouterr().err
    assert not (tmp_path / "hub").exists()
    assert main([*init, "--password-file", "-"]) == 0
    for typed, code in ((["tri fjalë të tjera", "tri fjale te tjera"], 2), (["tri fjalë të tjera"] * 2, 0)):
        monkeypatch.setattr("sys.stdin", Terminal())
        monkeypatch.setattr("getpass.getpass", lambda _prompt, typed=typed: typed.pop(0))
        assert main(["admin", "password", "--name", "Drita", "--data", init[1]]) == code


def test_a_folder_without_a_hub_is_not_called_damaged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        assert main(["box", "list", "--data", str(folder)]) == 8
        assert f"There is no hub in {folder}. Make one with" in capsys.readouterr().err


def test_a_code_is_made_for_a_school(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--school", "Shkolla „Agimi”", "--municipality", "Gjilan")
    first = told(capsys, "code", "create", "--data", data, *words)
    second = told(capsys, "code", "create", "--data", data, *words)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", first["code"])
    assert first["code"] != second["code"]
    assert first["school_id"] == second["school_id"]
    assert main(["code", "create", "--data", data, "--school", " ", "--municipality", "Gjilan"]) == 2


def test_a_credential_is_printed_once_listed_without_its_secret_and_ended(
    data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--scope", "statements/read", "--scope", "state", "--label", "reports")
    shown = told(capsys, "credential", "add", "--data", data, *words, "--public-url", "https://hub.example/sub/")
    assert shown["endpoint"] == "https://hub.example/sub/xapi/"
    assert len(shown["secret"]) >= 43
    assert main(["credential", "list", "--data", data]) == 0
    listed = capsys.readouterr().out
    assert f"{shown['key']}  reports  statements/read state  since 20" in listed
    assert shown["secret"] not in listed
    for _ in range(2):
        assert main(["credential", "revoke", "--data", data, "--key", shown["key"]]) == 0
    assert "no longer come in" in capsys.readouterr().out
    assert main(["credential", "list", "--data", data]) == 0
    assert "  ended 20" in capsys.readouterr().out
    assert main(["credential", "revoke", "--data", data, "--key", "lrs-unknown"]) == 4


def test_a_credential_may_by_itself_write_statements_and_read_its_own(
    data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["credential", "list", "--data", data]) == 0
    assert "No other program" in capsys.readouterr().out
    shown = told(capsys, "credential", "add", "--data", data)
    assert json.loads(shown["scopes"]) == ["statements/write", "statements/read/mine", "define"]
    with pytest.raises(SystemExit):
        main(["credential", "add", "--data", data, "--scope", "everything"])


def test_settings_are_shown_with_where_they_came_from(
    data: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHOOLBOX_HUB_TITLE", "Komuna e Gjilanit")
    shown = told(capsys, "config", "show", "--data", data)
    assert json.loads(shown["title"]) == ["Komuna e Gjilanit", "SCHOOLBOX_HUB_TITLE"]
    monkeypatch.setenv("SCHOOLBOX_HUB_TITEL", "x")
    assert main(["config", "show", "--data", data]) == 2
    assert "titel" in capsys.readouterr().err


def test_an_empty_hub_is_whole_and_has_no_boxes(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["db", "check", "--data", data]) == 0
    assert "all is well" in capsys.readouterr().out
    assert main(["box", "list", "--data", data]) == 0
    assert "No box" in capsys.readouterr().out


@pytest.mark.parametrize("command", [("box", "list"), ("db", "check"), ("serve",)])
def test_a_folder_without_a_hub_is_said_plainly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    assert main([*command, "--data", str(tmp_path)]) == 8
    assert capsys.readouterr().err.startswith("schoolbox-hub: ")


def test_the_program_serves_and_stops_cleanly_while_codes_are_made(
    data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    process = HubProcess(Path(data)).start()
    try:
        assert httpx.get(f"{process.url}/health").text == "ok\n"
        assert told(capsys, "code", "create", "--data", data, "--school", "A", "--municipality", "B")["code"]
        process.stop()
    finally:
        process.kill()
    assert main(["db", "check", "--data", data]) == 0


def test_a_box_that_nobody_knows_cannot_be_withdrawn(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["box", "withdraw", "--data", data, "--box", "0" * 32]) == 4
    assert "no such box" in capsys.readouterr().err
