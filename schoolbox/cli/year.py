"""`schoolbox year preview`, `schoolbox year roll`, `schoolbox year undo`: classes go up by one grade, or leave."""

import argparse

from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Json, Outcome, table
from schoolbox.errors import BadInputError
from schoolbox.services.school_year import YearLine, YearPlan


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "year", "the new school year, grade by grade")
    _add_grades(verb(verbs, "preview", preview, "say what would become of the classes of some grades; changes nothing"))
    _add_grades(verb(verbs, "roll", roll, "let the classes of some grades go up or leave; all or nothing"))
    verb(verbs, "undo", undo, "take the last roll-over back; possible until classes change")


def preview(asked: Asked) -> Outcome:
    """Say what would happen."""
    with asked.box() as box:
        plan = box.school_year.plan(asked.words.grades, last=asked.words.last)
    if not plan.lines and not plan.own:
        return Outcome([], "No class of today has one of these grades.")
    clashes = [f"{line.school_class.name} cannot become {line.clash}: there is one already." for line in plan.clashes]
    return Outcome(_data(plan), "\n".join([_told(plan), *clashes, *_held(plan)]))


def roll(asked: Asked) -> Outcome:
    """Carry it out."""
    with asked.box() as box:
        plan = box.school_year.plan(asked.words.grades, last=asked.words.last)
        if plan.clashes:
            taken = ", ".join(f"{line.school_class.name} cannot become {line.clash}" for line in plan.clashes)
            raise BadInputError(field="GRADE", problem=f"a name is taken: {taken}")
        if plan.held:
            raise BadInputError(field="GRADE", problem=" ".join(_held(plan)))
        done = box.school_year.roll(asked.words.grades, by=0, last=asked.words.last)
    return Outcome(_data(done), _told(done))


def undo(asked: Asked) -> Outcome:
    """Take it back."""
    with asked.box() as box:
        box.school_year.undo(by=0)
    return Outcome({"undone": True}, "The last roll-over is taken back.")


def _add_grades(words: argparse.ArgumentParser) -> None:
    words.add_argument("grades", metavar="GRADE", type=int, nargs="+", help="0 to 13")
    words.add_argument("--last", metavar="GRADE", type=int, help="after which pupils leave; the school's highest")


def _told(plan: YearPlan) -> str:
    rows = [(line.school_class.name, _becomes(line), str(line.school_class.pupils)) for line in plan.lines]
    own = [
        (f"{line.school_class.name}, grade {line.grade}", "(leaves)" if line.leaves else f"grade {line.grade + 1}",
         str(len(line.people)))
        for line in plan.own
    ]  # fmt: skip
    return table([("class", "becomes", "pupils"), *rows, *own])


def _held(plan: YearPlan) -> list[str]:
    """Whom the next grade is in the way of, as sentences."""
    return [
        f"In {line.school_class.name} grade {line.grade} cannot go up while grade {line.grade + 1} stays."
        for line in plan.held
    ]


def _becomes(line: YearLine) -> str:
    return "(leaves)" if line.leaves else line.name


def _data(plan: YearPlan) -> Json:
    of_classes: list[Json] = [
        {
            "id": line.school_class.id, "name": line.school_class.name, "leaves": line.leaves,
            "becomes": None if line.leaves else line.name, "grade": None if line.leaves else line.grade,
            "pupils": line.school_class.pupils, "clash": line.clash or None,
        }
        for line in plan.lines
    ]  # fmt: skip
    own: list[Json] = [
        {
            "id": line.school_class.id, "name": line.school_class.name, "leaves": line.leaves,
            "becomes": line.school_class.name, "grade": None if line.leaves else line.grade + 1,
            "pupils": len(line.people), "clash": None, "of_grade": line.grade,
        }
        for line in plan.own
    ]  # fmt: skip
    return of_classes + own
