"""`content-packs catalogue renew`: sign a publisher's catalogue again, with new keys."""

import argparse
from pathlib import Path

from content_packs.cli.arguments import Nouns, add_command, add_noun
from content_packs.cli.output import Outcome, Result
from content_packs.cli.unlocking import KEY_HELP, add_passphrase, load_signers
from content_packs.clock import SystemClock
from content_packs.durable import Disk
from content_packs.sign import renew_catalogue


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
    renew.add_argument("--key", action="append", required=True, metavar="KEY", help=f"{KEY_HELP}; repeat")
    add_passphrase(renew)


def _renew(arguments: argparse.Namespace) -> Outcome:
    signers = load_signers(arguments.key, arguments)
    catalogue = renew_catalogue(
        arguments.shelf, arguments.publisher, signers, disk=Disk(), clock=SystemClock()
    )
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
