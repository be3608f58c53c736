"""`content-packs key new`: make a signing key."""

import argparse
from pathlib import Path

from content_packs.cli.arguments import Nouns, add_command, add_passphrase, passphrase
from content_packs.cli.output import Outcome, Result
from content_packs.durable import Disk
from content_packs.sign import load_public, new_key


class KeyMade(Result, frozen=True):
    """Where the two halves are, and how the key is called in metadata."""

    private: str
    public: str
    keyid: str


def add_to(nouns: Nouns) -> None:
    """Add `key new` to the command line."""
    verbs = nouns.add_parser("key", help="signing keys").add_subparsers(required=True, metavar="VERB")
    parser = add_command(verbs, "new", _new, about="Make an Ed25519 key: KEYFILE to keep, KEYFILE.pub to give away.")
    parser.add_argument("keyfile", type=Path, metavar="KEYFILE")
    add_passphrase(parser)


def _new(arguments: argparse.Namespace) -> Outcome:
    path: Path = arguments.keyfile
    public = new_key(path, Disk(), passphrase=passphrase(arguments))
    made = KeyMade(private=str(path), public=str(public), keyid=load_public(public).keyid)
    lines = (f"Keep safe and secret: {made.private}", f"Give to the registry: {made.public}")
    return Outcome(lines, made)
