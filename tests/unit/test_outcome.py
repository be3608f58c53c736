"""What a command prints: the words of others cannot steer the terminal of whoever reads them."""

import json

from schoolbox.cli.outcome import harmless, written
from schoolbox.logs import line

HOSTILE = "Thyesat\x1b[2J\r\x9b31m\u202e\x00\nrreshti i dytë \U000e0001"


def test_a_title_cannot_steer_the_terminal() -> None:
    assert harmless(HOSTILE) == "Thyesat?[2J??31m??\nrreshti i dytë ?"


def test_json_holds_every_letter_and_none_that_steers() -> None:
    text = written({"title": HOSTILE}, indent=2)
    assert json.loads(text) == {"title": HOSTILE}
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    assert "dytë" in text


def test_a_line_of_the_log_is_one_line() -> None:
    assert line("odd", name=HOSTILE).isprintable()
