"""What a help page is made of."""

import msgspec


class Step(msgspec.Struct, frozen=True):
    """One thing to do; `picture` is the name of the picture that shows it, empty for none."""

    text: str
    picture: str = ""


class Question(msgspec.Struct, frozen=True):
    """What somebody asks, and the answer: what happened, what is safe, what to do."""

    asked: str
    answer: str


class Topic(msgspec.Struct, frozen=True):
    """One help page."""

    title: str
    lead: str
    drawing: str
    steps: tuple[Step, ...] = ()
    questions: tuple[Question, ...] = ()
