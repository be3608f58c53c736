"""What several commands take: the `--json` switch, key files and their passphrase."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from securesystemslib.signer import CryptoSigner

from content_packs.cli.output import Outcome
from content_packs.errors import KeyFileError
from content_packs.sign import load_signer

Command: TypeAlias = Callable[[argparse.Namespace], Outcome]
Nouns: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse gives it no other name


def add_command(commands: Nouns, name: str, run: Command, *, about: str) -> argparse.ArgumentParser:
    """Add a command that ends by calling `run`; the caller adds its own arguments."""
    parser = commands.add_parser(name, help=about, description=about)
    parser.add_argument("--json", action="store_true", help="write one JSON object instead of lines")
    parser.set_defaults(run=run)
    return parser


def add_passphrase(parser: argparse.ArgumentParser) -> None:
    """Let keys be locked: by a file, so that no passphrase stands on a command line."""
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="its first line unlocks the private keys")


def passphrase(arguments: argparse.Namespace) -> bytes | None:
    """Read the passphrase, if a file was named.

    Raises:
        KeyFileError: The file cannot be read, or its first line is empty.
    """
    path: Path | None = arguments.passphrase_file
    if path is None:
        return None
    try:
        first = path.read_bytes().partition(b"\n")[0].rstrip(b"\r")
    except OSError as exc:
        raise KeyFileError(path=path, problem=exc.strerror or str(exc)) from exc
    if not first:
        raise KeyFileError(path=path, problem="its first line is empty")
    return first


def signers(paths: Sequence[Path], arguments: argparse.Namespace) -> tuple[CryptoSigner, ...]:
    """Load private keys, all with the same passphrase if one was named.

    Raises:
        KeyFileError: One of them cannot be used.
    """
    secret = passphrase(arguments)
    return tuple(load_signer(path, passphrase=secret) for path in paths)
