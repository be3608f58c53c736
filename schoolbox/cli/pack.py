"""`schoolbox pack list | install | missing | undo | remove | verify`: what is on the box, and what a stick brings.

What it takes by itself is in `pack_subscribe` and `pack_pull`.

Commands work while the box runs; a pack that was installed is on its pages at once.
"""

from pathlib import Path

from content_packs.errors import MissingBlobError, TamperedError
from schoolbox.cli import pack_history, pack_pull, pack_subscribe
from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Failure, Json, Outcome, table, together
from schoolbox.cli.pack_install import install
from schoolbox.cli.pack_told import first, installed, offered
from schoolbox.cli.pack_words import each_of, named, shelf_in
from schoolbox.messages import plain_size


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "pack", "packs on this box and on a stick")
    words = verb(verbs, "list", list_packs, "list what is installed, or what a shelf offers")
    words.add_argument("shelf", metavar="SHELF", type=Path, nargs="?", help="the folder of a stick")
    words = verb(verbs, "install", install, "install packs from a shelf, or repair them")
    words.add_argument("shelf", metavar="SHELF", type=Path, help="the folder of a stick")
    words.add_argument("packs", metavar="PACK", nargs="*", default=(), help="publisher:name")
    words.add_argument("--all", action="store_true", help="everything on the shelf that is new")
    words.add_argument("--unit", metavar="UNIT", action="append", help="only this unit of the one PACK named; repeat")
    words = verb(verbs, "missing", missing, "say which lessons wait for files that no shelf had yet")
    words.add_argument("pack", metavar="PACK")
    words = verb(verbs, "undo", undo, "go back to the version before; once more returns to the newer one")
    words.add_argument("pack", metavar="PACK")
    words = verb(verbs, "remove", remove, "take a pack off the box; what pupils did stays")
    words.add_argument("pack", metavar="PACK")
    words = verb(verbs, "verify", verify, "read every file of packs and compare it with what was signed")
    words.add_argument("packs", metavar="PACK", nargs="*", default=())
    words.add_argument("--all", action="store_true", help="every installed pack")
    pack_subscribe.add(verbs)
    pack_pull.add(verbs)
    pack_history.add(verbs)


def list_packs(asked: Asked) -> Outcome:
    """List installed packs, or the offers of a shelf."""
    with asked.box() as box:
        if asked.words.shelf is None:
            return installed(box.packs.list())
        return offered(box.packs.offers(shelf_in(asked.words.shelf)))


def missing(asked: Asked) -> Outcome:
    """Say what a pack does without; that is no failure of this command."""
    with asked.box() as box:
        gaps = box.packs.gaps(asked.words.pack)
    data: list[Json] = [
        {"item": gap.item.id, "title": dict(gap.item.title), "shown": gap.shown,
         "files": [{"sha256": file.sha256, "role": file.role, "size_bytes": file.size_bytes} for file in gap.files]}
        for gap in gaps
    ]  # fmt: skip
    rows = [
        (gap.item.id, first(gap.item.title), "shown without it" if gap.shown else "not shown",
         ", ".join(sorted({file.role for file in gap.files})), plain_size(sum(file.size_bytes for file in gap.files)))
        for gap in gaps
    ]  # fmt: skip
    head = ("item", "title", "pupils", "lacks", "size")
    text = table([head, *rows]) + "\nAny stick or hub that has these files can supply them: install the pack again."
    return Outcome({"pack": asked.words.pack, "missing": data}, text if rows else "Nothing is missing.")


def undo(asked: Asked) -> Outcome:
    """Go back to the version before."""
    with asked.box() as box:
        undone = box.packs.undo(asked.words.pack)
    text = f"{undone.pack_id}: pupils see version {undone.version} again."
    return Outcome({"pack": undone.pack_id, "version": undone.version}, text)


def remove(asked: Asked) -> Outcome:
    """Take a pack off the box."""
    pack_id: str = asked.words.pack
    with asked.box() as box:
        freed = box.packs.remove(pack_id)
    return Outcome({"pack": pack_id, "freed_bytes": freed}, f"{pack_id} is removed, {plain_size(freed)} freed.")


def verify(asked: Asked) -> Outcome:
    """Check packs; a damaged one is a failure of the command."""
    failed: dict[str, Failure] = {}
    with asked.box() as box:
        wanted = [row.pack_id for row in box.packs.list()] if asked.words.all else named(asked)
        found = each_of(wanted, box.packs.verify, failed)
    sound = [each for each in found if each.sound]
    unsound = [each.pack_id for each in found if not each.sound]
    unsound += [pack_id for pack_id, error in failed.items() if isinstance(error, TamperedError)]
    failed |= {pack_id: MissingBlobError(name=pack_id) for pack_id in unsound}
    data: list[Json] = [{"pack": each.pack_id, "files": each.files} for each in sound]
    return together("sound", data, [f"{each.pack_id}: {each.files} files, all sound" for each in sound], failed)
