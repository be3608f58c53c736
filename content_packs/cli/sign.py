"""`content-packs sign`: a built pack onto a shelf."""

import argparse
from pathlib import Path

from content_packs.cli.arguments import Nouns, add_command
from content_packs.cli.output import Outcome, Result
from content_packs.cli.unlocking import KEY_HELP, add_passphrase, load_signers
from content_packs.clock import SystemClock
from content_packs.durable import Disk
from content_packs.sign import sign_pack


class PackSigned(Result, frozen=True):
    """Which pack version the catalogue names now, and whether that is new."""

    pack: str
    version: int
    manifest_sha256: str
    catalogue_version: int
    changed: bool


def add_to(nouns: Nouns) -> None:
    """Add `sign` to the command line."""
    parser = add_command(nouns, "sign", _sign, about="Sign a built pack into its publisher's catalogue on a shelf.")
    parser.add_argument("built", type=Path, metavar="BUILT")
    parser.add_argument("--key", action="append", required=True, metavar="KEY", help=f"{KEY_HELP}; repeat")
    parser.add_argument("--shelf", type=Path, required=True, metavar="SHELF")
    add_passphrase(parser)


def _sign(arguments: argparse.Namespace) -> Outcome:
    keys = load_signers(arguments.key, arguments)
    signed = sign_pack(arguments.built, arguments.shelf, keys, disk=Disk(), clock=SystemClock())
    result = PackSigned(
        pack=signed.pack_id,
        version=signed.version,
        manifest_sha256=signed.manifest_sha256,
        catalogue_version=signed.catalogue_version,
        changed=signed.changed,
    )
    state = f"signed, catalogue version {signed.catalogue_version}" if signed.changed else "signed already"
    return Outcome((f"{signed.pack_id} version {signed.version}: {state}",), result)
