"""`content-packs registry init|add-publisher|remove-publisher`: the signed list of publishers on a shelf."""

import argparse
from pathlib import Path

from content_packs.cli.arguments import Nouns, add_command, add_passphrase, signers
from content_packs.cli.output import Outcome, Result
from content_packs.clock import SystemClock
from content_packs.durable import Disk
from content_packs.errors import SourceError
from content_packs.sign import RegistryDesk, load_public


class RegistryChange(Result, frozen=True):
    """What was asked of a registry, and whether anything had to be written."""

    shelf: str
    changed: bool
    publisher: str | None = None


def add_to(nouns: Nouns) -> None:
    """Add the verbs of `registry` to the command line."""
    verbs = nouns.add_parser("registry", help="the list of publishers").add_subparsers(required=True, metavar="VERB")
    init = add_command(verbs, "init", _init, about="Start a registry on a shelf.")
    init.add_argument("shelf", type=Path, metavar="SHELF")
    init.add_argument("--root-key", type=Path, action="append", required=True, metavar="KEY", help="offline; repeat")
    init.add_argument("--threshold", type=int, default=1, metavar="N", help="how many root keys must sign (1)")
    init.add_argument("--registry-key", type=Path, required=True, metavar="KEY")
    add_passphrase(init)

    put = add_command(verbs, "add-publisher", _add, about="Add a publisher, or change its names and keys.")
    put.add_argument("shelf", type=Path, metavar="SHELF")
    put.add_argument("publisher", metavar="ID")
    put.add_argument("--key", type=Path, action="append", required=True, metavar="PUBKEY", help="public; repeat")
    put.add_argument("--threshold", type=int, default=1, metavar="N", help="how many of its keys must sign (1)")
    put.add_argument("--name", action="append", required=True, metavar="LANG=NAME", help="shown to people; repeat")
    put.add_argument("--min-version", type=int, default=1, metavar="N", help="of its catalogue, after a stolen key")
    put.add_argument("--registry-key", type=Path, required=True, metavar="KEY")
    add_passphrase(put)

    drop = add_command(verbs, "remove-publisher", _remove, about="Revoke a publisher: boxes hide its packs.")
    drop.add_argument("shelf", type=Path, metavar="SHELF")
    drop.add_argument("publisher", metavar="ID")
    drop.add_argument("--registry-key", type=Path, required=True, metavar="KEY")
    add_passphrase(drop)


def _init(arguments: argparse.Namespace) -> Outcome:
    roots = signers(arguments.root_key, arguments)
    changed = _desk(arguments).begin(roots, threshold=arguments.threshold)
    line = f"{arguments.shelf}: " + ("a registry is started" if changed else "this registry is there already")
    step = f"Boxes are given {arguments.shelf}/meta/1.root.json once, in person."
    return Outcome((line, step), RegistryChange(shelf=str(arguments.shelf), changed=changed))


def _add(arguments: argparse.Namespace) -> Outcome:
    changed = _desk(arguments).add_publisher(
        arguments.publisher,
        names=_names(arguments.name),
        keys=[load_public(path) for path in arguments.key],
        threshold=arguments.threshold,
        min_version=arguments.min_version,
    )
    return _changed(arguments, "is listed" if changed else "is listed like this already", changed=changed)


def _remove(arguments: argparse.Namespace) -> Outcome:
    _desk(arguments).remove_publisher(arguments.publisher)
    return _changed(arguments, "is no longer listed", changed=True)


def _desk(arguments: argparse.Namespace) -> RegistryDesk:
    """The registry of the shelf with the key that signs it."""
    (signer,) = signers([arguments.registry_key], arguments)
    return RegistryDesk(arguments.shelf, signer, disk=Disk(), clock=SystemClock())


def _changed(arguments: argparse.Namespace, what: str, *, changed: bool) -> Outcome:
    """Say what became of a publisher."""
    result = RegistryChange(shelf=str(arguments.shelf), changed=changed, publisher=arguments.publisher)
    return Outcome((f"{arguments.publisher} {what}",), result)


def _names(options: list[str]) -> dict[str, str]:
    """Read `sq=Ministria e Arsimit` options."""
    names = {}
    for option in options:
        language, equals, name = option.partition("=")
        if not equals or not language or not name.strip():
            raise SourceError(path=f"--name {option}", problem="is not LANG=NAME")
        names[language] = name.strip()
    return names
