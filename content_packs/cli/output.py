"""What a command says and with which exit code: lines for people, one JSON object for programs."""

import sys

import msgspec

OK, UNEXPECTED = 0, 1


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The base of what a command reports with `--json`."""


class Outcome(msgspec.Struct, frozen=True):
    """How a command ended: the lines for people, the record for programs, the exit code."""

    lines: tuple[str, ...]
    result: Result
    exit_code: int = OK


class Failure(Result, frozen=True):
    """Why nothing, or only a part, was done."""

    error: str
    what: str
    next_step: str


def show(outcome: Outcome, *, as_json: bool) -> int:
    """Write an outcome to standard output, or to standard error if it is a failure for people; give its exit code."""
    stream = sys.stderr if isinstance(outcome.result, Failure) and not as_json else sys.stdout
    text = msgspec.json.encode(outcome.result, order="sorted").decode() if as_json else "\n".join(outcome.lines)
    stream.write(f"{text}\n")
    return outcome.exit_code


def counted(number: int, noun: str) -> str:
    """Write a number of things: 1 pack, 2 packs."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
