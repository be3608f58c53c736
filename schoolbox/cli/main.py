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

import schoolbox
from content_packs.errors import PackError
from schoolbox.cli import (
    academy,
    class_,
    config,
    db,
    discovery,
    pack,
    person,
    roster,
    school,
    serve,
    sharing,
    stick,
    sync,
    trust,
)
from schoolbox.cli.asked import SETTINGS, Asked, add_common
from schoolbox.cli.outcome import Outcome, exit_code_of, harmless, told, told_text, written
from schoolbox.config import load_config
from schoolbox.errors import BoxError
from schoolbox.logs import start_logging
from sync.errors import SyncError

LOG = logging.getLogger(__name__)
NOUNS = (serve, config, school, class_, person, roster, trust, academy, pack, stick, sharing, sync, db, discovery)
SYSTEM_FILE = Path("/etc/schoolbox/schoolbox.toml")
INTERRUPTED = 130
FORESEEN = (BoxError, PackError, SyncError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = _parser().parse_args(arguments)
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="schoolbox", description="The server of a school without internet.")
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
