"""`content-packs key new|show|lock`: signing keys and their passphrases."""

import argparse
from pathlib import Path

from content_packs.cli.arguments import Nouns, add_command, add_noun
from content_packs.cli.output import Outcome, Result
from content_packs.cli.unlocking import (
    KEY_HELP,
    add_passphrase,
    load_signers,
    new_passphrase,
    old_passphrase,
    read_place,
)
from content_packs.durable import Disk
from content_packs.sign import load_public, lock_key, new_key
from content_packs.sign.key_change import short_id
from content_packs.sign.locking import is_locked


class KeyMade(Result, frozen=True):
    """Where the two halves are, and how the key is called in metadata."""

    private: str
    public: str
    keyid: str
    locked: bool


class KeyShown(Result, frozen=True):
    """What can be told of a key: its id, its public half in hexadecimal digits, whether a passphrase locks it."""

    path: str
    keyid: str
    public: str
    locked: bool


class KeyLocked(Result, frozen=True):
    """Whether a passphrase locks the key now."""

    path: str
    locked: bool


def add_to(nouns: Nouns) -> None:
    """Add the verbs of `key` to the command line."""
    verbs = add_noun(nouns, "key", about="signing keys and their passphrases")
    new = add_command(verbs, "new", _new, about="Make an Ed25519 key: KEYFILE to keep, KEYFILE.pub to give away.")
    new.add_argument("keyfile", type=Path, metavar="KEYFILE")
    add_passphrase(new, use="locks the new key")
    new.add_argument("--no-passphrase", action="store_true", help="leave it open, for a machine that signs by itself")

    show = add_command(verbs, "show", _show, about="Say how a key is called in metadata, and whether it is locked.")
    show.add_argument("key", metavar="KEY", help=f"public or {KEY_HELP}")
    add_passphrase(show)

    lock = add_command(verbs, "lock", _lock, about="Set, change or remove the passphrase of a private key.")
    lock.add_argument("keyfile", type=Path, metavar="KEYFILE")
    add_passphrase(lock, use="opens the key as it is")
    add_passphrase(lock, prefix="new", use="locks it from now on")
    lock.add_argument("--no-passphrase", action="store_true", help="remove the passphrase")


def _new(arguments: argparse.Namespace) -> Outcome:
    path: Path = arguments.keyfile
    passphrase = new_passphrase(str(path), arguments)
    public = new_key(path, Disk(), passphrase=passphrase)
    made = KeyMade(
        private=str(path), public=str(public), keyid=load_public(public).keyid, locked=passphrase is not None
    )
    lock = "locked by your passphrase" if made.locked else "not locked: whoever has the file can sign"
    lines = (
        f"Keep safe and secret: {made.private} ({lock})",
        f"Give away: {made.public}",
        f"Key {short_id(made.keyid)}",
    )
    return Outcome(lines, made)


def _show(arguments: argparse.Namespace) -> Outcome:
    place: str = arguments.key
    is_public = not place.startswith("fd:") and b"PUBLIC KEY" in read_place(place)
    locked = not is_public and not place.startswith("fd:") and is_locked(read_place(place))
    key = load_public(Path(place)) if is_public else load_signers([place], arguments)[0].public_key
    shown = KeyShown(path=place, keyid=key.keyid, public=str(key.keyval["public"]), locked=locked)
    kind = "public" if is_public else f"private, {'locked' if locked else 'not locked'}"
    lines = (f"{place}: {kind}", f"Key {short_id(shown.keyid)} ({shown.keyid})", f"Public half {shown.public}")
    return Outcome(lines, shown)


def _lock(arguments: argparse.Namespace) -> Outcome:
    path: Path = arguments.keyfile
    old = old_passphrase(str(path), arguments)
    new = new_passphrase(str(path), arguments, prefix="new")
    lock_key(path, Disk(), old=old, new=new)
    result = KeyLocked(path=str(path), locked=new is not None)
    state = "locked by the new passphrase" if result.locked else "not locked: whoever has the file can sign"
    return Outcome((f"{path}: {state}",), result)
