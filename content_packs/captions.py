r"""The lines of a WebVTT file, for the text beside a video. Source: W3C WebVTT, section 4.

    lines("WEBVTT\n\n00:01.000 --> 00:03.500\nPërshëndetje!")     # (Line(1.0, 3.5, "Përshëndetje!"),)

Promises: whatever the file holds, plain words come out, in order of time, at most `LINES_MAX` of them.
"""

import html
import re

import msgspec

LINES_MAX = 2_000
CAPTIONS_BYTES_MAX = 1024 * 1024

_TIMES = re.compile(
    r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})[ \t]+-->[ \t]+(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})(?:[ \t].*)?"
)
_TAG = re.compile(r"<[^<>]*>")


class Line(msgspec.Struct, frozen=True):
    """What is said from one second to another."""

    start_s: float
    end_s: float
    text: str


def lines(text: str) -> tuple[Line, ...]:
    """Read the lines; what is not a cue (notes, styles, broken blocks) is passed over."""
    blocks = re.split(r"\n{2,}", text.replace("\r\n", "\n").replace("\r", "\n"))
    found = [line for line in map(_line, blocks) if line is not None]
    return tuple(sorted(found, key=lambda line: line.start_s)[:LINES_MAX])


def _line(block: str) -> Line | None:
    rows = block.strip("\n").split("\n")
    for place, row in enumerate(rows[:2]):
        times = _TIMES.fullmatch(row.strip())
        if times is not None:
            said = " ".join(html.unescape(_TAG.sub("", " ".join(rows[place + 1 :]))).split())
            return Line(_seconds(*times.groups()[:4]), _seconds(*times.groups()[4:]), said) if said else None
    return None


def _seconds(hours: str | None, minutes: str, seconds: str, thousandths: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(thousandths) / 1000
