"""What a help page is made of."""

from typing import Literal

import msgspec

Reader = Literal["pupil", "teacher", "technician"]


class Step(msgspec.Struct, frozen=True):
    """One thing to do; `picture` is the name of the picture that shows it, empty for none."""

    text: str
    picture: str = ""


class Question(msgspec.Struct, frozen=True):
    """What somebody asks, and the answer: what happened, what is safe, what to do."""

    asked: str
    answer: str


class Topic(msgspec.Struct, frozen=True):
    """One help page; `reader` is whom it is written for."""

    title: str
    lead: str
    drawing: str
    reader: Reader = "teacher"
    steps: tuple[Step, ...] = ()
    questions: tuple[Question, ...] = ()
