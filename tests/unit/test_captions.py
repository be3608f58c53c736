"""The text beside a video is what its WebVTT says, whatever else the file holds."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_packs.captions import LINES_MAX, Line, lines

SAMPLE = """WEBVTT - Thyesat

NOTE kjo nuk shfaqet

STYLE
::cue { color: red }

1
00:01.000 --> 00:03.500 align:start
<v Vlora>Përshëndetje!</v>
<b>Mirë se vini</b> &amp; ulu.

00:00:04.000 --> 01:02:03.250
Fundi
"""


def test_lines_hold_what_is_said_and_when() -> None:
    assert lines(SAMPLE) == (
        Line(1.0, 3.5, "Përshëndetje! Mirë se vini & ulu."),
        Line(4.0, 3723.25, "Fundi"),
    )


def test_windows_line_ends_are_read_too() -> None:
    assert lines(SAMPLE.replace("\n", "\r\n")) == lines(SAMPLE)


@pytest.mark.parametrize("text", ["", "WEBVTT", "00:01 --> 00:02\nx", "99:99.000 --> 00:02.000\nx", "\x00" * 50])
def test_broken_files_have_no_lines(text: str) -> None:
    assert lines(text) == ()


def test_lines_come_in_order_of_time_and_not_without_end() -> None:
    text = "WEBVTT\n\n" + "\n\n".join(f"00:{n % 60:02d}.000 --> 00:59.999\nl{n}" for n in range(LINES_MAX + 50))
    found = lines(text)
    assert len(found) == LINES_MAX
    assert list(found) == sorted(found, key=lambda line: line.start_s)


@given(st.text(max_size=2_000))
def test_no_text_breaks_the_reader(text: str) -> None:
    lines(text)


def test_a_file_full_of_brackets_is_read_quickly() -> None:
    began = time.process_time()
    lines("WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<" * 500_000)
    assert time.process_time() - began < 5
