"""The text of a certificate (FORMAT 11): whole or refused, and a paper that a camera reads."""

import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from content_packs.certificate import (
    CODE_LENGTH_MAX,
    TEXT_BYTES_MAX,
    Certificate,
    read_code,
    shortened,
    write_code,
)
from schoolbox.services.certificate_sheet import CertificateText, draw
from schoolbox.services.finished import NO_QUIZ, Step, is_finished, mastery
from tests.simulators.printed import pages

KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
SAID = Certificate(
    "Arta Krasniqi", "Thyesat", "MASHT", "Shkolla Agimi", "Gjilan", "2026-11-27", 90, "mash:thyesat-6"
)
FORMAT = (Path(__file__).parents[2] / "content_packs" / "FORMAT.md").read_text()
DONE = Step("video", done=True, passed=False, correct=0, questions=0)
PASSED = Step("quiz", done=True, passed=True, correct=3, questions=4)


def code(said: Certificate = SAID) -> str:
    return write_code(said, KEY.public_key().public_bytes_raw().hex(), KEY.sign)


def test_the_vector_in_the_format_is_what_we_write() -> None:
    found = re.search(r"```certificate\n(.*?)```", FORMAT, re.DOTALL)
    assert found is not None
    assert "".join(found[1].split()) == code()


@pytest.mark.parametrize("before", ["", " \n", "HTTP://192.168.8.1/CHECK/", "http://schoolbox.local/check/"])
def test_a_text_is_read_from_an_address_with_spaces_and_in_small_letters(before: str) -> None:
    for text in (code(), code().lower(), f"{code()[:50]}\n {code()[50:]} "):
        read = read_code(before + text)
        assert read is not None
        assert read.certificate == SAID


def test_every_changed_letter_is_noticed() -> None:
    text = code()
    for place in range(len(text)):
        other = "A" if text[place] != "A" else "B"
        assert read_code(text[:place] + other + text[place + 1 :]) is None, place


def test_every_shortened_or_lengthened_text_is_refused() -> None:
    text = code()
    assert all(read_code(text[:end]) is None for end in range(len(text)))
    for more in ("A", "AAAAAAAA", "=", "=" * 8, "A" * CODE_LENGTH_MAX):
        assert read_code(text + more) is None


def test_what_is_signed_for_something_else_is_no_certificate() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
    public = KEY.public_key().public_bytes_raw().hex()
    assert read_code(write_code(SAID, public, stranger.sign)) is None
    assert read_code(write_code(SAID, public, lambda raw: KEY.sign(raw.partition(b"\n")[2]))) is None


def paper(text: str) -> CertificateText:
    return CertificateText(
        "sq", "Certifikatë", "Shkolla Agimi, Gjilan", "Shkolla vërteton se", "Arta Krasniqi", "e ka përfunduar kursin",
        "Thyesat", "botuar nga MASHT", "më 27 nëntor 2026", "me 90 %", "Mësimdhënësi/ja", "Drejtori/ja",
        "Për ta kontrolluar.", f"HTTP://192.168.8.1/CHECK/{text}", text,
        "Kodi i shkurtër, për kutinë e kësaj shkolle:", "K7PM-2R9X-0QTB",
    )  # fmt: skip


def test_the_longest_names_fit_into_a_code_that_a_camera_reads() -> None:
    long = shortened("Ëç" * 200)
    assert len(long.encode()) <= TEXT_BYTES_MAX
    said = Certificate(long, long, long, long, long, "2026-11-27", 100, "mash:" + "x" * 60)
    text = code(said)
    read = read_code(text)
    assert read is not None
    assert read.certificate == said
    [page] = pages(draw([paper(text)], title="Certifikatë"))
    assert page.codes() == [f"HTTP://192.168.8.1/CHECK/{text}"]


def test_the_paper_says_everything_and_its_code_is_the_certificate() -> None:
    printed = pages(draw([paper(code())] * 2, title="Certifikatë"))
    assert len(printed) == 2
    assert {"Certifikatë", "Arta Krasniqi", "Thyesat", "më 27 nëntor 2026"} <= set(printed[0].lines)
    assert printed[1].codes() == [f"HTTP://192.168.8.1/CHECK/{code()}"]
    assert code() in "".join(printed[0].lines)


def test_a_course_is_finished_when_all_is_done_and_every_quiz_passed() -> None:
    assert is_finished([DONE, PASSED])
    assert not is_finished([])
    assert not is_finished([PASSED])
    assert not is_finished([DONE, Step("video", done=False, passed=False, correct=0, questions=0)])
    assert not is_finished([DONE, Step("quiz", done=True, passed=False, correct=4, questions=4)])
    assert mastery([DONE, PASSED, Step("quiz", done=True, passed=True, correct=4, questions=4)]) == 88
    assert mastery([DONE, DONE]) == NO_QUIZ


def test_what_is_hidden_need_not_be_done_and_counts_if_it_was() -> None:
    skipped = Step("quiz", done=False, passed=False, correct=0, questions=4, hidden=True)
    done = Step("quiz", done=True, passed=True, correct=2, questions=4, hidden=True)
    assert is_finished([DONE, PASSED, skipped])
    assert not is_finished([DONE, skipped]), "one item is no course"
    assert mastery([DONE, PASSED, skipped]) == 75
    assert mastery([DONE, PASSED, done]) == 62
