"""`content-packs archive`: packs of a shelf as one zip file, to be put on a website and uploaded to a box."""

import argparse
from pathlib import Path

from content_packs.archive import write_archive
from content_packs.cli.arguments import Nouns, add_command
from content_packs.cli.output import Outcome, Result, counted
from content_packs.durable import Disk
from content_packs.errors import SourceError
from content_packs.shelf import DirectoryShelf


class PackArchived(Result, frozen=True):
    """A pack that is in the archive."""

    pack: str
    version: int
    size_bytes: int


class ArchiveWritten(Result, frozen=True):
    """An archive and what is in it."""

    archive: str
    size_bytes: int
    files: int
    packs: tuple[PackArchived, ...]


def add_to(nouns: Nouns) -> None:
    """Add `archive` to the command line."""
    about = "Write packs of a shelf into one zip file, for a website or an upload."
    parser = add_command(nouns, "archive", _archive, about=about)
    parser.add_argument("shelf", type=Path, metavar="SHELF")
    parser.add_argument("out", type=Path, metavar="OUT.zip")
    parser.add_argument("packs", nargs="*", default=(), metavar="PACK", help="as mash:thyesat-6; all if none is named")
    parser.add_argument("--replace", action="store_true", help="also if there is a file OUT.zip already")


def _archive(arguments: argparse.Namespace) -> Outcome:
    if arguments.out.exists() and not arguments.replace:
        raise SourceError(path=str(arguments.out), problem="is there already; --replace writes it anew")
    done = write_archive(DirectoryShelf(arguments.shelf), arguments.out, arguments.packs, disk=Disk())
    packs = tuple(
        PackArchived(pack=each.pack, version=each.version, size_bytes=each.size_bytes) for each in done.packs
    )
    result = ArchiveWritten(archive=str(arguments.out), size_bytes=done.size_bytes, files=done.files, packs=packs)
    lines = [f"{arguments.out}: {counted(len(packs), 'pack')}, {counted(done.files, 'file')}, {done.size_bytes} bytes"]
    lines += [f"  {each.pack} version {each.version}, {each.size_bytes} bytes" for each in packs]
    return Outcome(tuple(lines), result)
