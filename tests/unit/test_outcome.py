"""What a command prints: the words of others cannot steer the terminal of whoever reads them."""

import json

import pytest

from schoolbox.cli.outcome import PARTLY_DONE, Failure, harmless, together, told, written
from schoolbox.cli.pack_words import each_of
from schoolbox.errors import WriteFailedError
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


def test_a_full_disk_at_the_second_of_three_packs_hides_neither_the_first_nor_the_third() -> None:
    def act(pack_id: str) -> str:
        if pack_id == "mash:b":
            raise WriteFailedError(problem="database or disk is full")
        return pack_id

    failed: dict[str, Failure] = {}
    done = each_of(["mash:a", "mash:b", "mash:c"], act, failed)
    outcome = together("installed", list(done), done, failed)
    assert (done, list(failed), outcome.exit_code) == (["mash:a", "mash:c"], ["mash:b"], PARTLY_DONE)
    assert outcome.text.startswith("mash:a\nmash:c\n\nmash:b: ")
    assert isinstance(outcome.data, dict)
    assert outcome.data["failed"] == [{"pack": "mash:b", **told(failed["mash:b"])}]


def test_one_pack_that_a_full_disk_refused_is_an_error_as_it_is() -> None:
    with pytest.raises(WriteFailedError):
        together("installed", [], [], {"mash:b": WriteFailedError(problem="full")})
