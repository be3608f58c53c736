"""`schoolbox academy show | make`: the school's own packs, signed by this box."""

from pathlib import Path

from content_packs.errors import SourceError
from content_packs.shelf import DirectoryShelf
from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Json, Outcome
from schoolbox.cli.progress import progress_on
from schoolbox.errors import BadInputError


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "academy", "the school's own packs, signed by this box")
    verb(verbs, "show", show, "show what a ministry or another box needs to trust this school's packs")
    words = verb(verbs, "make", make, "build, sign and install a pack of the school's own")
    words.add_argument("source", metavar="SOURCE", type=Path, help="a folder with pack.toml")


def show(asked: Asked) -> Outcome:
    """Say who the academy is."""
    with asked.box() as box:
        facts = box.academy.begin()
        shelf = box.academy.shelf
    data: Json = {
        "id": facts.id, "names": dict(facts.names), "keyid": facts.keyid, "public_file": str(facts.public_file),
        "catalogue_file": str(facts.catalogue_file), "shelf": str(shelf),
    }  # fmt: skip
    lines = (
        f"{facts.id}: {' / '.join(facts.names.values())}",
        f"Key {facts.keyid}",
        f"For the ministry's registry: {facts.public_file}",
        f"For another box (schoolbox trust accept): {facts.catalogue_file}",
        f"Its packs, to be copied onto a stick: {shelf}",
    )
    return Outcome(data, "\n".join(lines))


def make(asked: Asked) -> Outcome:
    """Build and sign a pack, and install it as from any shelf.

    Raises:
        BadInputError: The pack is another publisher's, or its source is not right.
        PackError: It cannot be signed or installed; what was signed stays signed.
    """
    with asked.box() as box:
        try:
            signed = box.academy.make(asked.words.source)
        except SourceError as exc:
            raise BadInputError(field=exc.path, problem=exc.problem) from exc
        with progress_on(json=asked.json) as told:
            done = box.packs.install(DirectoryShelf(box.academy.shelf), signed.pack_id, progress=told)
    text = f"{signed.pack_id}: version {signed.version} is signed and installed."
    return Outcome({"pack": signed.pack_id, "version": signed.version, "changed": done.changed}, text)
