"""What somebody asked the command line for, with the settings that hold for it; and how verbs are declared."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from schoolbox.cli.outcome import Outcome
from schoolbox.config import Config

if TYPE_CHECKING:
    from schoolbox.wiring import Box

SETTINGS = (
    "data", "host", "port", "threads", "language", "name", "announce", "sync", "sticks", "log_level", "reserve_mb",
)  # fmt: skip
"""The settings that the command line can give."""


class Asked(msgspec.Struct, frozen=True):
    """The settings, the words behind the verb, and whether a program reads the answer."""

    config: Config
    words: argparse.Namespace
    json: bool

    @contextmanager
    def box(self, *, mend: bool = False) -> Iterator["Box"]:
        """The box of the data folder, for as long as the command runs; `serve` may have it open too.

        Args:
            mend: Replace a damaged database; only for who holds `serve.lock`.
        """
        from schoolbox.wiring import open_box

        box = open_box(self.config, mend=mend)
        try:
            yield box
        finally:
            box.close()


Verb: TypeAlias = Callable[[Asked], Outcome]
Parsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - its only name


def noun(nouns: Parsers, name: str, about: str) -> Parsers:
    """Declare a noun and return where its verbs go."""
    return nouns.add_parser(name, help=about, description=about).add_subparsers(
        dest="verb", metavar="VERB", required=True
    )


def verb(verbs: Parsers, name: str, run: Verb, about: str) -> argparse.ArgumentParser:
    """Declare a verb; its own words are added to what is returned."""
    parser = verbs.add_parser(name, help=about, description=about)
    add_common(parser)
    parser.set_defaults(run=run)
    return parser


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add what every command understands, before or after the noun and the verb."""
    absent = argparse.SUPPRESS
    parser.add_argument("--json", action="store_true", default=absent, help="answer for programs, not for people")
    parser.add_argument("--config", metavar="FILE", default=absent, help="read settings from this file")
    parser.add_argument("--data", metavar="FOLDER", default=absent, help="the data folder of the box")
