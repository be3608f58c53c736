"""Private keys and passphrases, from files, from file descriptors, or from a person at a terminal.

A private key is named by its file, or as `fd:3`: whoever starts the command opened that descriptor to the key, as from
a secret store, and nothing has to lie on a disk. A passphrase never stands on a command line.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from getpass import getpass
from io import BufferedReader
from pathlib import Path

from securesystemslib.signer import CryptoSigner

from content_packs.errors import KeyFileError
from content_packs.sign.keys import KEY_FILE_BYTES_MAX, signer_of
from content_packs.sign.locking import is_locked

KEY_HELP = "private key: a file, or fd:N"


def add_passphrase(parser: argparse.ArgumentParser, *, prefix: str = "", use: str = "opens locked keys") -> None:
    """Let keys be locked; may be repeated where several keys have passphrases of their own."""
    dashed = f"{prefix}-" if prefix else ""
    parser.add_argument(
        f"--{dashed}passphrase-file", action="append", default=[], type=Path, metavar="FILE",
        help=f"its first line {use}",
    )  # fmt: skip
    parser.add_argument(
        f"--{dashed}passphrase-fd", action="append", default=[], type=int, metavar="N",
        help=f"the first line from this file descriptor {use}",
    )  # fmt: skip


def load_signers(places: Sequence[str], arguments: argparse.Namespace) -> tuple[CryptoSigner, ...]:
    """Load private keys; what is locked is opened by the passphrases that were given, or by asking at the terminal.

    Raises:
        KeyFileError: One of them cannot be used.
    """
    given = passphrases(arguments)
    return tuple(_load(place, given) for place in places)


def passphrases(arguments: argparse.Namespace, *, prefix: str = "") -> list[bytes]:
    """Read the passphrases that were given by files and descriptors.

    Raises:
        KeyFileError: One cannot be read, or its first line is empty.
    """
    before = f"{prefix}_" if prefix else ""
    files: list[Path] = getattr(arguments, f"{before}passphrase_file")
    descriptors: list[int] = getattr(arguments, f"{before}passphrase_fd")
    return [_first_line(str(path)) for path in files] + [_first_line(f"fd:{number}") for number in descriptors]


def old_passphrase(place: str, arguments: argparse.Namespace) -> bytes | None:
    """Give the passphrase that opens a key; None if it is not locked.

    Raises:
        KeyFileError: The key cannot be read, or nobody says the passphrase.
    """
    if not is_locked(read_place(place)):
        return None
    given = passphrases(arguments)
    return given[0] if given else _ask(f"Passphrase of {place}: ", place)


def new_passphrase(place: str, arguments: argparse.Namespace, *, prefix: str = "") -> bytes | None:
    """Give the passphrase a key is to be locked with; None only if that was said with `--no-passphrase`.

    Raises:
        KeyFileError: Nobody says it, or the person at the terminal typed two different ones.
    """
    if arguments.no_passphrase:
        return None
    given = passphrases(arguments, prefix=prefix)
    if given:
        return given[0]
    first = _ask(f"New passphrase for {place}: ", place)
    if _ask("The same again: ", place) != first:
        raise KeyFileError(path=Path(place), problem="the two passphrases differ; nothing was written")
    return first


def read_place(place: str) -> bytes:
    """Read a key from a file, or from `fd:N`, no more of it than a key can be.

    Raises:
        KeyFileError: It cannot be read.
    """
    with _opened(place) as source:
        return source.read(KEY_FILE_BYTES_MAX)


@contextmanager
def _opened(place: str) -> Iterator[BufferedReader]:
    """Open a file, or a descriptor that is open already and stays so."""
    try:
        is_descriptor = place.startswith("fd:")
        with open(int(place[3:]) if is_descriptor else place, "rb", closefd=not is_descriptor) as source:
            yield source
    except ValueError as exc:
        raise KeyFileError(path=Path(place), problem="is not fd: and the number of an open descriptor") from exc
    except OSError as exc:
        raise KeyFileError(path=Path(place), problem=exc.strerror or str(exc)) from exc


def _load(place: str, given: Sequence[bytes]) -> CryptoSigner:
    """Load one private key."""
    path, pem = Path(place), read_place(place)
    if not is_locked(pem):
        return signer_of(pem, path, passphrase=None)
    for passphrase in given[:-1]:
        try:
            return signer_of(pem, path, passphrase=passphrase)
        except KeyFileError:
            continue
    return signer_of(pem, path, passphrase=given[-1] if given else _ask(f"Passphrase of {place}: ", place))


def _first_line(place: str) -> bytes:
    """Read a passphrase."""
    with _opened(place) as source:
        first = source.readline(KEY_FILE_BYTES_MAX).rstrip(b"\r\n")
    if not first:
        raise KeyFileError(path=Path(place), problem="its first line is empty")
    return first


def _ask(question: str, place: str) -> bytes:
    """Ask the person at the terminal, if there is one."""
    if not sys.stdin.isatty():
        problem = "a passphrase is needed: --passphrase-file, --passphrase-fd, or a person at a terminal"
        raise KeyFileError(path=Path(place), problem=problem)
    try:
        return getpass(question).encode()
    except EOFError as exc:
        raise KeyFileError(path=Path(place), problem="no passphrase was typed") from exc
