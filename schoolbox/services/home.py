"""What a pupil sees first: the one thing to go on with, then the thread that was left, then what there is.

    home_of(viewer, library=library, learning=learning).board
"""

import msgspec

from schoolbox.services.learning import Learning, Started
from schoolbox.services.library import Library
from schoolbox.services.outline import Entry, PackCard, UnitOutline
from schoolbox.services.progress import ItemProgress
from schoolbox.services.viewers import Viewer

ROW = 3
"""How many things to go on with stand in the row under the board."""
LATEST = 12
"""How far back the last thing done is looked for."""


class Board(msgspec.Struct, frozen=True):
    """The one thing to do next; `progress` is None for something new, `unit` is the chapter it stands in."""

    entry: Entry
    progress: ItemProgress | None
    unit: UnitOutline
    of_unit: dict[str, ItemProgress]


class Home(msgspec.Struct, frozen=True):
    """The pupil's own part of the home page."""

    board: Board | None
    started: tuple[Started, ...]


def home_of(viewer: Viewer, packs: list[PackCard], *, library: Library, learning: Learning) -> Home:
    """Choose what stands on the board: what was begun last, else what follows what was done last, else a beginning."""
    started = learning.resume(viewer.person_id, ROW + 1, library=library)
    if started:
        board = _board(viewer, started[0].entry, library=library, learning=learning)
        return Home(board, tuple(started[1:]))
    entry = _after_latest(viewer, library=library, learning=learning) or _beginning(viewer, packs, library=library)
    return Home(_board(viewer, entry, library=library, learning=learning) if entry else None, ())


def _board(viewer: Viewer, entry: Entry, *, library: Library, learning: Learning) -> Board:
    unit = library.outline_of(entry.pack, staff=False).unit_of(entry.item.id)
    of_unit = learning.progress(viewer.person_id, [item.id for item in unit.items])
    return Board(entry, of_unit.get(entry.item.id), unit, of_unit)


def _after_latest(viewer: Viewer, *, library: Library, learning: Learning) -> Entry | None:
    """The first thing not done after the last thing that was, in its course or in another one of late."""
    latest = learning.latest(viewer.person_id, LATEST, library=library)
    seen: set[str] = set()
    for done in latest:
        pack = done.entry.pack
        if pack.id in seen:
            continue
        seen.add(pack.id)
        outline = library.outline_of(pack, staff=False)
        known = learning.progress(viewer.person_id, [item.id for item in outline.items])
        open_items = [item for item in outline.items if item.id not in known]
        after = [item for item in outline.after(done.entry.item.id) if item.id not in known]
        for item in (*after, *open_items):
            return Entry(item, pack)
    return None


def _beginning(viewer: Viewer, packs: list[PackCard], *, library: Library) -> Entry | None:
    """The first item of a course for the pupil's grade, or for no grade, or of any."""
    by_fit = sorted(packs, key=lambda pack: (viewer.grade not in pack.grades, bool(pack.grades)))
    for pack in by_fit:
        for item in library.outline_of(pack, staff=False).items:
            return Entry(item, pack)
    return None
