"""`content-packs catalogue renew|drop`: sign a publisher's catalogue again, with new keys or without a pack."""

import argparse
from pathlib import Path

from content_packs.cli.arguments import Nouns, add_command, add_noun
from content_packs.cli.output import Outcome, Result
from content_packs.cli.unlocking import KEY_HELP, add_passphrase, load_signers
from content_packs.clock import SystemClock
from content_packs.durable import Disk
from content_packs.sign import renew_catalogue
from content_packs.sign.catalogue import drop_pack
from content_packs.trust import Catalogue


class ListedVersion(Result, frozen=True):
    """One pack version the catalogue names."""

    pack: str
    version: int
    manifest_sha256: str


class CatalogueRenewed(Result, frozen=True):
    """What was signed again."""

    shelf: str
    publisher: str
    catalogue_version: int
    packs: tuple[ListedVersion, ...]


def add_to(nouns: Nouns) -> None:
    """Add the verbs of `catalogue` to the command line."""
    verbs = add_noun(nouns, "catalogue", about="a publisher's signed list of packs")
    renew = add_command(verbs, "renew", _renew, about="Sign a publisher's catalogue again, as after its keys changed.")
    renew.add_argument("shelf", type=Path, metavar="SHELF")
    renew.add_argument("publisher", metavar="ID")
    about = "Take a pack back: sign its publisher's catalogue without it. Boxes that see it hide the pack."
    drop = add_command(verbs, "drop", _drop, about=about)
    drop.add_argument("shelf", type=Path, metavar="SHELF")
    drop.add_argument("pack", metavar="PACK", help="as mash:thyesat-6")
    for command in (renew, drop):
        command.add_argument("--key", action="append", required=True, metavar="KEY", help=f"{KEY_HELP}; repeat")
        add_passphrase(command)


def _renew(arguments: argparse.Namespace) -> Outcome:
    signers = load_signers(arguments.key, arguments)
    catalogue = renew_catalogue(
        arguments.shelf, arguments.publisher, signers, disk=Disk(), clock=SystemClock()
    )
    return _signed(arguments, catalogue)


def _drop(arguments: argparse.Namespace) -> Outcome:
    signers = load_signers(arguments.key, arguments)
    catalogue = drop_pack(arguments.shelf, arguments.pack, signers, disk=Disk(), clock=SystemClock())
    return _signed(arguments, catalogue)


def _signed(arguments: argparse.Namespace, catalogue: Catalogue) -> Outcome:
    """Say what the catalogue names now."""
    listed = tuple(
        ListedVersion(pack=each.pack_id, version=each.version, manifest_sha256=each.manifest_sha256)
        for each in catalogue.listings
    )
    result = CatalogueRenewed(
        shelf=str(arguments.shelf), publisher=catalogue.publisher, catalogue_version=catalogue.version, packs=listed
    )
    lines = [f"{catalogue.publisher}: catalogue version {catalogue.version} is signed, with these packs:"]
    lines += [f"  {each.pack} version {each.version} ({each.manifest_sha256[:8]})" for each in listed]
    return Outcome(tuple(lines), result)
