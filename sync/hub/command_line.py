"""What the commands of hub and identity office share: nouns and verbs, answers, errors and how they end.

    run_command("schoolbox-hub", command, words)      # the exit code
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import msgspec

from content_packs.errors import PackError
from sync.hub.errors import OUTCOMES, DataError, HubError

HUB = Path("/var/lib/schoolbox-hub")
"""Where the service of `deploy/hub` has its hub: what a command means that names no folder."""

Words: TypeAlias = argparse.Namespace
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001  it has no other name


def run_command(program: str, command: Callable[[Words], int], words: Words) -> int:
    """Run one command; errors that are foreseen become one line and an exit code."""
    try:
        return command(words)
    except HubError as exc:
        _say_error(program, exc.message)
        return OUTCOMES[type(exc)].exit_code
    except (PackError, OSError) as exc:
        _say_error(program, f"The disk does not let itself be used: {exc}.")
        return OUTCOMES[DataError].exit_code


def add_noun(commands: Commands, name: str, text: str) -> Commands:
    """Add a noun, which takes verbs."""
    return commands.add_parser(name, help=text).add_subparsers(required=True, metavar="VERB")


def add_command(
    commands: Commands, name: str, text: str, does: Callable[[Words], int], *, data: Path = HUB
) -> argparse.ArgumentParser:
    """Add a command that works on a data folder, `data` unless another is named, and can speak JSON."""
    command = commands.add_parser(name, help=text)
    command.add_argument("--data", type=Path, default=data, metavar="DIR", help="its folder (%(default)s)")
    command.add_argument("--json", action="store_true", help="answer in JSON")
    command.set_defaults(command=does)
    return command


def answer(words: Words, value: object, text: str) -> None:
    """Print for a person, or as JSON."""
    say(msgspec.json.format(msgspec.json.encode(value)).decode() if words.json else text)


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _say_error(program: str, text: str) -> None:
    sys.stderr.write(f"{program}: {text}\n")
