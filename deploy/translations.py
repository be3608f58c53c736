"""What the catalogues of each language lack: `make translations`, or `make translations OF=sr` for all of one language.

Prints how many sentences are missing (not translated yet), stale (no longer said anywhere), fuzzy or empty, or wrong
(other facts than the English sentence, a form of number too few or too many, two parts that disagree, a rule for
numbers that is not the language's). With one language named, each of them is listed, and those that are missing as
entries to be filled in, by the part in which Albanian has them.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec
from babel.core import UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from sync.languages import KNOWN

ROOT = Path(__file__).parents[1]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
FACT = re.compile(r"%\((\w+)\)[a-z]|%%")
FOLDERS = tuple(dict.fromkeys(one.catalogue for one in KNOWN.values() if one.catalogue))
Id = str | tuple[str, ...]
KINDS = ("missing", "stale", "fuzzy", "wrong")


class Program(msgspec.Struct, frozen=True):
    """Where a program keeps its words: the box a folder a language, the hub a file."""

    name: str
    package: Path
    several: bool

    def parts(self, folder: str) -> list[Path]:
        """The files of a language."""
        place = self.package / "translations"
        return sorted((place / folder).glob("*.po")) if self.several else sorted(place.glob(f"{folder}.po"))


PROGRAMS = (Program("box", ROOT / "schoolbox", several=True), Program("hub", ROOT / "sync" / "hub", several=False))


class Finding(msgspec.Struct, frozen=True):
    """One thing that is not as it should be."""

    kind: str
    part: str
    id: Id
    why: str = ""


@cache
def said(program: Program) -> Mapping[Id, str]:
    """Every sentence of a program and one place where it is said."""
    files = [*program.package.rglob("*.py")]
    files += [path for path in (program.package / "templates").rglob("*") if path.suffix in (".html", ".txt")]
    found = ((id_, f"{path.relative_to(program.package)}:{line}") for path in sorted(files) for line, id_ in _of(path))
    return {id_: place for id_, place in found if id_}


def _of(path: Path) -> Iterator[tuple[int, Id]]:
    if path.suffix == ".py":
        for line, found, _, _ in extract_from_file("python", path, keywords=KEYWORDS):
            yield line, _plain(found)
        return
    with path.open("rb") as template:
        for line, _name, words, _comments in babel_extract(template, list(KEYWORDS), [], {"silent": "false"}):
            yield line, _plain(words)


def _plain(found: object) -> Id:
    """The sentence itself; empty where a variable is translated, whose sentences are marked elsewhere."""
    if not isinstance(found, (tuple, list)):
        return found if isinstance(found, str) else ""
    texts = tuple(text for text in found if isinstance(text, str))
    return texts if len(texts) > 1 else "".join(texts)


def read(part: Path) -> Catalog:
    """One part of a catalogue."""
    with part.open("rb") as po:
        return read_po(po, abort_invalid=True)


def messages(part: Path) -> list[Message]:
    """The sentences of a part."""
    return [message for message in read(part) if message.id]


def key(message: Message) -> Id:
    """The English of a sentence."""
    return message.id if isinstance(message.id, str) else tuple(message.id)


def texts(message: Message) -> list[str]:
    """A sentence in the language, or all its forms."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def findings(program: Program, folder: str) -> Iterator[Finding]:
    """What is missing, stale, fuzzy or wrong in a language of a program."""
    known: dict[Id, tuple[str, tuple[str, ...]]] = {}
    for part in program.parts(folder):
        catalogue = read(part)
        yield from (Finding("wrong", part.name, "", why) for why in _counting(catalogue, folder))
        for message in catalogue:
            if not message.id:
                continue
            yield from _of_message(message, part.name, catalogue.num_plurals)
            id_, now = key(message), (part.name, tuple(texts(message)))
            if known.setdefault(id_, now)[1] != now[1]:
                yield Finding("wrong", part.name, id_, f"{known[id_][0]} says it otherwise")
    yield from (Finding("missing", place, id_) for id_, place in said(program).items() if id_ not in known)
    yield from (Finding("stale", part, id_) for id_, (part, _) in known.items() if id_ not in said(program))


def _of_message(message: Message, part: str, forms: int) -> Iterator[Finding]:
    id_, found = key(message), texts(message)
    if message.fuzzy or not found or not all(text.strip() for text in found):
        yield Finding("fuzzy", part, id_)
        return
    if len(found) != (1 if isinstance(id_, str) else forms):
        yield Finding("wrong", part, id_, f"{len(found)} forms")
    wanted = [set(FACT.findall(text)) for text in ((id_,) if isinstance(id_, str) else id_)]
    if any(set(FACT.findall(text)) not in wanted for text in found):
        yield Finding("wrong", part, id_, "other facts")


def _counting(catalogue: Catalog, folder: str) -> Iterator[str]:
    """Whether a part counts as its language does (CLDR); Turkish may also part one from many, Romani is in no table."""
    try:
        wanted = get_plural(folder)
    except UnknownLocaleError:
        wanted = get_plural("en")
    allowed = {(wanted.num_plurals, wanted.plural_expr)}
    if folder == "tr":
        allowed |= {(2, "(n != 1)"), (2, "(n > 1)"), (1, "0")}
    if (catalogue.num_plurals, catalogue.plural_expr) not in allowed:
        yield f"counts by {catalogue.plural_forms}"


def main(folders: Sequence[str]) -> int:
    """Print what is found; 1 if something is wrong."""
    bad = False
    for program in PROGRAMS:
        for folder in folders or FOLDERS:
            found = [*findings(program, folder)]
            counts = ", ".join(f"{kind} {sum(1 for one in found if one.kind == kind)}" for kind in KINDS)
            print(f"{program.name} {folder}: {len(said(program))} sentences; {counts}")
            bad |= any(one.kind == "wrong" for one in found)
            if folders:
                _list(program, found)
    return int(bad)


def _list(program: Program, found: Sequence[Finding]) -> None:
    for one in found:
        if one.kind != "missing":
            print(f"  {one.kind} in {one.part}: {one.id or 'its head'}{f' ({one.why})' if one.why else ''}")
    in_albanian = {key(one): (part.name, texts(one)) for part in program.parts("sq") for one in messages(part)}
    missing = [(in_albanian.get(one.id, ("", []))[0], one.part, one.id) for one in found if one.kind == "missing"]
    for part, place, id_ in sorted(missing, key=str):
        albanian = " | ".join(in_albanian.get(id_, ("", []))[1])
        ids = [id_] if isinstance(id_, str) else [*id_]
        names = ["msgid"] if isinstance(id_, str) else ["msgid", "msgid_plural"]
        print(f"\n# {part} ({place}): {albanian}")
        print("\n".join(f"{name} {_quoted(text)}" for name, text in zip(names, ids, strict=True)))
        print('msgstr ""' if isinstance(id_, str) else 'msgstr[0] ""')


def _quoted(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    return f'"{escaped}"'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
