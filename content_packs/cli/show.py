"""`content-packs show`: what is in a shelf, a source or a built pack."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from content_packs.build import BUILT_NAME, read_built
from content_packs.cli.arguments import Nouns, add_command
from content_packs.cli.output import Outcome, Result
from content_packs.errors import MissingOnShelfError
from content_packs.manifest import Manifest, Text
from content_packs.offers import read_manifest
from content_packs.shelf import DirectoryShelf
from content_packs.sign.reading import read_shelf
from content_packs.source import SOURCE_NAME, PackSource, read_source


class UnitShown(Result, frozen=True):
    """A unit with the titles of its items."""

    title: Text
    items: tuple[Text, ...]


class PackShown(Result, frozen=True):
    """A pack in short."""

    pack: str
    version: int
    title: Text
    language: str
    subject: str
    grades: tuple[int, ...]
    units: tuple[UnitShown, ...]
    publisher_names: Text | None = None


class Shown(Result, frozen=True):
    """Every pack that was found."""

    packs: tuple[PackShown, ...]


def add_to(nouns: Nouns) -> None:
    """Add `show` to the command line."""
    parser = add_command(nouns, "show", _show, about="Say what is in a shelf, a source or a built pack.")
    parser.add_argument("target", type=Path, metavar="SHELF|SOURCE|BUILT")


def _show(arguments: argparse.Namespace) -> Outcome:
    target: Path = arguments.target
    if (target / SOURCE_NAME).is_file():
        packs = [_pack(read_source(target))]
    elif (target / BUILT_NAME).is_file():
        packs = [_pack(read_built(target)[0])]
    else:
        packs = list(_on_shelf(DirectoryShelf(target)))
    lines = [line for pack in packs for line in _lines(pack)] or ["no packs"]
    return Outcome(tuple(lines), Shown(packs=tuple(packs)))


def _on_shelf(shelf: DirectoryShelf) -> Iterator[PackShown]:
    """Every version of every pack on a shelf whose signatures are right."""
    trust = read_shelf(shelf).trust
    for catalogue in trust.catalogues.values():
        for listing in catalogue.listings:
            try:
                manifest = listing.open(read_manifest(shelf, listing))
            except MissingOnShelfError:
                continue
            yield _pack(manifest, trust.publisher(catalogue.publisher).names)


def _pack(pack: PackSource | Manifest, publisher_names: Text | None = None) -> PackShown:
    """A pack in short, from its source or its manifest."""
    return PackShown(
        pack=pack.pack,
        version=pack.version,
        title=pack.title,
        language=pack.language,
        subject=pack.subject,
        grades=pack.grades,
        units=tuple(UnitShown(title=unit.title, items=tuple(item.title for item in unit.items)) for unit in pack.units),
        publisher_names=publisher_names,
    )


def _lines(pack: PackShown) -> Iterator[str]:
    """A pack as people read it, in its own language."""
    grades = ", ".join(str(grade) for grade in pack.grades)
    yield f"{pack.pack} version {pack.version}: {_said(pack.title, pack.language)} ({pack.subject}, grades {grades})"
    if pack.publisher_names:
        yield f"  signed by {_said(pack.publisher_names, pack.language)}"
    for unit in pack.units:
        yield f"  {_said(unit.title, pack.language)}"
        yield from (f"    - {_said(title, pack.language)}" for title in unit.items)


def _said(text: Text, language: str) -> str:
    """The words in a language, or in the first one there is, without what could steer a terminal."""
    words = text.get(language) or next(iter(text.values()), "")
    return "".join(letter if letter.isprintable() else "?" for letter in words)
