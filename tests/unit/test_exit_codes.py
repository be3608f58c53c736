"""The page of exit codes says what the commands really end with: every code, its error and what is said of it."""

import re
from collections.abc import Mapping
from pathlib import Path

from content_packs.cli import output
from content_packs.cli.messages import MESSAGES
from schoolbox.cli.main import INTERRUPTED
from schoolbox.cli.outcome import DONE, PARTLY_DONE
from schoolbox.messages import TABLE, UNEXPECTED

PAGE = Path(__file__).parents[2] / "docs" / "exit-codes.md"
MISUSED = 2
"""Source: argparse, `ArgumentParser.error`."""
OF_EVERY_COMMAND = {DONE, UNEXPECTED.exit_code, MISUSED, PARTLY_DONE, INTERRUPTED}
ROW = re.compile(r"^\| (\d+) \| (.+) \|$", re.MULTILINE)
FACT = re.compile(r"%\((\w+)\)s")


def rows(heading: str) -> Mapping[int, str]:
    """The rows of the table under a heading, by their code."""
    _, _, section = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    return {int(code): rest for code, rest in ROW.findall(section.partition("\n## ")[0])}


def test_every_error_of_the_box_stands_on_the_page_with_what_is_said_of_it() -> None:
    told = {
        message.exit_code: f"`{kind.__name__}` | {FACT.sub(lambda fact: fact[1].upper(), message.happened)}"
        for kind, message in TABLE.items()
    }

    page = rows("schoolbox")
    assert {code: row for code, row in page.items() if code not in OF_EVERY_COMMAND} == told
    assert page.keys() >= OF_EVERY_COMMAND
    assert list(page) == sorted(page)


def test_every_code_of_content_packs_stands_on_the_page() -> None:
    codes = {output.OK, output.UNEXPECTED, MISUSED, *(message.exit_code for message in MESSAGES.values())}

    assert set(rows("content-packs")) == codes
