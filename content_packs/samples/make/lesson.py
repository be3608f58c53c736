"""The source of one lesson: slides, and on each the steps in which a sentence is said and drawings come in.

    lesson = read_lesson(Path("thyesat-6/lessons/pjeset-e-nje-te-tere.toml"))
    lesson.slides[0].steps[0].say
"""

from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from content_packs.samples.make.draw.basic import Arrow, Box, Dot, Line, Mark, Note, Pill, Text, Think
from content_packs.samples.make.draw.coding import Choose, Console, Editor, Turtle, Variable
from content_packs.samples.make.draw.english import Bubble, Clock, Person, Picture
from content_packs.samples.make.draw.maths import Bar, Chocolate, Fraction, NumberLine, Pie
from content_packs.samples.make.draw.palette import Area
from content_packs.samples.make.draw.physics import Block, Dynamometer, Graph, Mover, Plot, Spring, Table

_Plain: TypeAlias = Arrow | Box | Dot | Line | Mark | Note | Pill | Text | Think
_Maths: TypeAlias = Bar | Chocolate | Fraction | NumberLine | Pie
_Physics: TypeAlias = Block | Dynamometer | Graph | Mover | Plot | Spring | Table
_Everyday: TypeAlias = Bubble | Clock | Person | Picture
_Coding: TypeAlias = Choose | Console | Editor | Turtle | Variable
Drawing: TypeAlias = _Plain | _Maths | _Physics | _Everyday | _Coding


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of everything read from a lesson's source: unknown fields are refused."""


class Step(Source, frozen=True, kw_only=True):
    """One thing said while drawings come in.

    `speak` is what the voice reads where the spelling would mislead it; `mark` is a name by which a quiz points here;
    `pause` is the silence afterwards, in seconds.
    """

    say: str
    translation: str
    speak: str = ""
    voice: Literal["", "girl", "boy"] = ""
    mark: str = ""
    pause: float = 0.45
    show: tuple[Drawing, ...] = ()


class Slide(Source, frozen=True, kw_only=True):
    """A picture that is built up step by step: the title, a part of the lesson, or a question to try."""

    kind: Literal["title", "lesson", "try"] = "lesson"
    heading: str = ""
    steps: tuple[Step, ...]


class Lesson(Source, frozen=True, kw_only=True):
    """A whole lesson; `thumbnail` is the mark of the step whose finished picture shows best what it is about."""

    title: str
    kicker: str
    publisher: str
    area: Area
    language: Literal["sq", "en"]
    translated: Literal["sq", "en"]
    thumbnail: str
    slides: tuple[Slide, ...]
    title_size: float = 36


def read_lesson(path: Path) -> Lesson:
    """Read a lesson's source.

    Raises:
        msgspec.ValidationError: A field is missing, unknown or of the wrong kind.
    """
    return msgspec.toml.decode(path.read_bytes(), type=Lesson)
