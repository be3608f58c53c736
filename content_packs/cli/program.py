"""`content-packs program`: versions of the program of boxes, made, signed, shown (deploy/raspberrypi/UPDATES.md)."""

import argparse
from pathlib import Path

from content_packs.cli.arguments import Nouns, add_command, add_noun, names
from content_packs.cli.output import Outcome, Result
from content_packs.cli.unlocking import KEY_HELP, add_passphrase, load_signers
from content_packs.clock import SystemClock
from content_packs.durable import Disk
from content_packs.errors import NotOfferedError, SourceError
from content_packs.manifest import Text
from content_packs.programs.build import ProgramFacts, build_program
from content_packs.programs.manifest import PROGRAM, PUBLISHER
from content_packs.programs.offer import newest, read_program
from content_packs.programs.sign import sign_program
from content_packs.shelf import DirectoryShelf
from content_packs.sign.reading import read_shelf


class ProgramMade(Result, frozen=True):
    """What was built."""

    version: str
    manifest_sha256: str
    packed_bytes: dict[str, int]
    unpacked_bytes: dict[str, int]


class ProgramSignedResult(Result, frozen=True):
    """Which version the shelf offers now, and whether that is new."""

    version: str
    manifest_sha256: str
    catalogue_version: int
    changed: bool


class ProgramShown(Result, frozen=True):
    """The newest program on a shelf."""

    version: str
    released_at: str
    news: Text
    needs_base: int
    needs_python: str
    machines: tuple[str, ...]
    size_bytes: int
    catalogue_version: int


def add_to(nouns: Nouns) -> None:
    """Add `program` to the command line."""
    verbs = add_noun(nouns, "program", about="Make, sign and show versions of the program that boxes run.")
    build = add_command(verbs, "build", _build, about="Pack unpacked programs, one folder for each kind of machine.")
    build.add_argument("--tree", action="append", required=True, metavar="MACHINE=FOLDER", help="as aarch64=out/a")
    build.add_argument("--version", required=True, metavar="X.Y.Z")
    build.add_argument("--released-at", required=True, metavar="TIME", help="as 2026-09-01T08:00:00Z")
    build.add_argument("--news", action="append", required=True, metavar="LANG=TEXT", help="what is new; repeat")
    build.add_argument("--base", type=int, required=True, metavar="N", help="the oldest system it runs on")
    build.add_argument("--python", required=True, metavar="3.N", help="the Python it runs on")
    build.add_argument("--out", type=Path, required=True, metavar="BUILT")
    sign = add_command(verbs, "sign", _sign, about="Sign a built program onto a shelf of programs.")
    sign.add_argument("built", type=Path, metavar="BUILT")
    sign.add_argument("--key", action="append", required=True, metavar="KEY", help=f"{KEY_HELP}; repeat")
    sign.add_argument("--shelf", type=Path, required=True, metavar="PROGRAMS", help="the folder `programs`")
    add_passphrase(sign)
    show = add_command(verbs, "show", _show, about="Show the newest program on a shelf of programs, all checked.")
    show.add_argument("shelf", type=Path, metavar="PROGRAMS")


def _build(arguments: argparse.Namespace) -> Outcome:
    trees = {}
    for each in arguments.tree:
        machine, equals, folder = each.partition("=")
        if not equals or machine in trees:
            raise SourceError(path=f"--tree {each}", problem="is not MACHINE=FOLDER, each machine once")
        trees[machine] = Path(folder)
    facts = ProgramFacts(
        version=arguments.version, released_at=arguments.released_at, news=names(arguments.news),
        base=arguments.base, python=arguments.python,
    )  # fmt: skip
    built = build_program(trees, facts, arguments.out, Disk())
    result = ProgramMade(
        version=built.version, manifest_sha256=built.manifest_sha256, packed_bytes=dict(built.packed_bytes),
        unpacked_bytes=dict(built.unpacked_bytes),
    )  # fmt: skip
    lines = [f"{built.version}: {built.manifest_sha256}"]
    lines += [
        f"  {machine}: {size} bytes, {built.unpacked_bytes[machine]} unpacked"
        for machine, size in built.packed_bytes.items()
    ]
    return Outcome(tuple(lines), result)


def _sign(arguments: argparse.Namespace) -> Outcome:
    keys = load_signers(arguments.key, arguments)
    signed = sign_program(arguments.built, arguments.shelf, keys, disk=Disk(), clock=SystemClock())
    result = ProgramSignedResult(
        version=signed.version, manifest_sha256=signed.manifest_sha256,
        catalogue_version=signed.catalogue_version, changed=signed.changed,
    )  # fmt: skip
    state = f"signed, catalogue version {signed.catalogue_version}" if signed.changed else "signed already"
    return Outcome((f"{signed.version}: {state}",), result)


def _show(arguments: argparse.Namespace) -> Outcome:
    shelf = DirectoryShelf(arguments.shelf)
    trust = read_shelf(shelf).trust
    listing = newest(trust)
    if listing is None:
        raise NotOfferedError(pack_id=PROGRAM)
    program = read_program(shelf, listing)
    shown = ProgramShown(
        version=program.version, released_at=program.released_at, news=program.news, needs_base=program.needs.base,
        needs_python=program.needs.python, machines=tuple(part.machine for part in program.parts),
        size_bytes=sum(part.size_bytes for part in program.parts),
        catalogue_version=trust.catalogues[PUBLISHER].version,
    )  # fmt: skip
    needs = f"needs system {shown.needs_base} and Python {shown.needs_python}"
    lines = [f"{shown.version} of {shown.released_at}: {', '.join(shown.machines)}, {shown.size_bytes} bytes, {needs}"]
    return Outcome((*lines, *(f"  {language}: {text}" for language, text in shown.news.items())), shown)
