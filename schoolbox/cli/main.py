"""The command `schoolbox`: noun, verb, words.

    schoolbox --data /srv/box pack install /media/stick --all

Exit codes: 0 all was done; 2 the command was not understood; 3 only a part was done; 130 it was interrupted; any other
is the error's own code of `schoolbox.messages`; docs/exit-codes.md lists all. Errors are three sentences on standard
error: what happened, what is safe, what to do next; `--json` makes them, and every answer, JSON.
"""

import argparse
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import schoolbox
from content_packs.errors import PackError
from schoolbox.cli import (
    academy,
    audit,
    class_,
    config,
    courier,
    db,
    discovery,
    enrol,
    pack,
    person,
    roster,
    school,
    serve,
    sharing,
    stick,
    sync,
    trust,
    year,
)
from schoolbox.cli.asked import SETTINGS, Asked, add_common
from schoolbox.cli.outcome import Json, Outcome, exit_code_of, harmless, told, told_text, written
from schoolbox.config import load_config
from schoolbox.errors import BoxError
from schoolbox.logs import start_logging
from sync.errors import SyncError

LOG = logging.getLogger(__name__)
NOUNS = (
    serve, config, school, class_, person, year, audit, roster, trust, academy, pack, stick, sharing, sync, enrol,
    courier, db, discovery,
)  # fmt: skip
SYSTEM_FILE = Path("/etc/schoolbox/schoolbox.toml")
NOT_UNDERSTOOD = 2
INTERRUPTED = 130
FORESEEN = (BoxError, PackError, SyncError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        words = _understood(sys.argv[1:] if arguments is None else arguments)
    except _NotUnderstoodError as exc:
        _tell_usage(exc, as_json="--json" in (sys.argv if arguments is None else arguments))
        return NOT_UNDERSTOOD
    as_json = getattr(words, "json", False)
    try:
        outcome = _run(words, os.environ, as_json=as_json)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. Nothing was left half done.\n")
        return INTERRUPTED
    except FORESEEN as exc:
        _tell(exc, as_json=as_json)
        return exit_code_of(exc)
    except Exception as exc:
        LOG.exception("command_failed")
        _tell(exc, as_json=as_json)
        return exit_code_of(exc)
    _print(outcome, as_json=as_json)
    return outcome.exit_code


def _run(words: argparse.Namespace, environment: Mapping[str, str], *, as_json: bool) -> Outcome:
    settings = load_config(
        file=_config_file(words, environment), environment=environment, arguments=_settings(words)
    )
    start_logging(settings.log_level if words.run is serve.run else "warning")
    outcome: Outcome = words.run(Asked(config=settings, words=words, json=as_json))
    return outcome


class _NotUnderstoodError(Exception):
    """The words make no command; `usage` says how those of `program` should be."""

    def __init__(self, problem: str, *, program: str, usage: str) -> None:
        super().__init__(problem)
        self.program = program
        self.usage = usage


class _Parser(argparse.ArgumentParser):
    """Tells what it does not understand instead of ending the program: a program reads the answer, too."""

    def error(self, message: str) -> NoReturn:
        raise _NotUnderstoodError(message, program=self.prog, usage=self.format_usage())


def _understood(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the words of a command; options may stand between a path and the packs behind it.

    Raises:
        _NotUnderstoodError: They make no command.
    """
    parser = _parser()
    words, rest = parser.parse_known_args(arguments)
    packs: Sequence[str] | None = getattr(words, "packs", None)
    if rest and (packs is None or any(word.startswith("-") for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if packs is not None:
        words.packs = [*packs, *rest]
    return words


def _tell_usage(error: _NotUnderstoodError, *, as_json: bool) -> None:
    """Say how the command should have been."""
    if as_json:
        data: Json = {
            "error": "UsageError", "happened": str(error), "safe": "Nothing was changed.", "todo": error.usage.strip()
        }  # fmt: skip
        sys.stderr.write(written(data) + "\n")
    else:
        sys.stderr.write(harmless(f"{error.usage}{error.program}: error: {error}\n"))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="schoolbox", description="The server of a school without internet.")
    parser.add_argument("--version", action="version", version=f"schoolbox {schoolbox.__version__}")
    add_common(parser)
    nouns = parser.add_subparsers(dest="noun", metavar="NOUN", required=True)
    for module in NOUNS:
        module.add(nouns)
    return parser


def _config_file(words: argparse.Namespace, environment: Mapping[str, str]) -> Path | None:
    """The file that was named, else the system's own if it is there."""
    named = getattr(words, "config", "") or environment.get("SCHOOLBOX_CONFIG", "")
    if named:
        return Path(named)
    return SYSTEM_FILE if SYSTEM_FILE.exists() else None


def _settings(words: argparse.Namespace) -> dict[str, str]:
    return {name: getattr(words, name) for name in SETTINGS if isinstance(getattr(words, name, None), str)}


def _print(outcome: Outcome, *, as_json: bool) -> None:
    text = written(outcome.data, indent=2) if as_json else harmless(outcome.text)
    if text:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def _tell(error: Exception, *, as_json: bool) -> None:
    text = written(told(error)) if as_json else harmless(told_text(error))
    sys.stderr.write(f"{text}\n")
