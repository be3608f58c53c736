"""What several commands take: the `--json` switch, names per language, lists of keys."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from content_packs.cli.output import Outcome
from content_packs.errors import SourceError
from content_packs.manifest import Text
from content_packs.sign import KeyChange, load_public

Command: TypeAlias = Callable[[argparse.Namespace], Outcome]
Nouns: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse gives it no other name


def add_noun(nouns: Nouns, name: str, *, about: str) -> Nouns:
    """Add a noun and give where its verbs go."""
    return nouns.add_parser(name, help=about, description=about).add_subparsers(required=True, metavar="VERB")


def add_command(commands: Nouns, name: str, run: Command, *, about: str) -> argparse.ArgumentParser:
    """Add a command that ends by calling `run`; the caller adds its own arguments."""
    parser = commands.add_parser(name, help=about, description=about)
    parser.add_argument("--json", action="store_true", help="write one JSON object instead of lines")
    parser.set_defaults(run=run)
    return parser


def add_key_change(parser: argparse.ArgumentParser, prefix: str, whose: str) -> None:
    """Let keys come and go: `--[prefix-]key`, `--drop-[prefix-]key`, `--[prefix-]threshold`."""
    dashed = f"{prefix}-" if prefix else ""
    parser.add_argument(
        f"--{dashed}key", action="append", default=[], metavar="PUBKEY", help=f"a key of {whose} comes; repeat"
    )
    parser.add_argument(
        f"--drop-{dashed}key", action="append", default=[], metavar="PUBKEY|ID", help=f"a key of {whose} goes"
    )
    parser.add_argument(f"--{dashed}threshold", type=int, metavar="N", help=f"how many keys of {whose} must sign")


def key_change(arguments: argparse.Namespace, prefix: str = "") -> KeyChange:
    """Read what `add_key_change` added.

    Raises:
        KeyFileError: A file that was named is no public key.
    """
    before = f"{prefix}_" if prefix else ""
    named: dict[str, Sequence[str]] = vars(arguments)
    return KeyChange(
        add=[load_public(Path(path)) for path in named[f"{before}key"]],
        drop=[_key_id(name) for name in named[f"drop_{before}key"]],
        threshold=getattr(arguments, f"{before}threshold"),
    )


def names(options: Sequence[str]) -> Text:
    """Read `sq=Ministria e Arsimit` options; `sq=` takes a language out.

    Raises:
        SourceError: One of them is not like this.
    """
    found = {}
    for option in options:
        language, equals, name = option.partition("=")
        if not equals or not language:
            raise SourceError(path=f"--name {option}", problem="is not LANG=NAME")
        found[language] = name.strip()
    return found


def _key_id(name: str) -> str:
    """The id of a key that is named by its public file or by its id."""
    path = Path(name)
    return load_public(path).keyid if path.is_file() else name
