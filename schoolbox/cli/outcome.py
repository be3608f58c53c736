"""What a command brings: the same facts for people and for programs, and how it went.

    Outcome(data={"version": 3}, text="Version 3")
"""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec

from content_packs.errors import PackError
from content_packs.trust import Refusal
from schoolbox.errors import BoxError
from schoolbox.messages import message_of, sentences

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Failure: TypeAlias = PackError | BoxError
"""Why one of several things could not be done."""

DONE = 0
PARTLY_DONE = 3
"""Some of what was asked for was done, some was not."""


class Outcome(msgspec.Struct, frozen=True):
    """`data` is printed with `--json`, `text` without; the exit code is 0 only if all that was asked for was done."""

    data: Json
    text: str
    exit_code: int = DONE


def told(error: Exception, *, afar: bool = False) -> dict[str, Json]:
    """An error as data: its name, and what happened, what is safe, what to do next; `afar` if no stick is meant."""
    happened, safe, todo = sentences(error, str, place="afar" if afar else "stick")
    return {"error": type(error).__name__, "happened": happened, "safe": safe, "todo": todo}


def told_text(error: Exception, *, afar: bool = False) -> str:
    """An error as three sentences, one below the other; `afar` if no stick is meant."""
    return "\n".join(sentences(error, str, place="afar" if afar else "stick"))


def harmless(text: str) -> str:
    """Take out of a text what could steer a terminal: names of files and packs are somebody else's words."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)


def written(data: Json, *, indent: int | None = None) -> str:
    """Write data as JSON that is also safe to print: what could steer a terminal is escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    return "".join(
        letter if letter.isprintable() or letter == "\n" else json.dumps(letter)[1:-1] for letter in text
    )


def exit_code_of(error: Exception) -> int:
    """The exit code that the table gives an error."""
    return message_of(error).exit_code


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Write rows under each other in columns; the first row is the heading."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
                     for row in rows)  # fmt: skip


def together(
    verb: str, done: list[Json], lines: list[str], failed: Mapping[str, Failure],
    refused: Sequence[Refusal] | None = None, *, idle: bool = False,
) -> Outcome:  # fmt: skip
    """One answer of what was done, what was not, and which lists of a shelf were refused; code 3 if there is both.

    `idle` says that all of `done` was so before: next to a refused list alone it does not count.

    Raises:
        PackError: Only one thing was asked for, and it failed.
        BoxError: The same, of our own.
    """
    lists = refused or ()
    errors = [*failed.values(), *(each.error for each in lists)]
    if len(failed) == 1 and not done and not lists:
        raise errors[0]
    data: dict[str, Json] = {verb: done, "failed": [{"pack": name, **told(error)} for name, error in failed.items()]}
    if refused is not None:
        data["refused"] = [{"name": each.name, **told(each.error)} for each in refused]
    if not errors:
        return Outcome(data, "\n".join(lines))
    reasons = [*failed.items(), *((each.name, each.error) for each in lists)]
    parts = ["\n".join(lines if done else []), *(f"{name}: {told_text(error)}" for name, error in reasons)]
    partly = done and (failed or not idle)
    return Outcome(data, "\n\n".join(parts).lstrip(), PARTLY_DONE if partly else exit_code_of(errors[0]))
