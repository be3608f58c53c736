"""Runs `content-packs` inside the test's own process, and gives what it answered.

    run = packs_command(capsys); run("key", "new", path).facts
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest

from content_packs.cli.main import main


@dataclass
class Said:
    """What one run of the program answered."""

    code: int
    out: str
    err: str

    @property
    def facts(self) -> dict[str, object]:
        """What it said with `--json`."""
        facts: dict[str, object] = json.loads(self.out)
        return facts


Run: TypeAlias = Callable[..., Said]


def packs_command(capsys: pytest.CaptureFixture[str]) -> Run:
    """Give the function that runs the program with the arguments it is given."""

    def call(*arguments: str | Path) -> Said:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return call
