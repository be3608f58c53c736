"""`schoolbox pack list | install | remove | verify`: what is on the box, and what a stick brings.

Commands work while the box runs; a pack that was installed is on its pages at once.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from content_packs.errors import MissingBlobError, NotAShelfError, OlderMetadataError, PackError, TamperedError
from content_packs.install import Installed
from content_packs.offers import Offers
from content_packs.shelf import DirectoryShelf
from content_packs.trust import Refusal
from content_packs.trust.catalogue import catalogue_name
from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Json, Outcome, table, together, told, told_text
from schoolbox.cli.progress import progress_on
from schoolbox.errors import BadInputError
from schoolbox.messages import plain_size
from schoolbox.services.packs import InstalledRow

T = TypeVar("T")

def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "pack", "packs on this box and on a stick")
    words = verb(verbs, "list", list_packs, "list what is installed, or what a shelf offers")
    words.add_argument("shelf", metavar="SHELF", type=Path, nargs="?", help="the folder of a stick")
    words = verb(verbs, "install", install, "install packs from a shelf, or repair them")
    words.add_argument("shelf", metavar="SHELF", type=Path, help="the folder of a stick")
    words.add_argument("packs", metavar="PACK", nargs="*", help="publisher:name")
    words.add_argument("--all", action="store_true", help="everything on the shelf that is new")
    words = verb(verbs, "remove", remove, "take a pack off the box; what pupils did stays")
    words.add_argument("pack", metavar="PACK")
    words = verb(verbs, "verify", verify, "read every file of packs and compare it with what was signed")
    words.add_argument("packs", metavar="PACK", nargs="*")
    words.add_argument("--all", action="store_true", help="every installed pack")


def list_packs(asked: Asked) -> Outcome:
    """List installed packs, or the offers of a shelf."""
    with asked.box() as box:
        if asked.words.shelf is None:
            return _installed(box.packs.list())
        return _offered(box.packs.offers(_shelf(asked.words.shelf)))


def install(asked: Asked) -> Outcome:
    """Install what was asked for; go on with the next pack when one cannot be installed."""
    named = [] if asked.words.all else _named(asked)
    shelf = _shelf(asked.words.shelf)
    with asked.box() as box:
        offers = box.packs.offers(shelf)
        wanted, failed = (named, dict[str, PackError]()) if named else _new(offers)
        with progress_on(json=asked.json) as show:
            done = _each(wanted, lambda pack_id: box.packs.install(shelf, pack_id, progress=show), failed)
    data: list[Json] = [
        {"pack": each.pack_id, "version": each.version, "changed": each.changed, "copied_bytes": each.copied_bytes}
        for each in done
    ]
    lines = [_done_line(each) for each in done]
    refused = _refused(offers, named, failed)
    idle = not any(each.changed or each.copied_bytes for each in done)
    return together("installed", data, lines or ["There is nothing new on this shelf."], failed, refused, idle=idle)


def remove(asked: Asked) -> Outcome:
    """Take a pack off the box."""
    pack_id: str = asked.words.pack
    with asked.box() as box:
        freed = box.packs.remove(pack_id)
    return Outcome({"pack": pack_id, "freed_bytes": freed}, f"{pack_id} is removed, {plain_size(freed)} freed.")


def verify(asked: Asked) -> Outcome:
    """Check packs; a damaged one is a failure of the command."""
    failed: dict[str, PackError] = {}
    with asked.box() as box:
        wanted = [row.pack_id for row in box.packs.list()] if asked.words.all else _named(asked)
        found = _each(wanted, box.packs.verify, failed)
    sound = [each for each in found if each.sound]
    unsound = [each.pack_id for each in found if not each.sound]
    unsound += [pack_id for pack_id, error in failed.items() if isinstance(error, TamperedError)]
    failed |= {pack_id: MissingBlobError(name=pack_id) for pack_id in unsound}
    data: list[Json] = [{"pack": each.pack_id, "files": each.files} for each in sound]
    return together("sound", data, [f"{each.pack_id}: {each.files} files, all sound" for each in sound], failed)


def _named(asked: Asked) -> list[str]:
    """The packs that were named.

    Raises:
        BadInputError: None was.
    """
    if not asked.words.packs:
        raise BadInputError(field="PACK", problem="name packs, or say --all")
    return list(asked.words.packs)


def _shelf(folder: Path) -> DirectoryShelf:
    """The shelf in a folder; one that cannot even be looked at is told when it is read.

    Raises:
        NotAShelfError: There is no such folder.
    """
    with suppress(OSError):
        if not folder.is_dir():
            raise NotAShelfError(shelf=str(folder))
    return DirectoryShelf(folder)


def _new(offers: Offers) -> tuple[list[str], dict[str, PackError]]:
    """What `--all` installs, and the packs of the shelf that cannot be trusted."""
    failed = {offer.pack_id: offer.reason for offer in offers.offers if offer.reason}
    return [offer.pack_id for offer in offers.offers if offer.installable], failed


def _refused(offers: Offers, named: list[str], failed: Mapping[str, PackError]) -> list[Refusal]:
    """The lists of the shelf that were not believed, the older ones last.

    Where packs were named: only the lists these stand on, if they were not just older and no pack told it already.
    """
    refused = sorted(offers.refused, key=lambda each: isinstance(each.error, OlderMetadataError))
    if not named:
        return refused
    own = {catalogue_name(pack_id.partition(":")[0]) for pack_id in named}
    known = [told(error) for error in failed.values()]
    return [
        each for each in refused
        if (each.name in own or not each.name.startswith("cat/"))
        and not isinstance(each.error, OlderMetadataError) and told(each.error) not in known
    ]  # fmt: skip


def _each(wanted: list[str], act: Callable[[str], T], failed: dict[str, PackError]) -> list[T]:
    """Do something with each pack; what fails is remembered and the next one has its turn."""
    done: list[T] = []
    for pack_id in wanted:
        try:
            done.append(act(pack_id))
        except PackError as exc:
            failed[pack_id] = exc
    return done


def _done_line(done: Installed) -> str:
    if done.changed:
        return f"{done.pack_id}: version {done.version} installed, {plain_size(done.copied_bytes)} copied"
    if done.copied_bytes:
        return f"{done.pack_id}: version {done.version} mended, {plain_size(done.copied_bytes)} copied anew"
    return f"{done.pack_id}: version {done.version} was there already; its files on the box are sound"


def _installed(rows: list[InstalledRow]) -> Outcome:
    data: Json = [
        {"pack": row.pack_id, "version": row.version, "title": dict(row.title), "publisher": row.publisher,
         "size_bytes": row.size_bytes, "items": row.items, "hidden": row.hidden}
        for row in rows
    ]  # fmt: skip
    lines = [
        (row.pack_id, str(row.version), _first(row.title), _first(row.publisher_name), plain_size(row.size_bytes),
         "hidden: publisher withdrawn" if row.hidden else "")
        for row in rows
    ]  # fmt: skip
    head = ("pack", "version", "title", "publisher", "size", "")
    return Outcome(data, table([head, *lines]) if lines else "No pack is installed yet.")


def _offered(offers: Offers) -> Outcome:
    """A shelf, pack by pack; lists that were refused are told, and an older one is no reason to worry."""
    data: Json = {
        "offers": [
            {"pack": each.pack_id, "version": each.version, "state": each.state, "title": dict(each.title),
             "installed_version": each.installed_version, "size_bytes": each.size_bytes,
             "missing_bytes": each.missing_bytes, "reason": told(each.reason) if each.reason else None}
            for each in offers.offers
        ],
        "refused": [{"name": each.name, **told(each.error)} for each in offers.refused],
    }  # fmt: skip
    head = ("pack", "version", "state", "title", "size", "to copy")
    rows = [
        (each.pack_id, str(each.version), each.state, _first(each.title), plain_size(each.size_bytes),
         plain_size(each.missing_bytes))
        for each in offers.offers
    ]  # fmt: skip
    parts = [table([head, *rows]) if rows else "This shelf offers no packs."]
    parts += [f"{each.pack_id}: {told_text(each.reason)}" for each in offers.offers if each.reason]
    parts += [f"{each.name}: {told_text(each.error)}" for each in offers.refused]
    return Outcome(data, "\n\n".join(parts))


def _first(texts: Mapping[str, str]) -> str:
    return next((texts[each] for each in ("en", "sq") if each in texts), next(iter(texts.values()), ""))
