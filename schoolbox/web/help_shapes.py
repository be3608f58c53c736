"""What a help page is made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One thing to do; `picture` is the name of the picture that shows it, empty for none."""

    text: str
    picture: str = ""


@dataclass(frozen=True)
class Question:
    """What somebody asks, and the answer: what happened, what is safe, what to do."""

    asked: str
    answer: str


@dataclass(frozen=True)
class Topic:
    """One help page."""

    title: str
    lead: str
    drawing: str
    steps: tuple[Step, ...] = ()
    questions: tuple[Question, ...] = ()
