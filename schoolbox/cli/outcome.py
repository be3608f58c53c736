"""What a command brings: the same facts for people and for programs, and how it went.

    Outcome(data={"version": 3}, text="Version 3")
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from content_packs.errors import PackError
from schoolbox.messages import message_of, sentences

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

DONE = 0
PARTLY_DONE = 3
"""Some of what was asked for was done, some was not."""


@dataclass(frozen=True)
class Outcome:
    """`data` is printed with `--json`, `text` without; the exit code is 0 only if all that was asked for was done."""

    data: Json
    text: str
    exit_code: int = DONE


def told(error: Exception) -> dict[str, Json]:
    """An error as data: its name, and what happened, what is safe, what to do next."""
    happened, safe, todo = sentences(error, str)
    return {"error": type(error).__name__, "happened": happened, "safe": safe, "todo": todo}


def told_text(error: Exception) -> str:
    """An error as three sentences, one below the other."""
    return "\n".join(sentences(error, str))


def exit_code_of(error: Exception) -> int:
    """The exit code that the table gives an error."""
    return message_of(error).exit_code


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Write rows under each other in columns; the first row is the heading."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
                     for row in rows)  # fmt: skip


def together(verb: str, done: list[Json], lines: list[str], failed: Mapping[str, PackError]) -> Outcome:
    """One answer of what was done and what was not; code 3 if both are there.

    Raises:
        PackError: Only one thing was asked for, and it failed.
    """
    errors = list(failed.values())
    if len(errors) == 1 and not done:
        raise errors[0]
    data: Json = {verb: done, "failed": [{"pack": name, **told(error)} for name, error in failed.items()]}
    if not errors:
        return Outcome(data, "\n".join(lines))
    text = "\n\n".join(["\n".join(lines if done else []), *(f"{n}: {told_text(e)}" for n, e in failed.items())])
    return Outcome(data, text.lstrip(), PARTLY_DONE if done else exit_code_of(errors[0]))
