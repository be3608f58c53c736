"""`schoolbox sharing`: the code is made, read out and withdrawn on the command line."""

import json
import os
from pathlib import Path

import pytest

from schoolbox.cli.main import main


def run(capsys: pytest.CaptureFixture[str], data: Path, *words: str) -> dict[str, object]:
    """Run a command that must work and read its JSON."""
    assert main(["--data", str(data), *words, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_a_code_is_made_shown_renewed_and_withdrawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(capsys, tmp_path, "sharing", "show") == {"share": False, "code": None, "shelves": []}
    monkeypatch.setitem(os.environ, "SCHOOLBOX_SHARE", "yes")
    first = run(capsys, tmp_path, "sharing", "renew")
    assert first["share"] is True
    shown = run(capsys, tmp_path, "sharing", "show")
    assert shown["code"] == first["code"]
    assert shown["shelves"]
    second = run(capsys, tmp_path, "sharing", "renew")["code"]
    assert second != first["code"]
    assert run(capsys, tmp_path, "sharing", "off") == {"withdrawn": True}
    assert run(capsys, tmp_path, "sharing", "off") == {"withdrawn": False}
    assert run(capsys, tmp_path, "sharing", "show")["code"] is None


def test_people_are_told_that_nothing_is_given_and_how_to_change_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(tmp_path), "sharing", "renew"]) == 0
    said = capsys.readouterr().out
    assert "The code is now " in said
    assert "share = true" in said


def test_a_code_file_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path), "sharing", "renew"]) == 0
    (tmp_path / "keys" / "sharing.code").write_bytes(b"\xff\xfe")
    assert main(["--data", str(tmp_path), "sharing", "show"]) == 10
    assert "sharing.code" in capsys.readouterr().err
