"""`content-packs verify`: check every signature and read every file of a shelf."""

import argparse
import hashlib
from collections.abc import Iterator
from pathlib import Path

from content_packs.cli.arguments import Nouns, add_command
from content_packs.cli.messages import failure
from content_packs.cli.output import OK, Outcome, Result, counted
from content_packs.errors import KeyFileError, MissingOnShelfError, OlderMetadataError, PackError, TamperedError
from content_packs.manifest import File, Manifest
from content_packs.offers import read_manifest
from content_packs.paths import blob_name
from content_packs.shelf import DirectoryShelf
from content_packs.sign.reading import read_shelf
from content_packs.store import BUFFER_BYTES
from content_packs.trust import Applied


class Problem(Result, frozen=True):
    """One thing that is wrong, by its name on the shelf."""

    name: str
    error: str
    what: str


class ShelfVerified(Result, frozen=True):
    """What verifying a shelf found."""

    shelf: str
    packs: int
    files: int
    problems: tuple[Problem, ...]


def add_to(nouns: Nouns) -> None:
    """Add `verify` to the command line."""
    parser = add_command(nouns, "verify", _verify, about="Check every signature and read every file of a shelf.")
    parser.add_argument("shelf", type=Path, metavar="SHELF")
    parser.add_argument("--root", type=Path, metavar="ROOT.json", help="the first root you were given in person")


def _verify(arguments: argparse.Namespace) -> Outcome:
    shelf = DirectoryShelf(arguments.shelf)
    applied = read_shelf(shelf, root=_root(arguments.root))
    found: list[tuple[str, PackError]] = [
        (refusal.name, refusal.error)
        for refusal in applied.refused
        if not isinstance(refusal.error, OlderMetadataError)
    ]
    manifests = list(_manifests(shelf, applied, found))
    files = {file.sha256: file for manifest in manifests for file in manifest.files().values()}
    for file in files.values():
        try:
            _check(shelf, file)
        except PackError as exc:
            found.append((blob_name(file.sha256, file.ext), exc))
    return _outcome(arguments, len(manifests), len(files), found)


def _check(shelf: DirectoryShelf, file: File) -> None:
    """Read a blob whole; raise what is wrong with it."""
    digest = hashlib.sha256()
    buffer = memoryview(bytearray(BUFFER_BYTES))
    with shelf.open_blob(file.sha256, file.ext) as blob:
        while count := blob.readinto(buffer):
            digest.update(buffer[:count])
    if digest.hexdigest() != file.sha256:
        raise TamperedError(name=blob_name(file.sha256, file.ext), sha256=file.sha256)


def _root(path: Path | None) -> bytes | None:
    """Read the root that was given in person."""
    try:
        return path.read_bytes() if path else None
    except OSError as exc:
        raise KeyFileError(path=path or Path(), problem=exc.strerror or str(exc)) from exc


def _manifests(
    shelf: DirectoryShelf, applied: Applied, found: list[tuple[str, PackError]]
) -> Iterator[Manifest]:
    """Every manifest that is there and right; a shelf may lack some (FORMAT 2.5), but not hold wrong ones."""
    for catalogue in applied.trust.catalogues.values():
        for listing in catalogue.listings:
            try:
                yield listing.open(read_manifest(shelf, listing))
            except MissingOnShelfError:
                continue
            except PackError as exc:
                found.append((listing.path, exc))


def _outcome(
    arguments: argparse.Namespace, packs: int, files: int, found: list[tuple[str, PackError]]
) -> Outcome:
    """Say what was found; the exit code is that of the first problem."""
    explained = [(name, error, failure(error)) for name, error in found]
    problems = tuple(
        Problem(name=name, error=type(error).__name__, what=told.lines[0]) for name, error, told in explained
    )
    result = ShelfVerified(shelf=str(arguments.shelf), packs=packs, files=files, problems=problems)
    counts = (counted(packs, "pack version"), counted(files, "file"), counted(len(problems), "problem"))
    lines = [f"{arguments.shelf}: {', '.join(counts)}"]
    lines += [problem.what for problem in problems]
    if arguments.root is None:
        lines.append("The shelf was checked against its own root; give --root to know whose it is.")
    return Outcome(tuple(lines), result, explained[0][2].exit_code if explained else OK)
