"""`content-packs build`: a pack from its source."""

import argparse
from pathlib import Path

from content_packs.build import build_pack
from content_packs.cli.arguments import Nouns, add_command
from content_packs.cli.output import Outcome, Result, counted
from content_packs.durable import Disk


class PackBuilt(Result, frozen=True):
    """Which pack was built, and whether anything had to be written."""

    pack: str
    version: int
    manifest_sha256: str
    items: int
    size_bytes: int
    changed: bool


def add_to(nouns: Nouns) -> None:
    """Add `build` to the command line."""
    parser = add_command(nouns, "build", _build, about="Check, measure and hash a source folder with pack.toml.")
    parser.add_argument("source", type=Path, metavar="SOURCE")
    parser.add_argument("--out", type=Path, required=True, metavar="BUILT", help="folder for the result")


def _build(arguments: argparse.Namespace) -> Outcome:
    built = build_pack(arguments.source, arguments.out, Disk())
    manifest = built.manifest
    result = PackBuilt(
        pack=manifest.pack,
        version=manifest.version,
        manifest_sha256=built.manifest_sha256,
        items=sum(1 for _ in manifest.items()),
        size_bytes=manifest.size_bytes,
        changed=built.changed,
    )
    state = "built" if built.changed else "unchanged"
    return Outcome((f"{result.pack} version {result.version}: {state}, {counted(result.items, 'item')}",), result)
